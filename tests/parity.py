"""The published files of the Correlates of War against the panels, cell by cell; the files are read here, by nobody's reader.

A cell is a COW state number, an organization and a year. The API knows a state by its id, and several states can bear one
number over time (365 is the Soviet Union and Russia) or one state several numbers (255 and 260 are Germany): the numbers and
states that one year ties together are compared together.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import orjson
from sqlalchemy import select

from app.models import Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from app.db.sessions import Store

Ask: TypeAlias = Callable[[str], Iterator[dict[str, object]]]
"""From the path and query of a URL to its rows."""
Answers: TypeAlias = "dict[tuple[str, int], dict[str, str]]"
"""By organization and year: status or reason of each actor, but for those that were no members."""

NOBODY = ""
"""The key of what is said of an organization as a whole, for a number that no state bears in the year (510 before 1961)."""
FIRST, LAST = 1816, 2014
_DRAWN = 15
STATUSES = "member,associate_member,observer"
CODES = {
    "1": "member", "2": "associate_member", "3": "observer", "0": "not_a_member", "-9": "not_covered", "-1": "not_there",
}  # fmt: skip
STATED = ("member", "associate_member", "observer", "not_covered")
THEIRS = (*STATED, "not_a_member", "not_there")
"""Of several numbers of one state the first of these stands: it was there if it was there as one of them."""
OURS = (*STATED, "not_there", "not_a_member")
"""Of several states of one number the first of these stands: what is said of one of them alone is said of the number."""


@dataclass(slots=True)
class Published:
    """One file: by organization and year the code of each state number; what -1 means in it."""

    cells: dict[tuple[str, int], dict[str, str]]
    absent: str


@dataclass(slots=True)
class Comparison:
    """How many cells were compared, which differ, and in how many two numbers of one state say different things."""

    cells: int = 0
    differences: list[tuple[str, int, str, str, str]] = field(default_factory=list)
    merged: int = 0


def read_igo_year(path: Path, numbers: Mapping[str, str]) -> Published:
    """Read a row an organization and year; -1: the state was not in the system."""
    cells: dict[tuple[str, int], dict[str, str]] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t")
        columns = [(n, numbers[one]) for n, one in enumerate(next(rows)) if one in numbers]
        for row in rows:
            cells[row[0], int(row[2])] = {number: row[n] for n, number in columns}
    return Published(cells, "state_did_not_exist")


def read_state_year(path: Path) -> Published:
    """Read a row a state and year; -1: the organization did not exist."""
    cells: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        organizations = next(rows)[3:]
        for row in rows:
            for organization, code in zip(organizations, row[3:], strict=True):
                cells[organization, int(row[1])][row[0]] = code
    return Published(cells, "organization_did_not_exist")


def read_numbers(path: Path) -> dict[str, str]:
    """Give the COW number of each state column of igo_year."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["column"]: row["ccode"] for row in csv.DictReader(lines)}


def bearers(store: Store) -> Callable[[str, int], list[str]]:
    """Give the function from a COW number and a year to the states that bear it on some day of the year.

    A number that only one state ever bore is that state's in any year.
    """
    known: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    statement = select(Code.value, Code.entity_id, Code.start_earliest, Code.end_latest).where(Code.scheme == "cow")
    with store.reading() as snapshot:
        for value, entity, start, end in snapshot.execute(statement):
            known[value].append((entity, start or "0000", end or "9999"))

    def found(number: str, year: int) -> list[str]:
        dated = [entity for entity, start, end in known[number] if start <= f"{year}-12-31" and end > f"{year}-01-01"]
        every = {entity for entity, _, _ in known[number]}
        return list(every) if len(every) == 1 else dated

    return found


def org_years(ask: Ask, source: str, organizations: Iterable[str]) -> Iterator[tuple[str, Answers]]:
    """Ask the panel of organizations by years, one organization at a time."""
    for name in organizations:
        answers: Answers = {}
        address = f"/v1/panels/org-year.jsonl?source={source}&status={STATUSES}&years={FIRST}..{LAST}"
        for row in ask(f"{address}&organizations=cow-igo:{name}"):
            held = {str(one["id"]): str(one["status"]) for one in _list(row["actors"])}
            for reason, actors in _object(row["absent"]).items():
                assert isinstance(actors, list)
                held |= dict.fromkeys(actors, reason)
            if row["reason"] == "not_covered" and not row["actors"]:
                held[NOBODY] = "not_covered"
            answers[name, int(str(row["year"]))] = held
        yield name, answers


