"""Releases: revisions that were given a name and written to files."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Instant


class Release(Base):
    """One named revision; never changed and never deleted, so that their number tells whether there is a new one."""

    __tablename__ = "release"
    __table_args__ = (CheckConstraint("title <> ''", name="title_given"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    created_at: Mapped[str] = mapped_column(Instant)
    title: Mapped[str] = mapped_column()
    notes: Mapped[str | None] = mapped_column()
    files: Mapped[str] = mapped_column()
