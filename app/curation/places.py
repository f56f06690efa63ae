"""Rules on coordinates: a place lies near the point of its country."""

from __future__ import annotations

from math import acos, cos, degrees, radians, sin
from typing import TYPE_CHECKING

from app.schemas.record_parts import PlaceIn
from app.schemas.records import StateIn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.curation.findings import Finding, Seed
    from app.schemas.records import Record

REACH = 15.0
WIDE = {
    "RUS": 75, "SUN": 75, "USA": 70, "CAN": 40, "KIR": 40, "CHN": 35, "CHL": 35, "BRA": 30, "AUS": 30, "IDN": 25, "ARG": 25,
    "GRL": 25, "NOR": 25, "PRT": 25, "IND": 20, "KAZ": 20, "NZL": 20, "ESP": 20, "FRA": 20, "DNK": 20, "ECU": 20, "FSM": 20,
}  # fmt: skip
"""Degrees of arc from a state's point within which its places lie: 15, or more for a state that is wide or has far islands."""


def points(seed: Seed) -> Iterator[Finding]:
    """Find points with one coordinate, and places farther from their country's point than the country reaches."""
    for one in seed.given:
        for place in _places(one.record):
            if (place.latitude is None) is not (place.longitude is None):
                yield seed.error("place", one, f"{place.name or 'a place'} has one coordinate without the other")
            state = seed.holdings.states.get(place.country or "")
            arc = _arc(place, state) if state else None
            if arc is not None and arc > WIDE.get(place.country or "", REACH):
                yield seed.warning(
                    "place", one, f"{place.name or 'the place'} lies {arc:.0f} degrees from {place.country}'s point"
                )


def _places(record: Record) -> Iterator[PlaceIn]:
    if isinstance(record, StateIn):
        yield PlaceIn(name=record.name, country=record.id, latitude=record.latitude, longitude=record.longitude)
    for name in ("place", "seat"):
        found: object = getattr(record, name, None)
        if isinstance(found, PlaceIn):
            yield found


def _arc(one: PlaceIn, other: StateIn) -> float | None:
    """Give the great-circle distance in degrees; None when a point is missing."""
    given = (one.latitude, one.longitude, other.latitude, other.longitude)
    if None in given:
        return None
    south, west, north, east = (radians(degree or 0.0) for degree in given)
    cosine = sin(south) * sin(north) + cos(south) * cos(north) * cos(east - west)
    return degrees(acos(max(-1.0, min(1.0, cosine))))
