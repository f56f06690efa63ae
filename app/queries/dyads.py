"""What two actors share: memberships with both statuses, agreements, events, relations; whole, or in the order of days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

import orjson

from app.dates.spans import Span, Window, common, length
from app.errors import BadQueryError
from app.queries.agreements import PARTIES
from app.queries.computed import Block, Computation, Computed, arguments
from app.queries.events import EVENTS, PARTICIPATIONS
from app.queries.facts import Fact, actor_fields, among, read
from app.queries.holdings import Selection, read_members
from app.queries.memberships import MEMBERSHIPS
from app.queries.moments import key, later, record, sooner
from app.queries.relations import RELATIONS
from app.queries.revisions import get_moment
from app.schemas.comparisons import DYAD
from app.schemas.tables import Field, FieldType
from app.vocabulary import PENDING_STATUSES, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.db.sessions import Snapshot
    from app.queries.holdings import Subject
    from app.queries.moments import Moment
    from app.schemas.questions import Question
    from app.schemas.tables import Value


_DAYS = ("start", "end")
_MEMBERSHIP = ("id", "organization.id", "organization.name", "organization.acronym", "member.id", "member.name", "member.kind",
               "status", *_DAYS)  # fmt: skip
_PARTY = ("agreement.id", "agreement.title", "actor.id", "status", "start")
_PART = ("event.id", "event.title", "actor.id", "role")
_RELATION = ("id", "type", "from.id", "from.name", "to.id", "to.name", *_DAYS)
"""What is read of each fact: no evidence, which stands with the fact itself."""


@dataclass(frozen=True, slots=True)
class Joint:
    """Two memberships in one organization that can overlap."""

    a: Fact
    b: Fact
    span: Span
    match: str

    @property
    def start(self) -> Moment:
        """The first day in common."""
        return later(self.a.moment("start"), self.b.moment("start"))

    @property
    def end(self) -> Moment:
        """The first day no longer in common."""
        return sooner(self.a.moment("end"), self.b.moment("end"))


@dataclass(frozen=True, slots=True)
class Both:
    """One thing that both had a part in: its facts of either side, and the day of it."""

    id: str
    title: str
    words: tuple[list[str], list[str]]
    date: Moment
    match: str


@dataclass(frozen=True, slots=True)
class Dyad:
    """Everything that two actors share."""

    a: Subject
    b: Subject
    period: Window
    joint: list[Joint]
    mutual: list[Fact]
    agreements: list[Both]
    events: list[Both]
    relations: list[Fact]


def read_dyad(snapshot: Snapshot, question: Question) -> Dyad:
    """Read a dyad: a statement for each kind of fact, and one for the days of the events."""
    given = arguments(question)
    a, b = (str(given[name][0]) for name in ("a", "b"))
    if a == b:
        message = f"'{a}' is named twice; a dyad is two different actors"
        raise BadQueryError.at("b", "same-actor", message)
    actors = read_members(snapshot, Selection(actors=(a, b), codes=question.codes, lang=question.lang))
    sides = (a, b)
    times = question.times
    held = read(snapshot, MEMBERSHIPS, question, among("member", *sides), times=times, fields=_MEMBERSHIP)
    parties = read(snapshot, PARTIES, question, among("actor", *sides), times=times, fields=_PARTY)
    parts = read(snapshot, PARTICIPATIONS, question, among("actor", *sides), times=times, fields=_PART)
    relations = read(snapshot, RELATIONS, question, among("from", *sides), among("to", *sides), times=times, fields=_RELATION)
    period = _period(snapshot, question)
    return Dyad(
        actors[a],
        actors[b],
        period,
        _joint(held, sides, _asked(question)),
        [one for one in held if one["organization.id"] in sides],
        _agreements(parties, sides),
        _events(snapshot, question, parts, sides),
        relations,
    )


def asked_days(question: Question) -> tuple[str, str]:
    """Give the first and the last day of `during`, without it those of the calendar."""
    time = next(iter(question.times), None)
    return (time.first, time.last) if time else (date.min.isoformat(), date.max.isoformat())


def _asked(question: Question) -> Window:
    first, last = (date.fromisoformat(day).toordinal() for day in asked_days(question))
    return first, last + 1


def _period(snapshot: Snapshot, question: Question) -> Window:
    """Give the days that are counted: those asked for, through the day on which the revision was recorded."""
    first, after = _asked(question)
    recorded = get_moment(snapshot.connection, snapshot.revision).recorded_at or date.min.isoformat()
    return first, min(after, date.fromisoformat(recorded[:10]).toordinal() + 1)


def _joint(held: Sequence[Fact], sides: tuple[str, str], window: Window) -> list[Joint]:
    found: list[Joint] = []
    by_organization: dict[Value, tuple[list[Fact], list[Fact]]] = defaultdict(lambda: ([], []))
    for fact in held:
        by_organization[fact["organization.id"]][sides.index(str(fact["member.id"]))].append(fact)
    for ours, theirs in by_organization.values():
        for one, other in product(ours, theirs):
            both = common(one.span(), other.span())
            match = both.meets(window) if both else None
            if both and match:
                found.append(Joint(one, other, both, match.value))
    return sorted(found, key=lambda one: (key(one.start), str(one.a["organization.id"]), str(one.a["id"]), str(one.b["id"])))


def _paired(
    facts: Iterable[Fact], sides: tuple[str, str], path: str, word: str
) -> list[tuple[str, str, tuple[list[Fact], list[Fact]], tuple[list[str], list[str]]]]:
    """Give what both sides have facts of: id, title, the facts and their words by side."""
    found: dict[str, tuple[list[Fact], list[Fact]]] = defaultdict(lambda: ([], []))
    for fact in facts:
        found[str(fact[f"{path}.id"])][sides.index(str(fact["actor.id"]))].append(fact)
    return [
        (entity, str(own[0][0][f"{path}.title"]), own, _words(own, word)) for entity, own in found.items() if own[0] and own[1]
    ]


def _words(own: tuple[list[Fact], list[Fact]], word: str) -> tuple[list[str], list[str]]:
    first, second = ([str(one[word]) for one in facts] for facts in own)
    return list(dict.fromkeys(first)), list(dict.fromkeys(second))


def _agreements(parties: Sequence[Fact], sides: tuple[str, str]) -> list[Both]:
    found: list[Both] = []
    for entity, title, own, words in _paired(parties, sides, "agreement", "status"):
        starts = [min((one.moment("start") for one in facts), key=key) for facts in own]
        sure = all(any(one["match"] == "certain" for one in facts) for facts in own)
        found.append(Both(entity, title, words, later(*starts), "certain" if sure else "possible"))
    return sorted(found, key=lambda one: (key(one.date), one.id))


def _events(snapshot: Snapshot, question: Question, parts: Sequence[Fact], sides: tuple[str, str]) -> list[Both]:
    paired = _paired(parts, sides, "event", "role")
    if not paired:
        return []
    wanted = among("id", *(one[0] for one in paired))
    events = read(snapshot, EVENTS, question, wanted, times=question.times, fields=("id", "start"))
    by_id = {one["id"]: one for one in events}
    found = [
        Both(entity, title, words, by_id[entity].moment("start"), str(by_id[entity]["match"]))
        for entity, title, _, words in paired
    ]
    return sorted(found, key=lambda one: (key(one.date), one.id))


def _totals(dyad: Dyad) -> list[Value]:
    """Count what is shared; an actor that was only invited or applied shares nothing yet."""
    pending = {status.value for status in PENDING_STATUSES}
    shared = [one for one in dyad.joint if not pending & {one.a["status"], one.b["status"]}]
    full = {one.a["organization.id"] for one in shared if one.a["status"] == one.b["status"] == Status.MEMBER}
    organizations = {one.a["organization.id"] for one in shared}
    days = _days([one.span for one in shared], dyad.period)
    return [len(organizations), len(full), *days, len(dyad.agreements), len(dyad.events), len(dyad.relations)]


def _days(spans: Sequence[Span], period: Window) -> tuple[int, int]:
    return length([one.certain for one in spans], period), length([one.possible for one in spans], period)


def _whole(snapshot: Snapshot, question: Question) -> Computed:
    dyad = read_dyad(snapshot, question)
    totals = ("organizations", "full_memberships", "days", "days_possible", "agreements", "events", "relations")
    lists: dict[str, list[dict[str, object]]] = {
        "memberships": [_joint_record(one, dyad.period) for one in dyad.joint],
        "mutual": [_mutual_record(one) for one in dyad.mutual],
        "agreements": [{"agreement": {"id": one.id, "title": one.title}, **_both_record(one)} for one in dyad.agreements],
        "events": [{"event": {"id": one.id, "title": one.title}, **_both_record(one)} for one in dyad.events],
        "relations": [_relation_record(one) for one in dyad.relations],
    }
    fields = (
        *actor_fields("a", question.codes),
        *actor_fields("b", question.codes),
        *(Field(f"totals.{one}", FieldType.INTEGER) for one in totals),
        *(Field(one, FieldType.JSON) for one in lists),
    )
    named = [cell for one in (dyad.a, dyad.b) for cell in (one.id, one.name, one.kind, *_codes(one, question, dyad.period))]
    row = [*named, *_totals(dyad), *(orjson.dumps(one).decode() for one in lists.values())]
    return Computed(fields, [Block(1, lambda: [row])], single=True)


def _codes(subject: Subject, question: Question, period: Window) -> list[Value]:
    return [subject.code(scheme, (period[1] - 1, period[1])) for scheme in question.codes]


def _organization(fact: Fact) -> dict[str, object]:
    return {one: fact[f"organization.{one}"] for one in ("id", "name", "acronym")}


def _joint_record(one: Joint, period: Window) -> dict[str, object]:
    days, possible = _days([one.span], period)
    statuses = {"a": one.a["status"], "b": one.b["status"]}
    held = {"start": record(one.start), "end": record(one.end), "days": days, "days_possible": possible}
    return {
        "organization": _organization(one.a),
        **statuses,
        **held,
        "match": one.match,
        "memberships": [one.a["id"], one.b["id"]],
    }


def _mutual_record(one: Fact) -> dict[str, object]:
    member = {part: one[f"member.{part}"] for part in ("id", "name", "kind")}
    dates = {side: record(one.moment(side)) for side in ("start", "end")}
    return {
        "id": one["id"],
        "organization": _organization(one),
        "member": member,
        "status": one["status"],
        **dates,
        "match": one["match"],
    }


def _both_record(one: Both) -> dict[str, object]:
    return {"a": one.words[0], "b": one.words[1], "start": record(one.date), "match": one.match}


def _relation_record(one: Fact) -> dict[str, object]:
    dates = {side: record(one.moment(side)) for side in ("start", "end")}
    return {"id": one["id"], "type": one["type"], "from": one["from.id"], "to": one["to.id"], **dates, "match": one["match"]}


DYADS = Computation(DYAD, _whole)
