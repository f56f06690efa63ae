"""Single things that are asked one after the other: what is filled into a blank is what would have been made for each."""

from __future__ import annotations

import http.client
import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, update
from starlette.testclient import TestClient
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.db import desk
from app.edge import at_once
from app.edge.blanks import PLACE
from app.main import create_app
from app.models import Entity
from app.queries.catalog import RESOURCES
from app.settings import Settings
from tests.edge.test_caching import read_answer, serving
from tests.worlds import AAA, WORLD, revise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.db.sessions import Store

pytestmark = pytest.mark.once  # answers are made at once for the embedded engine alone

# votes come with an importer alone
SINGLE = tuple(resource.spec.name for resource in RESOURCES.values() if resource.spec.kinds and resource.spec.name != "votes")
SHAPES = ("", "?fields=id", "?lang=az", "?known_at=2100-01-01", "?shape=flat")


def client_of(store: Store, *, plain: bool = False) -> TestClient:
    given = {"database_url": store.engine.url.render_as_string(hide_password=False), "cache_bytes": 0}
    app = create_app(Settings.model_validate(given))
    if plain:  # where somebody listens to statements, everything goes the long way
        event.listen(app.state.context.store.engine, "before_cursor_execute", lambda *_: None)
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def plain(store: Store) -> Iterator[TestClient]:
    with client_of(store, plain=True) as client:
        yield client


@pytest.fixture(scope="module")
def quick(store: Store) -> Iterator[TestClient]:
    with client_of(store) as client:
        yield client


def printed(client: TestClient) -> int:
    """Give how many blanks an application has made."""
    return len(client.app.front.at_once._printed)  # type: ignore[attr-defined]


@pytest.mark.parametrize("coding", ["identity", "gzip, br, zstd"])
@pytest.mark.parametrize("name", SINGLE)
def test_every_single_thing_is_what_it_is_without_a_blank(plain: TestClient, quick: TestClient, name: str, coding: str) -> None:
    found = plain.get(f"/v1/{name}?fields=id&limit=3&sort=-id").json()["data"]
    assert found
    for shape in SHAPES:
        for one in found:
            path, fields = f"/v1/{name}/{one['id']}{shape}", {"accept-encoding": coding}
            expected, given = plain.get(path, headers=fields), quick.get(path, headers=fields)
            assert (given.status_code, given.content) == (expected.status_code, expected.content), path
            for answer in (expected, given):
                del answer.headers["x-request-id"]
            assert dict(given.headers) == dict(expected.headers), path
    assert printed(quick)


def test_one_blank_answers_for_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with client_of(store) as client:
        client.get("/v1/states/AZE")  # what is compiled for it takes longer than a slice
        first = client.get("/v1/states/AZE").json()
        assert printed(client) == 1
        monkeypatch.setattr(at_once.AtOnce, "_read", lambda *_: pytest.fail("it was made anew"))
        second = client.get("/v1/states/KAZ").json()
        assert second["data"]["name"] == "Kazakhstan"
        assert second["meta"]["cite"] == first["meta"]["cite"].replace("AZE", "KAZ")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/states/kaz", 200),
        ("/v1/states/iso2:KZ", 200),
        ("/v1/states/sco", 404),
        ("/v1/states/XYZ", 404),
        (f"/v1/states/{PLACE}", 404),
        (f"/v1/states/KAZ?fields={PLACE}", 400),
        ("/v1/states/KAZ?nonsense=1", 400),
    ],
)
def test_what_is_no_id_of_its_own_goes_the_long_way(plain: TestClient, quick: TestClient, path: str, status: int) -> None:
    quick.get("/v1/states/AZE")
    expected, given = plain.get(path), quick.get(path)
    assert given.status_code == expected.status_code == status
    if status == 200:
        assert given.content == expected.content


def test_a_thing_that_went_is_told_of(empty_store: Store) -> None:
    revise(empty_store, [*WORLD, {**AAA, "id": "CCC"}, {**AAA, "id": "DDD"}], 1)
    with empty_store.writing() as connection:
        connection.execute(update(Entity).where(Entity.id == "CCC").values(merged_into="AAA"))
        connection.execute(update(Entity).where(Entity.id == "DDD").values(withdrawn="never was"))
    with client_of(empty_store) as client:
        statuses = [client.get(f"/v1/states/{one}", follow_redirects=False).status_code for one in ("AAA", "BBB", "CCC", "DDD")]
    assert statuses == [200, 200, 308, 410]


def test_a_blank_is_worth_nothing_at_another_revision(empty_store: Store) -> None:
    revise(empty_store, WORLD, 1)
    with client_of(empty_store) as client:
        before = client.get("/v1/states/AAA")
        assert client.get("/v1/states/BBB").headers["cache-tag"] == before.headers["cache-tag"]
        revise(empty_store, [*WORLD, {**AAA, "id": "CCC"}], 2)
        for one in ("AAA", "CCC", "BBB"):
            assert client.get(f"/v1/states/{one}").headers["cache-tag"] == "revision-2"


def test_blanks_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_once, "PRINTED", 3)
    with client_of(store) as client:
        for fields in ("id", "name", "region", "capital", "codes") * 2:
            assert client.get(f"/v1/states/AZE?fields={fields}").status_code == 200
        assert printed(client) == 3


LINE = b"GET /v1/states/%b HTTP/1.1\r\n"
FIELDS = b"host: x\r\naccept: */*\r\n\r\n"


def test_requests_that_differ_in_their_target_alone_are_read_as_the_first_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "SLICE", 10.0)
    monkeypatch.setattr(desk, "WAIT", 10.0)
    with serving(store) as (port, _app), socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(5)

        def ask(request: bytes) -> tuple[dict[str, str], bytes]:
            line.sendall(request)
            return read_answer(line)

        ask(LINE % b"AZE" + FIELDS)
        parsed: list[object] = []
        original = HttpToolsProtocol.on_message_begin

        def noted(self: HttpToolsProtocol) -> None:
            parsed.append(self)
            original(self)

        monkeypatch.setattr(HttpToolsProtocol, "on_message_begin", noted)
        for one in (b"KAZ", b"UZB", b"KGZ?fields=id,name"):
            head, body = ask(LINE % one + FIELDS)
            assert one[:3] in body
            assert len(head["x-request-id"]) == 32
        assert parsed == []
        for target in (b"%54JK", b"XYZ", b"TJK?nonsense"):
            ask(LINE % target + FIELDS)
        assert b"TJK" in ask(LINE % b"TJK" + b"host: y\r\n\r\n")[1]
        assert len(parsed) == 4
        line.sendall(LINE % b"CHN" + FIELDS + LINE % b"IND" + FIELDS)
        assert b"CHN" in read_answer(line)[1]


@pytest.mark.parametrize(
    "first", [b"GET /v1/states/KAZ HTTP/1.0\r\n", b"POST /v1/states/KAZ HTTP/1.1\r\n", b"GET //x HTTP/1.1\r\n"]
)
def test_another_method_version_or_kind_of_target_is_parsed(store: Store, first: bytes) -> None:
    with serving(store) as (port, _app):
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", port)) as line:
                line.settimeout(5)
                line.sendall(LINE % b"AZE" + FIELDS)
                assert read_answer(line)[0]["content-type"] == "application/json"
                line.sendall(first + FIELDS)
                status = line.recv(65536).partition(b"\r\n")[0]
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as other:
                other.request(first.split()[0].decode(), first.split()[1].decode(), headers={"connection": "close"})
                assert status.split()[1] == str(other.getresponse().status).encode()
