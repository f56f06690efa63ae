"""Receipts by their id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.errors import NotFoundError
from app.models import Receipt

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Held:
    """A receipt as it is held."""

    id: str
    query: str
    revision: int
    row_count: int
    sha256: str
    created_at: str


def find_receipt(connection: Connection, key: str) -> Held | None:
    """Give a receipt, or None when nobody asked for it."""
    columns = (Receipt.id, Receipt.query, Receipt.revision, Receipt.row_count, Receipt.sha256, Receipt.created_at)
    row = connection.execute(select(*columns).where(Receipt.id == key)).one_or_none()
    return None if row is None else Held(*row)


def get_receipt(connection: Connection, key: str) -> Held:
    """Give a receipt; NotFoundError when there is none."""
    found = find_receipt(connection, key)
    if found is None:
        message = f"there is no receipt '{key}'; POST /v1/queries makes one"
        raise NotFoundError(message)
    return found
