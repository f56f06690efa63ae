"""The connection's deadlines and size caps, over real sockets and on both event loops."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, NamedTuple

import pytest
import uvicorn

from app.edge.body_guard import BodyGuard
from app.edge.protocol import BoundedProtocol, Bounds, bounded_protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope, Send

QUICK = Bounds(head_seconds=0.2, body_seconds=0.2, write_seconds=0.2, linger_seconds=0.1)
PATIENCE = 5.0  # far above every bound, far below "for ever"
GET = b"GET /hello HTTP/1.1\r\nhost: test\r\n\r\n"
LARGE = 32 * 1024 * 1024


class Address(NamedTuple):
    host: str
    port: int


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the number of body bytes; `/early` reads none, `/late` takes 0.4 s, `/large` sends 32 MB."""
    path: str = scope["path"]
    size = 0
    if path != "/early":
        message = await receive()
        size = len(message.get("body", b""))
        while message.get("more_body", False):
            message = await receive()
            size += len(message.get("body", b""))
    if path == "/late":
        await asyncio.sleep(0.4)
    body = b"x" * LARGE if path == "/large" else b"%d" % size
    if path == "/trailer":
        body = b"smuggled" if b"x-trailer" in dict(scope["headers"]) else b"clean"
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def serving(loop: Literal["uvloop", "asyncio"] = "uvloop", bounds: Bounds = QUICK) -> Iterator[Address]:
    """Run uvicorn with the protocol in a thread, on a free port."""
    config = uvicorn.Config(
        BodyGuard(application, limit=10_000_000),
        host="127.0.0.1",
        port=0,
        http=bounded_protocol(bounds),
        loop=loop,
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        yield Address(*server.servers[0].sockets[0].getsockname())
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def server() -> Iterator[Address]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def either_loop(request: pytest.FixtureRequest) -> Iterator[Address]:
    with serving(request.param) as address:
        yield address


@contextmanager
def connected(address: Address) -> Iterator[socket.socket]:
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connection


def everything(connection: socket.socket) -> bytes:
    """Read until the server closes; a connection that stays open is a failed test."""
    received = bytearray()
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    return bytes(received)


def one_answer(connection: socket.socket) -> bytes:
    """Read one answer with a Content-Length and leave the connection open."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        assert part, received
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def assert_problem(answer: bytes, status: int, code: str) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer
    lines = head.lower().split(b"\r\n")
    assert b"content-type: application/problem+json" in lines
    assert b"connection: close" in lines
    assert any(line.startswith(b"x-request-id: ") for line in lines)
    document = json.loads(body)
    assert document["status"] == status
    assert document["code"] == code
    assert document["type"] == f"/problems/{code}"


def assert_served(address: Address) -> None:
    with connected(address) as connection:
        connection.sendall(GET)
        assert one_answer(connection).startswith(b"HTTP/1.1 200 ")


def trickle(connection: socket.socket, data: bytes, pause: float) -> None:
    """Send byte by byte until all is sent or the server has had enough."""
    try:
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(pause)
    except OSError:
        pass


def test_five_seconds_are_the_default() -> None:
    assert (Bounds().head_seconds, Bounds().body_seconds) == (5.0, 5.0)
    assert BoundedProtocol.bounds == Bounds()


@pytest.mark.parametrize("sent", [b"G", b"GET / HTTP/1.1\r\nhost: te", b"\r\n", GET[:-2]])
def test_an_unfinished_head_gets_408(server: Address, sent: bytes) -> None:
    with connected(server) as connection:
        connection.sendall(sent)
        started = time.monotonic()
        assert_problem(everything(connection), 408, "request-timeout")
        assert 0.15 < time.monotonic() - started < 2


def test_a_trickled_head_gets_408(either_loop: Address) -> None:
    with connected(either_loop) as connection:
        trickle(connection, GET, 0.05)
        assert_problem(everything(connection), 408, "request-timeout")


@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (b"content-length: 9000", b""),
        (b"content-length: 9000", b"x" * 700),
        (b"transfer-encoding: chunked", b""),
        (b"transfer-encoding: chunked", b"4\r\nabcd\r\n"),
    ],
)
def test_an_unfinished_body_gets_408(either_loop: Address, framing: bytes, body: bytes) -> None:
    with connected(either_loop) as connection:
        connection.sendall(b"POST /hello HTTP/1.1\r\nhost: test\r\n" + framing + b"\r\n\r\n" + body)
        answer = everything(connection)
        assert_problem(answer, 408, "request-timeout")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["instance"] == "/hello"


def test_a_trickled_body_gets_408(server: Address) -> None:
    with connected(server) as connection:
        connection.sendall(b"POST /hello HTTP/1.1\r\nhost: test\r\ncontent-length: 100\r\n\r\n")
        trickle(connection, b"x" * 100, 0.05)
        assert_problem(everything(connection), 408, "request-timeout")


def test_a_steady_upload_may_take_longer_than_a_window(server: Address) -> None:
    with connected(server) as connection:
        connection.sendall(b"POST /hello HTTP/1.1\r\nhost: test\r\ncontent-length: 15000\r\n\r\n")
        for _ in range(15):
            connection.sendall(b"x" * 1000)
            time.sleep(0.04)
        assert one_answer(connection).endswith(b"15000")


def test_a_client_that_says_nothing_is_closed_without_an_answer(server: Address) -> None:
    with connected(server) as connection:
        assert everything(connection) == b""


def test_a_kept_connection_serves_again_and_again(server: Address) -> None:
    with connected(server) as connection:
        for _ in range(3):
            connection.sendall(GET)
            assert one_answer(connection).startswith(b"HTTP/1.1 200 ")
            time.sleep(0.25)


def test_blank_lines_do_not_keep_a_connection(server: Address) -> None:
    with connected(server) as connection:
        connection.sendall(GET)
        one_answer(connection)
        trickle(connection, b"\r\n" * 20, 0.05)
        assert_problem(everything(connection), 408, "request-timeout")


def test_an_application_that_is_slow_is_not_the_clients_fault(server: Address) -> None:
    with connected(server) as connection:
        connection.sendall(b"GET /late HTTP/1.1\r\nhost: test\r\n\r\n")
        assert one_answer(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("junk", [b"GE", b"\x00\x01junk\r\n\r\n"])
def test_an_earlier_request_is_answered_before_the_connection_ends(either_loop: Address, junk: bytes) -> None:
    with connected(either_loop) as connection:
        connection.sendall(b"GET /late HTTP/1.1\r\nhost: test\r\n\r\n" + junk)
        answer = everything(connection)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        (b"GET / HTTP/1.1\r\nhost: test\r\nx-large: " + b"x" * 40_000 + b"\r\n\r\n", 431, "headers-too-large"),
        (b"GET / HTTP/1.1\r\nhost: test\r\n" + b"x-many: 1\r\n" * 4_000 + b"\r\n", 431, "headers-too-large"),
        (
            b"POST / HTTP/1.1\r\nx-large: " + b"x" * 40_000 + b"\r\ncontent-length: 4\r\n\r\nbody",
            431,
            "headers-too-large",
        ),
        (b"GET /?q=" + b"x" * 9_000 + b" HTTP/1.1\r\nhost: test\r\n\r\n", 414, "uri-too-long"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "malformed-request"),
        (b"GET / HTTP/1.1\r\nbad header\r\n\r\n", 400, "malformed-request"),
        (b"POST / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", 400, "malformed-request"),
    ],
)
def test_a_bad_head_is_refused(server: Address, head: bytes, status: int, code: str) -> None:
    with connected(server) as connection:
        connection.sendall(head)
        assert_problem(everything(connection), status, code)


def test_a_url_of_8000_bytes_is_served(server: Address) -> None:
    with connected(server) as connection:
        connection.sendall(b"GET /?q=" + b"x" * 7_992 + b" HTTP/1.1\r\nhost: test\r\n\r\n")
        assert one_answer(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "start",
    [
        b"GET / HTTP/1.1\r\nx-endless: ",
        b"GET / HTTP/1.1\r\n",
        b"GET /",
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\nx-endless: ",
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n4;x-endless=",
    ],
)
def test_thirty_megabytes_of_head_are_never_held(either_loop: Address, start: bytes) -> None:
    piece = b"x-many: 1\r\n" * 6_000 if start.endswith(b"1.1\r\n") else b"x" * 65_536
    with connected(either_loop) as connection:
        sent = 0
        try:
            connection.sendall(start)
            while sent < 30_000_000:
                connection.sendall(piece)
                sent += len(piece)
                assert_served(either_loop) if sent < 4 * len(piece) else None
        except OSError:
            assert sent < 30_000_000
        answer = everything(connection)
    assert not answer or answer[:13] in (b"HTTP/1.1 431 ", b"HTTP/1.1 414 ")
    assert_served(either_loop)


def test_a_trailer_field_does_not_pass_for_a_header_field(server: Address) -> None:
    with connected(server) as connection:
        head = b"POST /trailer HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n"
        connection.sendall(head + b"1\r\nx\r\n0\r\nx-trailer: 1\r\n\r\n")
        assert one_answer(connection).endswith(b"clean")


def test_an_answer_may_come_before_the_body_and_the_connection_goes_on(server: Address) -> None:
    with connected(server) as connection:
        connection.sendall(b"POST /early HTTP/1.1\r\nhost: test\r\ncontent-length: 6\r\n\r\nabc")
        assert one_answer(connection).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"def" + GET)
        assert one_answer(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("rest", [b"", b"d", b"def"])
def test_a_connection_answered_early_does_not_stay(either_loop: Address, rest: bytes) -> None:
    with connected(either_loop) as connection:
        connection.sendall(b"POST /early HTTP/1.1\r\nhost: test\r\ncontent-length: 6\r\n\r\nabc")
        answer = one_answer(connection)
        connection.sendall(rest)
        answer += everything(connection)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert answer.count(b"HTTP/1.1") == 1


def test_a_client_that_does_not_read_is_dropped() -> None:
    with serving() as server, connected(server) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nhost: test\r\n\r\n")
        time.sleep(0.8)
        assert len(everything(connection)) < LARGE


def test_a_client_that_reads_slowly_gets_everything() -> None:
    with serving() as server, connected(server) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
        received = 0
        while part := connection.recv(1_000_000):
            received += len(part)
            time.sleep(0.02)
        assert received > LARGE


@pytest.mark.parametrize("framing", [b"content-length: 20000000", b"transfer-encoding: chunked"])
def test_an_upload_over_the_limit_is_told_so(either_loop: Address, framing: bytes) -> None:
    with connected(either_loop) as connection:
        connection.sendall(b"POST /hello HTTP/1.1\r\nhost: test\r\n" + framing + b"\r\n\r\n")
        size = b"%x\r\n" % 1_000_000 if b"chunked" in framing else b""
        for _ in range(20):
            try:
                connection.sendall(size + b"x" * 1_000_000 + (b"\r\n" if size else b""))
            except OSError:
                break
        assert everything(connection).startswith(b"HTTP/1.1 413 ")


def test_slow_clients_are_all_closed_while_others_are_served() -> None:
    bounds = Bounds(head_seconds=2.5, body_seconds=2.5, linger_seconds=0.2)
    slow = [b"", b"GET /hello HT", b"POST /hello HTTP/1.1\r\ncontent-length: 9\r\n\r\nx"]
    with serving(bounds=bounds) as server:
        clients = [socket.create_connection(server, timeout=PATIENCE) for _ in range(300)]
        for number, client in enumerate(clients):
            client.sendall(slow[number % 3])
        started = time.monotonic()
        worst = 0.0
        while time.monotonic() - started < 1:
            before = time.monotonic()
            assert_served(server)
            worst = max(worst, time.monotonic() - before)
        for client in clients:
            everything(client)
            client.close()
        assert time.monotonic() - started < 8
        assert worst < 2.5
