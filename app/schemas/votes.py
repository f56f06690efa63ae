"""Votes on the wire."""

from __future__ import annotations

from pydantic import Field as Describe

from app.schemas.common import ActorRef, DateOut, Row, TitleRef
from app.schemas.filters import Filter, FilterType, choice, moment, reference, words
from app.schemas.resources import actor_filter, spec
from app.vocabulary import Kind, VoteChoice


class VoteOut(Row):
    """How one actor voted in one roll call; its evidence is the dataset it was imported with, at `locator`."""

    id: str | None = Describe(None, examples=["unvotes-5297-aze"])
    event: TitleRef | None = Describe(None, description="the roll call")
    actor: ActorRef | None = None
    vote: str | None = Describe(None, description=", ".join(VoteChoice), examples=["yes"])
    date: DateOut | None = Describe(None, description="first day of the roll call")
    session: int | None = Describe(None, description="session of the body that voted", examples=[70])
    resolution: str | None = Describe(None, description="number of the resolution voted on", examples=["R/70/1"])
    dataset: str | None = Describe(None, description="id of the dataset that says so")
    locator: str | None = Describe(None, description="where in the dataset")


VOTES = spec(
    "votes",
    Kind.VOTE,
    "Who voted how in a roll call",
    VoteOut,
    (
        reference("event", (Kind.EVENT,), "roll call"),
        actor_filter("actor", "state or organization"),
        words("actor_kind", "state or organization", example="state"),
        choice("vote", VoteChoice, "how it voted"),
        moment("date", "day of the roll call"),
        Filter("session", FilterType.INTEGER, "session of the body that voted", example="70"),
        words("resolution", "number of the resolution voted on", example="R/70/1"),
        reference("source", (Kind.SOURCE,), "dataset that says so", example="cow-igo-v3"),
    ),
    cited=False,
    actors=("actor",),
)
