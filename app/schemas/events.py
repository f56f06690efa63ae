"""Events and participations on the wire."""

from __future__ import annotations

from pydantic import Field as Describe

from app.schemas.common import ActorRef, DateOut, Day, Evidence, OrganizationRef, Place, Ref, Row, TitleRef
from app.schemas.filters import Filter, FilterType, choice, reference, words
from app.schemas.resources import PLACE_FILTERS, actor_filter, spec
from app.schemas.sources import ClaimOut
from app.vocabulary import EventType, Kind, Level, Role


class ParticipationOut(Row):
    """An actor or a person in one role at one event."""

    id: str | None = None
    event: TitleRef | None = None
    actor: ActorRef | None = None
    person: Ref | None = None
    role: str | None = Describe(None, examples=["participant"])
    level: str | None = Describe(None, examples=["head_of_state"])
    evidence: Evidence | None = None
    claims: list[ClaimOut] | None = None


class EventOut(Row):
    """A summit, visit, meeting, signing or other happening."""

    id: str | None = Describe(None, examples=["sco-summit-2025-tianjin"])
    title: str | None = None
    kind: str | None = Describe(None, examples=["summit"])
    series: str | None = Describe(None, description="series it belongs to")
    ordinal: int | None = Describe(None, description="number in the series")
    start: DateOut | None = Describe(None, description="first day")
    end: DateOut | None = Describe(None, description="day after the last: intervals are half-open")
    last_day: Day | None = Describe(None, description="last day, where it is known to the day", examples=["2025-09-01"])
    place: Place | None = None
    virtual: bool | None = None
    session: int | None = Describe(None, description="of a roll call: session of the body that voted", examples=[70])
    resolution: str | None = Describe(None, description="of a roll call: number of the resolution", examples=["R/70/1"])
    description: str | None = Describe(None, description="what it was about, in the words of the dataset that has it")
    organizations: list[OrganizationRef] | None = None
    hosts: list[ActorRef] | None = None
    topics: list[Ref] | None = None
    agreements: list[TitleRef] | None = None
    initiatives: list[Ref] | None = None
    evidence: Evidence | None = None
    participations: list[ParticipationOut] | None = None
    claims: list[ClaimOut] | None = None


EVENTS = spec(
    "events",
    Kind.EVENT,
    "Summits, visits, meetings, signings and commemorations",
    EventOut,
    (
        words("title", "title", example="Tianjin"),
        choice("kind", EventType, "kind of happening"),
        words("series", "series it belongs to", example="sco-summit"),
        Filter("ordinal", FilterType.INTEGER, "number in the series", example="25"),
        actor_filter("participant", "state or organization that took part", many=True),
        reference("person", (Kind.PERSON,), "person who took part", many=True, example="ilham-aliyev"),
        actor_filter("host", "state or organization that hosted", many=True, example="CHN"),
        reference("organization", (Kind.ORGANIZATION,), "organization it belongs to", many=True, example="sco"),
        reference("topic", (Kind.TOPIC,), "area of cooperation", many=True, example="transport"),
        reference("agreement", (Kind.AGREEMENT,), "document made there", many=True),
        reference("initiative", (Kind.INITIATIVE,), "corridor or programme it was about", many=True),
        Filter("session", FilterType.INTEGER, "session of the body that voted", example="70"),
        words("resolution", "number of the resolution voted on", example="R/70/1"),
        words("description", "what it was about", example="nuclear"),
        Filter("virtual", FilterType.BOOLEAN, "held by video link", example="false"),
        *PLACE_FILTERS,
    ),
    default_sort="start",
    includes={"participations": "everyone who took part"},
    located=True,
    example="sco-summit-2025-tianjin",
)

PARTICIPATIONS = spec(
    "participations",
    Kind.PARTICIPATION,
    "Who took part in an event, in which role, at which level",
    ParticipationOut,
    (
        reference("event", (Kind.EVENT,), "event", example="sco-summit-2025-tianjin"),
        actor_filter("actor", "state or organization"),
        words("actor_kind", "state or organization", example="state"),
        reference("person", (Kind.PERSON,), "person", example="ilham-aliyev"),
        choice("role", Role, "role"),
        choice("level", Level, "level"),
    ),
    actors=("actor",),
    located=True,
)
