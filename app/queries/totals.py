"""How many rows match, remembered: of one revision it never changes, however the rows are sorted, cut into pages and shown."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Integer, case, cast, func, null, select, union_all

from app.queries.matching import imprecise, matching
from app.queries.statements import ResourceKey
from app.schemas.tables import Counts

if TYPE_CHECKING:
    from sqlalchemy import Select

    from app.db.sessions import Snapshot
    from app.queries.resource import Resource
    from app.queries.statements import Values
    from app.schemas.questions import Question

    Selected = Select[*tuple[object, ...]]

REMEMBERED = 4_096


class Totals:
    """The counts that were asked for lately."""

    def __init__(self, most: int = REMEMBERED) -> None:
        """Start empty."""
        self._most = most
        self._known: OrderedDict[tuple[object, ...], Counts] = OrderedDict()

    def of(self, snapshot: Snapshot, resource: Resource, rest: Question, values: Values) -> Counts:
        """Give the counts of a question whose values were taken out (`slotted`)."""
        narrowing = (rest.where, rest.times, rest.certainty, rest.sample)
        key = (snapshot.revision, resource.spec.name, narrowing, *values.items())
        found = self._known.get(key)
        if found is None:
            ((total, certain),) = snapshot.rows(_counting(ResourceKey.of(resource), rest), values)
            found = self._known[key] = Counts(int(total), int(total if certain is None else certain))
            with suppress(KeyError):
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
        return found


ANEW = Totals(0)
"""Counts that are not remembered."""


@lru_cache(2048)
def _counting(key: ResourceKey, question: Question) -> Selected:
    resource = key.resource
    doubtful = imprecise(question, resource)
    if not resource.parts:
        return _counted(resource, question, doubtful=doubtful)
    counts = union_all(*(_counted(one, question, doubtful=doubtful) for one in resource.parts)).subquery()
    return select(*(func.sum(one) for one in counts.c))


def _counted(resource: Resource, question: Question, *, doubtful: bool) -> Selected:
    truth, where = matching(resource, question)
    certain = func.count(case((truth.certain, 1))) if doubtful else cast(null(), Integer)
    return resource.joined(select(func.count().label("total"), certain.label("certain")), [where]).where(where)
