"""Small worlds for tests that write: a few records, each list of them one revision, through the project's own writer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import orjson

from app.ingest.changes import Reason, Report, apply
from app.ingest.seed import Given, batch_of
from app.schemas.records import RECORD
from app.vocabulary import ChangeKind

if TYPE_CHECKING:
    from app.db.sessions import Store

Record: TypeAlias = Mapping[str, object]

CLAIM = {"source": "page", "quote": "It was so."}
SOURCE: Record = {"kind": "source", "id": "page", "title": "A page", "url": "https://example.org/page", "type": "official"}
OTHER_SOURCE: Record = {**SOURCE, "id": "leaf", "title": "A leaf"}
AAA: Record = {
    "kind": "state",
    "id": "AAA",
    "name": "Aland",
    "standing": "un_member",
    "start": "1990",
    "end": "..",
    "claims": [CLAIM],
}
BBB: Record = {**AAA, "id": "BBB", "name": "Bland", "codes": {"iso2": "BB", "cow": "999"}}
ORG: Record = {"kind": "organization", "id": "org", "name": "The Organization", "start": "2000-01-01", "claims": [CLAIM]}
MEMBER: Record = {
    "kind": "membership", "id": "org-aaa-member", "organization": "org", "member": "AAA", "status": "member", "start": "2001-05",
    "end": "..", "claims": [CLAIM],
}  # fmt: skip
WORLD: list[Record] = [SOURCE, OTHER_SOURCE, AAA, BBB, ORG, MEMBER]


def moment(day: int) -> str:
    """Give noon of a day of January 2026, when a test's revision is recorded."""
    return f"2026-01-{day:02}T12:00:00.000000Z"


def revise(store: Store, records: Iterable[Record], day: int, kind: ChangeKind = ChangeKind.WORLD) -> Report:
    """Make the records all that the store holds, as one revision recorded at noon of a day of January 2026."""
    return write(store, records, Reason("curator", "seed", f"work of day {day}", moment(day), kind))


def write(store: Store, records: Iterable[Record], reason: Reason) -> Report:
    """Make the records all that the store holds of the reason's origin, as one revision."""
    held = [Given(RECORD.validate_json(orjson.dumps(one)), str(one["id"])) for one in records]
    with store.writing() as connection:
        return apply(connection, batch_of(held, date.fromisoformat(reason.at[:10])), reason, complete=True)
