"""A page in two steps: which rows it has, and what stands in those of them that nobody holds yet.

The first step touches no table but the resource's own and no column that only shows; see `app.edge.ready` for what is won.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import orjson
from sqlalchemy import Text, bindparam, case, column, func, literal_column, select

from app.db.base import Recorded
from app.queries.matching import imprecise, matching
from app.queries.paging import Cursor
from app.queries.statements import (
    Order,
    ResourceKey,
    Shape,
    beyond,
    directions,
    ordering,
    shaped,
    slotted,
)
from app.schemas.questions import PREFERRED, Question
from app.schemas.tables import Counts, Field, Found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Select, SQLColumnExpression

    from app.db.sessions import Snapshot
    from app.queries.resource import Resource
    from app.queries.totals import Totals
    from app.schemas.tables import Row

    Selected = Select[*tuple[object, ...]]

MATCH = Field("match")


@dataclass(frozen=True, slots=True)
class Keys:
    """The rows of a page, where the next page begins, and how many there are on all pages."""

    found: Found
    next: Cursor | None
    counts: Counts


def has_keys(resource: Resource, question: Question) -> bool:
    """Give whether a question can be answered so: it asks for one version of each row, as it was curated."""
    plain = not (question.group_by or question.history or question.located) and question.resolve == PREFERRED
    return plain and bool(resource.spec.kinds) and issubclass(resource.model, Recorded)


def fetch_keys(
    snapshot: Snapshot, resource: Resource, question: Question, cursor: Cursor | None, totals: Totals | None = None
) -> Keys:
    """Find the rows of a page; by `totals` they are counted, but only where the first page does not hold them all."""
    rest, values = slotted(resource, question)
    after = tuple(key is not None for key in cursor.keys) if cursor else ()
    key = ResourceKey.of(resource)
    statement, width = _keys(key, Shape(rest, after))
    given = {**values, "row_limit": question.limit + 1}
    if cursor is not None:
        given |= {f"after{n}": one for n, one in enumerate(cursor.keys) if one is not None}
    rows = snapshot.rows(statement, given)
    more = len(rows) > question.limit
    found = Found([row[0] for row in rows[: question.limit]], [n for n, row in enumerate(rows[: question.limit]) if row[1]])
    if cursor is not None:
        counts = cursor.counts
    elif more:
        counts = totals.of(snapshot, resource, rest, values) if totals is not None else Counts(0, 0)
    else:
        counts = Counts(len(found), len(found) - len(found.possible))
    last = Cursor(snapshot.revision, tuple(rows[question.limit - 1][2 : 2 + width]), counts) if more else None
    return Keys(found, last, counts)


def fetch_order(snapshot: Snapshot, resource: Resource, question: Question) -> Found:
    """Find all rows of a question, by one statement; see `are_at_most` for how many these may be."""
    rest, values = slotted(resource, question)
    rows = snapshot.rows(_order(ResourceKey.of(resource), rest), values)
    return Found(array("q", [row[0] for row in rows]), array("q", [n for n, row in enumerate(rows) if row[1]]))


def are_at_most(snapshot: Snapshot, resource: Resource, question: Question, most: int) -> bool:
    """Give whether a question has no more rows than so many; no more of them than that are counted."""
    rest, values = slotted(resource, question)
    ((found,),) = snapshot.rows(_counting_some(ResourceKey.of(resource), rest), {**values, "row_limit": most + 1})
    return int(found) <= most


def fetch_rows(snapshot: Snapshot, resource: Resource, question: Question, versions: list[int]) -> Iterator[tuple[int, Row]]:
    """Give the rows of versions by their numbers, in any order, with the fields that a question asks for, without `match`."""
    statement = _rows(ResourceKey.of(resource), question.shown())
    for row in snapshot.rows(statement, {"versions": orjson.dumps(versions).decode()}):
        yield cast("int", row[0]), row[1:]


def row_fields(resource: Resource, question: Question) -> tuple[Field, ...]:
    """Give the fields of those rows."""
    return shaped(resource, question)[1]


@lru_cache(2048)
def _keys(key: ResourceKey, shape: Shape) -> tuple[Selected, int]:
    resource, question = key.resource, shape.question
    order = ordering(resource, question)
    statement = _found(resource, question, order, [expr for expr, _, _ in order])
    if shape.after:
        statement = statement.where(beyond(order, shape.after))
    return statement.limit(bindparam("row_limit")), len(order)


@lru_cache(2048)
def _order(key: ResourceKey, question: Question) -> Selected:
    return _found(key.resource, question, ordering(key.resource, question))


def _found(resource: Resource, question: Question, order: Order, more: Sequence[SQLColumnExpression[object]] = ()) -> Selected:
    """Select the number of each row's version, 1 where it matches only possibly, and what else is wanted of it, in an order."""
    truth, where = matching(resource, question)
    doubt = case((truth.certain, 0), else_=1) if imprecise(question, resource) else literal_column("0")
    parts = [resource.versions.pk, doubt, *more]
    needed = [*parts, *(expr for expr, _, _ in order), where]
    statement = resource.joined(select(*(part.label(f"c{n}") for n, part in enumerate(parts))), needed)
    return statement.where(where).order_by(*directions(order))


@lru_cache(2048)
def _counting_some(key: ResourceKey, question: Question) -> Selected:
    _, where = matching(key.resource, question)
    some = key.resource.joined(select(key.resource.versions.pk), [where]).where(where).limit(bindparam("row_limit"))
    return select(func.count()).select_from(some.subquery())


@lru_cache(2048)
def _rows(key: ResourceKey, question: Question) -> Selected:
    resource = key.resource
    columns, fields = shaped(resource, question)
    parts = [resource.versions.pk, *(expr for one in fields for expr in columns[one.path])]
    listed = func.json_each(bindparam("versions", type_=Text)).table_valued(column("value"))
    statement = resource.joined(select(*(part.label(f"c{n}") for n, part in enumerate(parts))), parts)
    return statement.where(resource.versions.pk.in_(select(listed.c.value)))
