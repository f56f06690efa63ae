"""EDTF texts and the days they can stand for.

Source of the notation: EDTF, ISO 8601-2:2019, levels 0 and 1, and of level 2 what real files hold: sets `[A..B]`, and X
in any place but the century. The calendar is the proleptic Gregorian one from 0001-01-01 to 9999-12-31.

Qualifiers (`~ ? %`) widen nothing, for no source says by how much: the bounds are those of the text without them, and
`Bounds.approximate` and `Bounds.uncertain` tell that they were there.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum, auto
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGEST = 40  # characters; the longest text with a meaning has 26
_DATE = re.compile(r"([0-9]{2}[0-9X]{2})(?:-([0-9X]{2})(?:-([0-9X]{2}))?)?([~?%]?)")
_SEASONS = {"21": 3, "22": 6, "23": 9, "24": 12}  # code -> first of its three months
_PLAIN = "YYYY, YYYY-MM or YYYY-MM-DD (EDTF)"
_SET = "one set [A..B], [..B] or [A..] of plain dates, without X or seasons"

# The first row that is found in a refused text says what was expected instead; the order goes from cause to symptom.
_MISTAKES = (
    (r"^$", f"{_PLAIN}, not an empty text"),
    (r"[^\x00-\x7f]", f"{_PLAIN} in ASCII digits and dashes"),
    (r"\s", f"{_PLAIN} without spaces"),
    (r"T[0-9]|[0-9]:[0-9]", f"{_PLAIN} without a time"),
    (r"/", f"one date, {_PLAIN}; A/B is only for during= and throughout="),
    (r"^[~?%]|[~?%]-|-[~?%]|[~?%]{2}", "at most one qualifier ~ ? or %, after the whole date"),
    (r"^[-+]|^Y|^[0-9]{5}(-|$)", "a year from 0001 to 9999, in four digits and without a sign"),
    (r"^[0-9]{6}([0-9]{2})?$", f"{_PLAIN} with dashes"),
    (r"^[0-9X]?X", "a year of which at least the century is known (19XX); XXXX is only for an end that nobody dates"),
    (r"^\.\.$", f"{_PLAIN}; .. stands only for an open start, an end that goes on, or a side of A/B"),
    (r"[\[\]{},]|\.\.", _SET),
)


class DateError(ValueError):
    """A refused text, what may stand there, and what was probably meant.

    `value` is the text or its faulty part, `suggestion` a good text or None. The message names all three, with at most
    40 characters of the value, lone surrogates and control characters escaped.
    """

    def __init__(self, value: str, expected: str, suggestion: str | None = None) -> None:
        """Hold the three parts."""
        super().__init__(value, expected, suggestion)
        self.value = value
        self.expected = expected
        self.suggestion = suggestion

    def __str__(self) -> str:
        """Give the sentence."""
        shown = self.value if len(self.value) <= _LONGEST else self.value[:_LONGEST] + "..."
        hint = f"; did you mean {self.suggestion}?" if self.suggestion else ""
        return f"{shown!r} is refused, expected {self.expected}{hint}"


class Precision(StrEnum):
    """The smallest calendar unit that is sure to hold the date: `2016-XX-16` and `[2016-03..2016-05]` are a year.

    A set that no single year holds, an open set and an absent date are `unspecified`.
    """

    day = auto()
    month = auto()
    season = auto()
    year = auto()
    decade = auto()
    century = auto()
    unspecified = auto()


class DateStatus(StrEnum):
    """What is known of a date: `scheduled` is an end that lies wholly after the day of recording."""

    known = auto()
    ongoing = auto()
    unknown = auto()
    ended_unknown = auto()
    scheduled = auto()


@dataclass(frozen=True, slots=True)
class Bounds:
    """A date as written and the first and last day it can be; None is no bound on that side."""

    edtf: str
    earliest: date | None
    latest: date | None
    precision: Precision
    status: DateStatus

    @property
    def approximate(self) -> bool:
        """EDTF `~` or `%`: about then."""
        return "~" in self.edtf or "%" in self.edtf

    @property
    def uncertain(self) -> bool:
        """EDTF `?` or `%`: the source is in doubt."""
        return "?" in self.edtf or "%" in self.edtf


@dataclass(frozen=True, slots=True)
class Period:
    """The days a question asks about, first and last inclusive; None is an open side."""

    first: date | None
    last: date | None


@lru_cache(16384)
def parse_edtf(text: str) -> Bounds:
    """Read one date: `YYYY[-MM[-DD]]` or a season, X for unknown digits, one of `~ ? %` behind it; or a set of two.

    Bounds are the smallest interval that holds every day the text can stand for. EDTF gives seasons no months: here
    they are the northern meteorological ones, 21 from 1 March, 22 from 1 June, 23 from 1 September, and 24 from
    1 December to the end of February of the next year. A set `[A..B]` is one unknown day from the first of A to the
    last of B; A and B may be qualified.

    DateError: any other text, days that do not exist, years outside 0001 to 9999 (9999-24 would leave them).
    """
    try:
        return _set(text) if text[:1] == "[" and text[-1:] == "]" else _date(text)
    except DateError as error:
        raise DateError(error.value, error.expected, error.suggestion or _guess(error.value)) from None


def parse_start(text: str) -> Bounds:
    """Read a start: a date, `""` for unknown (no bounds), `..` for open, at or before the first day of the calendar."""
    if text == "":
        return Bounds(text, None, None, Precision.unspecified, DateStatus.unknown)
    if text == "..":
        return Bounds(text, None, date.min, Precision.unspecified, DateStatus.known)
    return parse_edtf(text)


def parse_end(text: str, recorded: date) -> Bounds:
    """Read an end: a date, `..` it goes on, `""` unknown whether it ended, `XXXX` ended and nobody says when.

    A date is `scheduled` when its earliest day is after `recorded`. The three words have no bounds until `interval`
    sets them against a start. DateError as for `parse_edtf`.
    """
    words = {"..": DateStatus.ongoing, "": DateStatus.unknown, "XXXX": DateStatus.ended_unknown}
    if text in words:
        return Bounds(text, None, None, Precision.unspecified, words[text])
    bounds = parse_edtf(text)
    later = bounds.earliest is not None and bounds.earliest > recorded
    return replace(bounds, status=DateStatus.scheduled) if later else bounds


def parse_day_range(text: str) -> tuple[date, date]:
    """Read the day, month, season or year that a question names: its first and last day, both inclusive.

    DateError: as for `parse_edtf`, and for X, sets and qualifiers, which have no sharp first and last day.
    """
    bounds = parse_edtf(text)
    if bounds.earliest is None or bounds.latest is None or re.search(r"[X\[~?%]", text):
        plain = text.rstrip("~?%")
        suggestion = None if plain == text or "X" in text else plain
        raise DateError(text, f"{_PLAIN}; a question takes no X, no set and no qualifier", suggestion)
    return bounds.earliest, bounds.latest


def parse_period(text: str) -> Period:
    """Read `A/B` (ISO 8601-1), from the first day of A to the last of B; `..` leaves a side open, `D` alone is D/D.

    DateError: as for `parse_day_range`; A after B; an empty side; more than two sides.
    """
    left, slash, right = text.partition("/")
    if not slash:
        return Period(*parse_day_range(text))
    if not left or not right or "/" in right:
        expected = "a period A/B, with .. for an open side: 2014/2016, 2014-06/.., ../2016"
        raise DateError(text, expected, _guess(text))
    first = None if left == ".." else parse_day_range(left)[0]
    last = None if right == ".." else parse_day_range(right)[1]
    if first is not None and last is not None and first > last:
        raise DateError(text, "a period A/B in which A is not after B", f"{right}/{left}")
    return Period(first, last)


def _date(text: str) -> Bounds:
    found = _DATE.fullmatch(text)
    if found is None:
        raise DateError(text, next((expected for sign, expected in _MISTAKES if re.search(sign, text)), _PLAIN))
    year, month, day, _ = found.groups()
    if month in _SEASONS:
        return Bounds(text, *_season(text, year, month, day), Precision.season, DateStatus.known)
    years, months, month_days = _fill(year, 1, 9999), _fill(month, 1, 12), _fill(day, 1, 31)
    if not years:
        raise DateError(text, "a year from 0001 to 9999")
    if not months:
        raise DateError(text, "a month from 01 to 12, or a season from 21 (spring) to 24 (winter)")
    earliest = next(_existing(years, months, month_days), None)
    latest = next(_existing(years[::-1], months[::-1], month_days[::-1]), None)
    if earliest is None or latest is None:
        longest = max(monthrange(year, month)[1] for year in years for month in months)
        raise DateError(text, f"a day that {text[:7]} has, from 01 to {longest}")
    return Bounds(text, earliest, latest, _precision(earliest, latest), DateStatus.known)


def _season(text: str, year: str, season: str, day: str | None) -> tuple[date, date]:
    winter = season == "24"
    if day is not None or "X" in year or not date.min.year <= int(year) <= date.max.year - winter:
        raise DateError(text, "a season of one year, YYYY-21 to YYYY-24, from 0001-21 to 9999-23")
    month = _SEASONS[season]
    ends = date(int(year) + 1, 3, 1) if winter else date(int(year), month + 3, 1)
    return date(int(year), month, 1), ends - timedelta(days=1)


def _fill(mask: str | None, low: int, high: int) -> Sequence[int]:
    """Give the numbers from low to high that the mask can be, ascending; no mask is every number."""
    if mask is None:
        return range(low, high + 1)
    span = range(max(low, int(mask.replace("X", "0"))), min(high, int(mask.replace("X", "9"))) + 1)
    shape = re.compile(mask.replace("X", "."))
    return [number for number in span if shape.fullmatch(f"{number:0{len(mask)}}")]


def _existing(years: Sequence[int], months: Sequence[int], month_days: Sequence[int]) -> Iterator[date]:
    for year in years:
        for month in months:
            length = monthrange(year, month)[1]
            yield from (date(year, month, day) for day in month_days if day <= length)


def _precision(first: date, last: date) -> Precision:
    units = (
        (Precision.day, first == last),
        (Precision.month, (first.year, first.month) == (last.year, last.month)),
        (Precision.year, first.year == last.year),
        (Precision.decade, first.year // 10 == last.year // 10),
    )
    return next((unit for unit, same in units if same), Precision.century)  # a mask always knows the century


def _set(text: str) -> Bounds:
    left, dots, right = text[1:-1].partition("..")
    sides = [_date(side) for side in (left, right) if side]
    if not dots or not sides or "X" in text or any(side.precision is Precision.season for side in sides):
        raise DateError(text, _SET)
    earliest = sides[0].earliest if left else None
    latest = sides[-1].latest if right else None
    precision = Precision.unspecified
    if earliest is not None and latest is not None:
        if earliest > latest:
            raise DateError(text, "a set [A..B] in which A is not after B", f"[{right}..{left}]")
        if earliest.year == latest.year:
            precision = _precision(earliest, latest)
    return Bounds(text, earliest, latest, precision, DateStatus.known)


def _guess(text: str) -> str | None:
    """Give the good text that a refused one probably stands for, or None."""
    if len(text) > _LONGEST:
        return None
    plain = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text).upper()
    plain = re.sub(r"(?<=[0-9])(?:T[0-9]{2}|\s[0-9]{2}:).*|\s", "", plain)
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", plain)
    plain = re.sub(r"^([~?%])(.*)$", r"\2\1", plain)
    parts = re.fullmatch(r"\+?([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?|([0-9]{2})([0-9]{2})?)", plain)
    if parts:
        plain = "-".join(part.zfill(2) for part in parts.groups() if part)
    try:
        return (_set if plain[:1] == "[" else _date)(plain).edtf
    except DateError:
        return None
