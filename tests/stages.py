"""Small worlds for tests: records written through the seed loader, and what they mean, day by day, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import orjson
from hypothesis import strategies as st

from tests.databases import seed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from starlette.testclient import TestClient

    from app.db.sessions import Store

ORIGIN = date(2001, 1, 1)
"""Days of a world are counted from here."""
HORIZON = 4 * 366
"""Past every date of a world."""
STATES = ("AAA", "BBB", "CCC")
ORGANIZATIONS = ("alpha", "beta")


def text(day: int) -> str:
    """Write a day of a world."""
    return (ORIGIN + timedelta(days=day)).isoformat()


@dataclass(frozen=True)
class Spell:
    """A membership whose first day is one of `starts` and whose end is one of `ends`; no ends: it goes on."""

    organization: str
    member: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    status: str = "member"

    def lives(self) -> Iterator[range]:
        """Give every run of days that the dates allow."""
        yield from (range(a, b) for a, b in product(self.starts, self.ends or (HORIZON,)) if a < b)


@dataclass(frozen=True)
class World:
    """Who was in what, how long states and organizations live, and which days of which organization were looked at."""

    spells: tuple[Spell, ...]
    lives: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    covered: dict[str, tuple[int, int]] = field(default_factory=dict)

    def life(self, entity: str) -> range:
        """Give the days on which a state or an organization exists."""
        start, end = self.lives.get(entity, (-HORIZON, None))
        return range(start, HORIZON if end is None else end)


def _dates(days: Sequence[int]) -> str:
    if not days:
        return ".."
    return text(days[0]) if len(days) == 1 else f"[{text(days[0])}..{text(days[-1])}]"


def records(world: World) -> list[Row]:
    """Write a world as the records of a seed file."""
    claims = [{"source": "source"}]
    found: list[Row] = [{"kind": "source", "id": "source", "title": "Source", "type": "official"}]
    for entity in (*ORGANIZATIONS, *STATES):
        start, end = world.lives.get(entity, (None, None))
        life = {"start": "" if start is None else text(start), "end": ".." if end is None else text(end), "claims": claims}
        if entity in STATES:
            found.append({"kind": "state", "id": entity, "name": f"State {entity}", "standing": "un_member", **life})
        else:
            found.append({"kind": "organization", "id": entity, "name": entity.title(), "type": "forum", **life})
    for n, one in enumerate(world.spells):
        row: Row = {"id": f"membership-{n}", "organization": one.organization, "member": one.member, "status": one.status}
        found.append({"kind": "membership", **row, "start": _dates(one.starts), "end": _dates(one.ends), "claims": claims})
    for organization, (first, last) in world.covered.items():
        row = {"id": f"coverage-{organization}", "organization": organization, "statuses": ["member"], "complete": True}
        found.append({"kind": "coverage", **row, "start": text(first), "through": text(last)})
    return found


Row = dict[str, Any]
"""A record of an answer, as a client sees it."""


@dataclass(frozen=True)
class Stage:
    """A store and a client of an application on it."""

    store: Store
    client: TestClient
    place: Path

    def write(self, world: World, *, at: str = "2004-12-31T12:00:00.000000Z") -> None:
        """Load a world in place of the last one, as one revision."""
        file = self.place / "world.json"
        file.write_bytes(b"[\n" + b",\n".join(orjson.dumps(one) for one in records(world)) + b"\n]\n")
        seed(self.store, file, at=at)

    def rows(self, path: str) -> list[Row]:
        """Ask the application, and give what stands under `data`."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        found: list[Row] = answer.json()["data"]
        return found


_DAY = st.integers(300, 1100)
_WIDTH = st.integers(0, 3)


@st.composite
def spells(draw: st.DrawFn, organization: str, member: str) -> Spell:
    """Draw a spell of one member in one organization; its ends are imprecise by up to four days."""
    start, wide = draw(_DAY), draw(_WIDTH)
    starts = tuple(range(start, start + wide + 1))
    if draw(st.booleans()):
        return Spell(organization, member, starts, ())
    end = draw(st.integers(starts[0] + 1, starts[-1] + 800))
    return Spell(organization, member, starts, tuple(range(end, end + draw(_WIDTH) + 1)))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw a world of two organizations and three states, with at most one spell for each pair."""
    found: list[Spell] = []
    for organization, member in product(ORGANIZATIONS, STATES):
        if draw(st.booleans()):
            found.append(draw(spells(organization, member)))
    lives: dict[str, tuple[int, int | None]] = {}
    for entity in (*ORGANIZATIONS, *STATES):
        if draw(st.booleans()):
            latest = max((max(one.ends or (HORIZON,)) for one in found if entity in {one.organization, one.member}), default=900)
            end = None if latest >= HORIZON or draw(st.booleans()) else latest
            lives[entity] = (draw(st.integers(0, 800)), end)
    lives = {entity: (start, end) for entity, (start, end) in lives.items() if end is None or start < end}
    covered = {one: (draw(st.integers(200, 700)), draw(st.integers(700, 1200))) for one in ORGANIZATIONS if draw(st.booleans())}
    return World(tuple(found), lives, covered)


def year_days(year: int) -> range:
    """Give the days of a calendar year."""
    first = (date(year, 1, 1) - ORIGIN).days
    return range(first, (date(year + 1, 1, 1) - ORIGIN).days)


def meets(rule: str, held: set[int], year: range) -> bool:
    """Say whether a set of days meets a rule, by its words."""
    days = held & set(year)
    verdicts = {
        "any": bool(days),
        "first_day": year[0] in days,
        "last_day": year[-1] in days,
        "full_year": days == set(year),
        "majority": 2 * len(days) > len(year),
    }
    return verdicts[rule]
