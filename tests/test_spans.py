"""Spans count what intervals mean: against the twin on dates, and against sets of days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise, product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.dates import DateError, holds, interval, parse_end, parse_start
from app.dates.spans import Span, common, gaps, length, span, union, year_window, years_of

ORIGIN = date(2016, 1, 1)
_offsets = st.integers(0, 12)


def text(day: int) -> str:
    return (ORIGIN + timedelta(day)).isoformat()


@st.composite
def dates(draw: st.DrawFn, words: tuple[str, ...]) -> str:
    if draw(st.booleans()):
        return draw(st.sampled_from(words))
    first = draw(_offsets)
    return f"[{text(first)}..{text(first + draw(st.integers(0, 5)))}]"


@given(dates(("", "..", "2016-01")), dates(("", "..", "XXXX", "2016-01")), _offsets, _offsets)
def test_a_span_holds_where_its_interval_holds(start: str, end: str, one: int, other: int) -> None:
    try:
        held = interval(parse_start(start), parse_end(end, ORIGIN))
    except DateError:
        assume(False)
        return
    first, last = sorted((one, other))
    days = (held.start.earliest, held.start.latest, held.end.earliest, held.end.latest)
    found = span(*(day.isoformat() if day else None for day in days))
    low = ORIGIN.toordinal()
    expected = holds(held, date.fromordinal(low + first), date.fromordinal(low + last))
    assert found.meets((low + first, low + last + 1)) == expected


@st.composite
def spells(draw: st.DrawFn) -> list[range]:
    """Every run of days that an interval of imprecise ends allows."""
    start, end = draw(st.integers(1, 8)), draw(st.integers(2, 12))
    starts, ends = range(start, start + draw(st.integers(1, 3))), range(end, end + draw(st.integers(1, 3)))
    found = [range(a, b) for a, b in product(starts, ends) if a < b]
    assume(found)
    return found


def spanned(runs: list[range]) -> Span:
    starts, ends = [run.start for run in runs], [run.stop for run in runs]
    return Span(min(starts), max(starts), min(ends), max(ends))


@settings(max_examples=500)
@given(spells(), spells(), st.integers(0, 14), st.integers(1, 6))
def test_what_two_have_in_common_is_what_any_two_of_their_runs_share(
    ours: list[range], theirs: list[range], first: int, size: int
) -> None:
    together = [set(one) & set(other) for one, other in product(ours, theirs)]
    both = common(spanned(ours), spanned(theirs))
    assert (both is not None) == any(together)
    if both is None:
        return
    window = set(range(first, first + size))
    hits = {bool(one & window) for one in together}
    expected = "certain" if hits == {True} else "possible" if True in hits else None
    assert both.meets((first, first + size)) == expected
    assert set(range(*both.possible)) == set.union(*together)
    assert set(range(*both.certain)) == set.intersection(*together)


_windows = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)))


@given(_windows, st.integers(0, 10), st.integers(0, 12))
def test_windows_are_joined_and_counted_as_sets_of_days(windows: list[tuple[int, int]], first: int, size: int) -> None:
    within = (first, first + size)
    days = {day for window in windows for day in range(*window)} & set(range(*within))
    joined = union(windows, within)
    assert [day for window in joined for day in range(*window)] == sorted(days)
    assert all(one[1] < other[0] for one, other in pairwise(joined))
    assert length(windows, within) == len(days)
    assert {day for window in gaps(windows, within) for day in range(*window)} == set(range(*within)) - days


def test_the_calendar_has_a_first_and_a_last_year() -> None:
    assert year_window(1)[0] == 1
    assert year_window(9999)[1] - year_window(9999)[0] == 365
    assert years_of((0, date(2016, 1, 1).toordinal()), range(2014, 2018)) == range(2014, 2016)
    assert years_of((date(2016, 12, 31).toordinal(), 10**9), range(2014, 2018)) == range(2016, 2018)
