"""The stream of changes: resumes, beats in silence, is bounded, looks at the store seldom, and ends when the server does."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from sqlalchemy.exc import OperationalError

from app.edge import listening
from app.edge.listening import LONGEST, SHORTEST, Watch, events
from app.edge.protocol import BoundedProtocol
from app.errors import UnavailableError
from app.main import create_app
from app.settings import Settings
from tests.worlds import MEMBER, WORLD, revise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from app.db.sessions import Store


@contextmanager
def serving(store: Store, **settings: int) -> Iterator[tuple[int, uvicorn.Server]]:
    """Run a real server on the store; gives its port and itself, and ends with no thread left."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Settings.model_validate({"database_url": store.engine.url.render_as_string(), **settings})
    server = uvicorn.Server(uvicorn.Config(create_app(made), port=port, http=BoundedProtocol, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield port, server
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def listen(port: int, last: str | None = None) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", "/v1/changes/stream", headers={"Last-Event-ID": last} if last else {})
    return line, line.getresponse()


def status(port: int) -> tuple[int, str | None]:
    """Knock, and go again."""
    line, answer = listen(port)
    found = answer.status, answer.headers["retry-after"]
    answer.close()
    line.close()
    return found


def block(answer: http.client.HTTPResponse) -> dict[str, str]:
    """Read one event: its lines by name, up to the empty one."""
    found: dict[str, str] = {}
    while (text := answer.readline().decode().rstrip("\n")) != "":
        name, _, value = text.partition(": ")
        found[name] = value
    return found


def test_a_listener_hears_what_it_missed_and_then_what_happens(empty_store: Store) -> None:
    revise(empty_store, WORLD, 10)
    revise(empty_store, [*WORLD[:-1], {**MEMBER, "end": "2010"}], 12)
    with serving(empty_store) as (port, _):
        line, answer = listen(port, "1")
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert "retry" in block(answer)
        missed = block(answer)
        assert (missed["id"], missed["event"]) == ("2", "revision")
        told = json.loads(missed["data"])
        assert (told["kind"], told["total"], told["changes"][0]["after"]) == ("world", 1, {"end": "2010"})
        assert told["url"].endswith("/v1/changes?since=2&until=2")
        revise(empty_store, WORLD, 14)
        assert block(answer)["id"] == "3"
        line.close()


def test_a_new_listener_hears_only_what_happens_from_now_on(empty_store: Store) -> None:
    revise(empty_store, WORLD, 10)
    with serving(empty_store) as (port, _):
        line, answer = listen(port)
        block(answer)
        time.sleep(0.3)
        revise(empty_store, WORLD[:-1], 12)
        assert block(answer)["id"] == "2"
        line.close()


def test_a_server_that_stops_ends_its_streams_at_once(empty_store: Store) -> None:
    revise(empty_store, WORLD, 10)
    with serving(empty_store) as (port, server):
        line, answer = listen(port)
        block(answer)
        begun = time.monotonic()
        server.should_exit = True
        assert answer.read() == b""
        assert time.monotonic() - begun < 3
        line.close()


def test_listeners_are_bounded_and_leave_room_when_they_go(empty_store: Store) -> None:
    revise(empty_store, WORLD, 10)
    with serving(empty_store, max_listeners=1) as (port, _):
        line, answer = listen(port)
        block(answer)
        assert status(port) == (503, "30")
        answer.close()
        line.close()
        deadline = time.monotonic() + 5
        while (found := status(port)) == (503, "30") and time.monotonic() < deadline:
            time.sleep(0.1)
        assert found == (200, None)


@pytest.mark.parametrize(
    ("path", "headers"), [("/v1/changes/stream?since=1", {}), ("/v1/changes/stream", {"last-event-id": "one"})]
)
def test_a_stream_that_cannot_be_understood_is_refused(client: TestClient, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 400


def test_the_head_of_a_stream_ends(client: TestClient) -> None:
    answer = client.head("/v1/changes/stream")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_all_listeners_share_one_look_and_looks_get_seldom() -> None:
    looks = 0

    async def look() -> int:
        nonlocal looks
        looks += 1
        return 7

    async def many() -> Watch:
        watch = Watch(look, 10)
        assert await asyncio.gather(*(watch.newest() for _ in range(50))) == [7] * 50
        assert looks == 1
        for _ in range(20):
            watch._looked = float("-inf")
            await watch.newest()
        return watch

    watch = asyncio.run(many())
    assert watch.pause == LONGEST
    assert looks == 21


def test_a_store_that_is_away_ends_no_stream() -> None:
    answers: list[int | Exception] = [3, OperationalError("SELECT", {}, Exception("gone")), 4]

    async def look() -> int:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    async def heard() -> list[int]:
        watch = Watch(look, 10, pause=0)
        found = [await watch.newest()]
        for _ in range(2):
            watch._looked = float("-inf")
            found.append(await watch.newest())
        assert watch.pause == SHORTEST
        return found

    assert asyncio.run(heard()) == [3, 3, 4]


def test_silence_is_filled_with_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "HEARTBEAT", 0.0)

    async def look() -> int:
        return 1

    async def told(number: int) -> bytes:
        return b"%d" % number

    async def three() -> list[bytes]:
        closing = asyncio.Event()
        found: list[bytes] = []
        async for chunk in events(Watch(look, 1), None, told, closing):
            found.append(chunk)
            if len(found) == 3:
                closing.set()
        return found

    assert asyncio.run(three()) == [b"retry: 5000\n\n", b": nothing new\n\n", b": nothing new\n\n"]


def test_a_watch_lets_in_as_many_as_its_limit() -> None:
    async def look() -> int:
        return 0

    watch = Watch(look, 1)
    watch.enter()
    with pytest.raises(UnavailableError):
        watch.enter()
    watch.leave()
    watch.enter()
