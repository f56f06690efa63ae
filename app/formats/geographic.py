"""GeoJSON after RFC 7946: one feature a row, at its representative point."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, ClassVar

import orjson

from app.errors import NotAcceptableError
from app.formats.base import Format
from app.formats.records import record_maker
from app.schemas.tables import POINT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.formats.records import Record
    from app.schemas.tables import Table

CHUNK = 500


class GeoJson(Format):
    """A feature collection: properties are the record; the geometry is null where no place is known (section 3.2).

    Foreign members (section 6.1) say which question was answered and under which licence.
    """

    name = "geojson"
    suffix = "geojson"
    media_type = "application/geo+json"
    aliases = ("application/vnd.geo+json",)
    body: ClassVar[Mapping[str, object]] = {"type": "object", "required": ["type", "features"]}
    shapes = ("nested", "flat")
    located = True

    def write(self, table: Table) -> Iterator[bytes]:
        """Give features in chunks of some hundred; NotAcceptableError for rows that are nowhere."""
        if not set(POINT) <= set(table.fields):
            message = f"{table.name} have no place to draw them at; json, jsonl and csv have the same rows"
            raise NotAcceptableError(message)
        make = record_maker(table.fields)
        rows = iter(table.rows)
        cited = {"url": table.citation.url, "cite": str(table.citation), "license": table.citation.license}
        before = head = b'{"type":"FeatureCollection",' + orjson.dumps(cited)[1:-1] + b',"features":[\n'
        while part := list(islice(rows, CHUNK)):
            yield before + b",\n".join(orjson.dumps(_feature(make(row))) for row in part)
            before = b",\n"
        yield (head if before is head else b"") + b"\n]}\n"


def _feature(record: Record) -> Record:
    point = record.pop("point")
    place = [point["longitude"], point["latitude"]] if isinstance(point, dict) else [None]
    geometry = None if None in place else {"type": "Point", "coordinates": place}
    identity = {} if record.get("id") is None else {"id": record["id"]}
    return {"type": "Feature", **identity, "geometry": geometry, "properties": record}
