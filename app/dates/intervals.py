"""Half-open intervals [start, end) of imprecise dates, and whether they hold on given days.

`end` is the first day on which it no longer holds. An interval is stored as four nullable days:

- `start.earliest` None: no lower bound. `start.latest` None: no upper bound, so it is never certain.
- `end.earliest` None: never ends (ongoing), and only that. `end.latest` None: no upper bound, may never come.

A missing bound lies beyond the calendar, an open side of a question (`..`) is the calendar's first or last day. So
`throughout=../B` is certain only where `start.latest` is 0001-01-01 (a start of `..`), and `throughout=A/..` only where
`end.earliest` is None (ongoing); they are possible only where `start.earliest` (not later than 0001-01-01) or
`end.latest` is None. `during=A/..` is only possible, not certain, for a start without an upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum, auto

from app.dates.edtf import Bounds, DateError, DateStatus, parse_edtf

_DAY = timedelta(days=1)
_MARKS = {(False, False): "", (True, False): "~", (False, True): "?", (True, True): "%"}


class Match(StrEnum):
    """Whether something holds for every pair of days that its dates allow (`certain`) or only for some (`possible`)."""

    certain = auto()
    possible = auto()


@dataclass(frozen=True, slots=True)
class Interval:
    """[start, end), tightened; make it with `interval`, `point` or `days`, which keep the module's meaning of None."""

    start: Bounds
    end: Bounds


def interval(start: Bounds, end: Bounds) -> Interval:
    """Join two dates, tightened: each bound of the result is attained by some pair of days with start < end.

    An end that is not ongoing always gets an `earliest`: the day after the earliest start, and 0001-01-02 where the
    start has none. DateError: no start before an end exists; the value is `start/end`.
    """
    if end.status is DateStatus.ongoing:
        return Interval(start, end)
    first = start.earliest or date.min
    if first >= (end.latest or date.max):
        both = f"{start.edtf}/{end.edtf}"
        raise DateError(both, "a start before the end, which is the first day on which it no longer holds")
    soonest = first + _DAY
    earliest = soonest if end.earliest is None else max(end.earliest, soonest)
    latest = start.latest
    if end.latest is not None:
        latest = end.latest - _DAY if latest is None else min(latest, end.latest - _DAY)
    return Interval(replace(start, latest=latest), replace(end, earliest=earliest))


def point(text: str) -> Interval:
    """Give the interval of a happening of one day: 2016-03 ends in [2016-03-02..2016-04-01].

    The four bounds do not say that it lasts one day: `holds_throughout` a longer range may be possible.
    DateError: as for `parse_edtf`, and for a date that may be 9999-12-31, after which the calendar has no day.
    """
    return days(text, None)


def days(first: str, last: str | None) -> Interval:
    """Give the interval of a happening from `first` through `last`, both inclusive EDTF dates; None is one day.

    DateError: as for `parse_edtf`; `last` before `first`; a last day that may be 9999-12-31.
    """
    start = parse_edtf(first)
    final = start if last is None else parse_edtf(last)
    if start.earliest is not None and final.latest is not None and start.earliest > final.latest:
        raise DateError(final.edtf, f"a last day that is not before the first, {start.edtf}")
    return interval(start, _day_after(final))


def holds(interval: Interval, first: date | None, last: date | None) -> Match | None:
    """Say whether it holds on some day from `first` to `last` (inclusive, first <= last; None is an open side)."""
    return _match(interval, by=last or date.max, beyond=first or date.min)


def holds_throughout(interval: Interval, first: date | None, last: date | None) -> Match | None:
    """Say whether it holds on every day from `first` to `last` (inclusive, first <= last; None is an open side)."""
    return _match(interval, by=first or date.min, beyond=last or date.max)


def _match(interval: Interval, by: date, beyond: date) -> Match | None:
    """Answer both questions, which are one: started by the one day, and ends after the other."""
    start, end = interval.start, interval.end
    if start.latest is not None and start.latest <= by and (end.earliest is None or end.earliest > beyond):
        return Match.certain
    if (start.earliest is None or start.earliest <= by) and (end.latest is None or end.latest > beyond):
        return Match.possible
    return None


def _day_after(bounds: Bounds) -> Bounds:
    if date.max in (bounds.earliest, bounds.latest):
        raise DateError(bounds.edtf, "a last day before 9999-12-31, because an end is the day after it")
    mark = _MARKS[bounds.approximate, bounds.uncertain]
    sides = [f"{day + _DAY}{mark}" if day else "" for day in (bounds.earliest, bounds.latest)]
    return parse_edtf(sides[0] if sides[0] == sides[1] else f"[{sides[0]}..{sides[1]}]")
