"""Long answers from memory, over real sockets: written without a copy, in turn, to readers who take their time."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
import uvicorn

from app.edge.protocol import Bounds, bounded_protocol
from app.edge.whole import COPIED
from app.main import create_app
from app.settings import Settings
from tests.worlds import WORLD, revise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.db.sessions import Store
    from app.edge.caching import Shelf

pytestmark = pytest.mark.once  # what is kept, and how, is one of each process
Loop = Literal["uvloop", "asyncio"]
LONG = "/v1/memberships.jsonl"
PATIENCE = 10.0
SIZES = Path("/proc/self/status")


@contextmanager
def serving(
    store: Store, loop: Loop = "uvloop", bounds: Bounds | None = None, idle_seconds: int = 5
) -> Iterator[tuple[int, Shelf]]:
    """Run a real server on a store, in a thread of this process."""
    app = create_app(Settings(database_url=store.engine.url.render_as_string(hide_password=False)))
    config = uvicorn.Config(
        app, port=0, http=bounded_protocol(bounds or Bounds()), loop=loop, timeout_keep_alive=idle_seconds, log_config=None
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    assert app.front is not None
    yield server.servers[0].sockets[0].getsockname()[1], app.front.shelf
    server.should_exit = True
    thread.join(10)


def connect(port: int) -> socket.socket:
    """Open a connection that takes little before it is read."""
    line = socket.socket()
    line.settimeout(PATIENCE)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    line.connect(("127.0.0.1", port))
    return line


def request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode()


def read(line: socket.socket) -> bytes:
    """Read one answer of a known length; give its body."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = line.recv(4096)
        assert part, received
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 "), head
    rest = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]) - len(body)
    parts = [body]
    while rest:
        part = line.recv(min(rest, 1 << 20))
        assert part, "the connection was closed in the midst of an answer"
        parts.append(part)
        rest -= len(part)
    return b"".join(parts)


def kept(port: int, shelf: Shelf) -> bytes:
    """Let the long answer be made, and give it."""
    with closing(socket.create_connection(("127.0.0.1", port), PATIENCE)) as line:
        line.sendall(request(LONG).replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
        while line.recv(1 << 20):
            pass
    while not shelf._entries:
        time.sleep(0.01)
    (entry,) = shelf._entries.values()
    assert len(entry.body) > 20 * COPIED
    return entry.body


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_long_answer_is_the_same_from_its_bytes_alone_and_requests_behind_it_wait(store: Store, loop: Loop) -> None:
    with serving(store, loop) as (port, shelf):
        body = kept(port, shelf)
        with closing(connect(port)) as line:
            for _ in range(3):
                line.sendall(request(LONG))
                assert read(line) == body
            assert (request(LONG) in shelf._by_packet) is (loop == "uvloop")
            line.sendall(request(LONG) * 3 + request("/v1/states/AZE") + request(LONG))
            time.sleep(0.2)
            answers = [read(line) for _ in range(5)]
            assert [one == body for one in answers] == [True, True, True, False, True]
            assert b'"AZE"' in answers[3]


@pytest.mark.skipif(not SIZES.exists(), reason="the size of a process is read from /proc")
@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
@pytest.mark.parametrize(("lines", "each"), [(40, 1), (1, 40)])
def test_who_does_not_read_costs_no_copy_of_a_long_answer(store: Store, loop: Loop, lines: int, each: int) -> None:
    with serving(store, loop) as (port, shelf), ExitStack() as stack:
        body = kept(port, shelf)
        before = anonymous()
        readers = [stack.enter_context(closing(connect(port))) for _ in range(lines)]
        for line in readers:
            line.sendall(request(LONG) * each)
        time.sleep(0.5)
        assert anonymous() - before < 40 * COPIED + 4_000_000
        for line in readers[:3]:
            assert read(line) == body


def anonymous() -> int:
    """Give the bytes of memory that are this process's own."""
    line = next(one for one in SIZES.read_text("ascii").splitlines() if one.startswith("RssAnon:"))
    return int(line.split()[1]) * 1024


def test_a_connection_is_not_idle_while_its_answer_is_read(store: Store) -> None:
    with serving(store, idle_seconds=1) as (port, shelf):
        body = kept(port, shelf)
        with closing(connect(port)) as line:
            line.sendall(request(LONG))
            time.sleep(1.6)
            assert read(line) == body
            line.sendall(request("/v1/states/AZE"))
            assert b'"AZE"' in read(line)
            time.sleep(1.5)
            assert line.recv(1) == b""


def test_who_does_not_read_a_long_answer_is_dropped(store: Store) -> None:
    with serving(store, bounds=Bounds(write_seconds=0.2)) as (port, shelf):
        body = kept(port, shelf)
        with closing(connect(port)) as line:
            line.sendall(request(LONG))
            time.sleep(0.8)
            with pytest.raises((AssertionError, ConnectionResetError)):
                assert read(line) == body


def test_requests_of_answers_that_went_are_forgotten(empty_store: Store) -> None:
    revise(empty_store, WORLD, 1)
    with serving(empty_store) as (port, shelf), closing(connect(port)) as line:
        for path in ("/v1/states/AAA", "/v1/states/BBB", "/v1/states/BBB?lang=fr"):
            for _ in range(3):
                line.sendall(request(path))
                read(line)
        assert len(shelf._by_packet) == 3
        shelf.size = shelf.used
        line.sendall(request("/v1/states"))
        read(line)
        assert request("/v1/states/AAA") not in shelf._by_packet
        assert request("/v1/states/BBB?lang=fr") in shelf._by_packet
        revise(empty_store, WORLD[:-1], 2)
        line.sendall(request("/v1/organizations/org"))
        read(line)
        assert len(shelf._by_packet) == 0
