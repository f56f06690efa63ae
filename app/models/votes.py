"""Votes: how each actor voted in a roll call."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Recorded
from app.models.checks import actor, one_of, table_args
from app.vocabulary import VoteChoice


class Vote(Recorded):
    """The vote of one actor in one roll call (`event_id`).

    There are a million of them: a vote stands in no register and has no claim of its own, its evidence is `dataset` at
    `locator`. The id is that of the event, then the actor's in lower case.
    """

    __tablename__ = "vote"
    __table_args__ = table_args(
        "vote",
        *actor("actor"),
        one_of("vote", VoteChoice),
        Index("ix_vote_id", "id"),
        Index("ix_vote_event", "event_id"),
        Index("ix_vote_actor", "actor_id", "vote"),
    )

    id: Mapped[str] = mapped_column()
    event_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    actor_id: Mapped[str] = mapped_column()
    actor_kind: Mapped[str] = mapped_column()
    vote: Mapped[str] = mapped_column()
    locator: Mapped[str | None] = mapped_column()
