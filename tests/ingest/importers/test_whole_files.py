"""The whole real files: every line is applied, refused or explained, and the COW files can be written again from the records."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from app.dates import interval, parse_end, parse_start
from app.ingest.importers.base import Covered, Explained, Gap, MembershipSpell, Noticed, Refused
from app.ingest.importers.catalog import IMPORTERS
from app.ingest.importers.cow_cells import COLUMNS
from app.ingest.importers.treaties import CODED
from app.ingest.readers.cow_columns import STATE_COLUMNS
from tests.ingest.importers.reading import SHARED, needs_shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.ingest.importers.base import Reading

pytestmark = needs_shared

FILES = {
    "cow-states": "cow-igo-v3/states2016.csv",
    "informal-igos": "informal-igos",
    "factbook": "factbook-io-2025",
    "wipo": "wipo-treaties",
    "untc": "untc-2015",
    "uk-treaties": "uk-treaties",
    "atop": "atop",
    "manytreaties": "manytreaties",
    "manystates": "manystates",
    "icews": "icews-sample",
    "unvotes": "unvotes",
}
EXPECTED = {
    "cow-states": (243, 243, 0),
    "informal-igos": (3651, 3651, 0),
    "factbook": (238, 10_637, 0),
    "wipo-treaties": (1501, 3067, 0),
    "untc": (24_158, 31_342, 0),
    "uk-treaties": (8134, 79_159, 2),
    "atop": (3143, 3001, 1),
    "manytreaties-ggo": (102_852, 146_152, 51),
    "manytreaties-ieadb": (19_046, 37_515, 124),
    "manytreaties-desta": (8453, 12_971, 0),
    "manytreaties-tfdd": (2785, 2434, 34),
    "manytreaties-gptad": (2532, 2468, 70),
    "manytreaties-heidi": (2280, 2280, 0),
    "manytreaties-labpta": (483, 483, 0),
    "manytreaties-tota": (442, 442, 0),
    "manytreaties-trend": (710, 710, 0),
    "manystates-ggo": (409, 407, 2),
    "manystates-gw": (216, 216, 0),
    "manystates-isd": (499, 498, 1),
    "icews": (3705, 10_937, 0),
    "unvotes": (882_057, 876_312, 0),
}
"""Rows read, records given, values refused."""


@pytest.mark.parametrize("name", FILES)
def test_every_line_of_the_real_files_is_applied_refused_or_explained(name: str) -> None:
    for dataset, tables in IMPORTERS[name].assign([SHARED / FILES[name]]):
        counts: Counter[type] = Counter()
        told: dict[str, set[int]] = {one.name: set() for one in tables}
        for one in dataset.read(tables):
            counts[type(one)] += 1
            if not isinstance(one, Noticed):
                told[one.file].add(one.line)
        rows = sum(one.rows for one in tables)
        records = sum(counts.values()) - counts[Refused] - counts[Explained] - counts[Noticed]
        assert (dataset.name, rows, records, counts[Refused]) == (dataset.name, *EXPECTED[dataset.name])
        for table in tables:
            assert table.position == table.size
            assert table.rows == (table.form.rows or table.rows), table.name
            if table.form.name != "issues":  # which come with their roll calls
                assert len(told[table.name]) == table.rows, table.name


CODES = {"0": 1, "1": 2, "2": 3, "3": 4, "-9": 5, "-1": 6}
STATUSES = {"member": 2, "associate_member": 3, "observer": 4}
WORDS = {f"cow:{number}": COLUMNS.index(word) for word, number in STATE_COLUMNS.items()}
FIRST, YEARS = 1816, 199


class Rebuilt:
    """The cells of a file from the records alone: a byte a state and year, 0 where the file has none."""

    def __init__(self, found: Sequence[Reading]) -> None:
        self.found = found
        named = {one.organization for one in found if isinstance(one, MembershipSpell | Gap | Covered)}
        self.cells = {one: bytearray(len(COLUMNS) * YEARS) for one in named if one}
        rows_of_states = not any(isinstance(one, Covered) and one.organization for one in found)
        for one in found:
            if isinstance(one, Covered) and (one.organization or rows_of_states):
                self.fill(one, (one.first_year, one.last_year), bytes([1] * 256))
        for one in found:
            if isinstance(one, MembershipSpell) and one.years:
                self.fill(one, one.years, every_code(STATUSES[one.status]))
        gaps = [one for one in found if isinstance(one, Gap)]
        for one in sorted(gaps, key=lambda gap: (gap.organization is not None) + 2 * (None not in (gap.organization, gap.actor))):
            self.fill(one, (one.first_year, one.last_year), every_code(CODES[one.code]))

    def fill(self, one: MembershipSpell | Gap | Covered, years: tuple[int, int], codes: bytes) -> None:
        """Put codes by the old ones into cells: of one organization or of all, of one state or of all."""
        columns = range(len(COLUMNS)) if one.actor is None else (WORDS[one.actor.key],)
        for organization in self.cells if one.organization is None else (one.organization,):
            cells = self.cells[organization]
            for column in columns:
                place = slice(column * YEARS + years[0] - FIRST, column * YEARS + years[1] - FIRST + 1)
                cells[place] = cells[place].translate(codes)


def every_code(code: int) -> bytes:
    """Give a table that leaves 0, which the file does not have, and puts a code for everything else."""
    return bytes([0, *[code] * 255])


def differing(rebuilt: Rebuilt, name: str) -> tuple[int, int]:
    """Hold the file, read without the project's code, against the cells: how many cells it has, and how many differ."""
    cells = wrong = 0
    by_organization = name.startswith("igo")
    with gzip.open(SHARED / "cow-igo-v3" / name, "rt", encoding="utf-8", newline="") as opened:
        rows = csv.reader(opened, delimiter="\t" if by_organization else ",")
        header = next(rows)
        for row in rows:
            if by_organization:
                codes = bytes(CODES[one] for one in row[3:220])
                held = bytes(rebuilt.cells[f"cow-igo:{row[0]}"][int(row[2]) - FIRST :: YEARS])
                assert header[3:220] == list(COLUMNS)
            else:
                codes = bytes(CODES[one] for one in row[3:])
                place = COLUMNS.index(row[2]) * YEARS + int(row[1]) - FIRST
                held = bytes(rebuilt.cells[f"cow-igo:{one}"][place] for one in header[3:])
            cells += len(codes)
            wrong += 0 if codes == held else sum(one != other for one, other in zip(codes, held, strict=True))
    return cells, wrong


