"""How many rows match, remembered: of one revision it never changes, however the rows are sorted, cut into pages and shown."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import case, func, literal_column, select

from app.queries.matching import imprecise, matching
from app.queries.statements import ResourceKey
from app.schemas.tables import Counts

if TYPE_CHECKING:
    from sqlalchemy import Select

    from app.db.sessions import Snapshot
    from app.queries.resource import Resource
    from app.queries.statements import Values
    from app.schemas.questions import Question

REMEMBERED = 4_096


class Totals:
    """The counts that were asked for lately."""

    def __init__(self, most: int = REMEMBERED) -> None:
        """Start empty."""
        self._most = most
        self._known: OrderedDict[tuple[object, ...], Counts] = OrderedDict()

    def of(self, snapshot: Snapshot, resource: Resource, rest: Question, values: Values) -> Counts:
        """Give the counts of a question whose values were taken out (`slotted`)."""
        found = self.known(snapshot, resource, rest, values)
        if found is None:
            ((total, certain),) = snapshot.rows(_counting(ResourceKey.of(resource), rest), values)
            found = Counts(int(total), int(total if certain is None else certain))
            self.remember(snapshot, resource, rest, values, found)
        return found

    def known(self, snapshot: Snapshot, resource: Resource, rest: Question, values: Values) -> Counts | None:
        """Give the counts of a question if they are remembered; groups never are."""
        return self._known.get(_key(snapshot, resource, rest, values))

    def remember(self, snapshot: Snapshot, resource: Resource, rest: Question, values: Values, counts: Counts) -> None:
        """Keep the counts of a question that something else has counted."""
        self._known[_key(snapshot, resource, rest, values)] = counts
        with suppress(KeyError):
            while len(self._known) > self._most:
                self._known.popitem(last=False)


ANEW = Totals(0)
"""Counts that are not remembered."""


def _key(snapshot: Snapshot, resource: Resource, rest: Question, values: Values) -> tuple[object, ...]:
    narrowing = (rest.where, rest.times, rest.certainty, rest.sample, rest.resolve, rest.history)
    return (snapshot.revision, resource.spec.name, narrowing, *values.items())


@lru_cache(2048)
def _counting(key: ResourceKey, question: Question) -> Select[*tuple[object, ...]]:
    truth, where = matching(key.resource, question)
    certain = func.count(case((truth.certain, 1))) if imprecise(question, key.resource) else literal_column("NULL")
    return key.resource.joined(select(func.count(), certain), [where]).where(where)
