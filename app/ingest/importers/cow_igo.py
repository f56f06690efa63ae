"""Correlates of War, Intergovernmental Organizations v3.0: two forms of file that disagree, and so two datasets.

`igo_year` has a row an organization and year, and a column a state; `state_year` a row a state and year, and a column an
organization. -1 means something else in each (see `cow_cells`).
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

from app.errors import InvalidRecordError
from app.ingest.importers.base import Explained, Noticed, OrganizationSeen, Refused
from app.ingest.importers.cow_cells import CODES, COLUMNS, FIRST, LAST, SIZE, STRIDE, YEARS, Cells, Life, key_of
from app.ingest.importers.cow_cells import Form as Coding
from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.values import UnreadableError, clean, whole
from app.ingest.readers.cow_columns import STATE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_TAIL = (
    "sdate", "deaddate", "dead", "integrated", "replaced", "longorgname", "ionum", "igocode", "version",
    "accuracyofpre1965membershipdates", "sourcesandnotes", "imputed", "political", "social", "economic",
)  # fmt: skip
_SHORT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_BROKEN = re.compile(r"[\x80-\x9f]|Ê$")
_WITHIN_5 = "Within 5 years"
_ACCURACY_OF = 1965
"""Membership dates before this year are those that `accuracyofpre1965membershipdates` speaks of."""
_SLID = re.compile(r'"(?:\t[0-9]){4}$')


def read_igo_year(tables: Sequence[Table]) -> Iterator[Reading]:
    """Give organizations, then coverage and gaps, then memberships."""
    for table in tables:
        found = _ByOrganization(table)
        yield from found.rows()
        yield from found.cells.read()


class _ByOrganization:
    """Rows of igo_year on their way into cells."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.cells = Cells(table.name, Coding(rows_of_states=False, reason="not_in_system"))

    def rows(self) -> Iterator[Reading]:
        """Take every row; give an organization when its last row has come."""
        before: list[Line] = []
        for row in self.table.read():
            if before and before[-1].cells["ioname"] != row.cells["ioname"]:
                yield from self._organization(before)
                before = []
            try:
                told = self._take(row)
            except UnreadableError as error:
                yield Refused(self.table.name, row.number, error.column, error.value, error.expected)
                continue
            if told is None:
                before.append(row)
            else:
                yield told
        if before:
            yield from self._organization(before)

    def _take(self, row: Line) -> Explained | None:
        name, year = _short_name(row.cells["ioname"], "ioname"), whole(row.cells, "year", FIRST, LAST)
        coded = _coded(row.cells, COLUMNS)
        _life(row.cells)
        cells = self.cells.open(name)
        lines = self.cells.lines.setdefault(name, array("q", [0]) * YEARS)
        if lines[year - FIRST]:
            if coded == cells[year - FIRST :: STRIDE]:
                return Explained(self.table.name, row.number, f"repeats line {lines[year - FIRST]}")
            raise UnreadableError("year", str(year), f"one row a year of {name}; line {lines[year - FIRST]} says otherwise")
        lines[year - FIRST] = row.number
        cells[year - FIRST :: STRIDE] = coded
        within = row.cells["accuracyofpre1965membershipdates"] == _WITHIN_5 and year < _ACCURACY_OF
        if within or row.cells["imputed"] == "1":
            self.cells.imprecise.setdefault(name, set()).add(year)
        return None

    def _organization(self, rows: Sequence[Line]) -> Iterator[OrganizationSeen | Noticed]:
        last, name = rows[-1].cells, rows[-1].cells["ioname"]
        life = _life(last)
        self.cells.lives[name] = life
        names = list(dict.fromkeys(_repaired(row.cells[one]) for row in reversed(rows) for one in ("longorgname", "orgname")))
        final = int(last["year"])
        yield OrganizationSeen(
            self.table.name,
            rows[0].number,
            key_of(name),
            next((one for one in names if one), name),
            acronym=name,
            codes=(("cow-igo", name),),
            type="intergovernmental",
            start=str(life.born) if life.born else "",
            end=f"[{max(life.died, final)}-01-02..{max(life.died, final) + 1}-01-01]" if final < LAST else f"[{LAST}-01-02..]",
            names=tuple(one for one in names[1:] if one),
            details=(("ionum", last["ionum"]),),
        )
        yield from self._noticed(rows, life)

    def _noticed(self, rows: Sequence[Line], life: Life) -> Iterator[Noticed]:
        file = self.table.name
        first, last = rows[0], rows[-1]
        for column in ("orgname", "longorgname"):
            if _BROKEN.search(last.cells[column]):
                mended = _repaired(last.cells[column])
                yield Noticed(file, last.number, column, f"{last.cells[column]}; {mended}", "Mac Roman read as Latin-1, repaired")
        if life.born and life.born != int(first.cells["year"]):
            both = f"{first.cells['sdate']}; {first.cells['year']}"
            yield Noticed(file, first.number, "sdate", both, "not the year of the first row")
        if life.died and life.died != int(last.cells["year"]):
            both = f"{last.cells['deaddate']}; {last.cells['year']}"
            yield Noticed(file, last.number, "deaddate", both, "not the year of the last row")
        for row in rows:
            if _SLID.search(row.cells["sourcesandnotes"]):
                value = row.cells["sourcesandnotes"][-20:]
                yield Noticed(file, row.number, "sourcesandnotes", value, "values of the columns that follow slid into the note")


