"""Single values of parameters, parsed at the border."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

from app.dates import DateError, parse_day_range
from app.dates.instants import instant_text
from app.errors import BadQueryError
from app.schemas.filters import FilterType

MAX_PHRASE = 200
"""Characters of a text to search for."""

_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)
_CODE = re.compile(r"[!-~]+", re.ASCII)
_YEARS = re.compile(r"([0-9]{4})(?:\.\.([0-9]{4}))?", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)


def parse_value(name: str, text: str, kind: FilterType) -> str | int | float | bool | None:
    """Understand one value of a filter of a type; a moment stays text once it is known to be a date."""
    if kind is FilterType.INTEGER:
        return int(_matched(name, text, _INTEGER, "a whole number"))
    if kind is FilterType.NUMBER:
        return float(_matched(name, text, _NUMBER, "a number such as 40.4"))
    if kind is FilterType.BOOLEAN:
        if text not in {"true", "false"}:
            raise BadQueryError.at(name, "bad-boolean", f"'{name}' is '{text}'; it takes true or false")
        return text == "true"
    if kind in {FilterType.MOMENT, FilterType.HELD_AT}:
        try:
            parse_day_range(text)
        except DateError as error:
            raise BadQueryError.at(name, "bad-date", f"{name}: {error}") from error
    if kind is FilterType.CODE and not _CODE.fullmatch(text):
        raise BadQueryError.at(name, "bad-code", f"'{name}' is '{text}'; a code is ASCII without spaces, such as cow:365 or AZ")
    if kind is FilterType.PHRASE and len(text) > MAX_PHRASE:
        raise BadQueryError.at(name, "too-long", f"'{name}' has {len(text)} characters; at most {MAX_PHRASE} are read")
    if kind is FilterType.YEARS:
        parse_years(name, text)
    return text


def parse_years(name: str, text: str) -> range:
    """Understand `1992..2024` or `1992`: the calendar years from the one through the other, 0001 to 9999."""
    found = _YEARS.fullmatch(text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if not 1 <= first <= last:
        message = f"'{name}' is '{text}'; it takes years such as 1992..2024 or 2016, the earlier first"
        raise BadQueryError.at(name, "bad-years", message)
    return range(first, last + 1)


def parse_whole(name: str, text: str, lowest: int, highest: int) -> int:
    """Understand a whole number within bounds."""
    value = int(_matched(name, text, _INTEGER, "a whole number"))
    if not lowest <= value <= highest:
        raise BadQueryError.at(name, "out-of-bounds", f"'{name}' is {text}; it goes from {lowest} to {highest}")
    return value


def _matched(name: str, text: str, pattern: re.Pattern[str], expected: str) -> str:
    if not pattern.fullmatch(text):
        raise BadQueryError.at(name, "bad-number", f"'{name}' is '{text}'; it takes {expected}")
    return text


def parse_instant(name: str, text: str, *, first: bool = False) -> str:
    """Understand a moment (RFC 3339) or a day, which means its last microsecond in UTC, or its `first`; give UTC text."""
    try:
        if _INSTANT.fullmatch(text):
            moment = datetime.fromisoformat(text.upper())
        else:
            days = parse_day_range(text)
            moment = datetime.combine(days[0], time.min, UTC) if first else datetime.combine(days[1], time.max, UTC)
        moment = moment.astimezone(UTC)
    except (DateError, ValueError, OverflowError) as error:
        message = f"'{name}' is '{text}'; it takes a day (2026-11-24) or a moment (2026-11-24T12:00:00Z)"
        raise BadQueryError.at(name, "bad-instant", message) from error
    return instant_text(moment)
