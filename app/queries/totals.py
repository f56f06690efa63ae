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

    def __init__(self) -> None:
        """Start empty."""
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
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return found


@lru_cache(2048)
def _counting(key: ResourceKey, question: Question) -> Select[*tuple[object, ...]]:
    truth, where = matching(key.resource, question)
    certain = func.count(case((truth.certain, 1))) if imprecise(question, key.resource) else literal_column("NULL")
    return key.resource.joined(select(func.count(), certain), [where]).where(where)
