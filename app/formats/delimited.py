"""CSV after RFC 4180: UTF-8, CRLF, empty is missing, and nothing a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING

from app.formats.base import Format
from app.formats.kept import MATCHES, KeptText, written
from app.schemas.tables import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from app.schemas.tables import Field, Row, Table, Value

CHUNK = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Csv(Format):
    """One line a row; the columns' names join the parts of a path with `_`."""

    name = "csv"
    suffix = "csv"
    media_type = "text/csv"
    shapes = ("flat",)
    tabular = True
    kept_as = "csv"

    def write(self, table: Table) -> Iterator[bytes]:
        """Give the header and then lines in chunks of some hundred, or of a page that was written before."""
        lines = _Lines(table.columns)
        head = lines.head()
        if table.kept is not None:
            for page in table.kept:
                yield head + written(page, _ENDS)
                head = b""
            return
        rows = iter(table.rows)
        while part := list(islice(rows, CHUNK)):
            yield head + "".join(lines.of(part)).encode()
            head = b""
        if head:
            yield head

    def keep(self, fields: tuple[Field, ...]) -> KeptCsv:
        """Keep lines."""
        return KeptCsv(_Lines([column for one in fields for column in one.flat]))


_ENDS = {match: f"{match}\r\n".encode() for match in MATCHES}


class KeptCsv(KeptText):
    """Lines of CSV, each up to the word of its match."""

    def __init__(self, lines: _Lines) -> None:
        """Begin with none."""
        super().__init__()
        self._lines = lines

    def opened(self, rows: Sequence[Row]) -> list[bytes]:
        """Write lines and cut their ends off."""
        sample = MATCHES[0]
        cut = -len(_ENDS[sample])
        return [line[:cut].encode() for line in self._lines.of([(*row, sample) for row in rows])]


class _Lines:
    """Writes rows column by column: what a cell needs is looked at once for each value that a column has."""

    def __init__(self, columns: Sequence[Field]) -> None:
        self._columns = columns

    def head(self) -> bytes:
        return "".join(_written([[one.path for one in self._columns]])).encode()

    def of(self, rows: Sequence[Row]) -> list[str]:
        columns: list[Sequence[Value]] = list(zip(*rows, strict=True))
        for n, one in enumerate(self._columns):
            if one.type is FieldType.BOOLEAN:
                columns[n] = [None if value is None else "true" if value else "false" for value in columns[n]]
            elif one.type in {FieldType.TEXT, FieldType.JSON}:
                columns[n] = _safe(columns[n])
        return _written(zip(*columns, strict=True))


def _written(rows: Iterable[Sequence[Value]]) -> list[str]:
    """Write lines: the module writes each row by one call of `write`."""
    lines = _Sheet()
    csv.writer(lines).writerows(rows)
    return lines


class _Sheet(list[str]):
    """A file whose lines are the elements of a list."""

    write = list.append


def _safe(cells: Sequence[Value]) -> Sequence[Value]:
    """Put an apostrophe before text that a spreadsheet would take for a formula (OWASP, CSV injection)."""
    risky = {value for value in set(cells) if isinstance(value, str) and value.startswith(_FORMULA)}
    return [f"'{value}" if value in risky else value for value in cells] if risky else cells
