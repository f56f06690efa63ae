"""Correlates of War, State System Membership v2016: one row a spell of statehood, with exact days, both inclusive.

The list begins on 1816-01-01 and ends on 2016-12-31: a spell that touches an edge began in or before the first day, and ended
after the last, if it did.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.ingest.importers.base import Actor, Explained, StateSeen
from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.values import UnreadableError, each_row, required, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_FIRST, _LAST = date(1816, 1, 1), date(2016, 12, 31)
_VERSION = "2016"
_COLUMNS = ("stateabb", "ccode", "statenme", "styear", "stmonth", "stday", "endyear", "endmonth", "endday", "version")


def read(tables: Sequence[Table]) -> Iterator[Reading]:
    """Give every spell."""
    for table in tables:
        yield from each_row(table, _Spells(table.name).spell)


class _Spells:
    def __init__(self, file: str) -> None:
        self.file = file
        self.seen: dict[tuple[str, ...], int] = {}

    def spell(self, row: Line) -> Iterator[StateSeen | Explained]:
        found = _spell(self.file, row)
        first = self.seen.setdefault(tuple(row.cells.values()), row.number)
        yield found if first == row.number else Explained(self.file, row.number, f"repeats line {first}")


def _spell(file: str, row: Line) -> StateSeen:
    cells = row.cells
    if cells["version"] != _VERSION:
        raise UnreadableError("version", cells["version"], _VERSION)
    number = str(whole(cells, "ccode", 2, 999))
    name = required(cells, "statenme", "a state's name")
    first, last = _day(cells, "st"), _day(cells, "end")
    if last < first:
        raise UnreadableError("endyear", str(last), f"a last day that is not before the first, {first}")
    start = f"[..{first}]" if first == _FIRST else str(first)
    after = last + timedelta(days=1)
    return StateSeen(
        file,
        row.number,
        Actor(f"cow:{number}", name, first.year, last.year),
        codes=(("cow", number),),
        start=start,
        end=f"[{after}..]" if last == _LAST else str(after),
        details=(("stateabb", required(cells, "stateabb")),),
    )


def _day(cells: dict[str, str], edge: str) -> date:
    columns = [f"{edge}{one}" for one in ("year", "month", "day")]
    written = "-".join(cells[one] for one in columns)
    try:
        found = date(*(whole(cells, one, 1, 9999) for one in columns))
    except ValueError:
        raise UnreadableError(columns[0], written, "a day of the calendar in three columns") from None
    if not _FIRST <= found <= _LAST:
        raise UnreadableError(columns[0], written, f"a day from {_FIRST} to {_LAST}")
    return found


_URL = "https://correlatesofwar.org/data-sets/state-system-membership/"

COW_STATES = Importer(
    "cow-states",
    "Correlates of War: State System Membership v2016",
    f"{_URL} (states2016.csv)",
    (
        Dataset(
            "cow-states",
            "State System Membership List, v2016",
            "Correlates of War Project",
            _URL,
            "Correlates of War Project (2017), State System Membership List, v2016",
            "Correlates of War: give the version number and cite it; no open licence is stated",
            _VERSION,
            "2017",
            20,
            (
                Form(
                    "states",
                    "states2016.csv: a row a spell of statehood, comma-separated",
                    _COLUMNS,
                    rows=243,
                    ends_with_newline=False,
                ),
            ),
            read,
        ),
    ),
)
