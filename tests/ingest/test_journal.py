"""What a revision made of each thing is written beside its rows, under public names."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.models import Change, Revision
from app.queries.catalog import RESOURCES
from app.vocabulary import PLURALS, ChangeKind, Kind
from tests.worlds import AAA, BBB, CLAIM, MEMBER, ORG, OTHER_SOURCE, SOURCE, WORLD, Record, revise

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from app.db.sessions import Store

Told = tuple[str, str, str, Any, Any]


def journal(store: Store, revision: int) -> list[Told]:
    query = select(Change.subject_id, Change.change, Change.kind, Change.before, Change.after).where(Change.revision == revision)
    with store.engine.connect() as connection:
        rows = connection.execute(query.order_by(Change.id)).all()
    sides = [[json.loads(side) if side else None for side in row[3:]] for row in rows]
    return [(row[0], row[1], row[2], before, after) for row, (before, after) in zip(rows, sides, strict=True)]


def test_a_thing_and_all_its_parts_are_one_change(empty_store: Store) -> None:
    revise(empty_store, WORLD, 10)
    told = {one[0]: one for one in journal(empty_store, 1)}
    assert set(told) == {"page", "leaf", "AAA", "BBB", "org", "org-aaa-member"}
    _, change, kind, before, after = told["BBB"]
    assert (change, kind, before) == ("added", "world", None)
    assert (after["name"], after["start"], after["standing"]) == ("Bland", "1990", "un_member")
    assert {one["scheme"]: one["value"] for one in after["codes"]} == {"iso2": "BB", "cow": "999"}
    assert [one["source"] for one in after["claims"]] == ["page"]
    assert not any(name.endswith(("_earliest", "_latest", "_precision", "_status")) for name in after)


@pytest.mark.parametrize(
    ("record", "before", "after"),
    [
        ({**MEMBER, "end": "2010"}, {"end": ".."}, {"end": "2010"}),
        ({**MEMBER, "start": "2001-05-09"}, {"start": "2001-05"}, {"start": "2001-05-09"}),
        ({**MEMBER, "note": "by a decree"}, {"note": None}, {"note": "by a decree"}),
        ({**ORG, "name": "The League"}, {"name": "The Organization"}, {"name": "The League"}),
        ({**ORG, "start": "1999"}, {"founded": "2000-01-01"}, {"founded": "1999"}),
        ({**BBB, "codes": {"iso2": "BB"}}, {"codes": [{"scheme": "cow", "value": "999", "start": "1990", "end": ".."}]}, None),
    ],
)
def test_only_the_differing_properties_are_told(empty_store: Store, record: Record, before: object, after: object) -> None:
    revise(empty_store, WORLD, 10)
    changed = [record if one["id"] == record["id"] else one for one in WORLD]
    revise(empty_store, changed, 12, ChangeKind.CORRECTION)
    assert journal(empty_store, 2) == [(record["id"], "changed", "correction", before, after)]


def test_more_evidence_is_source_added_whatever_the_revision_says(empty_store: Store) -> None:
    revise(empty_store, WORLD, 10)
    further = {**MEMBER, "claims": [CLAIM, {"source": "leaf", "quote": "So it was."}]}
    revise(empty_store, [SOURCE, OTHER_SOURCE, AAA, BBB, ORG, further], 12, ChangeKind.WORLD)
    [(subject, change, kind, before, after)] = journal(empty_store, 2)
    assert (subject, change, kind) == ("org-aaa-member", "changed", "source_added")
    assert before == {"evidence_claims": 1}
    assert (after["evidence_claims"], [one["source"] for one in after["claims"]]) == (2, ["leaf"])


def test_a_contradiction_that_also_moves_a_date_is_what_the_revision_says(empty_store: Store) -> None:
    revise(empty_store, WORLD, 10)
    doubted = {
        **MEMBER,
        "start": "2001",
        "claims": [CLAIM, {"source": "leaf", "stance": "contradicts", "property": "start", "value": "2002"}],
    }
    revise(empty_store, [SOURCE, OTHER_SOURCE, AAA, BBB, ORG, doubted], 12, ChangeKind.CORRECTION)
    [(_, change, kind, _, after)] = journal(empty_store, 2)
    assert (change, kind, after["start"], after["evidence_conflict"]) == ("changed", "correction", "2001", True)


def test_a_new_source_is_source_added(empty_store: Store) -> None:
    revise(empty_store, [SOURCE, AAA], 10)
    revise(empty_store, [SOURCE, AAA, OTHER_SOURCE], 12)
    assert [one[:3] for one in journal(empty_store, 2)] == [("leaf", "added", "source_added")]


def test_what_left_is_closed_with_all_that_was_known_of_it(empty_store: Store) -> None:
    revise(empty_store, WORLD, 10)
    revise(empty_store, WORLD[:-1], 12, ChangeKind.CORRECTION)
    [(subject, change, kind, before, after)] = journal(empty_store, 2)
    assert (subject, change, kind, after) == ("org-aaa-member", "closed", "correction", None)
    assert (before["organization_id"], before["member_id"], before["start"]) == ("org", "AAA", "2001-05")


def test_a_revision_counts_its_rows_by_table(empty_store: Store) -> None:
    revise(empty_store, WORLD, 10)
    revise(empty_store, [*WORLD[:-1], {**MEMBER, "end": "2010"}], 12)
    with empty_store.engine.connect() as connection:
        first, second = connection.execute(select(Revision.counts).order_by(Revision.id)).scalars()
    assert json.loads(first or "")["state"] == {"added": 2}
    assert json.loads(second or "") == {"membership": {"changed": 1}}


def test_a_clock_that_went_back_does_not_turn_the_order_of_revisions(empty_store: Store) -> None:
    revise(empty_store, WORLD, 12)
    revise(empty_store, WORLD[:-1], 10)
    with empty_store.engine.connect() as connection:
        moments = connection.execute(select(Revision.recorded_at).order_by(Revision.id)).scalars().all()
    assert moments == sorted(moments)


def test_every_property_is_a_column_of_the_collections_flat_form(client: TestClient) -> None:
    for kind in Kind:
        if PLURALS[kind] not in RESOURCES or kind in {Kind.CLAIM, Kind.VOTE}:  # these are told with others
            continue
        header = next(csv.reader(io.StringIO(client.get(f"/v1/{PLURALS[kind]}?format=csv&limit=1").text)))
        rows = client.get(f"/v1/changes?subject_kind={kind}&limit=1000").json()["data"]
        assert rows
        told = {name for row in rows for name in row["after"]}
        assert told - set(header) <= {"claims", "names", "codes", "organizations"}, kind
