"""A seed file becomes one revision: idempotent, atomic, and refused with the place of what is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from app.db.sessions import Store
from app.errors import InvalidRecordError
from app.ingest.seed import read_records
from app.models import Claim, Entity, Membership, Party, Revision
from tests.databases import SEED, seed

if TYPE_CHECKING:
    from pathlib import Path

    from app.db.base import Base
    from tests.databases import Databases

Raw = dict[str, Any]

SOURCE: Raw = {"kind": "source", "id": "page", "title": "A page", "url": "https://example.org/page", "type": "official"}
CLAIM: Raw = {"source": "page", "quote": "It was so."}
AAA: Raw = {
    "kind": "state",
    "id": "AAA",
    "name": "Aland",
    "standing": "un_member",
    "start": "1990",
    "end": "..",
    "claims": [CLAIM],
}
BBB: Raw = {**AAA, "id": "BBB", "name": "Bland", "codes": {"iso2": "BB", "cow": "999"}}
ORG: Raw = {
    "kind": "organization",
    "id": "org",
    "name": "The Organization",
    "acronym": "ORG",
    "start": "2000-01-01",
    "claims": [CLAIM],
}
MEMBER: Raw = {
    "kind": "membership", "id": "org-aaa-member", "organization": "org", "member": "AAA", "status": "member", "start": "2000-01-01", "end": "..",
    "claims": [CLAIM],
}  # fmt: skip
WORLD: list[Raw] = [SOURCE, AAA, BBB, ORG, MEMBER]


def written(folder: Path, records: list[dict[str, Any]], name: str = "world.json") -> Path:
    path = folder / name
    path.write_text("[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in records) + "\n]\n", encoding="utf-8")
    return path


def count(store: Store, table: type[Base]) -> int:
    with store.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_the_projects_seed_loads_and_loading_it_again_changes_nothing(databases: Databases) -> None:
    filled = Store(databases.filled())
    before = count(filled, Membership), count(filled, Claim), filled.revision()
    seed(filled, at="2026-11-25T00:00:00.000000Z")
    assert (count(filled, Membership), count(filled, Claim), filled.revision()) == before
    assert before[2] == 1
    filled.close()


def test_the_same_records_under_another_digest_are_compared_and_left_alone(empty_store: Store, tmp_path: Path) -> None:
    seed(empty_store, written(tmp_path, WORLD))
    seed(empty_store, written(tmp_path, list(reversed(WORLD))))
    assert empty_store.revision() == 1


def test_a_change_closes_the_old_version_and_keeps_it_readable(empty_store: Store, tmp_path: Path) -> None:
    seed(empty_store, written(tmp_path, WORLD))
    seed(empty_store, written(tmp_path, [*WORLD[:-1], {**MEMBER, "end": "2010-05-01"}]))
    with empty_store.engine.connect() as connection:
        versions = connection.execute(
            select(Membership.end, Membership.recorded_from, Membership.recorded_to).order_by(Membership.recorded_from)
        ).all()
    assert versions == [("..", 1, 2), ("2010-05-01", 2, None)]


def test_a_record_that_left_the_file_is_closed_and_its_id_stays(empty_store: Store, tmp_path: Path) -> None:
    seed(empty_store, written(tmp_path, WORLD))
    seed(empty_store, written(tmp_path, WORLD[:-1]))
    with empty_store.engine.connect() as connection:
        assert connection.execute(select(Membership.recorded_to)).scalars().all() == [2]
        assert connection.execute(select(Entity.kind).where(Entity.id == "org-aaa-member")).scalar_one() == "membership"


@pytest.mark.parametrize(
    ("record", "parts"),
    [
        ({**MEMBER, "start": "2000-02-30"}, ["line 6", "membership org-aaa-member", "start", "2000-02-30", "expected"]),
        ({**MEMBER, "status": "membr"}, ["line 6", "status", "'membr'", "'member'"]),
        ({**MEMBER, "member": "AAB"}, ["line 6", "member names 'AAB'", "did you mean 'AAA'"]),
        ({**MEMBER, "organization": "AAA"}, ["org-aaa-member", "field organization is 'AAA'"]),
        ({**MEMBER, "member": "page"}, ["'page' is a source; a state or an organization was expected"]),
        ({**MEMBER, "claims": []}, ["line 6", "claims"]),
        ({**MEMBER, "colour": "red"}, ["line 6", "colour", "not permitted"]),
        ({**MEMBER, "start": "2010", "end": "2005"}, ["org-aaa-member", "2010/2005"]),
        ({**MEMBER, "claims": [{**CLAIM, "quote": "word " * 26}]}, ["line 6", "quote", "25 words"]),
        ({**MEMBER, "claims": [{**CLAIM, "stance": "contradicts"}]}, ["property and value"]),
        ({**MEMBER, "note": "Türkmenbas\u0327y"}, ["NFC"]),
        ({**MEMBER, "id": "ORG AAA"}, ["line 6", "id"]),
        ({**MEMBER, "id": "org"}, ["ids are unique over all kinds"]),
        (MEMBER, []),
    ],
)
def test_a_wrong_record_is_refused_with_its_place_and_nothing_of_the_file_is_kept(
    empty_store: Store, tmp_path: Path, record: dict[str, Any], parts: list[str]
) -> None:
    path = written(tmp_path, [*WORLD[:-1], record])
    if not parts:
        seed(empty_store, path)
        assert count(empty_store, Membership) == 1
        return
    with pytest.raises(InvalidRecordError) as caught:
        seed(empty_store, path)
    text = " ".join(error.message for error in caught.value.errors) or caught.value.detail
    assert all(part in text for part in parts), text
    assert (count(empty_store, Membership), count(empty_store, Entity), empty_store.revision()) == (0, 0, 0)


def test_exclusive_statuses_that_overlap_are_refused(empty_store: Store, tmp_path: Path) -> None:
    other = {**MEMBER, "id": "org-aaa-observer", "status": "observer", "start": "2005-01-01"}
    with pytest.raises(InvalidRecordError, match="overlaps"):
        seed(empty_store, written(tmp_path, [*WORLD, other]))
    candidate = {**other, "id": "org-aaa-candidate", "status": "candidate"}
    seed(empty_store, written(tmp_path, [*WORLD, candidate]))


def test_a_membership_does_not_outlive_its_organization(empty_store: Store, tmp_path: Path) -> None:
    dead = {**ORG, "end": "2010-01-01"}
    with pytest.raises(InvalidRecordError, match="after org ended"):
        seed(empty_store, written(tmp_path, [SOURCE, AAA, BBB, dead, MEMBER]))


def test_a_file_that_is_not_json_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('[\n{"kind": "state",\n]\n', encoding="utf-8")
    with pytest.raises(InvalidRecordError, match=r"broken\.json, line 2"):
        read_records(path)


def test_every_wrong_record_of_a_file_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, [{**AAA, "standing": "x"}, {**BBB, "latitude": 100}, {**ORG, "start": "soon"}])
    with pytest.raises(InvalidRecordError) as caught:
        read_records(path)
    assert len(caught.value.errors) == 3


def test_parties_follow_from_acts(empty_store: Store, tmp_path: Path) -> None:
    def act(actor: str, kind: str, day: str) -> dict[str, Any]:
        return {"actor": actor, "act": kind, "date": day}

    treaty = {
        "kind": "agreement", "id": "treaty", "name": "A Treaty", "type": "treaty", "status": "in_force", "signed": "2001-01-01",
        "in_force": "2003-01-01", "claims": [CLAIM],
        "acts": [act("AAA", "signature", "2001-01-01"), act("AAA", "ratification", "2002-01-01"), act("AAA", "withdrawal", "2009-01-01"),
                 act("BBB", "accession", "2005-01-01")],
    }  # fmt: skip
    seed(empty_store, written(tmp_path, [*WORLD, treaty]))
    with empty_store.engine.connect() as connection:
        found = connection.execute(
            select(Party.actor_id, Party.status, Party.start, Party.end).order_by(Party.actor_id, Party.start)
        ).all()
    assert found == [
        ("AAA", "signatory", "2001-01-01", "2002-01-01"),
        ("AAA", "contracting", "2002-01-01", "2003-01-01"),
        ("AAA", "party", "2003-01-01", "2009-01-01"),
        ("BBB", "party", "2005-01-01", ".."),
    ]


def test_a_witness_is_no_party_and_a_political_document_has_signatories_only(empty_store: Store, tmp_path: Path) -> None:
    paper = {
        "kind": "agreement", "id": "paper", "name": "A Declaration", "type": "declaration", "status": "political", "signed": "2001-01-01",
        "claims": [CLAIM], "acts": [{"actor": "AAA", "act": "signature", "date": "2001-01-01"}, {"actor": "BBB", "act": "witness", "date": "2001-01-01"}],
    }  # fmt: skip
    seed(empty_store, written(tmp_path, [*WORLD, paper]))
    with empty_store.engine.connect() as connection:
        found = connection.execute(select(Party.actor_id, Party.status, Party.rule)).all()
    assert found == [("AAA", "signatory", "political document: a signature, no treaty obligation")]


def test_the_best_claim_is_the_surest_of_the_closest_source(empty_store: Store, tmp_path: Path) -> None:
    press = {**SOURCE, "id": "news", "type": "press", "url": "https://example.org/news"}
    claims = [
        {"source": "news", "quote": "Said so."},
        CLAIM,
        {"source": "page", "property": "start", "value": "1999", "stance": "contradicts"},
    ]
    seed(empty_store, written(tmp_path, [SOURCE, press, AAA, BBB, ORG, {**MEMBER, "claims": claims}]))
    with empty_store.engine.connect() as connection:
        row = connection.execute(select(Membership.claim_count, Membership.conflict, Membership.best_claim)).one()
        best = connection.execute(select(Claim.source_id, Claim.quote).where(Claim.id == row[2])).one()
    assert (row[0], row[1], tuple(best)) == (3, True, ("page", "It was so."))


def test_a_day_that_lies_ahead_is_scheduled(empty_store: Store, tmp_path: Path) -> None:
    seed(empty_store, written(tmp_path, [*WORLD[:-1], {**MEMBER, "end": "2030-01-01"}]))
    with empty_store.engine.connect() as connection:
        assert connection.execute(select(Membership.end_status)).scalar_one() == "scheduled"


def test_the_seed_file_has_one_record_a_line_in_order() -> None:
    lines = SEED.read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[-1]) == ("[", "]")
    records = [json.loads(line.rstrip(",")) for line in lines[1:-1]]
    kinds = list(dict.fromkeys(one["kind"] for one in records))
    keys = [(kinds.index(one["kind"]), one["id"]) for one in records]
    assert keys == sorted(keys)
    assert len({one["id"] for one in records}) == len(records)


def test_revisions_say_who_when_and_why(empty_store: Store, tmp_path: Path) -> None:
    seed(empty_store, written(tmp_path, WORLD))
    with empty_store.engine.connect() as connection:
        row = connection.execute(select(Revision.author, Revision.origin, Revision.recorded_at, Revision.reason)).one()
    assert row[:3] == ("test", "seed", "2026-11-24T12:00:00.000000Z")
    assert row[3].startswith("load world.json, sha256:")
