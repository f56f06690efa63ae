"""Request bodies are cut off at the limit, announced or not; real sockets are in test_protocol.py."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI, WebSocket
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from app.edge.body_guard import BodyGuard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LIMIT = 100


async def measure(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the size of the body."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def in_chunks(size: int) -> Iterator[bytes]:
    for start in range(0, size, 7):
        yield b"x" * min(7, size - start)


@pytest.fixture
def client() -> TestClient:
    return TestClient(BodyGuard(measure, limit=LIMIT, by_path={"/imports": 10 * LIMIT}))


@pytest.mark.parametrize("size", [0, 1, LIMIT - 1, LIMIT])
def test_a_body_up_to_the_limit_passes(client: TestClient, size: int) -> None:
    assert client.post("/", content=b"x" * size).text == str(size)
    assert client.post("/", content=in_chunks(size)).text == str(size)


@pytest.mark.parametrize("size", [LIMIT + 1, 50 * LIMIT])
def test_a_body_over_the_limit_is_a_413_problem(client: TestClient, size: int) -> None:
    for answer in (client.post("/x", content=b"x" * size), client.post("/x", content=in_chunks(size))):
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == {
            "type": "/problems/body-too-large",
            "title": "The body is too large",
            "status": 413,
            "detail": "At most 100 bytes are read here.",
            "instance": "/x",
            "code": "body-too-large",
        }


def test_a_path_may_have_its_own_limit(client: TestClient) -> None:
    assert client.post("/imports", content=b"x" * 1000).text == "1000"
    assert client.post("/imports", content=in_chunks(1001)).status_code == 413
    assert client.post("/imports/", content=in_chunks(1000)).status_code == 413


def test_a_client_that_waits_for_100_continue_is_told_to_hang_up(client: TestClient) -> None:
    answer = client.post("/", content=b"x" * 101, headers={"expect": "100-continue"})
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")


def test_fastapi_does_not_turn_the_refusal_into_its_own_400() -> None:
    app = FastAPI()
    app.add_middleware(BodyGuard, limit=LIMIT)

    @app.post("/")
    async def index(body: dict[str, str]) -> dict[str, str]:
        return body

    client = TestClient(app)
    answer = client.post("/", content=in_chunks(LIMIT + 1), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


async def exchange(app: ASGIApp, sizes: list[int]) -> tuple[list[Message], int]:
    """Run one request whose body comes in parts of these sizes; give what was answered and the parts not taken."""
    parts = [{"type": "http.request", "body": b"x" * size, "more_body": True} for size in sizes]
    answered: list[Message] = []

    async def receive() -> Message:
        return parts.pop(0)

    async def send(message: Message) -> None:
        answered.append(message)

    await BodyGuard(app, limit=LIMIT)({"type": "http", "path": "/", "headers": []}, receive, send)
    return answered, len(parts)


def test_nothing_is_read_after_the_byte_too_many() -> None:
    async def greedy(scope: Scope, receive: Receive, send: Send) -> None:
        kinds = [(await receive())["type"] for _ in range(4)]
        assert kinds == ["http.request", "http.disconnect", "http.disconnect", "http.disconnect"]
        await PlainTextResponse("too late")(scope, receive, send)

    answered, left = asyncio.run(exchange(greedy, [60, 60, 60, 60]))
    assert [message.get("status") for message in answered] == [413, None]
    assert left == 2


def test_an_answer_that_has_begun_goes_on_without_the_rest_of_the_body() -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(3):
            message = await receive()
            await send({"type": "http.response.body", "body": message["type"].encode(), "more_body": True})

    answered, left = asyncio.run(exchange(echo, [60, 60, 60, 60]))
    assert [message.get("body") for message in answered[1:]] == [
        b"http.request",
        b"http.disconnect",
        b"http.disconnect",
    ]
    assert (answered[0]["status"], left) == (200, 2)


def test_a_client_that_really_left_is_not_hidden() -> None:
    async def leaving(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise ClientDisconnect

    with pytest.raises(ClientDisconnect):
        TestClient(BodyGuard(leaving, limit=LIMIT)).post("/")


def test_what_is_not_http_passes_through() -> None:
    app = FastAPI()

    @app.websocket("/")
    async def hello(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("x" * 10)

    with TestClient(BodyGuard(app, limit=0)) as client, client.websocket_connect("/") as connection:
        assert connection.receive_text() == "x" * 10
