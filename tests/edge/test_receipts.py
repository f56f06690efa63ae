"""Receipts: a question is kept with its revision and digest, replayed as it was, verified and cited."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.main import create_app
from app.settings import Settings
from tests.databases import seed
from tests.ingest.test_seed import AAA, BBB, MEMBER, ORG, SOURCE, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import Databases

QUERIES = "/v1/queries"
Replayed = tuple[TestClient, dict[str, tuple[dict[str, Any], dict[str, Any]]]]
BOTH = {**MEMBER, "id": "org-bbb-member", "member": "BBB", "start": "2001-05"}
FIRST: list[dict[str, Any]] = [SOURCE, AAA, BBB, ORG, MEMBER, BOTH]
CCC = {**AAA, "id": "CCC", "name": "Cland"}
SECOND: list[dict[str, Any]] = [
    SOURCE,
    AAA,
    BBB,
    CCC,
    ORG,
    {**MEMBER, "start": "2002"},
    {**BOTH, "id": "org-ccc-member", "member": "CCC"},
]


@pytest.fixture(scope="module")
def first(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give a store of one revision."""
    url = databases.empty()
    load(url, tmp_path_factory.mktemp("first"), FIRST, "2026-01-01T00:00:00.000000Z")
    return url


@pytest.fixture
def url(first: str, databases: Databases) -> Iterator[str]:
    """Copy it, so that a test may write to it."""
    copied = databases.copy(first)
    yield copied
    databases.drop(copied)


def load(url: str, folder: Path, records: list[dict[str, Any]], at: str) -> None:
    store = Store(url)
    seed(store, written(folder, records), at=at)
    store.close()


