"""Coverage: what the data claims to hold completely, and through which day that was checked."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Dated, Identified, Verified
from app.models.checks import in_order, one_of, table_args
from app.vocabulary import GapReason


class Coverage(Dated, Verified, Identified):
    """For one organization and one status: complete from `start` through the day before `end`, or known not to be.

    Of a dataset the same is held for all statuses together (no `status`), for a single actor (`member_id`), and for an
    actor in all of the dataset's organizations (no `organization_id`); `reason` says why there is nothing to be held.
    """

    __tablename__ = "coverage"
    __table_args__ = table_args(
        "coverage",
        in_order(),
        one_of("reason", GapReason),
        CheckConstraint("dataset IS NOT NULL OR (organization_id IS NOT NULL AND status IS NOT NULL)", name="curated_whole"),
        Index("ix_coverage_organization", "organization_id"),
    )

    organization_id: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
    member_id: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
    status: Mapped[str | None] = mapped_column()
    complete: Mapped[bool] = mapped_column()
    reason: Mapped[str | None] = mapped_column()
    note: Mapped[str | None] = mapped_column()
