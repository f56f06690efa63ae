"""One opened file of a known form: its rows with their lines, and how far it has been read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import InvalidRecordError
from app.ingest.readers.delimited import Line, cell_rows, header_of, text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.ingest.importers.datasets import Form


class Table:
    """`rows` read so far, `position` in bytes of the file as it lies on the disk, of `size` (for a progress bar).

    `columns` are those of the header; InvalidRecordError when it is not the header of the form.
    """

    def __init__(self, path: Path, form: Form) -> None:
        """Read the header and nothing else."""
        self.path = path
        self.name = path.name
        self.form = form
        self.size = path.stat().st_size
        self.position = 0
        self.rows = 0
        self.columns = header(path, form.delimiter)
        mismatch = form.mismatch(self.columns)
        if mismatch:
            raise InvalidRecordError(f"{self.name}, line 1: {mismatch}")

    def read(self) -> Iterator[Line]:
        """Give every row; InvalidRecordError: bytes that are no text, a row of another width, a last line that breaks off."""
        lines = text_lines(self.path, self._watch, whole=self.form.ends_with_newline)
        width = len(header_of(lines, self.form.delimiter)[1])
        columns = self.columns
        for line, cells in cell_rows(lines, self.name, self.form.delimiter):
            if len(cells) != width:
                raise InvalidRecordError(
                    f"{self.name}, line {line}, after column {columns[min(len(cells), width) - 1]}: "
                    f"the row has {len(cells)} cells; expected {width}, as the header has"
                )
            self.rows += 1
            yield Line(line, dict(zip(columns, cells, strict=True)))

    def _watch(self, position: int) -> None:
        self.position = position


def header(path: Path, delimiter: str) -> tuple[str, ...]:
    """Give the columns of a file's header."""
    return tuple(header_of(text_lines(path), delimiter)[1])
