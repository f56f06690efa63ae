"""JSON: a page with its envelope; JSON Lines: every row, one record a line."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import orjson

from app.formats.base import Format
from app.formats.kept import MATCHES, KeptText, written
from app.formats.records import record_maker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from app.schemas.tables import Field, Row, Table

CHUNK = 500


_ENDS = {match: f'{match}"}}'.encode() for match in MATCHES}
_LINES = {match: end + b"\n" for match, end in _ENDS.items()}


class KeptJson(KeptText):
    """Records as JSON, each up to the word of its match."""

    def __init__(self, fields: tuple[Field, ...]) -> None:
        """Begin with none."""
        super().__init__()
        self._make = record_maker(fields)

    def opened(self, rows: Sequence[Row]) -> list[bytes]:
        """Write records and cut their ends off."""
        make, sample = self._make, MATCHES[0]
        cut = -len(_ENDS[sample])
        return [orjson.dumps(make((*row, sample)))[:cut] for row in rows]


def around(meta: Mapping[str, object]) -> tuple[bytes, bytes]:
    """Give what a document has before its data and after it."""
    return b'{"data":', b"," + orjson.dumps(meta)[1:] if meta else b"}"


class Json(Format):
    """RFC 8259: `data`, `page` and `meta`."""

    name = "json"
    suffix = "json"
    shapes = ("nested", "flat")
    media_type = "application/json"
    paged = True
    kept_as = "json"

    def write(self, table: Table) -> Iterator[bytes]:
        """Give the whole page, or the single thing, at once."""
        before, after = around(table.meta)
        if table.kept is not None:
            rows = b",".join(written(page, _ENDS, b",") for page in table.kept)
            yield b"".join((before, b"[", rows, b"]", after))
            return
        if table.records is not None:
            yield b"".join((before, b"[", b",".join(table.records), b"]", after))
            return
        make = record_maker(table.fields)
        records = [make(row) for row in table.rows]
        yield b"".join((before, orjson.dumps(records[0] if table.single else records), after))

    def keep(self, fields: tuple[Field, ...]) -> KeptJson:
        """Keep records."""
        return KeptJson(fields)


class JsonLines(Format):
    """One record a line, separated by LF."""

    name = "jsonl"
    suffix = "jsonl"
    media_type = "application/jsonl"
    aliases = ("application/x-ndjson", "application/ndjson", "application/jsonlines")
    shapes = ("nested", "flat")
    kept_as = "json"

    def write(self, table: Table) -> Iterator[bytes]:
        """Give lines in chunks of some hundred, or of a page that was written before."""
        if table.records is not None:
            yield b"\n".join([*table.records, b""])
            return
        if table.kept is not None:
            yield from (written(page, _LINES) for page in table.kept)
            return
        make = record_maker(table.fields)
        rows = iter(table.rows)
        while part := list(islice(rows, CHUNK)):
            yield b"".join(orjson.dumps(make(row), option=orjson.OPT_APPEND_NEWLINE) for row in part)

    def keep(self, fields: tuple[Field, ...]) -> KeptJson:
        """Keep records, the same that pages of JSON are put together from."""
        return KeptJson(fields)
