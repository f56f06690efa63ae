"""Memberships: actor x organization x status x interval."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import CitedFact, Dated
from app.models.checks import actor, by_time, cited, in_order, known, one_of, table_args
from app.vocabulary import Status

_IMPORTED = text("dataset IS NOT NULL")


class Membership(Dated, CitedFact):
    """One status of one actor in one organization, as it was in effect, in the words of one dataset or of the curators.

    Where several speak of one actor in one organization, the rows of the one that comes first are `preferred`.
    """

    __tablename__ = "membership"
    __table_args__ = table_args(
        "membership",
        cited(),
        *actor("member"),
        one_of("status", Status),
        in_order(),
        by_time("membership", "organization_id", "status"),
        by_time("membership", "member_id"),
        known("membership", "preferred"),
        Index("ix_membership_dataset", "dataset", sqlite_where=_IMPORTED, postgresql_where=_IMPORTED),
    )

    id: Mapped[str] = mapped_column(ForeignKey("entity.id"))  # found by the index of what is known
    organization_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    member_id: Mapped[str] = mapped_column()
    member_kind: Mapped[str] = mapped_column()
    status: Mapped[str] = mapped_column()
    status_term: Mapped[str | None] = mapped_column()
    started_by: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
    note: Mapped[str | None] = mapped_column()
    preferred: Mapped[bool] = mapped_column(server_default=true())
