"""Atom (RFC 4287): changes as a feed that any reader can follow."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, ClassVar, cast

import orjson

from app.formats.base import Format
from app.formats.records import record_maker
from app.vocabulary import PLURALS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.schemas.tables import Table

_SHOWN = tuple(kind for kind in Kind if kind not in {Kind.OFFICE, Kind.INVOLVEMENT})
"""Kinds that have a URL of their own."""
_NEVER = "1970-01-01T00:00:00Z"


class Atom(Format):
    """One entry a change; the kind of change is a category, what differs is the content."""

    name = "atom"
    suffix = "atom"
    media_type = "application/atom+xml"
    shapes: ClassVar[tuple[str, ...]] = ()
    paged = True

    def __init__(self, base: str, address: str) -> None:
        """Make the format for one feed: the scheme and host of links, and the feed's own address."""
        self._base = base
        self._address = address

    def write(self, table: Table) -> Iterator[bytes]:
        """Give the feed of a page of changes, with the address of the next page (RFC 5005)."""
        make = record_maker(table.fields, parsed=True)
        records = [make(row) for row in table.rows]
        feed = ET.Element("feed", xmlns="http://www.w3.org/2005/Atom")
        _text(feed, "id", f"{self._base}/v1/changes")
        _text(feed, "title", "Foreign Policy API: changes")
        _text(feed, "updated", str(records[0]["recorded_at"]) if records else _NEVER)
        _text(ET.SubElement(feed, "author"), "name", "Foreign Policy API")
        page, meta = (cast("Mapping[str, object]", table.meta.get(one, {})) for one in ("page", "meta"))
        _text(feed, "rights", str(meta.get("license", "")))
        ET.SubElement(feed, "link", rel="self", type=self.media_type, href=self._address)
        if page.get("next"):
            ET.SubElement(feed, "link", rel="next", type=self.media_type, href=str(page["next"]))
        for record in records:
            self._entry(feed, record)
        yield b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="utf-8")

    def _entry(self, feed: ET.Element, record: Mapping[str, object]) -> None:
        subject = cast("Mapping[str, str]", record["subject"])
        address = f"{self._base}/v1/changes/{record['id']}"
        entry = ET.SubElement(feed, "entry")
        _text(entry, "id", address)
        _text(entry, "title", f"{subject['kind']} {subject['id']} {record['change']}")
        _text(entry, "updated", str(record["recorded_at"]))
        _text(ET.SubElement(entry, "author"), "name", str(record["author"]))
        ET.SubElement(entry, "link", rel="alternate", href=address)
        if subject["kind"] in _SHOWN:
            ET.SubElement(entry, "link", rel="related", href=f"{self._base}/v1/{PLURALS[Kind(subject['kind'])]}/{subject['id']}")
        for word in ("kind", "change"):
            ET.SubElement(
                entry,
                "category",
                term=str(record[word]),
                scheme=f"{self._base}/v1/vocabularies/change-{word if word == 'kind' else 'type'}s",
            )
        _text(entry, "summary", f"{record['kind']}, revision {record['revision']}: {record['reason']}")
        _text(entry, "content", _differences(record)).set("type", "text")


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = "".join(one for one in text if one in "\t\n" or one >= " ")
    return element


def _differences(record: Mapping[str, object]) -> str:
    """Say each differing property on a line: what it was and what it is."""
    before, after = (cast("Mapping[str, object]", record[side] or {}) for side in ("before", "after"))
    lines = []
    for name in sorted(before.keys() | after.keys()):
        old, new = (orjson.dumps(side[name]).decode() if name in side else "" for side in (before, after))
        lines.append(f"{name}: {old} -> {new}" if old else f"{name}: {new}")
    return "\n".join(lines)
