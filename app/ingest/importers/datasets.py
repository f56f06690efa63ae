"""What a dataset is: who publishes it, on which terms, in which forms of file, and how they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table


@dataclass(frozen=True, slots=True)
class Form:
    """One form of file: it is told by its header, whose columns stand in the published order.

    With `open_ended` more columns follow (organizations of state_year, kinds of acts of a UN status table). `rows` is what
    the published version holds: a file with fewer may be cut, which only a person can judge.
    """

    name: str
    described: str
    columns: tuple[str, ...]
    delimiter: str = ","
    open_ended: bool = False
    rows: int | None = None
    ends_with_newline: bool = True


@dataclass(frozen=True, slots=True)
class Dataset:
    """One source. `name` is the id of its source and the word of `source=`; the curated data have precedence 0.

    `read` takes the tables of one import, ordered as `forms` are, and gives records as they stream by; `table.rows` and
    `table.position` of each grow meanwhile. It raises InvalidRecordError for a file that is damaged or not of this dataset.
    """

    name: str
    title: str
    publisher: str
    url: str
    citation: str
    terms: str
    version: str
    published: str
    precedence: int
    forms: tuple[Form, ...]
    read: Callable[[Sequence[Table]], Iterator[Reading]]


@dataclass(frozen=True, slots=True)
class Importer:
    """What `import NAME` stands for: one dataset, or several whose files tell themselves apart by their headers."""

    name: str
    title: str
    get: str
    """Where a user gets the files."""
    datasets: tuple[Dataset, ...]

    def assign(self, paths: Sequence[Path]) -> list[tuple[Dataset, list[Table]]]:
        """Open files (a folder stands for the files in it that fit) and give them to their datasets, in order.

        InvalidRecordError: a file that is in no form of these datasets, with the header that was found and expected.
        """
        raise NotImplementedError
