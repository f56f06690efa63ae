"""Events and who took part in them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import CitedFact, Dated, Placed
from app.db.types import Day
from app.models.checks import actor, cited, in_order, on_earth, one_of, table_args
from app.vocabulary import EventType, Level, Role


def _of_roll_calls(column: str) -> Index:
    """Index what only roll calls have."""
    given = text(f"{column} IS NOT NULL")
    return Index(f"ix_event_{column}", column, sqlite_where=given, postgresql_where=given)


class Event(Dated, Placed, CitedFact):
    """A summit, visit, meeting, signing or other happening, with its place and its number in a series.

    A roll call has the session it was held in and the resolution it was on, by its number.
    """

    __tablename__ = "event"
    __table_args__ = table_args(
        "event",
        cited(),
        *on_earth("place_"),
        one_of("type", EventType),
        in_order(),
        Index("ix_event_time", "start_earliest", "end_latest"),
        Index("ix_event_series", "series"),
        Index("ix_event_country", "place_country"),
        *(_of_roll_calls(one) for one in ("session", "resolution")),
    )

    type: Mapped[str] = mapped_column()
    series: Mapped[str | None] = mapped_column()
    ordinal: Mapped[int | None] = mapped_column()
    virtual: Mapped[bool] = mapped_column()
    last_day: Mapped[str | None] = mapped_column(Day)
    session: Mapped[int | None] = mapped_column()
    resolution: Mapped[str | None] = mapped_column()
    description: Mapped[str | None] = mapped_column()


class Participation(CitedFact):
    """An actor, a person, or a person for an actor, in one role at one event."""

    __tablename__ = "participation"
    __table_args__ = table_args(
        "participation",
        cited(),
        *actor("actor"),
        one_of("role", Role),
        one_of("level", Level),
        CheckConstraint("actor_id IS NOT NULL OR person_id IS NOT NULL", name="someone"),
        Index("ix_participation_event", "event_id"),
        Index("ix_participation_actor", "actor_id"),
        Index("ix_participation_person", "person_id"),
    )

    event_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    actor_id: Mapped[str | None] = mapped_column()
    actor_kind: Mapped[str | None] = mapped_column()
    person_id: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
    role: Mapped[str] = mapped_column()
    level: Mapped[str | None] = mapped_column()
