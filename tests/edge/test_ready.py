"""The quick ways give what the plain way gives: rows that are JSON already, reads without a thread, statements compiled once."""

from __future__ import annotations

from contextlib import closing, contextmanager
from http import HTTPStatus
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from app.db import desk
from app.db.desk import Desk
from app.db.sessions import TooLongError
from app.main import create_app
from app.settings import Settings
from tests.worlds import AAA, BBB, MEMBER, WORLD, revise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.db.sessions import Snapshot, Store

QUESTIONS = (
    "/v1/memberships",
    "/v1/memberships?limit=3&sort=-start,member.id",
    "/v1/memberships?organization=sco&at=2018-06",
    "/v1/memberships?organization=sco&at=2018-06&certainty=possible&limit=1",
    "/v1/memberships?organization=sco&at=2025-08-30&fields=member.id,start,evidence.conflict&lang=az",
    "/v1/memberships?member=AZE&include=organization,claims.source&codes=iso2,cow&limit=4",
    "/v1/memberships?start__gte=2020&status=member,observer&limit=2&facets=status",
    "/v1/memberships?sample=5&seed=3",
    "/v1/memberships?history=true&limit=2",
    "/v1/memberships?group_by=status",
    "/v1/memberships?organization=sco&resolve=earliest&limit=3",
    "/v1/memberships?shape=flat&limit=3",
    "/v1/memberships?member=AZE&known_at=2020-01-01",
    "/v1/events?participant__all=AZE,KAZ&limit=3",
    "/v1/events?virtual=true",
    "/v1/agreements?party=AZE&signed__lt=1995&sort=-signed&limit=5",
    "/v1/acts?agreement=un-charter&limit=5",
    "/v1/parties?actor=AZE&limit=5",
    "/v1/claims?conflict=true&limit=5",
    "/v1/states?fields=id,names,codes&limit=5",
    "/v1/organizations/sco/members?at=2025-08-30",
    "/v1/organizations/wd:Q485207/observers?at=2020",
    "/v1/states/AZE/memberships?at=2001-01-01&limit=2",
    "/v1/states/AZE",
    "/v1/states/cow:373?fields=id,name",
    "/v1/memberships/sco-aze-dialogue-partner?include=claims",
    "/v1/states/XYZ",
    "/v1/organizations/zco/members",
    "/v1/memberships?organization=zco",
    "/v1/memberships/schema.json",
    "/v1/organizations/sco",
    "/v1/organizations/sco/members?at=2025-08-30&limit=1000",
    "/v1/search?q=shanghai&kind=organization",
    "/v1/search?q=d'ivoire",
    "/v1/suggest?q=timor-l",
)
WHOLE = (
    "/v1/memberships.csv",
    "/v1/memberships.jsonl",
    "/v1/memberships.parquet",
    "/v1/memberships?limit=1000",
    "/v1/memberships.csv?organization=osce&at=1991-12&sort=-start,member.id&codes=cow",
    "/v1/memberships.jsonl?organization=osce&at=1991-12&sort=-start,member.id&codes=cow",
    "/v1/memberships.parquet?organization=osce&at=1991-12&sort=-start,member.id&codes=cow",
    "/v1/memberships.csv?fields=note",
    "/v1/memberships.jsonl?fields=note",
    "/v1/memberships.parquet?fields=note",
    "/v1/memberships.csv?member=ZZZ",
    "/v1/memberships.jsonl?shape=flat&member=AZE",
    "/v1/memberships.csv?history=true",
    "/v1/memberships.geojson?organization=sco",
    "/v1/events.csv",
    "/v1/events.parquet?participant=AZE",
    "/v1/claims.jsonl?source__startswith=un",
    "/v1/changes.csv?limit=3",
)


