"""Sources and claims: what facts rest on."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Identified, Published, Recorded
from app.db.types import Day
from app.models.checks import one_of, table_args
from app.vocabulary import Confidence, SourceType, Stance


class Source(Published, Identified):
    """A page or publication that can be named; its title stands in the label.

    A dataset that was imported says its version, how it wants to be cited and on which terms it is given. Of two datasets that
    speak of one actor in one organization the one of the lower `precedence` is preferred; the curated data have 0.
    """

    __tablename__ = "source"
    __table_args__ = table_args("source", one_of("type", SourceType))

    type: Mapped[str] = mapped_column()
    publisher: Mapped[str | None] = mapped_column()
    url: Mapped[str | None] = mapped_column()
    lang: Mapped[str | None] = mapped_column()
    accessed: Mapped[str | None] = mapped_column(Day)
    version: Mapped[str | None] = mapped_column()
    citation: Mapped[str | None] = mapped_column()
    terms: Mapped[str | None] = mapped_column()
    precedence: Mapped[int | None] = mapped_column()


class Claim(Recorded):
    """One source's word on one property of one fact or entity; where it is a date of the fact, the days it can mean as well."""

    __tablename__ = "claim"
    __table_args__ = table_args(
        "claim",
        one_of("stance", Stance),
        one_of("confidence", Confidence),
        Index("ix_claim_subject", "subject_id"),
        Index("ix_claim_source", "source_id"),
        Index("ix_claim_known", "id", "recorded_from", "recorded_to"),
    )

    id: Mapped[str] = mapped_column()
    subject_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    subject_kind: Mapped[str] = mapped_column()
    source_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    property: Mapped[str | None] = mapped_column()
    value: Mapped[str | None] = mapped_column()
    value_earliest: Mapped[str | None] = mapped_column(Day)
    value_latest: Mapped[str | None] = mapped_column(Day)
    value_precision: Mapped[str | None] = mapped_column()
    value_status: Mapped[str | None] = mapped_column()
    stance: Mapped[str] = mapped_column()
    quote: Mapped[str | None] = mapped_column()
    locator: Mapped[str | None] = mapped_column()
    confidence: Mapped[str] = mapped_column()
