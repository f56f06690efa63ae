"""The World Factbook's "International organization participation": one row a country, one list in a cell.

Quirks of the list: commas inside parentheses, sentences that begin with "note" run on at the end, a name before a colon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import InvalidRecordError
from app.ingest.readers.delimited import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NOTE = re.compile(r"\s*\bnote\s*:.*$", re.DOTALL | re.IGNORECASE)
_OUTSIDE = re.compile(r"[,;]\s*(?![^()]*\))")
_ENTRY = re.compile(r"(?P<abbreviation>[^()]+?)\s*(?:\((?P<standing>.*)\))?")


@dataclass(frozen=True, slots=True)
class Participation:
    """A country's entry for one organization, in the Factbook's own words; `standing` is empty for a plain entry."""

    line: int
    edition: int
    country: str
    iso2: str
    abbreviation: str
    standing: str


def entries(participation: str) -> Iterator[str]:
    """Give the entries of a list as they stand, without its notes and without the sentence before a colon."""
    for part in _OUTSIDE.split(_NOTE.sub("", participation)):
        yield part.rpartition(":")[2].strip() if "(" not in part else part.strip()


def entry(text: str) -> tuple[str, str] | None:
    """Give the abbreviation and the standing behind it, which may be empty; None for what is no entry."""
    found = _ENTRY.fullmatch(text)
    return (found["abbreviation"], (found["standing"] or "").strip()) if found else None


def read_participations(lines: Iterable[str], name: str) -> Iterator[Participation]:
    """Give every entry; InvalidRecordError for a row without an edition."""
    for row in read_rows(lines, name, ("edition", "canonical_name", "iso2", "participation")):
        cells = row.cells
        try:
            edition = int(cells["edition"])
        except ValueError as error:
            raise InvalidRecordError(
                f"{name}, line {row.number}: edition is {cells['edition']!r}; a year was expected"
            ) from error
        for text in entries(cells.get("participation", "")):
            found = entry(text)
            if found and found[0] != "none":
                yield Participation(row.number, edition, cells["canonical_name"], cells["iso2"], *found)