@contextmanager
def client_of(store: Store, **settings: object) -> Iterator[TestClient]:
    given = {"database_url": store.engine.url.render_as_string(hide_password=False), "cache_bytes": 0, **settings}
    with TestClient(create_app(Settings.model_validate(given)), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def plain(store: Store) -> Iterator[TestClient]:
    """An application that goes the long way: somebody listens to its statements, and no row is kept as JSON."""
    with client_of(store, ready_bytes=0) as client:
        engine = client.app.state.context.store.engine  # type: ignore[attr-defined]
        event.listen(engine, "before_cursor_execute", lambda *_: None)
        yield client


@pytest.fixture(scope="module")
def quick(store: Store) -> Iterator[TestClient]:
    with client_of(store) as client:
        yield client


@pytest.mark.parametrize("path", [*QUESTIONS, *WHOLE])
def test_the_quick_way_gives_what_the_plain_way_gives(plain: TestClient, quick: TestClient, path: str) -> None:
    expected = plain.get(path)
    for _ in range(2):
        found = quick.get(path)
        assert (found.status_code, found.content) == (expected.status_code, expected.content)
        assert found.headers.get("etag") == expected.headers.get("etag")


@pytest.mark.once  # answers are made at once for the embedded engine alone
@pytest.mark.parametrize("coding", ["", "gzip, deflate, br, zstd"])
@pytest.mark.parametrize("path", QUESTIONS)
def test_an_answer_made_at_once_is_the_application_s_own(
    plain: TestClient, quick: TestClient, path: str, coding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "SLICE", 10.0)
    monkeypatch.setattr(desk, "WAIT", 10.0)
    for client in (plain, quick):
        client.headers.pop("accept-encoding", None)
    asked = {"accept-encoding": coding} if coding else {}
    (expected, body), (found, same) = sent(plain, path, asked), sent(quick, path, asked)
    own = {"x-request-id"}
    assert same == body
    assert {name: one for name, one in found.headers.items() if name not in own} == {
        name: one for name, one in expected.headers.items() if name not in own
    }
    target, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": "GET",
        "path": target,
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "scheme": "http",
        "headers": [(b"host", b"testserver"), *((name.encode(), one.encode()) for name, one in asked.items())],
        "server": ("testserver", 80),
        "client": None,
    }
    front = quick.app.front  # type: ignore[attr-defined]
    given = front.find(scope)
    if expected.status_code >= HTTPStatus.MULTIPLE_CHOICES or path.endswith(".json"):
        assert given is None
    else:
        assert given.body == body
        assert given.lines.count(b"\r\n") == len(found.headers) - 1


def sent(client: TestClient, path: str, asked: dict[str, str]) -> tuple[Any, bytes]:
    """Give an answer and its body as it was sent, in its coding."""
    with client.stream("GET", path, headers=asked) as answer:
        return answer, b"".join(answer.iter_raw())


def test_a_crawl_is_the_same_on_either_way(plain: TestClient, quick: TestClient) -> None:
    pages = crawl(quick)
    assert len(pages) > 5
    assert sum(len(page["data"]) for page in pages) == pages[0]["page"]["total"]
    assert pages == crawl(plain)


def crawl(client: TestClient) -> list[dict[str, Any]]:
    path: str | None = "/v1/memberships?organization=osce&at=2000&limit=7"
    pages = []
    while path is not None:
        pages.append(client.get(path.removeprefix("http://testserver")).json())
        path = pages[-1]["page"]["next"]
    return pages


def test_rows_of_an_earlier_revision_stay_what_they_were(empty_store: Store) -> None:
    revise(empty_store, WORLD, 1)
    with client_of(empty_store) as client:
        before = client.get("/v1/memberships").json()["data"]
        revise(empty_store, [*WORLD[:-1], {**MEMBER, "note": "changed"}], 3)
        assert client.get("/v1/memberships").json()["data"][0]["note"] == "changed"
        assert client.get("/v1/memberships?known_at=2026-01-02").json()["data"] == before


def test_totals_of_another_revision_are_counted_anew(empty_store: Store) -> None:
    with client_of(empty_store) as client:
        for day, more in ((1, []), (2, [{**AAA, "id": "CCC"}]), (3, [])):
            revise(empty_store, [*WORLD, *more], day)
            for sort in ("id", "-id"):
                assert client.get(f"/v1/states?limit=1&sort={sort}").json()["page"]["total"] == 2 + len(more)


@pytest.mark.once  # rows are made ready for the embedded engine alone
def test_memory_for_rows_is_bounded(store: Store) -> None:
    with client_of(store, ready_bytes=300_000) as client:
        rows = client.app.state.context.rows  # type: ignore[attr-defined]
        for fields in ("id", "id,start", "start", "end", "status", "evidence", "member", "organization"):
            for _ in range(2):
                assert client.get(f"/v1/memberships?limit=150&fields={fields}").status_code == 200
            assert 0 < rows.used <= rows.size


