"""Groups counted beforehand: by how many of its rows have begun by a day, and how many have ended.

What has ended had begun. So the rows of a group that hold on a day are those that have begun by then, less those that have
ended: two numbers that are looked up, for all groups at once, where SQL holds every row against the day. Of 40,000 memberships
in 3,000 groups that is half a millisecond instead of thirty.

A question fits where nothing but the one time that it asks for depends on days, that is a day or a period that rows have to
meet (`throughout` asks for two days of one row, which no sums tell), where a row is in one group, and where groups come by
their numbers and then in the order of their keys, which is the engine's own. SQL answers every other one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import compress
from operator import itemgetter, sub
from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import select

from app.db.base import Recorded
from app.queries.counting import key_of
from app.queries.matching import imprecise, matching
from app.queries.paging import CHUNK
from app.queries.predicates import Interval
from app.queries.ruling import ruled
from app.queries.statements import ResourceKey, directions, shaped, slotted
from app.schemas.counting import COUNTS
from app.schemas.questions import PREFERRED, Certainty, Question, Sort, TimeTest
from app.schemas.tables import Counts, Field, FieldType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Select

    from app.db.sessions import Snapshot
    from app.queries.resource import Resource
    from app.schemas.tables import Row, Value

_NEVER = 1 << 30
"""A day after all others: days are numbers of eight digits, 20141231."""
_NARROWEST = 64


def fits(resource: Resource, question: Question) -> bool:
    """Give whether a question may be answered by a tally; whether each row is in one group is seen when it is made."""
    if not question.group_by or question.count_distinct or question.sample or question.resolve != PREFERRED:
        return False
    if len(question.times) > 1 or not isinstance(resource.interval, Interval) or not issubclass(resource.model, Recorded):
        return False
    across = any(one.test is TimeTest.THROUGHOUT and one.first != one.last for one in question.times)
    return not across and _by_numbers(question) and not imprecise(replace(question, times=()), resource)


def _by_numbers(question: Question) -> bool:
    """Give whether groups are ordered by numbers and then by keys as these stand, with or without saying so."""
    paths = [one.path for one in question.sort]
    keys = [one for one in question.sort if one.path not in COUNTS]
    rest = paths[len(paths) - len(keys) :]
    return rest == [*question.group_by[: len(keys)]] and not any(one.descending for one in keys)


def timeless(question: Question) -> Question:
    """Give what the tally for a question depends on: all but the time, the order and what is shown of the answer."""
    asked = replace(question, times=(), certainty=Certainty.ANY, sort=(), limit=0)
    return replace(asked, known_at=None, release=None, located=False)


class _Steps:
    """How many rows of each group have come to something by a day."""

    def __init__(self, groups: int, events: Mapping[int, Sequence[int]]) -> None:
        """Take the groups of each day; the numbers so far are kept again and again, after half as many steps as there are groups.

        So what is missing takes no longer to be added than groups take to be given, and what is kept grows with the rows alone.
        """
        self._days, self._groups = array("i"), array("i")
        self._width = max(groups // 2, _NARROWEST)
        counts = array("i", bytes(groups * self._days.itemsize))
        self._marks = [counts[:]]
        for day in sorted(events):
            for group in events[day]:
                counts[group] += 1
                self._days.append(day)
                self._groups.append(group)
                if len(self._days) % self._width == 0:
                    self._marks.append(counts[:])

    def by(self, day: int) -> list[int]:
        """Count them, that day included."""
        end = bisect_right(self._days, day)
        mark = end // self._width
        counts = self._marks[mark].tolist()
        for group in self._groups[mark * self._width : end]:
            counts[group] += 1
        return counts

    @property
    def size(self) -> int:
        """Bytes that this takes."""
        return self._days.itemsize * (2 * len(self._days) + len(self._marks) * len(self._marks[0]))


class _Spans:
    """How many rows of each group meet days, each row from one day to before another.

    Dates that are not known to the day can cross, the last possible start after the first possible end. Such a row certainly
    holds on no day, yet in a period that has both: these are looked at one by one.
    """

    def __init__(self, groups: int, spans: Iterable[tuple[int, int, int]]) -> None:
        """Take rows: a group, the first day, the day after the last."""
        starts, ends = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        self.crossed: list[tuple[int, int, int]] = []
        for span in spans:
            group, start, end = span
            if start == _NEVER:
                continue
            if start > end:
                self.crossed.append(span)
                continue
            starts[start].append(group)
            if end < _NEVER:
                ends[end].append(group)
        self._starts, self._ends = _Steps(groups, starts), _Steps(groups, ends)

    def meeting(self, by: int, beyond: int) -> list[int]:
        """Count what has started by one day and ends after another, which is not later."""
        counts = list(map(sub, self._starts.by(by), self._ends.by(beyond)))
        for group, start, end in self.crossed if beyond < by else ():
            counts[group] += start <= by and end > beyond
        return counts

    @property
    def size(self) -> int:
        """Bytes that this takes."""
        return self._starts.size + self._ends.size + _CROSSED * len(self.crossed)


_CROSSED, _SHOWN = 160, 200
"""Bytes that a row takes whose dates cross, and what is shown of a group."""


class Counted(NamedTuple):
    """Groups in the order of an answer, by their places in a tally, and the three numbers of each group there."""

    groups: list[int]
    numbers: Mapping[str, Sequence[int]]

    @property
    def counts(self) -> Counts:
        """The groups and the rows of the whole answer."""
        count, certain, _ = map(sum, self.numbers.values())
        return Counts(len(self.groups), certain, count) if self.groups else Counts(0, 0)

    def of(self, groups: Sequence[int]) -> list[Iterator[int]]:
        """Give the numbers of some groups, each of the three by itself."""
        return [map(one.__getitem__, groups) for one in self.numbers.values()]


@dataclass(slots=True, eq=False)
class Tally:
    """The groups of one choice of rows in the order of their keys, and how many rows of each hold when."""

    fields: tuple[Field, ...]
    rows: Sequence[Row]
    """What is shown of each group before its numbers."""
    _key: Callable[[Row], tuple[Value, ...]]
    _possible: _Spans
    _certain: _Spans
    size: int = field(init=False)
    """Bytes that this takes."""
    steps: int = field(init=False)
    """How much there is to look at for an answer."""

    def __post_init__(self) -> None:
        """Add the parts up."""
        self.steps = len(self.rows) + len(self._possible.crossed) + len(self._certain.crossed)
        self.size = self._possible.size + self._certain.size + _SHOWN * len(self.rows)

    def counted(self, question: Question) -> Counted:
        """Count the rows of every group, and order those that have any as the question does."""
        if question.times:
            by, beyond = (_number(day) for day in (question.times[0].last, question.times[0].first))
        else:
            by, beyond = _NEVER, 0
        counts = self._possible.meeting(by, beyond)
        certain = self._certain.meeting(by, beyond) if question.times else counts
        if question.certainty is Certainty.CERTAIN:
            counts = certain
        elif question.certainty is Certainty.POSSIBLE:
            counts, certain = list(map(sub, counts, certain)), [0] * len(counts)
        numbers = dict(zip(COUNTS, (counts, certain, list(map(sub, counts, certain))), strict=True))
        groups = list(compress(range(len(counts)), counts))
        for one in reversed(_order(question)):
            groups.sort(key=numbers[one.path].__getitem__, reverse=one.descending)
        return Counted(groups, numbers)

    def cursor_keys(self, question: Question, found: Counted, group: int) -> tuple[Value, ...]:
        """Give the keys of a cursor behind a group."""
        return (*(found.numbers[one.path][group] for one in _order(question)), *self._key(self.rows[group]))

    def place_after(self, groups: Sequence[int], keys: tuple[Value, ...]) -> int:
        """Give the place among groups that follows a cursor's."""
        wanted = keys[-len(self._key(self.rows[0])) :]
        return 1 + next(n for n, group in enumerate(groups) if self._key(self.rows[group]) == wanted)


