"""Revisions and changes: a collection with filters and cursors, an Atom feed, and no page that grows with history."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.main import create_app
from app.settings import Settings
from app.vocabulary import ChangeKind
from tests.worlds import AAA, BBB, CLAIM, MEMBER, ORG, OTHER_SOURCE, SOURCE, WORLD, revise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def store(databases: Databases) -> Iterator[Store]:
    """Four revisions: the world on the 10th, an end on the 12th, a corrected start on the 14th, a second source on the 16th."""
    opened = Store(databases.empty())
    ended = {**MEMBER, "end": "2010"}
    corrected = {**ended, "start": "2001-05-09"}
    revise(opened, WORLD, 10)
    revise(opened, [*WORLD[:-1], ended], 12)
    revise(opened, [*WORLD[:-1], corrected], 14, ChangeKind.CORRECTION)
    revise(opened, [*WORLD[:-1], {**corrected, "claims": [CLAIM, {"source": "leaf"}]}], 16)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(database_url=store.engine.url.render_as_string()))) as opened:
        yield opened


def rows(client: TestClient, path: str) -> list[dict[str, Any]]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def test_revisions_are_listed_newest_first_with_who_when_and_why(client: TestClient) -> None:
    found = rows(client, "/v1/revisions")
    assert [one["id"] for one in found] == [4, 3, 2, 1]
    assert found[1] == {
        "id": 3, "recorded_at": "2026-01-14T12:00:00.000000Z", "author": "curator", "origin": "seed", "kind": "correction",
        "reason": "work of day 14", "counts": {"membership": {"changed": 1}},
    }  # fmt: skip
    assert client.get("/v1/revisions/3").json()["data"] == found[1]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/revisions?kind=correction", [3]),
        ("/v1/revisions?id__gte=2&sort=id", [2, 3, 4]),
        ("/v1/revisions?recorded_at__gte=2026-01-12&recorded_at__lt=2026-01-14", [2]),
        ("/v1/revisions?recorded_at__lte=2026-01-12", [2, 1]),
        ("/v1/revisions?known_at=2026-01-13", [2, 1]),
    ],
)
def test_revisions_answer_to_filters(client: TestClient, path: str, expected: list[int]) -> None:
    assert [one["id"] for one in rows(client, path)] == expected


@pytest.mark.parametrize(
    "path", ["/v1/revisions/5", "/v1/revisions/two", "/v1/revisions/3?known_at=2026-01-13", "/v1/changes/999", "/v1/changes/x"]
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_changes_say_what_was_changed_when_why_and_from_what_to_what(client: TestClient) -> None:
    latest, correction, world, *rest = rows(client, "/v1/changes")
    assert correction == {
        "id": 8, "revision": 3, "recorded_at": "2026-01-14T12:00:00.000000Z", "kind": "correction",
        "subject": {"kind": "membership", "id": "org-aaa-member"}, "change": "changed", "before": {"start": "2001-05"},
        "after": {"start": "2001-05-09"}, "reason": "work of day 14", "author": "curator",
    }  # fmt: skip
    assert (world["kind"], world["before"], world["after"]) == ("world", {"end": ".."}, {"end": "2010"})
    assert (latest["kind"], latest["revision"]) == ("source_added", 4)
    assert {one["change"] for one in rest} == {"added"}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("since=2", [4, 3, 2]),
        ("since=2&until=3", [3, 2]),
        ("since=2026-01-12&until=2026-01-14", [3, 2]),
        ("since=2026-01-13T00:00:00Z", [4, 3]),
        ("until=2026-01-09", []),
        ("since=2026-02", []),
        ("kind=correction", [3]),
        ("kind=source_added&subject_kind=membership", [4]),
        ("subject=org-aaa-member&change=changed", [4, 3, 2]),
        ("subject_kind=organization", [1]),
        ("change=closed", []),
        ("subject=cow:999", [1]),
        ("revision=2", [2]),
        ("since=2&known_at=2026-01-13", [2]),
    ],
)
def test_changes_answer_to_filters(client: TestClient, asked: str, expected: list[int]) -> None:
    assert [one["revision"] for one in rows(client, f"/v1/changes?{asked}")] == expected


@pytest.mark.parametrize(
    ("path", "parameter", "suggestion"),
    [
        ("/v1/changes?sinse=1", "sinse", None),
        ("/v1/changes?kind=correct", "kind", "correction"),
        ("/v1/changes?since=soon", "since", None),
        ("/v1/changes?since=99999999999", "since", None),
        ("/v1/changes?history=true", "history", None),
        ("/v1/changes?include=subject", "include", None),
        ("/v1/changes?at=2020", "at", None),
        ("/v1/changes?subject=orc", "subject", "org"),
        ("/v1/changes?recorded_at=2026", "recorded_at", "recorded_at__lt"),
        ("/v1/changes.atom?format=json", "format", None),
        ("/v1/revisions?histori=true", "histori", None),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(client: TestClient, path: str, parameter: str, suggestion: str | None) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert error["parameter"] == parameter
    assert error.get("suggestion") != parameter
    assert suggestion is None or error["suggestion"].startswith(suggestion[:6])


def test_changes_are_paged_by_key_and_a_crawl_is_one_snapshot(client: TestClient, store: Store) -> None:
    found: list[int] = []
    path: str | None = "/v1/changes?limit=2&until=2026-12-31"
    total = 0
    while path:
        page = client.get(path).json()
        found += [one["id"] for one in page["data"]]
        total, path = page["page"]["total"], page["page"]["next"]
    assert found == list(range(9, 0, -1))
    assert total == 9
    assert store.revision() == 4


@pytest.mark.parametrize(
    ("path", "accept"), [("/v1/changes.atom", "*/*"), ("/v1/changes?format=atom", "*/*"), ("/v1/changes", "application/atom+xml")]
)
def test_changes_are_an_atom_feed(client: TestClient, path: str, accept: str) -> None:
    answer = client.get(path if "?" in path else f"{path}?limit=4", headers={"accept": accept})
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated", "author"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
    entries = list(feed.iter(f"{ATOM}entry"))
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) > 3
    assert [one.get("term") for one in entries[1].findall(f"{ATOM}category")] == ["correction", "changed"]
    assert entries[1].findtext(f"{ATOM}content") == 'start: "2001-05" -> "2001-05-09"'
    links = {str(one.get("rel")): str(one.get("href")) for one in feed.findall(f"{ATOM}link")}
    assert links["self"].startswith("http://testserver/v1/changes")
    related = {one.get("rel"): str(one.get("href")) for one in entries[1].findall(f"{ATOM}link")}
    assert client.get(str(related["alternate"])).json()["data"]["id"] == 8
    assert client.get(str(related["related"])).json()["data"]["id"] == "org-aaa-member"
    assert ("next" in links) is ("?" not in path)
    if "next" in links:
        assert client.get(links["next"], headers={"accept": accept}).headers["content-type"].startswith("application/atom+xml")


def test_an_empty_feed_is_a_feed(client: TestClient) -> None:
    feed = ET.fromstring(client.get("/v1/changes.atom?since=2027-01-01").content)
    assert feed.findtext(f"{ATOM}updated")
    assert feed.find(f"{ATOM}entry") is None


def test_other_collections_are_no_feeds(client: TestClient) -> None:
    assert client.get("/v1/memberships?format=atom").status_code == 400
    assert client.get("/v1/memberships", headers={"accept": "application/atom+xml"}).status_code == 406


def test_a_change_of_the_register_alone_is_no_revision(empty_store: Store) -> None:
    records = [SOURCE, OTHER_SOURCE, AAA, BBB, ORG, MEMBER]
    revise(empty_store, records, 10)
    assert revise(empty_store, reversed(records), 12).revision is None


@pytest.mark.once  # the plan is that of the embedded engine
def test_a_page_of_changes_is_one_statement_that_reads_no_more_than_the_page(seeded_url: str) -> None:
    app = create_app(Settings(database_url=seeded_url))
    statements: list[str] = []
    with TestClient(app) as opened:
        opened.get("/v1/changes?limit=5")
        engine = app.state.context.store.engine
        event.listen(engine, "before_cursor_execute", lambda _c, _cursor, text, *_: statements.append(text))
        answer = opened.get("/v1/changes?limit=50").json()
        opened.get(answer["page"]["next"])
        with engine.connect() as connection:
            plan = [
                row[3]
                for row in connection.exec_driver_sql(
                    "EXPLAIN QUERY PLAN SELECT id FROM change WHERE revision <= 9 AND id < 99 ORDER BY id DESC LIMIT 50"
                )
            ]
    assert answer["page"]["total"] > 5000
    assert sum("FROM change" in one for one in statements) - 1 == 2
    assert not any("TEMP B-TREE" in one for one in plan)


@pytest.mark.parametrize(
    "path", ["/v1/changes.atom?fields=id", "/v1/changes.atom?group_by=author", "/v1/changes?format=atom&fields=id"]
)
def test_an_entry_of_a_feed_is_a_whole_change(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "not-in-a-feed"
