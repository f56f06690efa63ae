"""A small world of records of our own, for checks and comparisons."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from app.curation.holdings import Holdings
from app.curation.layout import laid_out
from app.ingest.seed import read_records

if TYPE_CHECKING:
    from pathlib import Path

Rec = dict[str, Any]

CLAIM: Rec = {"source": "page", "quote": "It was so."}
SOURCE: Rec = {"kind": "source", "id": "page", "title": "A page", "url": "https://news.un.org/page", "type": "official"}
STATE: Rec = {
    "kind": "state",
    "id": "AAA",
    "name": "Aland",
    "standing": "un_member",
    "start": "1950",
    "end": "..",
    "latitude": 40.0,
    "longitude": 50.0,
    "codes": {"cow": "2", "iso2": "AA"},
    "claims": [CLAIM],
}
OTHER: Rec = {**STATE, "id": "BBB", "name": "Bland", "codes": {"cow": "20", "iso2": "BB"}}
ORG: Rec = {
    "kind": "organization",
    "id": "org",
    "name": "The Organization",
    "acronym": "ORG",
    "start": "1990-01-01",
    "codes": {"cow-igo": "ORG"},
    "claims": [CLAIM],
}
MEMBER: Rec = {
    "kind": "membership",
    "id": "org-aaa-member",
    "organization": "org",
    "member": "AAA",
    "status": "member",
    "start": "1993-06-01",
    "end": "..",
    "claims": [CLAIM],
}
COMPLETE: Rec = {
    "kind": "coverage",
    "id": "org-members",
    "organization": "org",
    "statuses": ["member"],
    "start": "1990",
    "through": "2026-01-01",
    "complete": True,
}
TREATY: Rec = {
    "kind": "agreement",
    "id": "treaty",
    "name": "A Treaty",
    "type": "treaty",
    "status": "in_force",
    "signed": "2001-01-01",
    "in_force": "2003-01-01",
    "claims": [CLAIM],
}
EVENT: Rec = {"kind": "event", "id": "meeting", "name": "The Meeting", "type": "summit", "start": "2001-01-01", "claims": [CLAIM]}
WORLD: list[Rec] = [SOURCE, STATE, OTHER, ORG, MEMBER, COMPLETE]


def written(folder: Path, records: list[Rec], name: str = "world.json") -> Path:
    """Write records as the form of the file asks."""
    path = folder / name
    path.write_text(laid_out("\n".join(json.dumps(one, ensure_ascii=False) for one in records)), encoding="utf-8")
    return path


def held(folder: Path, records: list[Rec]) -> Holdings:
    """Give what records hold."""
    return Holdings(one.record for one in read_records(written(folder, records)))


def changed(record: Rec, **fields: Any) -> Rec:
    """Give a record with other fields."""
    return {**record, **fields}
