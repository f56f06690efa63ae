"""A made-up world of any size, the same at every run: records of entities, and facts as plain tuples.

Every organization has eighty memberships at every size: a larger world has more organizations, not longer answers, so that
what a question costs can be compared over sizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.ingest.changes import RowValues

SOURCES = 20
MEMBERS = 80
"""Memberships of an organization."""
PARTICIPANTS = 5
"""Participations of an event."""

STATUSES = ("member", "observer", "dialogue_partner", "associate_member", "partner", "participant")
_WEIGHTS = (60, 14, 10, 8, 5, 3)
_TOPICS = (
    "Transport", "Energy", "Trade", "Water", "Security", "Culture", "Health", "Customs", "Finance", "Migration", "Environment",
    "Fisheries", "Aviation", "Education", "Tourism", "Agriculture", "Statistics", "Standards", "Justice", "Science",
)  # fmt: skip
_FORMS = ("Organization", "Council", "Forum", "Union", "Association", "Commission", "Community", "Conference")
_STARTS = ("Ab", "Bel", "Cor", "Dar", "El", "Fer", "Gan", "Hal", "Is", "Jor",
           "Kal", "Lor", "Mar", "Nor", "Os", "Par", "Qar", "Ras", "Sar", "Tar")  # fmt: skip
_ENDS = ("abad", "burg", "dale", "en", "field", "grad", "ia", "keb", "land", "mont",
         "nia", "ola", "port", "quay", "rim", "stan", "ton", "ulu", "ville", "wick")  # fmt: skip
PLACES = tuple(f"{start}{end}" for start in _STARTS for end in _ENDS)
"""Four hundred words that titles are made of: each stands in about a hundred of 20,000."""
_KINDS = ("summit", "ministerial", "conference", "official_visit", "working_visit", "bilateral_meeting", "signing")
_PAPERS = ("treaty", "agreement", "protocol", "memorandum", "declaration", "convention")
_ROLES = ("host", "participant", "participant", "guest", "observer")
_FIRST = date(1950, 1, 1)
_DAYS = 27_000


class Membership(NamedTuple):
    """A status of a state in an organization, both by number, from one EDTF date to another."""

    id: str
    organization: str
    member: str
    status: str
    start: str
    end: str


class Participation(NamedTuple):
    """A state's part in an event."""

    id: str
    event: str
    actor: str
    role: str


Record: TypeAlias = "RowValues"


@dataclass(frozen=True, slots=True)
class World:
    """How much there is of everything; the standard is what every published figure is measured on."""

    memberships: int = 40_000
    states: int = 200
    events: int = 20_000
    agreements: int = 10_000

    @property
    def organizations(self) -> int:
        """Give how many organizations share the memberships."""
        return max(1, self.memberships // MEMBERS)

    def state(self, number: int) -> str:
        """Give the id of a state."""
        return "".join(chr(65 + number // 26**place % 26) for place in (2, 1, 0))

    def organization(self, number: int) -> str:
        """Give the id of an organization."""
        return f"organization-{number:06d}"

    def event(self, number: int) -> str:
        """Give the id of an event."""
        return f"event-{number:06d}"

    def records(self) -> Iterator[Record]:
        """Give everything that has a name, as records of a seed file; sources first."""
        for n in range(SOURCES):
            yield {"kind": "source", "id": f"source-{n:02d}", "title": f"Yearbook {n}", "publisher": "Press", "type": "official"}
        yield from self._states()
        yield from self._organizations()
        yield from self._events()
        yield from self._agreements()

    def _states(self) -> Iterator[Record]:
        random = Random(1)  # noqa: S311 - the same numbers at every run, no secret
        for n in range(self.states):
            point = {"latitude": round(random.uniform(-60, 70), 4), "longitude": round(random.uniform(-180, 180), 4)}
            codes = {"cow": str(n + 1), "m49": f"{n + 1:03d}"}
            row = {"kind": "state", "id": self.state(n), "name": f"{PLACES[n % 400]} Republic {n}", "standing": "un_member"}
            yield {**row, "region": "Eurasia", "start": "1900-01-01", **point, "codes": codes, "claims": _cited(n)}

    def _organizations(self) -> Iterator[Record]:
        random = Random(2)  # noqa: S311 - as above
        for n in range(self.organizations):
            topic, form = random.choice(_TOPICS), random.choice(_FORMS)
            name = f"{PLACES[random.randrange(400)]} {topic} {form} {n}"
            row = {"kind": "organization", "id": self.organization(n), "name": name, "acronym": f"{topic[0]}{form[0]}{n}"}
            yield {**row, "start": "1945-01-01", "claims": _cited(n)}

    def _events(self) -> Iterator[Record]:
        random = Random(3)  # noqa: S311 - as above
        for n in range(self.events):
            first, second = random.choice(PLACES), random.choice(PLACES)
            title = f"{first} {random.choice(_TOPICS)} meeting {n} at {second}"
            row = {"kind": "event", "id": self.event(n), "name": title, "type": random.choice(_KINDS), "start": _day(random)}
            place = {"name": second, "country": self.state(random.randrange(self.states))}
            found = [self.organization(random.randrange(self.organizations))]
            yield {**row, "place": place, "organizations": found, "claims": _cited(n)}

    def _agreements(self) -> Iterator[Record]:
        random = Random(4)  # noqa: S311 - as above
        for n in range(self.agreements):
            title = f"{random.choice(PLACES)} {random.choice(_TOPICS)} text {n}"
            row = {"kind": "agreement", "id": f"agreement-{n:06d}", "name": title, "type": random.choice(_PAPERS)}
            yield {**row, "status": "signed", "signed": _day(random), "claims": _cited(n)}

    def facts(self) -> Iterator[Membership]:
        """Give the memberships, organization by organization: no state twice in one, one in ten with a vague start."""
        random = Random(5)  # noqa: S311 - as above
        states = [self.state(n) for n in range(self.states)]
        members: list[str] = []
        for n in range(self.memberships):
            group, place = divmod(n, MEMBERS)
            members = random.sample(states, MEMBERS) if place == 0 else members
            first = random.randrange(_DAYS - 8_000)
            start = (_FIRST + timedelta(first)).isoformat()
            start = start[: random.choice((4, 7))] if random.random() < 0.1 else start  # noqa: PLR2004 - one in ten
            ends = random.random() < 0.3  # noqa: PLR2004 - three in ten
            end = (_FIRST + timedelta(first + 400 + random.randrange(7_000))).isoformat() if ends else ".."
            status = random.choices(STATUSES, _WEIGHTS)[0]
            yield Membership(f"membership-{n:08d}", self.organization(group), members[place], status, start, end)

    def participations(self) -> Iterator[Participation]:
        """Give who took part in which event."""
        random = Random(6)  # noqa: S311 - as above
        for n in range(self.events):
            for role, actor in zip(_ROLES, random.sample(range(self.states), PARTICIPANTS), strict=True):
                event, state = self.event(n), self.state(actor)
                yield Participation(f"{event}-{state.lower()}-{role}", event, state, role)


def _cited(number: int) -> list[RowValues]:
    return [{"source": f"source-{number % SOURCES:02d}"}]


def _day(random: Random) -> str:
    return (_FIRST + timedelta(random.randrange(_DAYS))).isoformat()
