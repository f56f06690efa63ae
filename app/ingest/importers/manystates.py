"""Lists of states in the package manystates: three sources with begin and end dates, as imprecise as they have them.

`..1816-01-01` began in or before the day, `2011-12-31..` ended in or after it, `1816?` is uncertain, `1200-01-01~` about then.
9999-12-31 and the day on which a list ends stand for states that were there when it was made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.dates import DateError, interval, parse_end, parse_start
from app.ingest.importers.base import Actor, Explained, StateSeen
from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.messy import NEVER, messy
from app.ingest.importers.treaties import CODED
from app.ingest.importers.values import UnreadableError, each_row, first_day, required

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_EARLIEST = 1
_NUMBER = re.compile(r"[0-9]{1,4}")


class _States:
    """`scheme` is what the column of numbers holds, where it is a scheme that others use."""

    def __init__(self, file: str, scheme: str) -> None:
        self.file = file
        self.scheme = scheme
        self.seen: dict[tuple[str, ...], int] = {}

    def state(self, row: Line) -> Iterator[StateSeen | Explained]:
        cells = row.cells
        code, name = required(cells, "stateID", "a state's code"), required(cells, "StateName", "a state's name")
        begin = messy("Begin", cells["Begin"], _EARLIEST)
        end = ".." if cells["End"] == NEVER else messy("End", cells["End"], _EARLIEST)
        try:
            held = interval(parse_start(begin), parse_end(end, CODED))
        except DateError as error:
            raise UnreadableError("End", cells["End"], f"an end after the beginning, {begin}") from error
        number = cells.get("cowNR", "")
        if number and not _NUMBER.fullmatch(number):
            raise UnreadableError("cowNR", number, "a state number")
        first = self.seen.setdefault(tuple(cells.values()), row.number)
        if first != row.number:
            yield Explained(self.file, row.number, f"repeats line {first}")
            return
        born = int(day[:4]) if (day := first_day(begin)) else None
        died = held.end.latest.year if held.end.latest else None
        codes = ((self.scheme, number),) if self.scheme and number else ()
        key = f"{self.scheme}:{number}" if codes else f"manystates:{code}"
        details = tuple((one, cells[one]) for one in ("stateID", "StateNameAlt", "Capital", "cowID", "cowNR") if cells.get(one))
        yield StateSeen(self.file, row.number, Actor(key, name, born, died), codes, begin, end, details)


def _reader(scheme: str) -> Callable[[Sequence[Table]], Iterator[Reading]]:
    def read(tables: Sequence[Table]) -> Iterator[Reading]:
        """Give every spell of every state."""
        for table in tables:
            yield from each_row(table, _States(table.name, scheme).state)

    return read


_GGO = "stateID StateName Capital Begin End Latitude Longitude Region StateNameAlt CapitalAlt Coder Comments Source"
_GW = "stateID StateName Begin End StateNameAlt cowID cowNR"
_ISD = (
    "stateID StateName Begin End StateNameAlt Latitude Longitude StartType EndType cowID cowNR ISD_Category Region Start_Am "
    "EStart_Am Declare DecDate Population PopDate PopAm PopulationHigh PopulationLow StartType_Am StartSettle End_Am EndType_Am "
    "EndSettle Sovereignty_Am EuroDip Borders Borders_Am Capital VioStart VioStart_Am VioEnd VioEnd_Am"
)
_URL = "https://github.com/globalgov/manystates"
_KINDS = (
    ("ggo", "Geneva Global Observatory of states (GGO)", "Hollway and Tan (2025), GGO, in manystates", _GGO, 409, ""),
    (
        "gw",
        "Gleditsch and Ward, list of independent states",
        "Gleditsch and Ward (1999), A revised list of independent states since 1816, International Interactions 25(4), 393-413",
        _GW,
        216,
        "gw",
    ),
    (
        "isd",
        "International System(s) Dataset",
        "Griffiths and Butcher (2013), Introducing the International System(s) Dataset, Int. Interactions 39(5), 748-768",
        _ISD,
        499,
        "",
    ),
)

MANYSTATES = Importer(
    "manystates",
    "manystates: states with begin and end dates, three lists",
    f"{_URL} (tables of data/states.rda, written as CSV with NA as empty)",
    tuple(
        Dataset(
            f"manystates-{name}",
            title,
            "globalgov, Graduate Institute Geneva",
            _URL,
            citation,
            "CC BY 4.0",
            "1.0",
            "2025-10-20",
            20,
            (Form("states", f"states_{name}.csv: a row a spell of a state", tuple(columns.split()), rows=rows),),
            _reader(scheme),
        )
        for name, title, citation, columns, rows, scheme in _KINDS
    ),
)
