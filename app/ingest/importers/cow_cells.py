"""Memberships coded once a year, as a table of cells, and what follows from the cells: spells, gaps, what is covered.

A year is all there is. The first coded year is the calendar year of joining; the last is the year of leaving or the one
before: a spell [a, b] reads "joined some time in a, left some time in b or b + 1". Next to cells that tell nothing (-9, a
state outside the system, a missing row) the bound moves to the nearest cell that does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from app.ingest.importers.base import Actor, Covered, Gap, MembershipSpell
from app.ingest.readers.cow_columns import FORMER, STATE_COLUMNS
from app.vocabulary import Status

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator, Sequence

FIRST, LAST = 1816, 2014
YEARS = LAST - FIRST + 1
STRIDE = YEARS + 1
"""Cells of a column: one a year, and one that is always absent, so that no run goes on in the next column."""
COLUMNS = tuple(STATE_COLUMNS)

ABSENT, NONE, MEMBER, ASSOCIATE, OBSERVER, MISSING, MINUS_ONE, ALL_MISSING, ALL_MINUS_ONE, STATE_MINUS_ONE = range(10)
CODES = {"0": NONE, "1": MEMBER, "2": ASSOCIATE, "3": OBSERVER, "-9": MISSING, "-1": MINUS_ONE}
"""Codebook of IGO v3.0. The last three of the ten stand for cells that a wider gap speaks for."""

SIZE = len(COLUMNS) * STRIDE

_STATUSES = {
    MEMBER: Status.MEMBER.value,
    ASSOCIATE: Status.ASSOCIATE_MEMBER.value,
    OBSERVER: Status.OBSERVER.value,
}
_RUN = re.compile(rb"\x02+|\x03+|\x04+|\x05+|\x06+")
_NEVER = 0


class Life(NamedTuple):
    """What a file says of an organization's first and last year, 0 where it says nothing."""

    born: int = 0
    died: int = 0


@dataclass(slots=True)
class Form:
    """How a form of the file speaks: whose rows it has, and what its -1 means."""

    rows_of_states: bool
    reason: str
    """`not_in_system` is a state's, `not_in_existence` an organization's."""