@pytest.fixture
def own(url: str) -> Iterator[TestClient]:
    """Open the application on that store."""
    with TestClient(create_app(Settings(database_url=url)), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def asking(first: str, databases: Databases) -> Iterator[TestClient]:
    """Open the application once on a copy of which no test changes the facts."""
    with TestClient(create_app(Settings(database_url=databases.copy(first))), raise_server_exceptions=False) as opened:
        yield opened


def kept(client: TestClient, query: str, status: int = 201) -> dict[str, Any]:
    answer = client.post(QUERIES, json={"query": query})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def test_a_receipt_holds_the_question_the_revision_the_rows_and_their_digest(own: TestClient) -> None:
    found = kept(own, "/v1/memberships?organization=org")
    rows = own.get("/v1/memberships?organization=org").json()["data"]
    lines = sorted(json.dumps(one, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() for one in rows)
    assert found["sha256"] == hashlib.sha256(b"".join(line + b"\n" for line in lines)).hexdigest()
    assert (found["query"], found["revision"], found["row_count"]) == ("/v1/memberships?organization=org", 1, 2)
    assert found["created_at"].endswith("Z")
    assert found["replay"].endswith(f"{QUERIES}/{found['id']}")


def test_the_same_question_at_the_same_revision_has_the_same_receipt(asking: TestClient) -> None:
    first = kept(asking, "/v1/memberships?organization=org&status=observer,member")
    for same in (
        "/v1/memberships?status=member,observer&organization=org",
        "/v1/memberships?organization=org&status=observer,member&limit=1",
        "/v1/memberships.csv?organization=org&status=observer,member",
        "http://testserver/v1/memberships?organization=org&status=observer%2Cmember&format=jsonl",
    ):
        assert kept(asking, same, status=200) == first


def test_another_revision_makes_another_receipt(own: TestClient, url: str, tmp_path: Path) -> None:
    first = kept(own, "/v1/memberships")
    load(url, tmp_path, SECOND, "2026-02-01T00:00:00.000000Z")
    second = kept(own, "/v1/memberships")
    assert first["id"] != second["id"]
    assert (first["revision"], second["revision"]) == (1, 2)


def test_an_empty_answer_is_a_receipt_too(own: TestClient, url: str, tmp_path: Path) -> None:
    found = kept(own, "/v1/memberships?organization=org&at=1999-12-31")
    assert (found["row_count"], found["sha256"]) == (0, hashlib.sha256(b"").hexdigest())
    assert own.get(f"{QUERIES}/{found['id']}").json()["data"] == []
    load(url, tmp_path, [*SECOND[:-1], {**BOTH, "start": "1995"}], "2026-02-01T00:00:00.000000Z")
    verdict = own.get(f"{QUERIES}/{found['id']}/verify").json()["data"]
    assert (verdict["same"], verdict["added"]) == (False, ["org-bbb-member"])


REPLAYED = [
    "/v1/memberships?organization=org",
    "/v1/memberships?organization=org&at=2020&fields=member,start&sort=-start",
    "/v1/memberships?group_by=organization,status",
    "/v1/memberships?sample=1&seed=5",
    "/v1/organizations/org/members?at=2005-01-01",
    "/v1/states/AAA/memberships",
    "/v1/states/BBB",
    "/v1/states/iso2:BB/explain",
    "/v1/memberships/org-aaa-member?include=claims.source",
    "/v1/search?q=bland&limit=3",
    "/v1/dataset",
    "/v1/revisions",
    "/v1/dyads/AAA/BBB",
    "/v1/panels/state-year?actors=AAA,BBB&organizations=org&years=2000..2003&rule=any",
    "/v1/memberships?history=true",
    "/v1/memberships?known_at=2030-01-01",
    "/v1/vocabularies",
]


@pytest.fixture(scope="module")
def replayed(first: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    """Ask and keep questions, and then change the facts."""
    url = databases.copy(first)
    with TestClient(create_app(Settings(database_url=url)), raise_server_exceptions=False) as opened:
        before = {query: (opened.get(query).json(), kept(opened, query)) for query in REPLAYED}
        load(url, tmp_path_factory.mktemp("second"), SECOND, "2026-02-01T00:00:00.000000Z")
        yield opened, before


@pytest.mark.parametrize("query", REPLAYED)
def test_any_read_is_replayed_as_it_was(replayed: Replayed, query: str) -> None:
    client, (before, found) = replayed[0], replayed[1][query]
    after = client.get(f"{QUERIES}/{found['id']}")
    assert after.status_code == 200, after.text
    assert after.json()["data"] == before["data"]
    assert after.json()["meta"]["revision"] == 1
    assert after.json()["receipt"] == found
    assert "immutable" in after.headers["cache-control"]
    assert client.get(f"{QUERIES}/{found['id']}/verify").json()["data"]["intact"] is True


def test_a_question_without_a_day_is_kept_with_the_day_it_meant(asking: TestClient) -> None:
    found = kept(asking, "/v1/organizations/org/members")
    day = asking.get("/v1/organizations/org/members").json()["meta"]["at"]
    assert found["query"] == f"/v1/organizations/org/members?at={day}"
    assert "at=" not in kept(asking, "/v1/organizations/org/members?during=../..")["query"]


def test_a_replay_comes_in_any_format_and_its_pages_go_on(own: TestClient, url: str, tmp_path: Path) -> None:
    found = kept(own, "/v1/memberships?organization=org")
    table = own.get("/v1/memberships.csv?organization=org").text
    load(url, tmp_path, SECOND, "2026-02-01T00:00:00.000000Z")
    assert own.get(f"{QUERIES}/{found['id']}.csv").text == table
    assert own.get(f"{QUERIES}/{found['id']}?format=csv").text == table
    assert own.get(f"{QUERIES}/{found['id']}", headers={"accept": "text/csv"}).text == table
    page = own.get(f"{QUERIES}/{found['id']}?limit=1").json()
    second = own.get(page["page"]["next"]).json()
    assert [row["id"] for row in (*page["data"], *second["data"])] == ["org-aaa-member", "org-bbb-member"]
    assert second["meta"]["revision"] == 1


def test_verifying_tells_what_was_added_removed_and_changed(own: TestClient, url: str, tmp_path: Path) -> None:
    found = kept(own, "/v1/memberships?organization=org")
    same = own.get(f"{QUERIES}/{found['id']}/verify").json()["data"]
    assert (same["same"], same["counts"]) == (True, {"added": 0, "removed": 0, "changed": 0})
    load(url, tmp_path, SECOND, "2026-02-01T00:00:00.000000Z")
    verdict = own.get(f"{QUERIES}/{found['id']}/verify").json()["data"]
    assert (verdict["same"], verdict["intact"]) == (False, True)
    assert verdict["added"] == ["org-ccc-member"]
    assert verdict["removed"] == ["org-bbb-member"]
    assert verdict["changed"] == [{"id": "org-aaa-member", "fields": ["start"]}]
    assert verdict["then"] == {"revision": 1, "row_count": 2, "sha256": found["sha256"]}
    assert verdict["now"]["revision"] == 2
    assert verdict["now"]["sha256"] == kept(own, "/v1/memberships?organization=org")["sha256"]


def test_a_question_that_has_no_answer_today_says_so(own: TestClient, url: str, tmp_path: Path) -> None:
    found = kept(own, "/v1/memberships/org-bbb-member")
    load(url, tmp_path, SECOND, "2026-02-01T00:00:00.000000Z")
    verdict = own.get(f"{QUERIES}/{found['id']}/verify").json()["data"]
    assert (verdict["same"], verdict["removed"]) == (False, ["org-bbb-member"])
    assert "org-bbb-member" in verdict["now"]["problem"]


def test_a_citation_names_question_revision_and_digest(asking: TestClient) -> None:
    found = kept(asking, "/v1/memberships?organization=org&status=member")
    cited = asking.get(f"{QUERIES}/{found['id']}/cite").json()["data"]
    assert all(part in cited["text"] for part in (found["query"], "revision 1", found["sha256"], found["replay"]))
    assert cited["bibtex"].startswith(f"@misc{{{found['id']},\n")
    assert r"organization=org\&status=member" in cited["bibtex"]
    assert cited["bibtex"].count("{") == cited["bibtex"].count("}")
    assert (cited["csl"]["type"], cited["csl"]["URL"]) == ("dataset", found["replay"])


@pytest.mark.parametrize(
    ("body", "pointer", "suggestion"),
    [
        ({"query": "/v1/memberships?organisation=org"}, "/query", "organization"),
        ({"query": "/v1/memberships?organization=orgg"}, "/query", "org"),
        ({"query": "/v1/memberships?at=2020-13"}, "/query", None),
        ({"query": "/v1/membership"}, "/query", "/v1/memberships"),
        ({"query": "/v1/states/ZZZ"}, "/query", None),
        ({"query": "/v1/queries/q0123456789abcdef012345"}, "/query", None),
        ({"query": "/v1/memberships?status=%FF"}, "/query", None),
        ({"query": "/livez"}, "/query", None),
        ({"query": "/v1/changes.atom"}, "/query", None),
        ({"query": "/v1/changes/stream"}, "/query", None),
        ({"query": "https://example.org/v1/memberships"}, "/query", None),
        ({"query": "memberships"}, "/query", None),
        ({"query": ""}, "/query", None),
        ({"query": 3}, "/query", None),
        ({"query": "/v1/" + "a" * 5000}, "/query", None),
        ({}, "", None),
        ({"qery": "/v1/memberships"}, "/qery", "query"),
        ([], "", None),
    ],
)
def test_a_wrong_question_is_pointed_to_in_the_body_and_nothing_is_kept(
    asking: TestClient, body: object, pointer: str, suggestion: str | None
) -> None:
    answer = asking.post(QUERIES, json=body)
    assert answer.status_code == 422, answer.text
    error = answer.json()["errors"][0]
    assert error["pointer"] == pointer
    if suggestion:
        assert error["suggestion"] == suggestion


def test_nobody_finds_a_receipt_that_is_not_there(asking: TestClient) -> None:
    for path in ("", "/verify", "/cite"):
        answer = asking.get(f"{QUERIES}/q0123456789abcdef012345{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert asking.get(f"{QUERIES}/x?organization=org").status_code == 400


def test_receipts_make_no_revision_and_leave_validators_as_they_are(own: TestClient) -> None:
    before = own.get("/v1/memberships")
    kept(own, "/v1/memberships")
    after = own.get("/v1/memberships", headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 304
    assert own.get("/v1/dataset").json()["meta"]["revision"] == 1


def test_a_store_for_reading_only_replays_and_verifies_but_keeps_nothing(own: TestClient, url: str) -> None:
    found = kept(own, "/v1/memberships")
    address = url.replace("sqlite:///", "sqlite:///file:") + (
        "?mode=ro&uri=true" if url.startswith("sqlite") else "?options=-cdefault_transaction_read_only%3Don"
    )
    with TestClient(create_app(Settings(database_url=address)), raise_server_exceptions=False) as reader:
        answer = reader.post(QUERIES, json={"query": "/v1/states"})
        assert (answer.status_code, answer.json()["code"]) == (503, "read-only")
        assert "reading only" in answer.json()["detail"]
        assert reader.get(f"{QUERIES}/{found['id']}").json()["data"]
        assert reader.get(f"{QUERIES}/{found['id']}/verify").json()["data"]["same"] is True
