"""One opened file of a known form: its rows with their lines, and how far it has been read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.ingest.importers.datasets import Form
    from app.ingest.readers.delimited import Line


class Table:
    """`rows` read so far, `position` in bytes of the file as it lies on the disk, of `size` (for a progress bar)."""

    def __init__(self, path: Path, form: Form) -> None:
        """Hold the file; nothing is read yet."""
        self.path = path
        self.name = path.name
        self.form = form
        self.size = path.stat().st_size
        self.position = 0
        self.rows = 0

    def read(self) -> Iterator[Line]:
        """Give every row; InvalidRecordError names file, line, column, value and expectation."""
        raise NotImplementedError
