"""Organizations, forums and treaty bodies."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import CitedFact, Dated, Placed
from app.models.checks import cited, in_order, on_earth, one_of, table_args
from app.vocabulary import OrganizationType


class Organization(Dated, Placed, CitedFact):
    """An organization from its founding (`start`) to its end; `place` is its seat."""

    __tablename__ = "organization"
    __table_args__ = table_args("organization", cited(), *on_earth("place_"), one_of("type", OrganizationType), in_order())

    type: Mapped[str] = mapped_column()
    website: Mapped[str | None] = mapped_column()
    founded_by: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
