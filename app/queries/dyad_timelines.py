"""What two actors share, on one axis: a dated entry for each beginning, end and happening."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from app.queries.computed import Computation, Computed, listed
from app.queries.dyads import asked_days, read_dyad
from app.queries.moments import key, lies
from app.schemas.comparisons import DYAD_TIMELINE
from app.schemas.tables import Field, FieldType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.db.sessions import Snapshot
    from app.queries.dyads import Dyad, Joint
    from app.queries.facts import Fact
    from app.queries.moments import Moment
    from app.schemas.questions import Question
    from app.schemas.tables import Row, Value

_FIELDS = (
    Field("date", FieldType.MOMENT),
    *(Field(one) for one in ("kind", "id", "title")),
    Field("a", FieldType.JSON),
    Field("b", FieldType.JSON),
    Field("match"),
)


def _timeline(snapshot: Snapshot, question: Question) -> Computed:
    dyad = read_dyad(snapshot, question)
    first, last = asked_days(question)
    rows: list[Row] = []
    for moment, kind, entity, title, words in _entries(dyad):
        match = None if moment[4] == "ongoing" else lies(moment, first, last)
        if match:
            rows.append([*moment, kind, entity, title, *(orjson.dumps(one).decode() for one in words), match])
    return listed(_FIELDS, sorted(rows, key=lambda row: (key(tuple(row[:5])), *map(str, row[5:9]))), question.certainty)


Entry = tuple["Moment", str, "Value", "Value", tuple[list[str], list[str]]]


def _entries(dyad: Dyad) -> Iterator[Entry]:
    for one in dyad.joint:
        yield one.start, "joint_membership_start", *_joint(one)
        yield one.end, "joint_membership_end", *_joint(one)
    for fact in dyad.mutual:
        yield fact.moment("start"), "membership_start", *_mutual(fact, dyad)
        yield fact.moment("end"), "membership_end", *_mutual(fact, dyad)
    for kind, things in (("agreement", dyad.agreements), ("event", dyad.events)):
        for thing in things:
            yield thing.date, kind, thing.id, thing.title, thing.words
    for fact in dyad.relations:
        words = ([str(fact["type"])], []) if fact["from.id"] == dyad.a.id else ([], [str(fact["type"])])
        both = words if fact["type"] != "diplomatic_relations" else ([str(fact["type"])], [str(fact["type"])])
        title = f"{fact['from.name']} and {fact['to.name']}: {str(fact['type']).replace('_', ' ')}"
        yield fact.moment("start"), "relation", fact["id"], title, both


def _joint(one: Joint) -> tuple[Value, Value, tuple[list[str], list[str]]]:
    return one.a["organization.id"], one.a["organization.name"], ([str(one.a["status"])], [str(one.b["status"])])


def _mutual(fact: Fact, dyad: Dyad) -> tuple[Value, Value, tuple[list[str], list[str]]]:
    status = [str(fact["status"])]
    words = (status, list[str]()) if fact["member.id"] == dyad.a.id else (list[str](), status)
    return fact["organization.id"], fact["organization.name"], words


DYAD_TIMELINES = Computation(DYAD_TIMELINE, _timeline)
