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
        for part in _OUTSIDE.split(_NOTE.sub("", cells.get("participation", ""))):
            found = _ENTRY.fullmatch(part.rpartition(":")[2].strip() if "(" not in part else part.strip())
            if found and found["abbreviation"] != "none":
                words = found["abbreviation"], (found["standing"] or "").strip()
                yield Participation(row.number, edition, cells["canonical_name"], cells["iso2"], *words)
