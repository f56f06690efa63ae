"""Answers from memory: the same as the first, counted and logged like it, and never older than what was written."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Literal

import pytest
import uvicorn
from sqlalchemy import event
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.db.watching import GLANCE, LEASE, Version, watch_of
from app.edge import caching, days
from app.edge.caching import Entry, Shelf
from app.edge.protocol import BoundedProtocol
from app.main import create_app
from app.settings import Settings
from app.telemetry import configure_logging
from tests.databases import ROOT
from tests.postgres import NEEDS_POSTGRES
from tests.worlds import AAA, MEMBER, ORG, SOURCE, WORLD, revise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.main import Application
    from tests.databases import Databases

pytestmark = pytest.mark.once  # what is kept, and how, is one of each process; that it is fresh is proven for either engine
PAGE = "/v1/memberships?organization=sco&status=member&limit=5"


@contextmanager
def asked(store: Store, **settings: object) -> Iterator[tuple[Application, TestClient, list[str]]]:
    """Give an application of its own on a store, a client, and the statements that it runs."""
    made = Settings.model_validate({"database_url": store.engine.url.render_as_string(hide_password=False), **settings})
    app = create_app(made)
    statements: list[str] = []
    event.listen(app.state.context.store.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield app, client, statements


def test_a_second_answer_is_the_first_one_without_a_statement(store: Store) -> None:
    with asked(store) as (_, client, statements):
        first = client.get(PAGE)
        statements.clear()
        second = client.get(PAGE, headers={"x-request-id": "mine"})
        assert statements == []
        assert second.content == first.content
        assert second.headers["x-request-id"] == "mine" != first.headers["x-request-id"]
        left_out = {"x-request-id", "content-length"}
        assert {name: one for name, one in second.headers.items() if name not in left_out} == {
            name: one for name, one in first.headers.items() if name not in left_out
        }


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/v1/memberships?limit=5&status=member&organization=sco", {}),
        ("/v1/memberships?organization=%73co&status=member&limit=5", {}),
        (PAGE, {"accept-encoding": "gzip;q=0.5, zstd, br;q=0.9"}),
        (PAGE, {"accept": ""}),
        (PAGE, {"user-agent": "another", "accept-language": "az"}),
    ],
)
def test_other_spellings_of_a_question_share_its_answer(store: Store, path: str, headers: dict[str, str]) -> None:
    with asked(store) as (_, client, statements):
        first = client.get(PAGE, headers={"accept-encoding": "zstd"})
        statements.clear()
        second = client.get(path, headers={"accept-encoding": "zstd, gzip", **headers})
        assert (statements, second.content) == ([], first.content)
        assert second.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    "headers", [{"accept-encoding": "identity"}, {"accept": "text/csv"}, {"host": "elsewhere.example"}, {"authorization": "x"}]
)
def test_what_makes_another_answer_is_asked_anew(store: Store, headers: dict[str, str]) -> None:
    with asked(store) as (_, client, statements):
        client.get(PAGE, headers={"accept-encoding": "zstd"})
        statements.clear()
        client.get(PAGE, headers={"accept-encoding": "zstd", **headers})
        assert statements


def test_an_empty_moment_is_refused_although_the_answer_without_one_is_kept(store: Store) -> None:
    with asked(store) as (_, client, _statements):
        assert client.get(PAGE).status_code == 200
        assert client.get(PAGE, headers={"accept-datetime": ""}).status_code == 400


def test_a_client_that_holds_the_answer_gets_304_from_the_key_alone(store: Store) -> None:
    with asked(store) as (_, client, statements):
        first = client.get(PAGE)
        statements.clear()
        for held in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
            answer = client.get(PAGE, headers={"if-none-match": held})
            assert (answer.status_code, answer.content) == (304, b"")
            assert {answer.headers[name] for name in ("etag", "cache-control", "vary")} == {
                first.headers[name] for name in ("etag", "cache-control", "vary")
            }
            assert "content-type" not in answer.headers
        assert client.get(PAGE, headers={"if-none-match": '"other"'}).content == first.content
        assert client.head(PAGE).headers["etag"] == first.headers["etag"]
        assert statements == []


@pytest.mark.parametrize(
    "path", ["/v1/memberships?limti=5", "/v1/states/XYZ", "/readyz", "/livez", "/v1/memberships.csv", "/v1/queries/none"]
)
def test_problems_and_streams_beyond_the_size_and_health_are_never_kept(store: Store, path: str) -> None:
    with asked(store, cache_bytes=200_000) as (app, client, _):
        assert app.front is not None
        client.get(path)
        assert len(app.front.shelf) == 0


def test_a_stream_within_the_size_is_kept_whole(store: Store) -> None:
    with asked(store) as (_, client, statements):
        first = client.get("/v1/states.csv")
        statements.clear()
        second = client.get("/v1/states.csv")
        assert (statements, second.content) == ([], first.content)
        assert second.headers["content-length"] == str(len(second.content))


def test_a_kept_stream_is_not_made_of_a_head_request(store: Store) -> None:
    with asked(store, rate_limit="100/minute") as (_, client, _statements):
        assert client.head("/v1/states.csv").content == b""
        assert len(client.get("/v1/states.csv").content) > 10_000


def test_memory_is_bounded_by_bytes_and_the_least_used_goes_first(store: Store) -> None:
    with asked(store, cache_bytes=100_000) as (app, client, statements):
        assert app.front is not None
        shelf = app.front.shelf
        for n in range(60):
            client.get(f"/v1/memberships?limit={n + 1}", headers={"accept-encoding": "zstd"})
            client.get("/v1/memberships?limit=1", headers={"accept-encoding": "zstd"})
            assert shelf.used <= shelf.size
        assert 3 < len(shelf) < 60
        statements.clear()
        client.get("/v1/memberships?limit=1", headers={"accept-encoding": "zstd"})
        assert statements == []


def test_no_memory_means_no_cache(store: Store) -> None:
    with asked(store, cache_bytes=0) as (app, client, statements):
        client.get(PAGE)
        statements.clear()
        client.get(PAGE)
        assert app.front is not None
        assert len(app.front.shelf) == 0
        assert statements


def test_hits_are_counted_by_the_limit_where_there_is_one(store: Store) -> None:
    with asked(store, rate_limit="3/minute") as (_, client, statements):
        answers = [client.get(PAGE) for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert [one.headers["ratelimit"].split(";")[1] for one in answers] == ["r=2", "r=1", "r=0", "r=0"]
        assert len({one.headers["x-request-id"] for one in answers}) == 4
        statements.clear()
        assert statements == []


def test_what_this_process_writes_is_seen_at_once(empty_store: Store) -> None:
    revise(empty_store, WORLD, 1)
    with asked(empty_store) as (_, client, _statements):
        for day in range(2, 8):
            assert client.get("/v1/memberships").json()["meta"]["revision"] == day - 1
            assert client.get("/v1/memberships").json()["meta"]["revision"] == day - 1
            revise(empty_store, [*WORLD[:-1], {**MEMBER, "status_term": f"term {day}"}], day)
            assert client.get("/v1/memberships").json()["data"][0]["status_term"] == f"term {day}"


def test_an_answer_made_from_an_older_version_is_not_kept(empty_store: Store) -> None:
    revise(empty_store, WORLD, 1)
    with closing(watch_of(empty_store)) as watch:
        shelf = Shelf(watch, 100_000)
        before = shelf.stamp()
        while before is None:
            before = shelf.stamp()
        revise(empty_store, WORLD[:-1], 2)
        while shelf.stamp() is None:
            time.sleep(0.001)
        shelf.keep(("key",), Entry(b"", b"old", b'"old"', "/", "/"), before)
        assert len(shelf) == 0


def test_what_misses_together_is_computed_once(empty_store: Store) -> None:
    revise(empty_store, WORLD, 1)
    with serving(empty_store) as (port, app):
        statements: list[str] = []
        slow = threading.Event()

        def note(*given: object) -> None:
            statements.append(str(given[2]))
            slow.wait(0.3)

        event.listen(app.state.context.store.engine, "before_cursor_execute", note)
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: get(port, "/v1/memberships?limit=7"), range(16)))
        assert {status for status, _, _ in answers} == {200}
        assert len({body for _, body, _ in answers}) == 1
        assert sum("FROM membership" in one for one in statements) == 1


def test_a_leader_that_fails_leaves_nobody_waiting(empty_store: Store) -> None:
    with serving(empty_store) as (port, app):
        app.state.context.store.engine.dispose()

        def fail(*given: object) -> None:
            del given
            time.sleep(0.05)
            raise RuntimeError

        event.listen(app.state.context.store.engine, "before_cursor_execute", fail)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: get(port, "/v1/memberships?limit=7"), range(8)))
        assert {status for status, _, _ in answers} == {500}
        event.remove(app.state.context.store.engine, "before_cursor_execute", fail)
        assert get(port, "/v1/memberships?limit=7")[0] == 200


@contextmanager
def serving(store: Store) -> Iterator[tuple[int, Application]]:
    """Run a real server on a store, in a thread of this process."""
    app = create_app(Settings(database_url=store.engine.url.render_as_string(hide_password=False)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, http=BoundedProtocol, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1], app
    server.should_exit = True
    thread.join(10)


def get(port: int, path: str) -> tuple[int, bytes, dict[str, str]]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())


def test_the_same_bytes_are_answered_from_them_alone_with_an_id_each(store: Store) -> None:
    with serving(store) as (port, _app), socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(5)
        request = f"GET {PAGE} HTTP/1.1\r\nhost: x\r\n\r\n".encode()
        answers = []
        for _ in range(5):
            line.sendall(request)
            answers.append(read_answer(line))
        assert len({body for _, body in answers}) == 1
        assert len({head["x-request-id"] for head, _ in answers}) == 5
        line.sendall(request * 3 + b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")
        again = b""
        while b"\r\n\r\nok" not in again:
            again += line.recv(65536)
        assert again.count(b"HTTP/1.1 200 OK") == 4


def read_answer(line: socket.socket) -> tuple[dict[str, str], bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        received += line.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(one.split(": ", 1) for one in head.decode().split("\r\n")[1:])
    while len(body) < int(fields["content-length"]):
        body += line.recv(65536)
    return fields, body


def test_hits_are_logged_and_counted_like_the_rest(store: Store, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w+") as log, asked(store) as (app, client, _):
        configure_logging("info", "json", log)
        try:
            for _ in range(3):
                client.get("/v1/states/AZE", headers={"x-request-id": "quoted"})
            counted = client.get("/metrics").text
            app.state.ledger.write()
        finally:
            configure_logging("error", "console")
        log.seek(0)
        lines = [json.loads(one) for one in log if "/v1/states/AZE" in one and "app.access" in one]
        assert [one["request_id"] for one in lines] == ["quoted"] * 3
        assert lines[0].keys() == lines[2].keys()
        assert (lines[0]["bytes"], lines[0]["status"]) == (lines[2]["bytes"], 200)
        assert 'http_requests_total{method="GET",route="/v1/states/{id}",status="200"}' in counted


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_line_is_the_one_that_structlog_would_write(style: Literal["json", "console"], tmp_path: Path) -> None:
    from app.edge.ledger import Answered, Ledger, write_now  # noqa: PLC0415 - beside the loggers of the other tests

    one = Answered("GET", "/v1/a%20b", "/v1/{x}", 200, 5, "127.0.0.1", "abc", time.time(), 0.00123)
    with (tmp_path / "log").open("w+") as log:
        configure_logging("info", style, log)
        try:
            write_now(one)
            ledger = Ledger()
            ledger._waiting.append(one)
            ledger.write()
        finally:
            configure_logging("error", "console")
        log.seek(0)
        first, second = log.read().splitlines()
        if style == "json":
            told = [json.loads(line) for line in (first, second)]
            assert [line.pop("timestamp")[:14] for line in told] == [time.strftime("%Y-%m-%dT%H:", time.gmtime(one.at))] * 2
            assert told[0] == told[1]
        else:
            assert first[27:] == second[27:]
            assert len(first) == len(second)


class Known:
    """A store that never changes."""

    def version(self) -> Version:
        return VERSION

    def close(self) -> None: ...


VERSION = Version(7, 0)


def test_midnight_makes_yesterdays_answers_worthless(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [86_400.0 * 20_000 - 700]
    monkeypatch.setattr(caching, "time", lambda: now[0])
    monkeypatch.setattr(days, "time", lambda: now[0])
    shelf = Shelf(Known(), 100_000)
    kept = []
    for seconds in (0, 30, 50, 600, 99, 2):
        now[0] += seconds
        stamp = shelf.stamp()
        assert stamp is not None
        kept.append((len(shelf), days.live(today=True)))
        shelf.keep(("key",), Entry(b"", b"", b"", "/", "/"), stamp)
    assert kept == [(0, days.LIVE), (1, days.LIVE), (0, days.LATE), (1, days.LATE), (0, days.LIVE), (1, days.LIVE)]
    assert days.live(today=False) == days.LIVE


WRITER = """
import sys, time
from app.db.sessions import Store
from tests.worlds import AAA, CLAIM, MEMBER, ORG, SOURCE, revise
store = Store(sys.argv[1])
states = [{**AAA, "id": f"AA{letter}", "name": f"Aland {letter}"} for letter in "ABCDEFGH"]
for number in range(2, 2 + int(sys.argv[2])):
    told = [{**MEMBER, "id": f"org-{one['id'].lower()}-member", "member": one["id"], "status_term": f"term {number}"} for one in states]
    revise(store, [SOURCE, *states, ORG, *told], number)
    print(number, time.time(), flush=True)
