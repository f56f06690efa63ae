"""Apache Parquet: the same columns as CSV with their types, written one row group after the other."""

from __future__ import annotations

import io
from array import array
from datetime import date, datetime
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from app.errors import NotAcceptableError
from app.formats.base import Format
from app.formats.kept import MATCHES
from app.schemas.tables import FieldType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import ModuleType

    from app.schemas.tables import Field, Found, KeptPage, Row, Table, Value

CHUNK = 2_000
GROUP = 20_000
"""Rows of a row group: a reader can skip or share groups, and the writer holds one at a time, already in columns."""
_DISTINCT = frozenset({"id", "evidence_best_id"})
"""Columns whose values hardly come twice: a dictionary of them takes longer to make, and more room, than they do."""
_WEIGHT = 120
"""Bytes that a kept row takes beside its columns: its number and its place."""

MISSING = (
    "this server writes no Parquet: the package pyarrow is not installed beside it "
    "(pip install -e '.[columns]'); csv has the same columns, and /v1/{collection}/schema.json their types"
)


class Parquet(Format):
    """Days are date32, instants timestamps in UTC; lists and objects are JSON text; the licence and citation stand in the file.

    Writing needs pyarrow (the extra `columns`); NotAcceptableError says so where it is missing.
    """

    name = "parquet"
    suffix = "parquet"
    media_type = "application/vnd.apache.parquet"
    aliases = ("application/x-parquet", "application/parquet")
    shapes = ("flat",)
    tabular = True
    kept_as = "parquet"
    at_once = GROUP

    @property
    def available(self) -> bool:
        """Whether pyarrow is installed."""
        return find_spec("pyarrow") is not None

    def write(self, table: Table) -> Iterator[bytes]:
        """Give the mark that every file begins with, a row group a chunk, then the footer."""
        arrow, parquet = _libraries()
        schema = _schema(arrow, table)
        sink = _Sink()
        often = [one.path for one in table.columns if one.path not in _DISTINCT]
        with parquet.ParquetWriter(sink, schema, compression="zstd", use_dictionary=often) as writer:
            yield sink.drained()
            columns = _Columns(arrow, table.columns)
            parts = columns.of(table.rows) if table.kept is None else map(_taken, table.kept)
            for group in _groups(arrow, parts):
                writer.write_table(group)
                yield sink.drained()
        yield sink.drained()

    def keep(self, fields: tuple[Field, ...]) -> KeptColumns:
        """Keep columns."""
        return KeptColumns([column for one in fields[:-1] for column in one.flat])


