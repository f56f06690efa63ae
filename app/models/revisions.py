"""Revisions: who changed the data, when and why; and what each changed, thing by thing."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Instant
from app.models.checks import one_of
from app.vocabulary import ChangeKind, ChangeType, Kind


class Revision(Base):
    """One atomic change of the data: the unit of transaction time; `counts` says as JSON what it came to by table."""

    __tablename__ = "revision"
    __table_args__ = (one_of("kind", ChangeKind), CheckConstraint("reason <> ''", name="reason_given"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[str] = mapped_column(Instant, index=True)
    author: Mapped[str] = mapped_column()
    origin: Mapped[str] = mapped_column()
    kind: Mapped[str] = mapped_column()
    reason: Mapped[str] = mapped_column()
    counts: Mapped[str | None] = mapped_column()


class Change(Base):
    """What one revision made of one entity or fact: written beside its rows, so that the feed reads one table by key.

    `before` and `after` are JSON objects of the properties that differ, under their names in the flat formats.
    """

    __tablename__ = "change"
    __table_args__ = (
        one_of("kind", ChangeKind),
        one_of("change", ChangeType),
        one_of("subject_kind", Kind),
        Index("ix_change_subject", "subject_id"),
        Index("ix_change_revision", "revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    revision: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    subject_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    subject_kind: Mapped[str] = mapped_column()
    kind: Mapped[str] = mapped_column()
    change: Mapped[str] = mapped_column()
    before: Mapped[str | None] = mapped_column()
    after: Mapped[str | None] = mapped_column()
