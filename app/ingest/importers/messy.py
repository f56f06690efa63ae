"""Dates as the globalgov packages write them (messydates), to EDTF; what has no meaning is refused, never mended.

| form | example | here |
|---|---|---|
| day, month, year | `1901-02-22`, `1964-06`, `1948` | the same |
| uncertain, approximate | `1890-12-20?`, `1200-01-01~` | the same |
| a range: some time in it | `1981-09..1981-10` | `[1981-09..1981-10]` |
| on or before, on or after | `..1816-01-01`, `2011-12-31..` | `[..1816-01-01]`, `[2011-12-31..]` |
| month or day unknown | `1964-XX-16`, `2010-XX-XX` | the same |

Not days: `1976-06-31`, `2020-99-99`, `0014-022005`, `2010-XX-XX-`. Not in the calendar of this project: `-0753`.
"""

from __future__ import annotations

import re

from app.ingest.importers.values import UnreadableError, edtf

_PART = r"[0-9]{4}(?:-(?:[0-9]{2}|XX)(?:-(?:[0-9]{2}|XX))?)?[?~%]?"
_FORM = re.compile(rf"(?P<from>{_PART})?(?P<dots>\.\.)?(?P<to>{_PART})?")
EXPECTED = "a date that exists: YYYY, YYYY-MM or YYYY-MM-DD, with ? or ~ behind it, or two of them with .. between"
NEVER = "9999-12-31"
"""In an end: still so when coded. In a ratification or entry into force: has not happened."""
PLACEHOLDER = re.compile(r"2[5-9]99-01-01")
"""IEADB's days for what has none: 2599-01-01, 2699-01-01, 2899-01-01, 2999-01-01."""
_EARLIEST, _LATEST = 1000, 2100


def messy(column: str, text: str, earliest: int = _EARLIEST) -> str:
    """Give the EDTF text of a cell, or an empty one; years from `earliest` (1351 is the oldest treaty) to 2100."""
    if not text:
        return ""
    found = _FORM.fullmatch(text)
    if not found or (not found["dots"] and (found["from"] is None or found["to"] is not None)):
        raise UnreadableError(column, text, EXPECTED)
    sides = [one for one in (found["from"], found["to"]) if one]
    if not sides:
        raise UnreadableError(column, text, EXPECTED)
    for one in sides:
        edtf(column, one, EXPECTED, text)
        if not earliest <= int(one[:4]) <= _LATEST:
            raise UnreadableError(column, text, f"a year from {earliest} to {_LATEST}")
    return edtf(column, f"[{text}]" if found["dots"] else text, EXPECTED, text)
