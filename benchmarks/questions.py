"""The questions that every contestant is asked, without a word of how each spells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, TypeAlias

from benchmarks.world import PLACES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.world import World

PAGE = 50


@dataclass(frozen=True, slots=True)
class One:
    """One record by its id."""

    collection: str
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """The first memberships of these members by id; of all without any."""

    members: tuple[str, ...] = ()
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Members:
    """All memberships of an organization that certainly or possibly hold on a day."""

    organization: str
    day: str

    @property
    def next_day(self) -> str:
        """Give the day after, for contestants that know no open intervals."""
        return (date.fromisoformat(self.day) + timedelta(1)).isoformat()


@dataclass(frozen=True, slots=True)
class Deep:
    """The memberships that follow the first `(page - 1) * 50`, by id."""

    page: int
    limit: int = PAGE

    @property
    def offset(self) -> int:
        """Give how many rows come before."""
        return (self.page - 1) * PAGE


@dataclass(frozen=True, slots=True)
class Search:
    """Events with a word in their title."""

    word: str
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Groups:
    """Memberships counted by organization and status, of a day or of all time."""

    day: str = ""

    @property
    def next_day(self) -> str:
        """Give the day after, as for `Members`."""
        return (date.fromisoformat(self.day) + timedelta(1)).isoformat()


@dataclass(frozen=True, slots=True)
class Dump:
    """Every membership in one file: csv, jsonl or parquet; who has no JSON Lines gives a JSON array."""

    format: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A page of memberships that the client holds already."""


Ask: TypeAlias = One | Page | Members | Deep | Search | Groups | Dump | Unchanged


@dataclass(frozen=True, slots=True)
class Question:
    """A row of the table: what is asked again and again, and the same question in forms of which none comes twice."""

    key: str
    title: str
    warm: Ask
    forms: Callable[[World], Sequence[Ask]] | None = None

    def cold(self, world: World) -> list[Ask]:
        """Give forms of the question, each once and none the warm one, in the same order at every run; none where it has none."""
        return [one for one in self.forms(world) if one != self.warm] if self.forms else []


def _days(random: Random, count: int) -> list[str]:
    return [(date(1975, 1, 1) + timedelta(random.randrange(17_000))).isoformat() for _ in range(count)]


def _shuffled(found: list[Ask]) -> list[Ask]:
    Random(7).shuffle(found)  # noqa: S311 - the same order at every run, no secret
    return found


def _records(world: World) -> Sequence[Ask]:
    chosen = Random(6).sample(range(world.memberships), min(world.memberships, 40_000))  # noqa: S311 - as above
    return [One("memberships", f"membership-{n:08d}") for n in chosen]


def _pages(world: World) -> Sequence[Ask]:
    states = [world.state(n) for n in range(world.states)]
    return _shuffled([Page((one, other)) for n, one in enumerate(states) for other in states[n + 1 :]])


def _members(world: World) -> Sequence[Ask]:
    random = Random(8)  # noqa: S311 - as above
    organizations = [world.organization(random.randrange(world.organizations)) for _ in range(40_000)]
    asked = zip(organizations, _days(random, 40_000), strict=True)
    return [Members(organization, day) for organization, day in dict.fromkeys(asked)]


def _strangers(world: World) -> Sequence[Ask]:
    """Ask of five hundred organizations in every world, of each once: what is remembered of one answer helps no other."""
    chosen = Random(10).sample(range(world.organizations), min(world.organizations, 500))  # noqa: S311 - as above
    named = [world.organization(number) for number in chosen]
    return [Members(one, day) for one, day in zip(named, _days(Random(11), len(named)), strict=True)]  # noqa: S311 - as above


def _deep(world: World) -> Sequence[Ask]:
    pages = range(world.memberships // PAGE // 4, world.memberships // PAGE)
    return _shuffled([Deep(page, limit) for page in pages[:2000] for limit in range(PAGE - 9, PAGE + 1)])


def _searches(world: World) -> Sequence[Ask]:
    del world
    return _shuffled([Search(word, limit) for word in PLACES for limit in range(PAGE - 19, PAGE + 1)])


def _groups(world: World) -> Sequence[Ask]:
    del world
    return [Groups(day) for day in dict.fromkeys(_days(Random(9), 5_000))]  # noqa: S311 - as above


QUESTIONS = (
    Question("one", "one record", One("states", "AAH"), _records),
    Question("page", "page of 50 memberships", Page(), _pages),
    Question("members", "members on a day", Members("organization-000007", "2015-06-01"), _members),
    Question("deep", "deep page (400th)", Deep(400), _deep),
    Question("search", "title search", Search("Halgrad"), _searches),
    Question("groups", "group by (2,953 rows)", Groups(), _groups),
    Question("unchanged", "304", Unchanged()),
)
STRANGERS = Question(
    "strangers", "members on a day, no organization twice", Members("organization-000007", "2015-06-01"), _strangers
)
"""Asked of worlds of several sizes: other organizations come again in a small world, and never in a large one."""
DUMPS = tuple(Question(one, title, Dump(one)) for one, title in (("csv", "CSV"), ("jsonl", "JSON Lines"), ("parquet", "Parquet")))
