"""Intervals as whole numbers, for counting days: the four bounds of `app.dates.intervals` as ordinals of days.

Day 1 is 0001-01-01 (`datetime.date.toordinal`). A missing lower bound is 0, before the calendar; a missing upper bound,
and the start of an end that never comes, is `BEYOND`, after it. Windows are half-open pairs of ordinals, [first, after).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from app.dates.intervals import Match

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Window: TypeAlias = tuple[int, int]

BEYOND = date.max.toordinal() + 1


class Span(NamedTuple):
    """Half-open [start, end), either end imprecise; `sure` says that it holds on some day for certain."""

    start_earliest: int
    start_latest: int
    end_earliest: int
    end_latest: int
    sure: bool = True

    @property
    def possible(self) -> Window:
        """The days on which it can hold."""
        return self.start_earliest, self.end_latest

    @property
    def certain(self) -> Window:
        """The days on which it holds whatever its dates are; empty where the first is not before the second."""
        return self.start_latest, self.end_earliest

    def meets(self, window: Window) -> Match | None:
        """Say whether it holds on some day of a window: the twin of `holds`."""
        first, after = window
        if self.sure and self.start_latest < after and self.end_earliest > first:
            return Match.certain
        return Match.possible if self.start_earliest < after and self.end_latest > first else None


def span(start_earliest: str | None, start_latest: str | None, end_earliest: str | None, end_latest: str | None) -> Span:
    """Make a span of the four days of an interval (ISO 8601 texts), as the store holds them."""
    return Span(
        date.fromisoformat(start_earliest).toordinal() if start_earliest else 0,
        date.fromisoformat(start_latest).toordinal() if start_latest else BEYOND,
        date.fromisoformat(end_earliest).toordinal() if end_earliest else BEYOND,
        date.fromisoformat(end_latest).toordinal() if end_latest else BEYOND,
    )


def years_of(possible: Window, asked: range) -> range:
    """Give the years that hold a day of a window, of those asked for, which follow each other."""
    first, after = possible
    begins = date.fromordinal(max(first, 1)).year
    ends = date.fromordinal(min(after, BEYOND) - 1).year
    return range(max(begins, asked.start), min(ends + 1, asked.stop))


def common(one: Span, other: Span) -> Span | None:
    """Give the span on which both hold, None where they cannot; the ends of the two are taken as independent."""
    start_earliest, end_latest = max(one.start_earliest, other.start_earliest), min(one.end_latest, other.end_latest)
    if start_earliest >= end_latest:
        return None
    sure = one.start_latest < other.end_earliest and other.start_latest < one.end_earliest and one.sure and other.sure
    start_latest, end_earliest = max(one.start_latest, other.start_latest), min(one.end_earliest, other.end_earliest)
    return Span(start_earliest, start_latest, end_earliest, end_latest, sure)


@cache
def year_window(year: int) -> Window:
    """Give the days of a calendar year."""
    after = BEYOND if year == date.max.year else date(year + 1, 1, 1).toordinal()
    return date(year, 1, 1).toordinal(), after


def union(windows: Iterable[Window], within: Window) -> list[Window]:
    """Join windows, cut to one of them, into separate ones in order."""
    first, after = within
    found: list[Window] = []
    for start, end in sorted((max(start, first), min(end, after)) for start, end in windows):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def gaps(windows: Sequence[Window], within: Window) -> list[Window]:
    """Give the days of a window that none of the others holds."""
    found: list[Window] = []
    position = within[0]
    for start, end in union(windows, within):
        if position < start:
            found.append((position, start))
        position = end
    return [*found, (position, within[1])] if position < within[1] else found


def length(windows: Sequence[Window], within: Window) -> int:
    """Count the days of a window that any of the others holds."""
    if len(windows) == 1:
        return max(0, min(windows[0][1], within[1]) - max(windows[0][0], within[0]))
    return sum(end - start for start, end in union(windows, within))
