"""People on the wire."""

from __future__ import annotations

from pydantic import Field as Describe

from app.schemas.common import ActorRef, DateOut, Evidence, NameOut, Row, Shape
from app.schemas.filters import reference, words
from app.schemas.resources import actor_filter, spec
from app.schemas.sources import ClaimOut
from app.vocabulary import Kind


class OfficeOut(Shape):
    """One office a person held, for a time."""

    id: str | None = None
    title: str | None = None
    holder: ActorRef | None = Describe(None, description="state or organization the office belongs to")
    start: DateOut | None = None
    end: DateOut | None = None


class PersonOut(Row):
    """An office holder who takes part in events."""

    id: str | None = Describe(None, examples=["ilham-aliyev"])
    name: str | None = None
    names: list[NameOut] | None = None
    codes: dict[str, str | None] | None = None
    offices: list[OfficeOut] | None = None
    evidence: Evidence | None = None
    claims: list[ClaimOut] | None = None


PEOPLE = spec(
    "people",
    Kind.PERSON,
    "Office holders who take part in events, with the offices they held",
    PersonOut,
    (
        words("name", "name", example="Aliyev"),
        actor_filter("holder", "people who held an office of this state or organization", many=True),
        reference("event", (Kind.EVENT,), "people who took part in this event", many=True, example="sco-summit-2025-tianjin"),
    ),
    dated=False,
    actors=("",),
    example="ilham-aliyev",
)
