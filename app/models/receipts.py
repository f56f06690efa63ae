"""Receipts: questions that somebody wants to cite, with what they came to."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Instant


class Receipt(Base):
    """A question, the revision it was asked at, and the number and digest of its rows; written once, never changed.

    It is no fact: writing one makes no revision, so the answers of readers stay as they are.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("revision >= 0", name="revision_counted"),
        CheckConstraint("row_count >= 0", name="rows_counted"),
        CheckConstraint("length(sha256) = 64", name="digest_whole"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    query: Mapped[str] = mapped_column()
    revision: Mapped[int] = mapped_column()
    row_count: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column()
    created_at: Mapped[str] = mapped_column(Instant)