def read_state_year(tables: Sequence[Table]) -> Iterator[Reading]:
    """Give organizations (their short names are all that this form has), then coverage, gaps and memberships."""
    for table in tables:
        names = table.columns[len(STATE_YEAR.columns) :]
        if list(names) != sorted(names) or not names:
            raise InvalidRecordError(
                f"{table.name}, line 1: expected organizations in alphabetical order after the column 'state'"
            )
        for name in names:
            if not _SHORT_NAME.fullmatch(name):
                raise InvalidRecordError(f"{table.name}, line 1: column {name!r}; expected an organization's short name")
            yield OrganizationSeen(
                table.name, 1, key_of(name), name, acronym=name, codes=(("cow-igo", name),), type="intergovernmental"
            )
        cells = Cells(table.name, Coding(rows_of_states=True, reason="not_in_existence"))
        yield from _state_rows(table, names, cells)
        yield from cells.read()


def _state_rows(table: Table, names: Sequence[str], cells: Cells) -> Iterator[Refused | Explained]:
    """Take the rows as they come, an organization beside the other, and then lay the cells of each one together."""
    every = bytearray(SIZE * len(names))
    for row in table.read():
        try:
            told = _take_state(table.name, row, (names, every), cells)
        except UnreadableError as error:
            yield Refused(table.name, row.number, error.column, error.value, error.expected)
        else:
            if told:
                yield told
    for n, name in enumerate(names):
        cells.open(name)[:] = every[n :: len(names)]


def _take_state(file: str, row: Line, held: tuple[Sequence[str], bytearray], cells: Cells) -> Explained | None:
    names, every = held
    state, year = row.cells["state"], whole(row.cells, "year", FIRST, LAST)
    if str(STATE_COLUMNS.get(state)) != row.cells["ccode"]:
        raise UnreadableError(
            "state", f"{row.cells['ccode']} {state}", "a COW state number and its word, such as '373 azerbaijan'"
        )
    coded = _coded(row.cells, names)
    lines = cells.lines.setdefault(state, array("q", [0]) * YEARS)
    at = (COLUMNS.index(state) * STRIDE + year - FIRST) * len(names)
    if lines[year - FIRST]:
        if coded == every[at : at + len(names)]:
            return Explained(file, row.number, f"repeats line {lines[year - FIRST]}")
        raise UnreadableError("year", str(year), f"one row a year of {state}; line {lines[year - FIRST]} says otherwise")
    lines[year - FIRST] = row.number
    every[at : at + len(names)] = coded
    return None


def _coded(cells: dict[str, str], columns: Sequence[str]) -> bytes:
    """Give the codes of a row; UnreadableError names the first cell that the codebook does not have."""
    try:
        return bytes([CODES[cells[column]] for column in columns])
    except KeyError:
        column = next(one for one in columns if cells[one] not in CODES)
        expected = f"one of {', '.join(CODES)} (codebook of IGO v3.0)"
        raise UnreadableError(column, cells[column], expected) from None


def _short_name(text: str, column: str) -> str:
    if not _SHORT_NAME.fullmatch(text):
        raise UnreadableError(column, text, "an organization's short name in ASCII letters and digits")
    return text


def _life(cells: dict[str, str]) -> Life:
    """Give the years of birth and death; an organization that lives on has no last year."""
    found = [whole(cells, one, FIRST - 100, LAST) if cells[one] else 0 for one in ("sdate", "deaddate")]
    return Life(*found)


def _repaired(text: str) -> str:
    """Give a name as it was before bytes of Mac Roman were read as Latin-1."""
    return clean(text.encode("latin-1").decode("mac_roman")) if _BROKEN.search(text) else clean(text)


IGO_YEAR = Form(
    "igo_year",
    "igo_year_formatv3.csv: a row an organization and year, tab-separated",
    ("ioname", "orgname", "year", *COLUMNS, *_TAIL),
    delimiter="\t",
    rows=19_335,
)
STATE_YEAR = Form(
    "state_year",
    "state_year_formatv3.csv: a row a state and year, comma-separated, a column an organization",
    ("ccode", "year", "state"),
    open_ended=True,
    rows=15_557,
)
_CITATION = (
    "Pevehouse, Nordstrom, McManus, Jamison (2020), Tracking organizations in the world: The Correlates of War IGO Version 3.0 "
    "datasets, Journal of Peace Research 57(3), 492-503, doi:10.1177/0022343319881175"
)
_TERMS = "Correlates of War: give the version number and cite the article; no open licence is stated"
_URL = "https://correlatesofwar.org/data-sets/igos/"


def _dataset(form: Form, name: str, title: str, precedence: int) -> Dataset:
    read = read_igo_year if form is IGO_YEAR else read_state_year
    return Dataset(name, title, "Correlates of War Project", _URL, _CITATION, _TERMS, "3.0", "2019", precedence, (form,), read)


COW_IGO = Importer(
    "cow-igo",
    "Correlates of War: Intergovernmental Organizations v3.0",
    f"{_URL} (igo_year_formatv3.csv and state_year_formatv3.csv; each is a source of its own, since they disagree)",
    (
        _dataset(IGO_YEAR, "cow-igo-year", "Intergovernmental Organizations v3.0, organization-years", 20),
        _dataset(STATE_YEAR, "cow-state-year", "Intergovernmental Organizations v3.0, state-years", 30),
    ),
)