"""


def prove_freshness(url: str, bound: float, revisions: int = 12) -> None:
    """Let another process write while clients read: no answer is older than the bound allows, none is of two revisions."""
    store = Store(url)
    states = [{**AAA, "id": f"AA{letter}", "name": f"Aland {letter}"} for letter in "ABCDEFGH"]
    told = [{**MEMBER, "id": f"org-{one['id']}-member".lower(), "member": one["id"], "status_term": "term 1"} for one in states]
    revise(store, [SOURCE, *states, ORG, *told], 1)
    committed: list[tuple[int, float]] = [(1, 0.0)]
    done = threading.Event()
    with serving(store) as (port, _app):

        def follow() -> None:
            command = [sys.executable, "-c", WRITER, url, str(revisions)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
                for line in writer.stdout or ():
                    number, moment = line.split()
                    committed.append((int(number), float(moment)))
            done.set()

        def read(path: str) -> int:
            seen, answers = 0, 0
            while not done.is_set():
                asked_at = time.time()
                least = max(number for number, moment in list(committed) if moment + bound <= asked_at)
                found = json.loads(get(port, path)[1])
                terms = {one["status_term"] for one in found["data"]}
                assert terms == {f"term {found['meta']['revision']}"}, (terms, found["meta"])
                assert max(least, seen) <= found["meta"]["revision"]
                seen, answers = found["meta"]["revision"], answers + 1
            assert seen == 1 + revisions or answers
            return answers

        with ThreadPoolExecutor(5) as pool:
            followed = pool.submit(follow)
            paths = [
                "/v1/memberships",
                "/v1/memberships",
                "/v1/organizations/org/members?at=2020-01-01",
                "/v1/memberships?limit=8",
            ]
            answers = sum(pool.map(read, paths))
            followed.result()
        assert committed[-1][0] == 1 + revisions
        assert answers > 50
        time.sleep(bound)
        assert json.loads(get(port, "/v1/memberships")[1])["meta"]["revision"] == 1 + revisions
    store.close()


@pytest.mark.parametrize("fixture", ["databases", pytest.param("postgres_databases", marks=NEEDS_POSTGRES)])
def test_no_stale_and_no_mixed_answer_while_another_process_writes(request: pytest.FixtureRequest, fixture: str) -> None:
    databases: Databases = request.getfixturevalue(fixture)
    url = databases.empty()
    prove_freshness(url, bound=GLANCE if url.startswith("sqlite") else LEASE)
