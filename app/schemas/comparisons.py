"""Comparisons on the wire: what changed in an organization, what two actors share, who is where on a day."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field as Describe

from app.schemas.common import ActorRef, DateOut, Evidence, Match, OrganizationRef, Row, Shape, TitleRef, fields_of
from app.schemas.filters import Filter, FilterType, Spec, filters
from app.vocabulary import ACTOR_KINDS, Kind, Status


class OrganizationChange(StrEnum):
    """What changed in an organization; becoming a member is joining, an invitation or a suspension only changes a status."""

    JOINED = "joined"
    LEFT = "left"
    STATUS_CHANGED = "status_changed"
    RENAMED = "renamed"


class ChangeOut(Row):
    """One change in an organization on one day."""

    change: Literal["joined", "left", "status_changed", "renamed"] | None = Describe(
        None,
        description="joined: from no status, or to member; left: to no status; renamed: the organization, whose names then "
        "stand in before and after",
    )
    date: DateOut | None = Describe(None, description="first day of the new state of things")
    member: ActorRef | None = None
    before: list[str] | None = Describe(None, description="statuses until then, the strongest first")
    after: list[str] | None = Describe(None, description="statuses from then on, the strongest first")
    membership: str | None = Describe(None, description="id of the membership that starts, or else of the one that ends")
    started_by: str | None = Describe(None, description="act, event or agreement that started the new status")
    ended_by: str | None = Describe(None, description="act, event or agreement that ended the old one")
    evidence: Evidence | None = None


class JointMembershipOut(Shape):
    """Two memberships in one organization that overlap."""

    organization: OrganizationRef
    a: str = Describe(description="status of a")
    b: str = Describe(description="status of b")
    start: DateOut = Describe(description="first day in common")
    end: DateOut = Describe(description="first day no longer in common")
    days: int = Describe(description="days surely in common, within the period, at most through today")
    days_possible: int = Describe(description="days possibly in common")
    match: Match
    memberships: list[str] = Describe(description="ids of the two memberships")


class MutualMembershipOut(Shape):
    """One of the two is a member of the other."""

    id: str
    organization: OrganizationRef
    member: ActorRef
    status: str
    start: DateOut
    end: DateOut
    match: Match


class SharedAgreementOut(Shape):
    """An agreement that both acted on as signatory or party."""

    agreement: TitleRef
    a: list[str] = Describe(description="what a is to it: signatory, contracting, party, provisional")
    b: list[str] = Describe(description="what b is to it")
    start: DateOut = Describe(description="the day from which both were at least signatories")
    match: Match


class SharedEventOut(Shape):
    """An event that both took part in."""

    event: TitleRef
    start: DateOut
    a: list[str] = Describe(description="roles of a")
    b: list[str] = Describe(description="roles of b")
    match: Match


class DyadRelationOut(Shape):
    """A relation between the two."""

    id: str
    type: str
    from_: str = Describe(alias="from")
    to: str
    start: DateOut
    end: DateOut
    match: Match


class DyadTotalsOut(Shape):
    """How much two actors share."""

    organizations: int | None = Describe(
        None, description="organizations in which both held a status at the same time, other than invited or applying"
    )
    full_memberships: int | None = Describe(None, description="those in which both were members at the same time")
    days: int | None = Describe(None, description="days on which they surely shared any organization, in any status")
    days_possible: int | None = Describe(None, description="days on which they can have shared one")
    agreements: int | None = None
    events: int | None = None
    relations: int | None = None


class DyadOut(Shape):
    """Everything two actors share."""

    a: ActorRef | None = None
    b: ActorRef | None = None
    totals: DyadTotalsOut | None = None
    memberships: list[JointMembershipOut] | None = None
    mutual: list[MutualMembershipOut] | None = Describe(None, description="memberships of the one in the other")
    agreements: list[SharedAgreementOut] | None = None
    events: list[SharedEventOut] | None = None
    relations: list[DyadRelationOut] | None = None


DyadEntryKind = Literal[
    "joint_membership_start",
    "joint_membership_end",
    "membership_start",
    "membership_end",
    "agreement",
    "event",
    "relation",
]


class DyadEntryOut(Row):
    """One entry on the common axis of two actors."""

    date: DateOut | None = None
    kind: DyadEntryKind | None = None
    id: str | None = Describe(None, description="id of the organization, agreement, event or relation")
    title: str | None = None
    a: list[str] | None = Describe(None, description="what a is in it: statuses or roles")
    b: list[str] | None = Describe(None, description="what b is in it")


class OverlapOut(Row):
    """One actor, and its status in each organization."""

    actor: ActorRef | None = None
    organizations: dict[str, str | None] | None = Describe(
        None, description="status by organization, null where there is none; in flat formats a column each"
    )
    shared: int | None = Describe(None, description="in how many of the organizations it is")


def _argument(  # noqa: PLR0913 - a declaration names all its parts
    name: str, kinds: tuple[Kind, ...], text: str, example: str, *, single: bool, required: bool = True
) -> Filter:
    return Filter(name, FilterType.REFERENCE, text, kinds=kinds, example=example, plain=True, single=single, required=required)


def _day(name: str, text: str, example: str) -> Filter:
    return Filter(name, FilterType.MOMENT, text, example=example, plain=True, single=True, required=True)


def _view(  # noqa: PLR0913 - a declaration names all its parts
    name: str,
    summary: str,
    out: type[Shape],
    arguments: tuple[Filter, ...],
    *,
    taken: str,
    sort: str,
    actors: tuple[str, ...] = (),
) -> Spec:
    return Spec(
        name=name,
        kind=Kind.MEMBERSHIP,
        summary=summary,
        out=out,
        fields=fields_of(out),
        filters=filters(*arguments),
        default_sort=sort,
        actors=actors,
        shaping=frozenset({*taken.split(), *(("codes",) if actors else ()), "fields", "lang", "limit", "known_at", "release"}),
    )


DIFF = _view(
    "diff",
    "What changed in an organization after one day through another",
    ChangeOut,
    (
        _argument("organization", (Kind.ORGANIZATION,), "organization", "sco", single=True),
        _day("from", "state of things to compare with; of a month or year: its first day", "2016-01-01"),
        _day("to", "last day of changes; of a month or year: its last day", "2026-01-01"),
    ),
    taken="certainty",
    sort="date",
    actors=("member",),
)
_PAIR = tuple(
    _argument(one, ACTOR_KINDS, "state or organization", example, single=True) for one, example in (("a", "AZE"), ("b", "KAZ"))
)
DYAD = _view("dyad", "What two actors share", DyadOut, _PAIR, taken="during", sort="a.id", actors=("a", "b"))
DYAD_TIMELINE = _view(
    "dyad-timeline", "What two actors share, in the order of days", DyadEntryOut, _PAIR, taken="during certainty", sort="date"
)
OVERLAP = _view(
    "overlap",
    "Who is in which of several organizations on a day",
    OverlapOut,
    (
        _argument("organizations", (Kind.ORGANIZATION,), "the columns", "sco,ots,cis", single=False),
        _argument("actors", ACTOR_KINDS, "only these actors", "AZE,KAZ", single=False, required=False),
        Filter(
            "statuses",
            FilterType.CHOICE,
            "statuses that count; member if not given",
            choices=Status,
            example="member",
            plain=True,
        ),
    ),
    taken="at certainty",
    sort="actor.id",
    actors=("actor",),
)
