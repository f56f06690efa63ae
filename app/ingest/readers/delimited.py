"""Rows of a delimited file with a header, plain or gzip, each with its line."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING, NamedTuple

from app.errors import InvalidRecordError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_GZIP = b"\x1f\x8b"
csv.field_size_limit(1_000_000)


class Line(NamedTuple):
    """Cells by their column, and the line of the file on which the row ends."""

    number: int
    cells: dict[str, str]


def text_lines(path: Path) -> Iterator[str]:
    """Give the lines of a UTF-8 file, unpacked when it is gzip; InvalidRecordError when it is not such a file."""
    try:
        with path.open("rb") as opened:
            packed = opened.read(2) == _GZIP
        with (
            gzip.open(path, "rt", encoding="utf-8-sig", newline="")
            if packed
            else path.open(encoding="utf-8-sig", newline="") as lines
        ):
            yield from lines
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InvalidRecordError(f"{path.name}: expected a UTF-8 text file, plain or gzip: {error}") from error


def read_rows(lines: Iterable[str], name: str, required: Sequence[str]) -> Iterator[Line]:
    """Give every row; the delimiter is a tab when the header holds one, else a comma.

    InvalidRecordError: a required column is missing, or a row has more or fewer cells than the header, with its line.
    """
    source = iter(lines)
    header = next(source, "")
    delimiter = "\t" if "\t" in header else ","
    columns = next(csv.reader([header], delimiter=delimiter), [])
    missing = [one for one in required if one not in columns]
    if missing:
        raise InvalidRecordError(
            f"{name}, line 1: columns {', '.join(missing)} are missing; the header has {', '.join(columns)[:200]}"
        )
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            line = reader.line_num + 1
            if len(cells) > len(columns):
                raise InvalidRecordError(f"{name}, line {line}: {len(cells)} cells where the header has {len(columns)}")
            yield Line(line, dict(zip(columns, cells, strict=False)))
    except csv.Error as error:
        raise InvalidRecordError(f"{name}, line {reader.line_num + 1}: not a row of a delimited file: {error}") from error
