"""Dates as the five cells of a row: their order, the later and the sooner of two, and whether one lies in a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from app.dates import parse_edtf
from app.schemas.tables import MOMENT_PARTS

if TYPE_CHECKING:
    from app.schemas.tables import Value

Moment: TypeAlias = "tuple[Value, ...]"
"""EDTF text, first day, last day, precision, status."""

Key = tuple[str, str]

NO_MOMENT: Moment = (None,) * len(MOMENT_PARTS)
_BEFORE, _BEYOND = "", "~"
"""Sort before and after every ISO day: a missing bound lies beyond the calendar."""


def key(moment: Moment) -> Key:
    """Order dates by their first day, then by their last."""
    return str(moment[1] or _BEFORE), str(moment[2] or _BEYOND)


def end_key(moment: Moment) -> Key:
    """Order ends in the same way; one that never comes is the last of all."""
    return str(moment[1] or _BEYOND), str(moment[2] or _BEYOND)


def lies(moment: Moment, first: str, last: str) -> str | None:
    """Say whether a date lies on the days from the first to the last: certain, possible, or None."""
    earliest, latest = key(moment)
    if earliest >= first and latest <= last:
        return "certain"
    return "possible" if latest >= first and earliest <= last else None


def later(one: Moment, other: Moment) -> Moment:
    """Give the later of two starts; where imprecise dates leave it open, the set of days on which it can fall."""
    return _outer(one, other, (key(one), key(other)), latest=True)


def sooner(one: Moment, other: Moment) -> Moment:
    """Give the sooner of two ends; where imprecise dates leave it open, the set of days on which it can fall."""
    return _outer(one, other, (end_key(one), end_key(other)), latest=False)


def _outer(one: Moment, other: Moment, keys: tuple[Key, Key], *, latest: bool) -> Moment:
    mine, yours = keys
    pick = max if latest else min
    bounds = pick(mine[0], yours[0]), pick(mine[1], yours[1])
    if bounds in keys:
        return one if bounds == mine else other
    first, last = (side.strip(_BEYOND) for side in bounds)
    found = parse_edtf(f"[{first}..{last}]")
    days = (day.isoformat() if day else None for day in (found.earliest, found.latest))
    return (found.edtf, *days, found.precision.value, found.status.value)


def record(moment: Moment) -> dict[str, Value] | None:
    """Give a date as the object that it is in JSON."""
    names = ("edtf", *(part.removeprefix("_") for part in MOMENT_PARTS[1:]))
    return None if moment[0] is None else dict(zip(names, moment, strict=True))
