"""What a dataset is: who publishes it, on which terms, in which forms of file, and how they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import InvalidRecordError
from app.ingest.importers.base import Noticed
from app.ingest.importers.tables import Table, header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from app.ingest.importers.base import Reading

_SUFFIXES = (".csv", ".csv.gz", ".tab", ".tab.gz", ".tsv", ".tsv.gz")
_SHOWN = 200  # characters of a header in a sentence


@dataclass(frozen=True, slots=True)
class Form:
    """One form of file: it is told by its header, whose columns stand in the published order.

    With `open_ended` more columns follow (organizations of state_year, kinds of acts of a UN status table). `rows` is what
    the published version holds: a file with fewer may be cut between two lines, which only a person can judge, and is told.
    """

    name: str
    described: str
    columns: tuple[str, ...]
    delimiter: str = ","
    open_ended: bool = False
    rows: int | None = None
    ends_with_newline: bool = True

    def mismatch(self, columns: Sequence[str]) -> str | None:
        """Say how a header differs from the published one, or None."""
        expected, found = self.columns, tuple(columns)
        if (found[: len(expected)] if self.open_ended else found) == expected:
            twice = {one for one in found if found.count(one) > 1}
            return f"the header has column {', '.join(sorted(twice))} twice" if twice else None
        if sorted(found) == sorted(expected):
            first = next(n for n, one in enumerate(found) if one != expected[n])
            return f"column {first + 1} is {found[first]!r}; expected {expected[first]!r}: the columns are in another order"
        return f"the header is {','.join(found)[:_SHOWN]!r}; expected {self.delimiter.join(expected)[:_SHOWN]!r}"


@dataclass(frozen=True, slots=True)
class Dataset:
    """One source. `name` is the id of its source and the word of `source=`; the curated data have precedence 0.

    `reader` takes the tables of one import, ordered as `forms` are, and gives records as they stream by.
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
    reader: Callable[[Sequence[Table]], Iterator[Reading]]

    def read(self, tables: Sequence[Table]) -> Iterator[Reading]:
        """Give the records of the tables of one import; `table.rows` and `table.position` of each grow meanwhile.

        InvalidRecordError: a file that is damaged.
        """
        yield from self.reader(tables)
        for table in tables:
            expected = table.form.rows or 0
            if table.rows < expected:
                reason = f"the published file has {expected} rows: this one may be cut"
                yield Noticed(table.name, table.rows + 1, table.columns[0], f"{table.rows} rows", reason)


@dataclass(frozen=True, slots=True)
class Importer:
    """What `import NAME` stands for: one dataset, or several whose files tell themselves apart by their headers.

    `get` says where a user gets the files; `others` are headers of files of the publisher that hold nothing to import,
    with the reason.
    """

    name: str
    title: str
    get: str
    datasets: tuple[Dataset, ...]
    others: tuple[tuple[Form, str], ...] = ()

    def assign(self, paths: Sequence[Path]) -> list[tuple[Dataset, list[Table]]]:
        """Open files (a folder stands for the files in it that fit) and give them to their datasets, in order.

        InvalidRecordError: a file that is in no form of these datasets, with the header that was found and expected;
        a file that is not there; a form that comes twice, where one file holds all of it.
        """
        found: dict[str, list[Table]] = {one.name: [] for one in self.datasets}
        for path in paths:
            for file in _files(path):
                told = self._form(file, strict=file == path)
                if told:
                    found[told[0].name].append(Table(file, told[1]))
        if not any(found.values()):
            raise InvalidRecordError(f"no file for {self.name}; expected {self.described()}")
        for dataset in self.datasets:
            order = {form.name: n for n, form in enumerate(dataset.forms)}
            found[dataset.name].sort(key=lambda one: (order[one.form.name], one.name))
        return [(one, found[one.name]) for one in self.datasets if found[one.name]]

    def described(self) -> str:
        """Say which files are read."""
        return "; ".join(form.described for dataset in self.datasets for form in dataset.forms)

    def _form(self, path: Path, *, strict: bool) -> tuple[Dataset, Form] | None:
        mismatches: list[tuple[int, str]] = []
        for dataset, form in [(one, form) for one in self.datasets for form in one.forms]:
            columns = header(path, form.delimiter)
            mismatch = form.mismatch(columns)
            if mismatch is None:
                return dataset, form
            mismatches.append((-len({*columns} & {*form.columns}), f"{path.name}, line 1: {mismatch} ({form.described})"))
        for form, reason in self.others:
            if form.mismatch(header(path, form.delimiter)) is None:
                mismatches.append((-len(form.columns), f"{path.name}: {form.described}: {reason}"))
        if strict:
            raise InvalidRecordError(f"not a file of {self.name}: {min(mismatches)[1]}")
        return None


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise InvalidRecordError(f"{path}: there is no such file")
    return [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.name.endswith(_SUFFIXES))
