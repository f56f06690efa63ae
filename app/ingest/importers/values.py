"""Cells to values: what a cell says, or where it stops making sense."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from app.dates import DateError, parse_edtf
from app.ingest.importers.base import Explained, Noticed, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from app.ingest.importers.base import Reading, Seen
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"[0-9]{4}")
DAY = "a day of the calendar, YYYY-MM-DD"


class UnreadableError(Exception):
    """A cell that cannot be understood: its line is refused, and the file goes on."""

    def __init__(self, column: str, value: str, expected: str) -> None:
        """Hold what stood where, and what was expected."""
        super().__init__(column, value, expected)
        self.column = column
        self.value = value
        self.expected = expected


def each_row(table: Table, parse: Callable[[Line], Iterable[Seen | Explained | Noticed]]) -> Iterator[Reading]:
    """Give what every row says; a row with a cell that cannot be understood gives a `Refused` and nothing else."""
    for row in table.read():
        try:
            found = [*parse(row)]
        except UnreadableError as error:
            yield Refused(table.name, row.number, error.column, error.value, error.expected)
        else:
            yield from found


def clean(text: str) -> str:
    """Give a text in Unicode NFC with single spaces inside and none outside."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def required(cells: Mapping[str, str], column: str, expected: str = "a text") -> str:
    """Give the text of a cell that must not be empty."""
    found = clean(cells[column])
    if not found:
        raise UnreadableError(column, cells[column], expected)
    return found


def chosen(cells: Mapping[str, str], column: str, choices: Mapping[str, str]) -> str:
    """Give what a word of a closed list stands for; case matters."""
    try:
        return choices[cells[column]]
    except KeyError:
        words = ", ".join(repr(one) for one in choices)
        raise UnreadableError(column, cells[column], f"one of {words}") from None


def whole(cells: Mapping[str, str], column: str, first: int, last: int) -> int:
    """Give a whole number in plain ASCII digits, within bounds, both inclusive."""
    text = cells[column]
    if text.isascii() and text.isdecimal() and first <= int(text) <= last:
        return int(text)
    raise UnreadableError(column, text, f"a whole number from {first} to {last}")


def year(cells: Mapping[str, str], column: str) -> str:
    """Give a year, YYYY, or an empty text for none."""
    text = cells[column]
    if text and not _YEAR.fullmatch(text):
        raise UnreadableError(column, text, "a year, YYYY")
    return edtf(column, text, "a year, YYYY")


def day(cells: Mapping[str, str], column: str) -> str:
    """Give an ISO day that exists, or an empty text for none."""
    text = cells[column]
    if text and not _DAY.fullmatch(text):
        raise UnreadableError(column, text, DAY)
    return edtf(column, text, DAY)


def edtf(column: str, text: str, expected: str, written: str = "") -> str:
    """Give an EDTF text that exists in the calendar, or an empty one; `written` is how the file has it."""
    fault = _fault(text) if text else ""
    if fault:
        raise UnreadableError(column, written or text, f"{expected} ({fault})")
    return text


@lru_cache(maxsize=1 << 15)
def _fault(text: str) -> str:
    """Say what was expected instead of a date, or nothing; files repeat their dates, so most answers are known."""
    try:
        parse_edtf(text)
    except DateError as error:
        return error.expected
    return ""


@lru_cache(maxsize=1 << 15)
def first_day(text: str) -> str:
    """Give the first day that a date can stand for, YYYY-MM-DD, for comparing; empty for none and for an open side."""
    earliest = parse_edtf(text).earliest if text else None
    return str(earliest or "")
