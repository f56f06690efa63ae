"""CSV after RFC 4180: UTF-8, CRLF, empty is missing, and nothing a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import TYPE_CHECKING

from app.formats.base import Format
from app.schemas.tables import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.schemas.tables import Row, Table, Value

CHUNK = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Csv(Format):
    """One line a row; the columns' names join the parts of a path with `_`."""

    name = "csv"
    suffix = "csv"
    media_type = "text/csv"
    shapes = ("flat",)
    tabular = True

    def write(self, table: Table) -> Iterator[bytes]:
        """Give the header and then lines in chunks of some hundred."""
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow([one.path for one in table.columns])
        risky = [n for n, one in enumerate(table.columns) if one.type in {FieldType.TEXT, FieldType.JSON}]
        truths = [n for n, one in enumerate(table.columns) if one.type is FieldType.BOOLEAN]
        rows = iter(table.rows)
        while part := list(islice(rows, CHUNK)):
            writer.writerows(_safe(row, risky, truths) for row in part)
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
        if buffer.getvalue():
            yield buffer.getvalue().encode()


def _safe(row: Row, risky: list[int], truths: list[int]) -> list[Value]:
    """Put an apostrophe before text that a spreadsheet would take for a formula (OWASP, CSV injection)."""
    cells = list(row)
    for n in risky:
        value = cells[n]
        if isinstance(value, str) and value.startswith(_FORMULA):
            cells[n] = f"'{value}"
    for n in truths:
        cells[n] = None if cells[n] is None else str(bool(cells[n])).lower()
    return cells
