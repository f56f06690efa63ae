"""JSON: a page with its envelope; JSON Lines: every row, one record a line."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import orjson

from app.formats.base import Format
from app.formats.records import record_maker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.schemas.tables import Table

CHUNK = 500


class Json(Format):
    """RFC 8259: `data`, `page` and `meta`."""

    name = "json"
    suffix = "json"
    shapes = ("nested", "flat")
    media_type = "application/json"
    paged = True

    def write(self, table: Table) -> Iterator[bytes]:
        """Give the whole page, or the single thing, at once."""
        if table.records is None:
            make = record_maker(table.fields)
            records: Sequence[object] = [make(row) for row in table.rows]
        else:
            records = table.records
        yield orjson.dumps({"data": records[0] if table.single else records, **table.meta})


class JsonLines(Format):
    """One record a line, separated by LF."""

    name = "jsonl"
    suffix = "jsonl"
    media_type = "application/jsonl"
    aliases = ("application/x-ndjson", "application/ndjson", "application/jsonlines")
    shapes = ("nested", "flat")

    def write(self, table: Table) -> Iterator[bytes]:
        """Give lines in chunks of some hundred."""
        make = record_maker(table.fields)
        rows = iter(table.rows)
        while part := list(islice(rows, CHUNK)):
            yield b"".join(orjson.dumps(make(row), option=orjson.OPT_APPEND_NEWLINE) for row in part)
