"""Apache Parquet: the same columns as CSV with their types, written one row group after the other."""

from __future__ import annotations

import io
from datetime import date, datetime
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING

from app.errors import NotAcceptableError
from app.formats.base import Format
from app.schemas.tables import FieldType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from app.schemas.tables import Row, Table, Value

CHUNK = 2_000
GROUP = 20_000
"""Rows of a row group: a reader can skip or share groups, and the writer holds one at a time, already in columns."""

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

    @property
    def available(self) -> bool:
        """Whether pyarrow is installed."""
        return find_spec("pyarrow") is not None

    def write(self, table: Table) -> Iterator[bytes]:
        """Give a row group a chunk, then the footer."""
        arrow, parquet = _libraries()
        schema = _schema(arrow, table)
        sink = _Sink()
        with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
            rows = iter(table.rows)
            while group := _group(arrow, schema, table, rows):
                writer.write_table(arrow.Table.from_batches(group, schema))
                yield sink.drained()
        yield sink.drained()


def _libraries() -> tuple[ModuleType, ModuleType]:
    """Import the optional library on first use: it is large, and most servers of small answers never need it."""
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise NotAcceptableError(MISSING) from error


def _schema(arrow: ModuleType, table: Table) -> object:
    types = {
        FieldType.INTEGER: arrow.int64(),
        FieldType.NUMBER: arrow.float64(),
        FieldType.BOOLEAN: arrow.bool_(),
        FieldType.DAY: arrow.date32(),
        FieldType.INSTANT: arrow.timestamp("us", tz="UTC"),
    }
    fields = [arrow.field(one.path, types.get(one.type, arrow.string())) for one in table.columns]
    about = {"citation": str(table.citation), "url": table.citation.url, "license": table.citation.license}
    return arrow.schema(fields, metadata={**about, "revision": str(table.citation.edition.revision)})


def _group(arrow: ModuleType, schema: object, table: Table, rows: Iterator[Row]) -> list[object]:
    """Take the rows of one group, in small batches so that few rows are Python values at a time."""
    makers = [_MAKERS.get(one.type) for one in table.columns]
    batches: list[object] = []
    for _ in range(GROUP // CHUNK):
        part = list(islice(rows, CHUNK))
        if not part:
            break
        columns = [_column(values, make) for values, make in zip(zip(*part, strict=True), makers, strict=True)]
        batches.append(arrow.record_batch(columns, schema=schema))
    return batches


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
