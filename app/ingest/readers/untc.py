"""UN Treaty Collection: an index of multilateral treaties and one status table a treaty, as scraped.

A cell is a day and a letter for the kind of act; the letter's meaning stands in the header, and its case matters:
`a` accession and `A` acceptance, `p` simplified procedure and `P` consent to be bound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from app.ingest.readers.delimited import read_rows, text_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_NUMBER = re.compile(r"mtdsg_no=(?P<number>[A-Z0-9a-z.-]+)")
_CELL = re.compile(r"(?P<day>\d{1,2} [A-Z][a-z]{2} \d{4})(?:\s+(?P<letter>[A-Za-z]{1,2}))?")


@dataclass(frozen=True, slots=True)
class Treaty:
    """A treaty of the index: its number in the collection (`IV-9`), title and status table, if there is one."""

    number: str
    title: str
    table: Path | None


@dataclass(frozen=True, slots=True)
class Deed:
    """One dated act: the participant's UN name, the column's heading, the day, the letter behind it (may be empty)."""

    line: int
    participant: str
    heading: str
    day: date
    letter: str


def read_index(folder: Path) -> Iterator[Treaty]:
    """Give every treaty of `index.csv` in the folder, with its table under `treaties/`."""
    index = folder / "index.csv"
    for row in read_rows(text_lines(index), index.name, ("chapter_no", "treaty_no", "treaty_name", "url")):
        found = _NUMBER.search(row.cells["url"])
        stem = f"{row.cells['chapter_no']}-{row.cells['treaty_no'].replace('.', '-')}"
        table = folder / "treaties" / f"{stem}.csv"
        if found:
            yield Treaty(found["number"], row.cells["treaty_name"], table if table.exists() else None)


def read_deeds(lines: Iterable[str], name: str) -> Iterator[Deed]:
    """Give the dated acts of a status table; cells that are no date (registration numbers, resolutions) are left out."""
    for row in read_rows(lines, name, ("Participant",)):
        for heading, text in row.cells.items():
            found = _CELL.fullmatch(text.strip()) if heading != "Participant" else None
            if found:
                day = datetime.strptime(found["day"], "%d %b %Y").date()  # noqa: DTZ007 - a day has no zone
                yield Deed(row.number, row.cells["Participant"].strip(), heading, day, found["letter"] or "")