def _libraries() -> tuple[ModuleType, ModuleType]:
    """Import the optional library on first use: it is large, and most servers of small answers never need it."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise NotAcceptableError(MISSING) from error


def _schema(arrow: ModuleType, table: Table) -> object:
    about = {"citation": str(table.citation), "url": table.citation.url, "license": table.citation.license}
    fields = _fields(arrow, table.columns)
    return arrow.schema(fields, metadata={**about, "revision": str(table.citation.edition.revision)})


def _fields(arrow: ModuleType, columns: Sequence[Field]) -> list[object]:
    types = {
        FieldType.INTEGER: arrow.int64(),
        FieldType.NUMBER: arrow.float64(),
        FieldType.BOOLEAN: arrow.bool_(),
        FieldType.DAY: arrow.date32(),
        FieldType.INSTANT: arrow.timestamp("us", tz="UTC"),
    }
    return [arrow.field(one.path, types.get(one.type, arrow.string())) for one in columns]


class _Part(Protocol):
    """A table of pyarrow."""

    num_rows: int
    nbytes: int

    def slice(self, offset: int, length: int | None = None) -> _Part: ...

    def take(self, places: object) -> _Part: ...

    def append_column(self, field: str, column: object) -> _Part: ...


class _Columns:
    """Makes tables of rows."""

    def __init__(self, arrow: ModuleType, columns: Sequence[Field]) -> None:
        self._arrow = arrow
        self._schema = arrow.schema(_fields(arrow, columns))
        self._makers = [_MAKERS.get(one.type) for one in columns]

    def one(self, rows: Sequence[Row]) -> _Part:
        columns = [_column(values, make) for values, make in zip(zip(*rows, strict=True), self._makers, strict=True)]
        made: _Part = self._arrow.Table.from_batches([self._arrow.record_batch(columns, schema=self._schema)])
        return made

    def none(self) -> _Part:
        made: _Part = self._schema.empty_table()
        return made

    def of(self, rows: Iterable[Row]) -> Iterator[_Part]:
        """Give small tables, so that few rows are Python values at a time."""
        rest = iter(rows)
        while part := list(islice(rest, CHUNK)):
            yield self.one(part)


def _groups(arrow: ModuleType, parts: Iterable[_Part]) -> Iterator[_Part]:
    """Give the same rows as row groups."""
    held: list[_Part] = []
    for part in parts:
        held += [part] if part.num_rows else []
        while sum(one.num_rows for one in held) >= GROUP:
            whole: _Part = arrow.concat_tables(held)
            yield whole.slice(0, GROUP)
            held = [whole.slice(GROUP)] if whole.num_rows > GROUP else []
    if held:
        yield arrow.concat_tables(held)


class KeptColumns:
    """Rows in columns, found by the numbers of their versions."""

    def __init__(self, columns: Sequence[Field]) -> None:
        """Begin with none; `match` is none of the columns."""
        self._arrow, _ = _libraries()
        self._columns = _Columns(self._arrow, columns)
        self._places: dict[int, int] = {}
        self._parts: list[_Part] = [self._columns.none()]
        self._lock = Lock()

    def missing(self, found: Found) -> list[int]:
        """Give the numbers of the rows that are not kept."""
        return found.outside(self._places)

    def add(self, numbers: Sequence[int], rows: Sequence[Row]) -> int:
        """Put rows without match into columns and keep them; give the bytes that this takes."""
        added = self._columns.one(rows)
        with self._lock:
            first = sum(one.num_rows for one in self._parts)
            self._parts.append(added)
            self._places.update((number, first + n) for n, number in enumerate(numbers))
        return added.nbytes + _WEIGHT * added.num_rows

    def taken(self, found: Found) -> _Part:
        """Give rows with their match."""
        with self._lock:
            if len(self._parts) > 1:
                self._parts = [self._arrow.concat_tables(self._parts).combine_chunks()]
            whole = self._parts[0]
        places = array("q", map(self._places.__getitem__, found.numbers))
        first = places[0] if places else 0
        if places == array("q", range(first, first + len(places))):
            part = whole.slice(first, len(places))
        else:
            part = whole.take(
                self._arrow.Array.from_buffers(self._arrow.int64(), len(places), [None, self._arrow.py_buffer(places)])
            )
        return part.append_column("match", self._match(found))

    def _match(self, found: Found) -> object:
        certain, possible = MATCHES
        if not found.possible:
            return self._arrow.repeat(certain, len(found))
        matches = [certain] * len(found)
        for place in found.possible:
            matches[place] = possible
        return self._arrow.array(matches, self._arrow.string())


def _taken(page: KeptPage) -> _Part:
    kept, found = page
    if not isinstance(kept, KeptColumns):
        raise TypeError(kept)
    return kept.taken(found)


def _column(values: Sequence[Value], make: Callable[[Value], object] | None) -> Sequence[object]:
    return values if make is None else [None if value is None else make(value) for value in values]


_MAKERS: dict[FieldType, Callable[[Value], object]] = {
    FieldType.DAY: lambda value: date.fromisoformat(str(value)),
    FieldType.INSTANT: lambda value: datetime.fromisoformat(str(value)),
    FieldType.BOOLEAN: bool,
    FieldType.NUMBER: lambda value: float(value or 0),
}


class _Sink(io.RawIOBase):
    """A file that is only written to, and is read away after each row group."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: bytes) -> int:  # type: ignore[override]  # any buffer there, bytes of pyarrow here
        self._parts.append(bytes(part))
        return len(part)

    def drained(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
