"""Correlates of War, State System Membership v2016: one row a spell of statehood, with exact days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.errors import InvalidRecordError
from app.ingest.readers.delimited import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COLUMNS = ("stateabb", "ccode", "statenme", "styear", "stmonth", "stday", "endyear", "endmonth", "endday")


@dataclass(frozen=True, slots=True)
class Spell:
    """A state in the system from the first to the last day, both inclusive; 2016-12-31 is where the list ends."""

    state: int
    name: str
    first: date
    last: date


def read_spells(lines: Iterable[str], name: str) -> Iterator[Spell]:
    """Give every spell; InvalidRecordError names the line of a row that is not one."""
    for row in read_rows(lines, name, _COLUMNS):
        try:
            number, *days = (int(row.cells[one]) for one in ("ccode", *_COLUMNS[3:]))
            yield Spell(number, row.cells["statenme"], date(*days[:3]), date(*days[3:]))
        except (KeyError, ValueError) as error:
            raise InvalidRecordError(f"{name}, line {row.number}: not a spell of statehood: {error}") from error