def _order(question: Question) -> list[Sort]:
    """Give the numbers that groups are ordered by, the first one first."""
    return [one for one in question.sort if one.path in COUNTS] if question.sort else [Sort(COUNTS[0], descending=True)]


def take_tally(snapshot: Snapshot, resource: Resource, question: Question) -> Tally | None:
    """Read the rows that a question is about, whenever they hold, and count them.

    None where a row can be in several groups, or what is shown of a group differs from row to row.
    """
    rest, values = slotted(resource, timeless(question))
    reading = _reading(ResourceKey.of(resource), rest)
    if reading is None:
        return None
    groups: dict[Row, int] = {}
    columns: list[array[int]] = [array("i") for _ in range(5)]
    for part in snapshot.execute(reading.select, values, stream=True).partitions(CHUNK):
        for *shown, start, late_start, soon_end, end in part:
            first, last = _number(start or ""), _number(end) if end else _NEVER
            # without a latest start it is never certain; and what is certain is possible
            sure_first = max(first, _number(late_start)) if late_start else _NEVER
            sure_last = min(last, _number(soon_end)) if soon_end else last
            group = groups.setdefault(tuple(shown), len(groups))
            for column, value in zip(columns, (group, first, last, sure_first, sure_last), strict=True):
                column.append(value)
    key = _keyed(reading.places)
    if len(set(map(key, groups))) < len(groups):
        return None
    possible = _Spans(len(groups), zip(*columns[:3], strict=True))
    certain = _Spans(len(groups), zip(columns[0], *columns[3:], strict=True))
    return Tally(reading.fields, [*groups], key, possible, certain)


def _keyed(places: tuple[int, ...]) -> Callable[[Row], tuple[Value, ...]]:
    """Give what takes the key out of what is shown of a group."""
    return itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)


def _number(day: str) -> int:
    return int(day.replace("-", "") or "0")


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the rows of a tally are read: what is shown of each one's group, then its four days, in the order of keys."""

    select: Select[*tuple[object, ...]]
    fields: tuple[Field, ...]
    places: tuple[int, ...]
    """Which of the values tell groups apart."""


@lru_cache(256)
def _reading(resource_key: ResourceKey, question: Question) -> _Reading | None:
    resource = ruled(resource_key.resource, question)
    columns, _ = shaped(resource, question)
    _, where = matching(resource, question)
    keys = [key_of(resource, columns, name, (question.lang, where)) for name in question.group_by]
    if any(one.many for one in keys):
        return None
    shown = [part for one in keys for part in ((one.field, one.value), *one.shown)]
    places = [n for n, (one, _) in enumerate(shown) if one in [key.field for key in keys]]
    held = cast("Interval", resource.interval)
    days = [held.start_earliest, held.start_latest, held.end_earliest, held.end_latest]
    parts = [*(expr for _, expr in shown), *days]
    statement = resource.joined(select(*(part.label(f"c{n}") for n, part in enumerate(parts))), [*parts, where])
    statement = statement.where(where).order_by(*directions([(one.value, False, True) for one in keys]))
    fields = (*(one for one, _ in shown), *(Field(name, FieldType.INTEGER) for name in COUNTS))
    return _Reading(statement, fields, tuple(places))