def state_years(ask: Ask, source: str, organizations: Iterable[str]) -> Iterator[tuple[str, Answers]]:
    """Ask the panel of states by organizations and years, one organization at a time."""
    for name in organizations:
        answers: Answers = {(name, year): {} for year in range(FIRST, LAST + 1)}
        address = f"/v1/panels/state-year.jsonl?source={source}&status={STATUSES}&years={FIRST}..{LAST}"
        for row in ask(f"{address}&organizations=cow-igo:{name}&shape=flat&fields=actor.id,year,status,reason"):
            said = str(row["status"] or row["reason"])
            if said != "not_a_member":
                answers[name, int(str(row["year"]))][str(row["actor_id"])] = said
        yield name, answers


def compare(published: Published, said: Iterable[tuple[str, Answers]], bears: Callable[[str, int], list[str]]) -> Comparison:
    """Hold every cell of a file against what a panel says."""
    found = Comparison()
    years: dict[str, list[int]] = defaultdict(list)
    for name, year in published.cells:
        years[name].append(year)
    tied: dict[tuple[int, frozenset[str]], list[tuple[list[str], list[str]]]] = {}
    for name, answers in said:
        for year in years[name]:
            cells, held = published.cells[name, year], answers[name, year]
            key = (year, frozenset(cells))
            if key not in tied:
                tied[key] = _tied(year, cells, bears)
            for numbers, states in tied[key]:
                theirs = [CODES[cells[number]] for number in numbers]
                ours = [held.get(state, "not_a_member").replace(published.absent, "not_there") for state in states]
                found.cells += len(numbers)
                found.merged += len({*theirs} - {"not_there"}) > 1
                expected = min(theirs, key=THEIRS.index)
                got = min(ours, key=OURS.index, default=held.get(NOBODY, "not_there"))
                if expected != got:
                    found.differences.append((name, year, ",".join(numbers), expected, got))
    return found


def _tied(year: int, numbers: Iterable[str], bears: Callable[[str, int], list[str]]) -> list[tuple[list[str], list[str]]]:
    """Give the numbers and states of a year that belong together."""
    groups: list[tuple[set[str], set[str]]] = []
    for number in numbers:
        own = ({number}, set(bears(number, year)))
        for other in [one for one in groups if one[1] & own[1]]:
            groups.remove(other)
            own = (own[0] | other[0], own[1] | other[1])
        groups.append(own)
    return [(sorted(one), sorted(states)) for one, states in groups]


@dataclass(slots=True)
class Dyads:
    """How many dyad-years were compared, and which differ: year, both states, organizations that only one side has."""

    compared: int = 0
    differences: list[tuple[int, str, str, list[str]]] = field(default_factory=list)


def compare_dyads(  # noqa: PLR0913 - a comparison has two sides and a sample
    published: Published,
    ask: Ask,
    source: str,
    bears: Callable[[str, int], list[str]],
    ids: Mapping[str, str],
    *,
    seed: int,
    rounds: int,
) -> Dyads:
    """Hold joint membership against the rule of igoR's `igo_dyadic`: both are full members, code 1; random years and states.

    A round is one year and fifteen states that one number alone names, 105 dyads.
    """
    chance, found = random.Random(seed), Dyads()  # noqa: S311 - a sample, no secret
    by_year: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for (name, year), cells in published.cells.items():
        for number, code in cells.items():
            if code != "-1":
                by_year[year][number] |= {name} if code == "1" else set()
    for year in chance.sample(sorted(by_year), rounds):
        members, tied = by_year[year], _tied(year, by_year[year], bears)
        named = {states[0]: numbers[0] for numbers, states in tied if len(numbers) == len(states) == 1}
        drawn = chance.sample(sorted(named), min(_DRAWN, len(named)))
        for row in ask(f"/v1/panels/dyad-year.jsonl?source={source}&actors={','.join(drawn)}&years={year}"):
            a, b = (str(_object(row[side])["id"]) for side in ("a", "b"))
            joint = {ids[one] for one in members[named[a]] & members[named[b]]}
            said = {str(one["organization"]) for one in _list(row["shared"])}
            found.compared += 1
            if joint != said or row["joint"] != len(joint):
                found.differences.append((year, a, b, sorted(joint ^ said)))
    return found


def organization_ids(store: Store) -> dict[str, str]:
    """Give the id of each organization by its COW short name."""
    with store.reading() as snapshot:
        return {row[0]: row[1] for row in snapshot.execute(select(Code.value, Code.entity_id).where(Code.scheme == "cow-igo"))}


def _object(value: object) -> Mapping[str, object]:
    assert isinstance(value, dict)
    return value


def _list(value: object) -> Sequence[Mapping[str, object]]:
    assert isinstance(value, list)
    return value


def parsed(text: bytes) -> Iterator[dict[str, object]]:
    """Give the rows of JSON Lines."""
    for line in text.splitlines():
        yield orjson.loads(line)
