"""What the database itself refuses, whoever writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app.dates import interval, parse_end, parse_start
from app.ingest.rows import dated_columns
from app.models import Entity, Membership, Name, Revision

if TYPE_CHECKING:
    from app.db.sessions import Store

HELD = dated_columns(interval(parse_start("2000"), parse_end("..", __import__("datetime").date(2026, 1, 1))))
ROW: dict[str, Any] = {
    "id": "m", "recorded_from": 1, "organization_id": "o", "member_id": "AAA", "member_kind": "state", "status": "member", "claim_count": 1,
    "best_claim": "c", "conflict": False, **HELD,
}  # fmt: skip
REVISION = {"id": 1, "recorded_at": "2026-01-01T00:00:00.000000Z", "author": "a", "origin": "o", "kind": "world", "reason": "r"}


def _prepare(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(insert(Revision).values(**REVISION))
        entities = [("o", "organization"), ("AAA", "state"), ("m", "membership"), ("p", "person")]
        connection.execute(insert(Entity), [{"id": one, "kind": kind} for one, kind in entities])


@pytest.mark.parametrize(
    "change",
    [
        {"status": "friend"},
        {"member_kind": "person", "member_id": "p"},
        {"member_kind": "organization"},
        {"member_id": "ZZZ"},
        {"organization_id": "nowhere"},
        {"claim_count": 0},
        {"best_claim": None},
        {"recorded_from": 9},
        {"recorded_to": 1},
        {"start_earliest": "2010-01-01", "end_latest": "2005-01-01"},
        {"id": "unregistered"},
        {"start": None},
    ],
)
def test_the_database_refuses_what_cannot_be(empty_store: Store, change: dict[str, Any]) -> None:
    _prepare(empty_store)
    with pytest.raises(IntegrityError), empty_store.writing() as connection:
        connection.execute(insert(Membership).values(**{**ROW, **change}))


def test_an_id_has_one_current_version(empty_store: Store) -> None:
    _prepare(empty_store)
    with empty_store.writing() as connection:
        connection.execute(insert(Membership).values(**ROW))
    with pytest.raises(IntegrityError), empty_store.writing() as connection:
        connection.execute(insert(Membership).values(**ROW))


def test_a_revision_without_a_reason_is_refused(empty_store: Store) -> None:
    with pytest.raises(IntegrityError), empty_store.writing() as connection:
        connection.execute(insert(Revision).values(**{**REVISION, "reason": ""}))


def test_a_failed_write_leaves_nothing(empty_store: Store) -> None:
    with pytest.raises(ZeroDivisionError), empty_store.writing() as connection:
        connection.execute(insert(Revision).values(**REVISION))
        _ = 1 / 0
    assert empty_store.revision() == 0


def test_names_are_of_a_known_type(empty_store: Store) -> None:
    _prepare(empty_store)
    row = {"id": "n", "recorded_from": 1, "entity_id": "AAA", "name": "x", "lang": "en", "type": "nick", "position": 0, **HELD}
    with pytest.raises(IntegrityError), empty_store.writing() as connection:
        connection.execute(insert(Name).values(**row))
