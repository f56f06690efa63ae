"""People who take part in events, and the offices they held."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import CitedFact, Dated
from app.models.checks import actor, cited, in_order, table_args


class Person(CitedFact):
    """An office holder; the name stands in the label."""

    __tablename__ = "person"
    __table_args__ = table_args("person", cited())


class Office(Dated, CitedFact):
    """One office of one person for a state or an organization, for a time."""

    __tablename__ = "office"
    __table_args__ = table_args("office", cited(), *actor("holder"), in_order(), Index("ix_office_person", "person_id"))

    person_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    title: Mapped[str] = mapped_column()
    holder_id: Mapped[str | None] = mapped_column()
    holder_kind: Mapped[str | None] = mapped_column()
