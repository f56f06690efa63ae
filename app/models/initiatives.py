"""Corridors, pipelines, programmes and projects, and who is in them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import CitedFact, Dated
from app.models.checks import actor, cited, in_order, one_of, table_args
from app.vocabulary import InitiativeStatus, InitiativeType


class Initiative(Dated, CitedFact):
    """An undertaking that several actors carry on over time."""

    __tablename__ = "initiative"
    __table_args__ = table_args(
        "initiative", cited(), one_of("type", InitiativeType), one_of("status", InitiativeStatus), in_order()
    )

    type: Mapped[str] = mapped_column()
    status: Mapped[str] = mapped_column()
    description: Mapped[str | None] = mapped_column()


class Involvement(Dated, CitedFact):
    """One actor's part in one initiative, for a time."""

    __tablename__ = "involvement"
    __table_args__ = table_args(
        "involvement", cited(), *actor("actor"), in_order(), Index("ix_involvement_initiative", "initiative_id")
    )

    initiative_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    actor_id: Mapped[str] = mapped_column()
    actor_kind: Mapped[str] = mapped_column()
    role: Mapped[str] = mapped_column()
