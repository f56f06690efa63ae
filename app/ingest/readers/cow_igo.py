"""Correlates of War, Intergovernmental Organizations v3.0 (Pevehouse et al. 2020): both forms of the file.

Codes, from the codebook: 0 no membership, 1 full, 2 associate, 3 observer, -9 the organization existed and nothing is known.
-1 in `igo_year` is a state outside the state system, in `state_year` an organization that did not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from app.errors import InvalidRecordError
from app.ingest.readers.cow_columns import STATE_COLUMNS
from app.ingest.readers.delimited import read_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

CODES = frozenset({-9, -1, 0, 1, 2, 3})


@dataclass(frozen=True, slots=True)
class Cell:
    """One organization (`ioname`), COW state number and year, with the code as it stands in the file."""

    line: int
    organization: str
    state: int
    year: int
    code: int


@dataclass(frozen=True, slots=True)
class Extent:
    """The years, both inclusive, and the organizations that are wanted; None is all."""

    first: int = 0
    last: int = 9999
    organizations: Collection[str] | None = None

    def has_year(self, year: int) -> bool:
        """Tell whether a year is wanted."""
        return self.first <= year <= self.last

    def has_organization(self, name: str) -> bool:
        """Tell whether an organization is wanted."""
        return self.organizations is None or name in self.organizations


EVERYTHING = Extent()


def read_cells(lines: Iterable[str], name: str, extent: Extent = EVERYTHING) -> Iterator[Cell]:
    """Give the cells of a file of either form; which one it is the header says.

    InvalidRecordError: neither form, a year that is not a number, a code that the codebook does not have.
    """
    source = iter(lines)
    header = next(source, "")
    yield from (_by_organization if "ioname" in header else _by_state)(chain([header], source), name, extent)


def _by_organization(lines: Iterable[str], name: str, extent: Extent) -> Iterator[Cell]:
    for row in read_rows(lines, name, ("ioname", "year")):
        organization, year = row.cells["ioname"], _number(row.cells, "year", name, row.number)
        if not extent.has_year(year) or not extent.has_organization(organization):
            continue
        for column, number in STATE_COLUMNS.items():
            if column in row.cells:
                yield Cell(row.number, organization, number, year, _code(row.cells, column, name, row.number))


def _by_state(lines: Iterable[str], name: str, extent: Extent) -> Iterator[Cell]:
    for row in read_rows(lines, name, ("ccode", "year", "state")):
        year, state = (_number(row.cells, one, name, row.number) for one in ("year", "ccode"))
        if not extent.has_year(year):
            continue
        for column in row.cells:
            if column not in {"ccode", "year", "state"} and extent.has_organization(column):
                yield Cell(row.number, column, state, year, _code(row.cells, column, name, row.number))


def _number(cells: Mapping[str, str], column: str, name: str, line: int) -> int:
    try:
        return int(cells[column])
    except (KeyError, ValueError) as error:
        raise InvalidRecordError(
            f"{name}, line {line}: {column} is {cells.get(column)!r}; a whole number was expected"
        ) from error


def _code(cells: Mapping[str, str], column: str, name: str, line: int) -> int:
    code = _number(cells, column, name, line)
    if code not in CODES:
        raise InvalidRecordError(f"{name}, line {line}: {column} is {code}; the codebook has {sorted(CODES)}")
    return code