@pytest.mark.once  # as above
@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_whole_answer_is_kept_where_there_is_room_for_all_of_it_and_not_at_all_where_there_is_not(
    store: Store, plain: TestClient, suffix: str
) -> None:
    path = f"/v1/memberships.{suffix}"
    expected = plain.get(path).content
    for size, kept in ((300_000, False), (30_000_000, True)):
        with client_of(store, ready_bytes=size) as client:
            rows = client.app.state.context.rows  # type: ignore[attr-defined]
            assert client.get(path).content == expected
            assert (rows.used > 0) is kept
            before = rows.used
            assert client.get(path).content == expected
            assert rows.used == before


@contextmanager
def read_by(client: TestClient) -> Iterator[list[str]]:
    """Give the questions that an application asks its store about memberships."""
    asked: list[str] = []
    pool = client.app.state.context.store.engine  # type: ignore[attr-defined]
    note = lambda statement: asked.append(statement) if "membership" in statement else None  # noqa: E731
    watch = lambda connection, *_: connection.set_trace_callback(note)  # noqa: E731
    event.listen(pool, "checkout", watch)
    yield asked
    event.remove(pool, "checkout", watch)


@pytest.mark.once  # as above
@pytest.mark.parametrize("question", ["", "?at=1991-12&sort=-start,member.id&fields=member,start"])
def test_which_rows_an_answer_has_is_found_once_and_each_row_is_read_once_for_a_format(
    store: Store, plain: TestClient, question: str
) -> None:
    with client_of(store) as client, read_by(client) as asked:
        for suffix, searched in (("csv", True), ("jsonl", False), ("parquet", False)):
            path = f"/v1/memberships.{suffix}{question}"
            expected = plain.get(path).content
            assert client.get(path).content == expected
            assert any("ORDER BY" in one for one in asked) is searched
            assert any("json_each" in one for one in asked)
            asked.clear()
            assert client.get(path).content == expected
            assert asked == []


@pytest.mark.once  # as above
def test_the_order_of_rows_is_that_of_the_revision_and_takes_bounded_memory(empty_store: Store) -> None:
    many = [{**AAA, "id": f"C{one}{other}"} for one in ascii_uppercase for other in ascii_uppercase[:12]]
    with client_of(empty_store, ready_bytes=200_000) as client:
        rows = client.app.state.context.rows  # type: ignore[attr-defined]
        for day, world in ((1, many), (2, many[5:]), (3, [*many[:7], *many[9:]])):
            revise(empty_store, [*WORLD, *world], day)
            for sort in ("id", "-id", "name", "-name", "id,name"):
                for _ in range(2):
                    found = client.get(f"/v1/states.csv?fields=id&sort={sort}").text.splitlines()[1:]
                    assert set(found) == {f"{one['id']},certain" for one in [AAA, BBB, *world]}
                    assert sorted(found, reverse=sort == "-id") == found or "name" in sort
                    assert 0 < rows._orders.used <= rows._orders.size


def test_what_is_not_short_is_done_in_a_thread(store: Store, plain: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "SLICE", -1.0)
    monkeypatch.setattr(desk, "_STEPS", 1)
    with client_of(store) as client:
        for path in ("/v1/memberships?organization=sco&at=2018-06", "/v1/states/AZE"):
            assert client.get(path).content == plain.get(path).content


def test_a_desk_gives_up_what_would_compute_for_long(store: Store) -> None:
    def compute(snapshot: Snapshot) -> int:
        snapshot.at_leisure()
        return 1

    with closing(Desk(store)) as one:
        if not one.open:
            pytest.skip("another engine answers in threads")
        assert one.read(lambda snapshot: snapshot.revision) == store.revision()
        with pytest.raises(TooLongError):
            one.read(compute)
        with pytest.raises(TooLongError):
            one.read(lambda _: one.read(lambda snapshot: snapshot.revision))
        with pytest.raises(TooLongError):
            one.read(lambda snapshot: snapshot.revision, least=store.revision() + 1)
