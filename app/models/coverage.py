"""Coverage: what the data claims to hold completely, and through which day that was checked."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Dated, Identified, Verified
from app.models.checks import in_order, table_args


class Coverage(Dated, Verified, Identified):
    """For one organization and one status: complete from `start` through the day before `end`, or known not to be."""

    __tablename__ = "coverage"
    __table_args__ = table_args("coverage", in_order(), Index("ix_coverage_organization", "organization_id"))

    organization_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    status: Mapped[str] = mapped_column()
    complete: Mapped[bool] = mapped_column()
    note: Mapped[str | None] = mapped_column()
