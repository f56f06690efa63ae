"""What changed in an organization: the moments at which a member's statuses, or the organization's name, became others."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import select

from app.dates import parse_day_range
from app.errors import BadQueryError
from app.models import Name
from app.queries.computed import Computation, Computed, arguments, listed
from app.queries.facts import EVIDENCE, Fact, actor_fields, among, read
from app.queries.memberships import MEMBERSHIPS
from app.queries.moments import NO_MOMENT, Moment, end_key, key, lies
from app.schemas.comparisons import DIFF, OrganizationChange
from app.schemas.questions import Question, TimeCondition, TimeTest
from app.schemas.tables import Field, FieldType
from app.vocabulary import PENDING_STATUSES, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.db.sessions import Snapshot
    from app.schemas.tables import Row, Value

_RANK = {status.value: n for n, status in enumerate(Status)}
_NOT_IN = frozenset(status.value for status in PENDING_STATUSES)
_STILL_IN = frozenset({Status.SUSPENDED.value, Status.FROZEN.value})


def _diff(snapshot: Snapshot, question: Question) -> Computed:
    given = arguments(question)
    organization = str(given["organization"][0])
    after, through = parse_day_range(str(given["from"][0]))[0], parse_day_range(str(given["to"][0]))[1]
    if after > through:
        message = f"'from' is {given['from'][0]}, after 'to', which is {given['to'][0]}"
        raise BadQueryError.at("from", "bad-period", message)
    period = (_day_after(after), through.isoformat())
    held = TimeCondition(TimeTest.DURING, after.isoformat(), through.isoformat(), "")
    facts = read(snapshot, MEMBERSHIPS, question, among("organization", organization), times=(held,))
    members: dict[Value, list[Fact]] = {}
    for fact in facts:
        members.setdefault(fact["member.id"], []).append(fact)
    rows = [row for own in members.values() for row in _changes(own, period, question.codes)]
    rows += _renamings(snapshot, organization, period, question)
    fields = _fields(question)
    place = fields[0].width
    return listed(
        fields, sorted(rows, key=lambda row: (key(tuple(row[place : place + 5])), str(row[place + 5]))), question.certainty
    )


def _day_after(day: date) -> str:
    """Give the next day, or what sorts after every day of the calendar."""
    return (day + timedelta(days=1)).isoformat() if day < date.max else "~"


def _fields(question: Question) -> tuple[Field, ...]:
    kinds = {"claims": FieldType.INTEGER, "conflict": FieldType.BOOLEAN}
    return (
        Field("change"),
        Field("date", FieldType.MOMENT),
        *actor_fields("member", question.codes),
        Field("before", FieldType.JSON),
        Field("after", FieldType.JSON),
        *(Field(one) for one in ("membership", "started_by", "ended_by")),
        *(Field(f"evidence.{one}", kinds.get(one, FieldType.TEXT)) for one in EVIDENCE),
        Field("match"),
    )


@dataclass(slots=True)
class _Point:
    """A moment, and the facts of one member that begin and end there."""

    moment: Moment
    begun: list[Fact] = field(default_factory=list)
    ended: list[Fact] = field(default_factory=list)


def _points(facts: Iterable[Fact]) -> Iterable[_Point]:
    """Give the moments of one member: a status that ends on the day another begins is one change.

    Dates are the same where their texts are; the bounds of an imprecise one may be narrowed by the other end of its interval.
    An unknown date is nobody else's.
    """
    found: dict[tuple[Value, ...], _Point] = {}
    for fact in facts:
        for side in ("start", "end"):
            moment = fact.moment(side)
            same = (moment[0],) if moment[4] in {"known", "scheduled"} else (moment[0], fact["id"], side)
            if moment[4] != "ongoing":
                point = found.setdefault(same, _Point(moment))
                (point.begun if side == "start" else point.ended).append(fact)
    return found.values()


def _changes(facts: list[Fact], period: tuple[str, str], codes: tuple[str, ...]) -> Iterator[Row]:
    """Give the changes of one member: at each moment, the facts that begin and end there and those that hold around it."""
    for point in _points(facts):
        match = lies(point.moment, *period)
        if match is None:
            continue
        here = key(point.moment)
        own = {one["id"] for one in (*point.begun, *point.ended)}
        around = [one for one in facts if one["id"] not in own and key(one.moment("start")) < here < end_key(one.moment("end"))]
        before, after = (_statuses([*around, *some]) for some in (point.ended, point.begun))
        if before != after:
            fact = (point.begun or point.ended)[0]
            started = next((one["started_by"] for one in point.begun), None)
            ended = next((one["ended_by"] for one in point.ended), None)
            lists = [orjson.dumps(one).decode() for one in (before, after)]
            shown = [_change(before, after).value, *point.moment, *fact.actor("member", codes), *lists]
            yield [*shown, fact["id"], started, ended, *fact.evidence(), match]


def _statuses(facts: Iterable[Fact]) -> list[str]:
    return sorted({str(one["status"]) for one in facts}, key=_RANK.__getitem__)


def _change(before: list[str], after: list[str]) -> OrganizationChange:
    """Name a change: an invited actor is not in yet, a suspended or frozen member is not out."""
    was, now = (set(one) - _NOT_IN for one in (before, after))
    member = Status.MEMBER.value
    if now and (not was or (member in now and not was & {member, *_STILL_IN})):
        return OrganizationChange.JOINED
    return OrganizationChange.LEFT if was and not now else OrganizationChange.STATUS_CHANGED


def _renamings(snapshot: Snapshot, organization: str, period: tuple[str, str], question: Question) -> Iterator[Row]:
    """Give the moments at which an official or former name of the organization ended and others began."""
    parts = ("", "_earliest", "_latest", "_precision", "_status")
    columns = [getattr(Name, f"{side}{part}") for side in ("start", "end") for part in parts]
    types = ("official", "former", "acronym")
    statement = select(Name.name, *columns).where(
        Name.entity_id == organization, Name.lang == question.lang, Name.type.in_(types)
    )
    names = [(row[0], tuple(row[1:6]), tuple(row[6:11])) for row in snapshot.execute(statement.order_by(Name.position))]
    empty = [None] * (len(actor_fields("member", question.codes)))
    for moment in dict.fromkeys(end for _, _, end in names):
        match = lies(moment, *period)
        if match is None or moment[4] in {"ongoing", "unknown"}:
            continue
        lists = ([name for name, _, end in names if end == moment], [name for name, start, _ in names if _same(start, moment)])
        if lists[1]:
            cells = [orjson.dumps(one).decode() for one in lists]
            evidence = [None] * len(EVIDENCE)
            yield [OrganizationChange.RENAMED.value, *moment, *empty, *cells, None, None, None, *evidence, match]


def _same(one: Moment, other: Moment) -> bool:
    return one != NO_MOMENT and one[1:3] == other[1:3]


DIFFS = Computation(DIFF, _diff)
