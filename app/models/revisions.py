"""Revisions: who changed the data, when and why."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Instant
from app.models.checks import one_of
from app.vocabulary import ChangeKind


class Revision(Base):
    """One atomic change of the data: the unit of transaction time."""

    __tablename__ = "revision"
    __table_args__ = (one_of("kind", ChangeKind), CheckConstraint("reason <> ''", name="reason_given"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[str] = mapped_column(Instant, index=True)
    author: Mapped[str] = mapped_column()
    origin: Mapped[str] = mapped_column()
    kind: Mapped[str] = mapped_column()
    reason: Mapped[str] = mapped_column()
