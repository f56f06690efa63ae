"""Rows of a delimited file with a header, plain or gzip, each with its line."""

from __future__ import annotations

import csv
import gzip
import zlib
from io import BufferedReader
from typing import TYPE_CHECKING, NamedTuple, cast

from app.errors import InvalidRecordError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

_GZIP = b"\x1f\x8b"
_LONGEST = 1_000_000
"""Bytes of a line, and characters of a cell: what is longer is no table, and is not held in memory to find out."""
_OFTEN = 4096
csv.field_size_limit(_LONGEST)


class Line(NamedTuple):
    """Cells by their column, and the line of the file on which the row ends."""

    number: int
    cells: dict[str, str]


def text_lines(path: Path, watch: Callable[[int], None] = lambda _: None, *, whole: bool = False) -> Iterator[str]:
    """Give the lines of a UTF-8 file with their ends, unpacked when it is gzip; `watch` is told the bytes read so far.

    InvalidRecordError names the line: bytes that are no UTF-8, a NUL, a line without an end, a packed file that breaks off,
    and, if the file is to be `whole`, a last line without its end.
    """
    number = 0
    try:
        with path.open("rb") as opened:
            packed = opened.read(2) == _GZIP
            opened.seek(0)
            stream = cast("BinaryIO", BufferedReader(gzip.GzipFile(fileobj=opened)) if packed else opened)
            while line := stream.readline(_LONGEST):
                number += 1
                if number % _OFTEN == 1:
                    watch(opened.tell())
                if whole and line[-1:] != b"\n":
                    raise InvalidRecordError(f"{path.name}, line {number}: the file breaks off; expected an end of line")
                yield _decoded(line, path.name, number)
            watch(opened.tell())
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidRecordError(
            f"{path.name}, after line {number}: expected a UTF-8 text file, plain or gzip: {error}"
        ) from error


def _decoded(line: bytes, name: str, number: int) -> str:
    """Give the text of one line; a mark at the start of the file that says it is UTF-8 is no part of it."""
    if len(line) == _LONGEST:
        raise InvalidRecordError(f"{name}, line {number}: no end within {_LONGEST:,} bytes; expected a delimited text file")
    at = line.find(b"\0")
    if at >= 0:
        raise InvalidRecordError(f"{name}, line {number}: byte {at + 1} is NUL; expected a UTF-8 text file")
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        wrong = line[error.start : error.end]
        raise InvalidRecordError(
            f"{name}, line {number}: byte {error.start + 1} is {wrong!r}; expected a UTF-8 text file"
        ) from error


def header_of(lines: Iterator[str], delimiter: str | None = None) -> tuple[str, list[str]]:
    """Give the delimiter (a tab when the header holds one, else a comma, unless it is known) and the columns."""
    header = next(lines, "")
    delimiter = delimiter or ("\t" if "\t" in header else ",")
    return delimiter, next(csv.reader([header], delimiter=delimiter), [])


def read_rows(lines: Iterable[str], name: str, required: Sequence[str]) -> Iterator[Line]:
    """Give every row; the delimiter is a tab when the header holds one, else a comma.

    InvalidRecordError: a required column is missing, or a row has more cells than the header, with its line.
    """
    source = iter(lines)
    delimiter, columns = header_of(source)
    missing = [one for one in required if one not in columns]
    if missing:
        raise InvalidRecordError(
            f"{name}, line 1: columns {', '.join(missing)} are missing; the header has {', '.join(columns)[:200]}"
        )
    for line, cells in cell_rows(source, name, delimiter):
        if len(cells) > len(columns):
            raise InvalidRecordError(f"{name}, line {line}: {len(cells)} cells where the header has {len(columns)}")
        yield Line(line, dict(zip(columns, cells, strict=False)))


def cell_rows(lines: Iterator[str], name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give the cells of every row below the header, and the line on which the row ends; InvalidRecordError names it."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield reader.line_num + 1, cells
    except csv.Error as error:
        raise InvalidRecordError(f"{name}, line {reader.line_num + 1}: not a row of a delimited file: {error}") from error