@pytest.mark.parametrize(
    ("name", "cells"), [("igo_year_formatv3.csv.gz", 19_335 * 217), ("state_year_formatv3.csv.gz", 15_557 * 534)]
)
def test_the_cow_files_can_be_written_again_from_the_records_cell_by_cell(name: str, cells: int) -> None:
    [(dataset, tables)] = IMPORTERS["cow-igo"].assign([SHARED / "cow-igo-v3" / name])
    found = list(dataset.read(tables))
    assert not [one for one in found if isinstance(one, Refused | Explained)]
    rebuilt = Rebuilt(found)
    assert len(rebuilt.cells) == 534
    assert differing(rebuilt, name) == (cells, 0)
    assert sum(len(one) - one.count(0) for one in rebuilt.cells.values()) == cells, "and no cell that the file does not have"
    for one in found:
        if isinstance(one, MembershipSpell):
            assert certain_in_its_years(one), one


def certain_in_its_years(one: MembershipSpell) -> bool:
    """Tell whether a spell's dates are certain in the years that the file codes, and in no other one."""
    held = interval(parse_start(one.start), parse_end(one.end, CODED))
    first, last = one.years or (0, 0)
    started, ended = held.start, held.end
    inside = started.latest is not None and started.latest.year == first and str(ended.earliest) == f"{last}-01-02"
    before = started.earliest is None or started.earliest.year <= first
    return inside and before and (ended.latest is None or ended.latest.year > last)
