"""States on the wire."""

from __future__ import annotations

from pydantic import Field as Describe

from app.schemas.common import DateOut, Evidence, NameOut, Row
from app.schemas.filters import choice, words
from app.schemas.resources import INTERVAL, spec
from app.schemas.sources import ClaimOut
from app.vocabulary import Kind, Standing


class StateOut(Row):
    """A state, a territory or a state-like actor."""

    id: str | None = Describe(None, description="ISO 3166-1 alpha-3, or a slug where ISO has none", examples=["AZE"])
    name: str | None = Describe(None, description="name in use now", examples=["Azerbaijan"])
    names: list[NameOut] | None = Describe(None, description="official, native and former names")
    codes: dict[str, str | None] | None = Describe(None, description="codes by scheme", examples=[{"iso2": "AZ", "cow": "373"}])
    standing: str | None = Describe(None, description="standing in the United Nations system")
    region: str | None = Describe(None, description="M49 region")
    subregion: str | None = Describe(None, description="M49 sub-region")
    capital: str | None = None
    latitude: float | None = Describe(None, description="of a representative point")
    longitude: float | None = Describe(None, description="of a representative point")
    start: DateOut | None = Describe(None, description="first day of statehood")
    end: DateOut | None = None
    evidence: Evidence | None = None
    claims: list[ClaimOut] | None = None


STATES = spec(
    "states",
    Kind.STATE,
    "States and state-like actors, today's and former",
    StateOut,
    (
        words("name", "name in use now", example="Azerbaijan"),
        choice("standing", Standing, "standing in the United Nations system"),
        words("region", "M49 region", example="Asia"),
        words("subregion", "M49 sub-region", example="Western Asia"),
    ),
    actors=("",),
    located=True,
    example="AZE",
    resolvable=INTERVAL,
)
