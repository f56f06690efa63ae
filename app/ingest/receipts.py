"""Writing receipts: once for a question at a revision, without a revision of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.errors import ReadOnlyError
from app.models import Receipt

if TYPE_CHECKING:
    from app.db.sessions import Store
    from app.ingest.changes import RowValues

_READ_ONLY = ("readonly", "read-only", "read only")


def keep_receipt(store: Store, row: RowValues) -> bool:
    """Write a receipt; False when it was there already, ReadOnlyError when the store cannot be written."""
    try:
        with store.noting() as connection:
            connection.execute(insert(Receipt).values(row))
    except IntegrityError:
        return False
    except DBAPIError as error:
        if not any(sign in str(error.orig).lower() for sign in _READ_ONLY):
            raise
        message = "a receipt is a write, and this store is open for reading only; ask the primary"
        raise ReadOnlyError(message, headers={"retry-after": "60"}) from error
    return True
