"""Facts for views that Python computes: read by the same questions as the collections, a statement a kind of fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dates.spans import Span, span
from app.queries.paging import fetch_all
from app.schemas.filters import Operator
from app.schemas.questions import Condition, Group, Question
from app.schemas.tables import MOMENT_PARTS, Field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.db.sessions import Snapshot
    from app.queries.moments import Moment
    from app.queries.resource import Resource
    from app.schemas.questions import TimeCondition
    from app.schemas.tables import Row, Value

EVIDENCE = ("claims", "conflict", "best.id", "best.source", "best.title", "best.publisher", "best.url", "best.quote")


class Fact:
    """A row whose cells are asked for by the path of their field."""

    __slots__ = ("_places", "_row")

    def __init__(self, places: Mapping[str, int], row: Row) -> None:
        """Hold a row and where its fields begin."""
        self._places, self._row = places, row

    def __getitem__(self, path: str) -> Value:
        """Give the cell of a field."""
        return self._row[self._places[path]]

    def moment(self, path: str) -> Moment:
        """Give the five cells of a date."""
        place = self._places[path]
        return tuple(self._row[place : place + len(MOMENT_PARTS)])

    def span(self, start: str = "start", end: str = "end") -> Span:
        """Give the days between two dates."""
        cells = (*self.moment(start)[1:3], *self.moment(end)[1:3])
        return span(*(None if cell is None else str(cell) for cell in cells))

    def evidence(self) -> list[Value]:
        """Give the cells of its evidence, in the order of `EVIDENCE`."""
        return [self[f"evidence.{one}"] for one in EVIDENCE]

    def actor(self, path: str, codes: Sequence[str]) -> list[Value]:
        """Give the cells of an actor, in the order of `actor_fields`."""
        return [self[f"{path}.{one}"] for one in ("id", "name", "kind", *(f"codes.{scheme}" for scheme in codes))]


def actor_fields(path: str, codes: Sequence[str]) -> tuple[Field, ...]:
    """Give the fields of an actor: id, name, kind, codes."""
    return *(Field(f"{path}.{one}") for one in ("id", "name", "kind")), *(Field(f"{path}.codes.{one}") for one in codes)


def read(
    snapshot: Snapshot,
    resource: Resource,
    asked: Question,
    *conditions: Condition | Group,
    times: tuple[TimeCondition, ...] = (),
    fields: tuple[str, ...] = (),
) -> list[Fact]:
    """Read all rows of a resource that meet the conditions, in the language of a view's question.

    They have the fields that are named; without any all of them, with the codes that the question asks for.
    """
    codes = () if fields else asked.codes
    question = Question(resource.spec.name, Group("and", conditions), times, fields=fields, lang=asked.lang, codes=codes)
    table = fetch_all(snapshot, resource, question)
    places: dict[str, int] = {}
    position = 0
    for one in table.fields:
        places[one.path] = position
        position += one.width
    return [Fact(places, row) for row in table.rows]


def among(field: str, *values: str) -> Condition:
    """Give the condition that a field has one of the values."""
    return Condition(field, Operator.EQ, values)
