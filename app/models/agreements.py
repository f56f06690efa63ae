"""Agreements, the acts of actors on them, and the parties that follow from the acts."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import CitedFact, Dated, InForce, Placed
from app.models.checks import actor, by_time, cited, in_order, known, on_earth, one_of, table_args
from app.vocabulary import ActType, AgreementStatus, AgreementType, PartyStatus


class Agreement(Dated, InForce, Placed, CitedFact):
    """A document from its signature (`start`) to its termination (`end`)."""

    __tablename__ = "agreement"
    __table_args__ = table_args(
        "agreement",
        cited(),
        *on_earth("place_"),
        one_of("type", AgreementType),
        one_of("status", AgreementStatus),
        in_order(),
        Index("ix_agreement_time", "start_earliest", "end_latest"),
        known("agreement", by_start=True),
        Index("ix_agreement_organization", "organization_id"),
    )

    type: Mapped[str] = mapped_column()
    status: Mapped[str] = mapped_column()
    organization_id: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
    depositary: Mapped[str | None] = mapped_column()


class Act(Dated, CitedFact):
    """What one actor did to one agreement on one day (`start`)."""

    __tablename__ = "act"
    __table_args__ = table_args(
        "act",
        cited(),
        *actor("actor"),
        one_of("act", ActType),
        in_order(),
        Index("ix_act_agreement", "agreement_id"),
        known("act", by_start=True),
        by_time("act", "actor_id"),
    )

    agreement_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    actor_id: Mapped[str] = mapped_column()
    actor_kind: Mapped[str] = mapped_column()
    person_id: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
    act: Mapped[str] = mapped_column()


class Party(Dated, CitedFact):
    """What the acts make of an actor: derived, with the rule that derived it; its evidence is that of its first act."""

    __tablename__ = "party"
    __table_args__ = table_args(
        "party",
        cited(),
        *actor("actor"),
        one_of("status", PartyStatus),
        in_order(),
        known("party"),
        by_time("party", "agreement_id"),
        by_time("party", "actor_id"),
    )

    id: Mapped[str] = mapped_column(ForeignKey("entity.id"))  # found by the index of what is known
    agreement_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    actor_id: Mapped[str] = mapped_column()
    actor_kind: Mapped[str] = mapped_column()
    status: Mapped[str] = mapped_column()
    rule: Mapped[str] = mapped_column()
    started_by: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
