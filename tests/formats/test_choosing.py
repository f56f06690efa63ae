"""How a representation is chosen, named, documented and streamed."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.formats.registry import FORMATS, offered
from app.main import create_app
from app.queries.catalog import RESOURCES, TABLES
from app.queries.paging import crawl, fetch_all
from app.schemas.parsing import parse_question
from app.settings import Settings

if TYPE_CHECKING:
    import sqlite3

    from fastapi import FastAPI
    from sqlalchemy import Connection
    from starlette.types import Message, Send

    from tests.databases import Databases

NAMES = list(FORMATS)


@pytest.mark.parametrize("name", NAMES)
def test_format_suffix_and_accept_give_the_same_answer(client: TestClient, name: str) -> None:
    form = FORMATS[name]
    path = "/v1/events{}?place.country=CHN"
    ways = [
        client.get(path.format("") + f"&format={name}"),
        client.get(path.format(f".{form.suffix}")),
        *(client.get(path.format(""), headers={"accept": one}) for one in (form.media_type, *form.aliases)),
    ]
    assert {one.status_code for one in ways} == {200}
    assert {one.headers["content-type"].partition(";")[0] for one in ways} == {form.media_type}
    if name != "json":
        assert len({one.content for one in ways}) == 1
        assert all(f'filename="events.{form.suffix}"' in one.headers["content-disposition"] for one in ways)
    assert all("Accept" in one.headers["vary"] for one in ways)


VIEWS = (
    "/v1/panels/state-year?organizations=sco&actors=AZE,CHN&years=2015..2017",
    "/v1/dyads/AZE/TUR",
    "/v1/timeline?actor=AZE&during=2016/2017",
    "/v1/organizations/sco/diff?from=2016-01-01&to=2026-01-01",
    "/v1/search?q=turk",
)


@pytest.mark.parametrize("path", VIEWS)
def test_a_view_has_every_format_and_is_cited_by_an_address_that_replays_it(client: TestClient, path: str) -> None:
    joint = "&" if "?" in path else "?"
    answers = {name: client.get(f"{path}{joint}format={name}") for name in offered(located=False)}
    assert {name: one.status_code for name, one in answers.items()} == dict.fromkeys(offered(located=False), 200)
    (item,) = answers["csl-json"].json()
    assert "known_at=" in item["URL"]
    again = client.get(item["URL"].removeprefix("http://testserver"))
    assert again.status_code == 200, again.text
    assert again.json()["data"] == answers["json"].json()["data"]


def test_every_representation_has_an_etag_of_its_own(client: TestClient) -> None:
    tags = [client.get(f"/v1/states?format={name}&limit=2").headers["etag"] for name in NAMES]
    tags += [client.get(f"/v1/states?format={name}&limit=2&shape=flat").headers["etag"] for name in ("json", "jsonl", "geojson")]
    tags += [client.get(f"/v1/states/AZE?format={name}").headers["etag"] for name in NAMES]
    assert len(set(tags)) == len(tags)


def test_an_unknown_format_is_refused_with_the_nearest(client: TestClient) -> None:
    answer = client.get("/v1/states?format=bib")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["suggestion"] == "bibtex"


def test_a_weight_of_zero_refuses_a_format(client: TestClient) -> None:
    answer = client.get("/v1/states?limit=1", headers={"accept": "application/json;q=0, */*"})
    assert answer.headers["content-type"] == "application/jsonl"


def test_the_documentation_names_every_format_of_every_collection(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for name, resource in TABLES.items():
        expected = {one.media_type for one in offered(located=resource.spec.located).values()}
        for path in (f"/v1/{name}", f"/v1/{name}/{{id}}"):
            operation = paths[path]["get"]
            assert expected <= set(operation["responses"]["200"]["content"])
            format_ = next(one for one in operation["parameters"] if one["name"] == "format")
            assert set(offered(located=resource.spec.located)) <= set(format_["schema"]["enum"])
            assert resource.spec.located is ("geojson" in format_["schema"]["enum"])
        assert paths[f"/v1/{name}/schema.json"]["get"]["operationId"]
    assert set(paths["/v1/dataset"]["get"]["responses"]["200"]["content"]) == {"application/json"}


def test_head_gives_the_head_of_a_dump_without_reading_it(client: TestClient) -> None:
    whole, head = client.get("/v1/memberships.csv"), client.head("/v1/memberships.csv")
    assert head.status_code == 200
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.content == b""


@pytest.mark.parametrize("name", [name for name in NAMES if FORMATS[name].shapes])
def test_what_is_wrong_is_said_before_the_first_byte(seeded_url: str, name: str) -> None:
    app = create_app(Settings(database_url=seeded_url, query_timeout=0.000001))
    with TestClient(app, raise_server_exceptions=False) as hurried:
        answer = hurried.get(f"/v1/memberships?format={name}&sort=-note")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_reader_that_takes_its_time_holds_no_connection(seeded_url: str) -> None:
    app = create_app(Settings(database_url=seeded_url, pool_size=1))

    async def play() -> tuple[int, int]:
        began, never = asyncio.Event(), asyncio.Event()

        async def unread(message: Message) -> None:
            if message["type"] == "http.response.body":
                began.set()
                await never.wait()

        async def read(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        statuses: list[int] = []
        await asyncio.wait_for(asked(app, "/v1/states", b"limit=2", read), 10)
        pool = app.state.context.store.engine.pool
        before = pool.checkedout()  # what answers short questions, for as long as the application is there
        slow = asyncio.create_task(asked(app, "/v1/memberships", b"format=jsonl", unread))
        await asyncio.wait_for(began.wait(), 10)
        await asyncio.wait_for(asked(app, "/v1/states", b"limit=1", read), 10)
        held = pool.checkedout() - before
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        app.state.context.store.close()
        return statuses[-1], held

    assert asyncio.run(play()) == (200, 0)


async def asked(app: FastAPI, path: str, query: bytes, send: Send) -> None:
    """Put one request to an application, without a client that would read the whole answer."""
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "root_path": "", "query_string": query,
        "headers": [(b"host", b"testserver")], "client": ("127.0.0.1", 1), "server": ("testserver", 80), "state": {},
    }  # fmt: skip

    async def receive() -> Message:
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    await app(scope, receive, send)


@pytest.mark.once  # of the embedded engine alone
def test_a_sparing_read_gives_the_memory_map_and_the_cache_back(store: Store) -> None:
    def sizes(connection: Connection) -> tuple[int, ...]:
        return tuple(connection.exec_driver_sql(f"PRAGMA {one}").scalar_one() for one in ("cache_size", "mmap_size"))

    with store.reading() as snapshot:
        roomy = sizes(snapshot.connection)
    with store.reading(sparing=True) as snapshot:
        driver = cast("sqlite3.Connection", snapshot.connection.connection.driver_connection)
        assert sizes(snapshot.connection) == (-4096, 0)
    assert tuple(driver.execute(f"PRAGMA {one}").fetchone()[0] for one in ("cache_size", "mmap_size")) == roomy


ORDERS = st.lists(
    st.sampled_from(["start", "end", "status", "member.id", "note", "organization.name"]), min_size=1, max_size=3, unique=True
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=ORDERS, down=st.booleans(), size=st.integers(7, 60))
def test_a_crawl_gives_every_row_once_in_the_order_of_one_statement(
    store: Store, orders: list[str], size: int, *, down: bool
) -> None:
    resource = RESOURCES["memberships"]
    sort = ",".join(f"-{one}" if down else one for one in orders)
    question = parse_question(resource.spec, [("organization", "sco"), ("sort", sort)])
    with store.reading() as snapshot:
        expected = [tuple(row) for row in fetch_all(snapshot, resource, question).rows]
    crawled = crawl(partial(store.reading, 1), resource, question, size)
    assert [tuple(row) for row in crawled.rows] == expected
    assert len(expected) > 60


def test_a_crawl_answers_as_of_the_revision_it_began_with(databases: Databases) -> None:
    written = Store(databases.filled())
    resource = RESOURCES["memberships"]
    question = parse_question(resource.spec, [("organization", "sco")])
    rows = iter(crawl(partial(written.reading, 1), resource, question, 10).rows)
    found = [next(rows)]
    with written.writing() as connection:
        copied = (
            "INSERT INTO revision (id, recorded_at, author, origin, kind, reason) "
            "SELECT 2, :moment, author, origin, kind, reason FROM revision"
        )
        connection.execute(text(copied), {"moment": "2026-12-01T00:00:00.000000Z"})
        connection.execute(text("UPDATE membership SET recorded_to = 2 WHERE organization_id = 'sco'"))
    found += rows
    with written.reading(1) as snapshot:
        assert [tuple(row) for row in found] == [tuple(row) for row in fetch_all(snapshot, resource, question).rows]
    with written.reading() as snapshot:
        assert not list(fetch_all(snapshot, resource, question).rows)
    written.close()