@dataclass(slots=True)
class Cells:
    """Cells by organization, then column and year, a byte each; `lines` are those of the rows they stand in, 0 for none."""

    file: str
    form: Form
    cells: dict[str, bytearray] = field(default_factory=dict)
    lines: dict[str, array[int]] = field(default_factory=dict)
    lives: dict[str, Life] = field(default_factory=dict)
    imprecise: dict[str, set[int]] = field(default_factory=dict)
    """Years, by organization, whose dates the file itself calls imputed or good to five years only."""

    def open(self, organization: str) -> bytearray:
        """Give the cells of an organization, all absent at first."""
        return self.cells.setdefault(organization, bytearray(SIZE))

    def line(self, organization: str, column: int, year: int) -> int:
        """Give the line of the row that holds a cell; `year` counts from the first."""
        return self.lines[COLUMNS[column] if self.form.rows_of_states else organization][year]

    def read(self) -> Iterator[Covered | Gap | MembershipSpell]:
        """Give what is covered, the gaps from wide to narrow, and every spell; the cells are used up."""
        yield from self._covered()
        for organization, cells in self.cells.items():
            yield from self._organization_gaps(organization, cells)
        if not self.form.rows_of_states:
            yield from self._state_gaps()
        for organization, cells in self.cells.items():
            yield from self._runs(organization, bytes(cells), _first_coded(cells))

    def _covered(self) -> Iterator[Covered]:
        states = self.form.rows_of_states
        for owner, lines in self.lines.items():
            actor = actor_of(COLUMNS.index(owner), 0, YEARS - 1) if states else None
            for first, last in _runs([line > 0 for line in lines]):
                yield Covered(self.file, lines[first], None if states else key_of(owner), actor, first + FIRST, last + FIRST)

    def _organization_gaps(self, organization: str, cells: bytearray) -> Iterator[Gap]:
        """Give the years in which every state of an organization has one and the same gap."""
        whole = [_same_gap(cells[year::STRIDE]) for year in range(YEARS)]
        for code, wide in ((MISSING, ALL_MISSING), (MINUS_ONE, ALL_MINUS_ONE)):
            for first, last in _runs([one == code for one in whole]):
                line = next(self.line(organization, n, first) for n in range(len(COLUMNS)) if cells[n * STRIDE + first])
                yield self._gap(line, organization, None, (first, last), code)
                for year in range(first, last + 1):
                    column = cells[year::STRIDE]
                    cells[year::STRIDE] = column.replace(bytes([code]), bytes([wide]))

    def _state_gaps(self) -> Iterator[Covered | Gap]:
        """Give the years in which a state is in the system, and those in which it is -1 wherever anything is known."""
        minus = others = 0
        for cells in self.cells.values():
            minus |= int.from_bytes(cells.translate(_MINUS), "big")
            others |= int.from_bytes(cells.translate(_OTHERS), "big")
        pure, there = (minus & ~others).to_bytes(SIZE, "big"), others.to_bytes(SIZE, "big")
        for organization, cells in self.cells.items():
            spoken_for = int.from_bytes(cells.translate(_MINUS), "big") & int.from_bytes(pure, "big")
            raised = int.from_bytes(cells, "big") + (STATE_MINUS_ONE - MINUS_ONE) * spoken_for
            self.cells[organization] = bytearray(raised.to_bytes(SIZE, "big"))
        for column in range(len(COLUMNS)):
            for first, last in _runs([bool(one) for one in there[column * STRIDE : (column + 1) * STRIDE]]):
                line = next(self.line(one, column, first) for one in self.cells if self.cells[one][column * STRIDE + first])
                yield Covered(self.file, line, None, actor_of(column, first, last), first + FIRST, last + FIRST)
            for first, last in _runs([bool(one) for one in pure[column * STRIDE : (column + 1) * STRIDE]]):
                line = next(self.line(one, column, first) for one in self.cells if self.cells[one][column * STRIDE + first])
                yield self._gap(line, None, column, (first, last), MINUS_ONE)

    def _runs(self, organization: str, cells: bytes, begun: tuple[int, int]) -> Iterator[Gap | MembershipSpell]:
        for run in _RUN.finditer(cells):
            code, (column, first) = cells[run.start()], divmod(run.start(), STRIDE)
            last = first + run.end() - run.start() - 1
            line = self.line(organization, column, first)
            if code in _STATUSES:
                pair = cells[column * STRIDE : (column + 1) * STRIDE]
                yield MembershipSpell(
                    self.file,
                    line,
                    key_of(organization),
                    actor_of(column, first, last),
                    _STATUSES[code],
                    self._start(organization, pair, first, begun),
                    self._end(organization, pair, last, begun),
                    self._locator(organization, column, first, last),
                    years=(first + FIRST, last + FIRST),
                )
            else:
                yield self._gap(line, organization, column, (first, last), code)

    def _gap(self, line: int, organization: str | None, column: int | None, years: tuple[int, int], code: int) -> Gap:
        first, last = years
        reason, written = ("not_known", "-9") if code == MISSING else (self.form.reason, "-1")
        actor = None if column is None else actor_of(column, first, last)
        key = None if organization is None else key_of(organization)
        return Gap(self.file, line, key, actor, first + FIRST, last + FIRST, reason, written)

    def _start(self, organization: str, cells: bytes, first: int, begun: tuple[int, int]) -> str:
        """Give the first coded year, or the years since the last cell that tells of no membership."""
        born = self.lives.get(organization, Life()).born or begun[0] + FIRST
        at = first - 1
        while at >= begun[0] and not self._tells(cells[at]):
            at -= 1
        earliest = at + 1 + FIRST if at >= begun[0] else min(born, begun[0] + FIRST)
        mark = self._mark(organization, first - 1, first)
        year = first + FIRST
        return f"{year}{mark}" if earliest >= year else f"[{earliest:04}..{year}{mark}]"

    def _end(self, organization: str, cells: bytes, last: int, begun: tuple[int, int]) -> str:
        """Give the days from the second of the last coded year to the end of the year by which it is over."""
        died = max(self.lives.get(organization, Life()).died, begun[1] + FIRST)
        at = last + 1
        while at <= begun[1] and not self._tells(cells[at]):
            at += 1
        mark = self._mark(organization, last, last + 1)
        soonest = f"{last + FIRST}-01-02{mark}"
        trailing = cells[last + 1 : begun[1] + 1]
        if at <= begun[1]:
            return f"[{soonest}..{at + FIRST}-12-31{mark}]"
        if trailing and not {*trailing} & {MISSING, ALL_MISSING}:  # the state left the system and did not come back
            return f"[{soonest}..{last + 1 + FIRST}-12-31{mark}]"
        return f"[{soonest}..]" if died >= LAST else f"[{soonest}..{died + 1}-12-31{mark}]"

    def _tells(self, cell: int) -> bool:
        """Tell whether a cell says that there is a membership or that there is none."""
        return cell in _KNOWN or (self.form.rows_of_states and cell in _MINUS_ONES)

    def _mark(self, organization: str, *years: int) -> str:
        return "~" if self.imprecise.get(organization, set()) & {one + FIRST for one in years} else ""

    def _locator(self, organization: str, column: int, first: int, last: int) -> str:
        lines = self.line(organization, column, first), self.line(organization, column, last)
        where = organization if self.form.rows_of_states else COLUMNS[column]
        rows = f"line {lines[0]}" if first == last else f"lines {lines[0]}-{lines[1]}"
        return f"{rows}, column {where}"


_KNOWN = frozenset({NONE, MEMBER, ASSOCIATE, OBSERVER})
_MINUS_ONES = frozenset({MINUS_ONE, ALL_MINUS_ONE})
_MINUS = bytes(int(one == MINUS_ONE) for one in range(256))
_LIVING = bytes(int(one in {*_KNOWN, MISSING, ALL_MISSING}) for one in range(256))
_OTHERS = bytes(int(one in {*_KNOWN, MISSING}) for one in range(256))


def key_of(organization: str) -> str:
    """Give an organization's key: its short name, `ioname`."""
    return f"cow-igo:{organization}"


def actor_of(column: int, first: int, last: int) -> Actor:
    """Give a state by its COW number, in years that count from the first."""
    word = COLUMNS[column]
    number = STATE_COLUMNS[word]
    return Actor(f"cow:{number}", FORMER.get(number, word), first + FIRST, last + FIRST)


def _first_coded(cells: bytearray) -> tuple[int, int]:
    """Give the first and last year in which an organization exists, whatever is known of its members."""
    living = cells.translate(_LIVING)
    alive = [1 in living[year::STRIDE] for year in range(YEARS)]
    return (alive.index(True), YEARS - 1 - alive[::-1].index(True)) if any(alive) else (0, _NEVER)


def _same_gap(column: bytearray) -> int:
    """Give the gap that all states of a year have, those without a row aside, or absent."""
    expected = len(COLUMNS) - column.count(ABSENT)
    return next((code for code in (MISSING, MINUS_ONE) if expected and column.count(code) == expected), ABSENT)


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Give the first and last place of every run of True."""
    at = 0
    for flag, run in groupby(flags):
        length = sum(1 for _ in run)
        if flag:
            yield at, at + length - 1
        at += length
