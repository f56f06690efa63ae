"""One line for each request, whatever becomes of it."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from app.edge.access_log import AccessLog
from app.edge.request_id import RequestId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.types import Message, Receive, Scope, Send
    from structlog.typing import EventDict


async def hello(request: Request) -> Response:
    del request
    return PlainTextResponse("hello")


async def stream(request: Request) -> Response:
    del request
    return StreamingResponse(iter(["one", "two", "three"]))


async def missing(request: Request) -> Response:
    raise HTTPException(404, request.url.path)


async def broken(request: Request) -> Response:
    raise RuntimeError(request.url.path)


def application() -> Starlette:
    paths = {"/hello": hello, "/stream": stream, "/missing": missing, "/broken": broken, "/{rest:path}": hello}
    return Starlette(routes=[Route(path, endpoint) for path, endpoint in paths.items()])


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    with capture_logs() as captured:
        yield captured


@pytest.fixture
def client() -> TestClient:
    return TestClient(RequestId(AccessLog(application(), clock=count(0, 1.5).__next__)), raise_server_exceptions=False)


def test_a_request_is_one_line_with_every_field(client: TestClient, lines: list[EventDict]) -> None:
    client.get("/hello", headers={"x-request-id": "quoted-by-a-user"})
    assert lines == [
        {
            "event": "request",
            "log_level": "info",
            "method": "GET",
            "path": "/hello",
            "status": 200,
            "duration_ms": 1500.0,
            "bytes": 5,
            "client": "testclient",
            "request_id": "quoted-by-a-user",
        },
    ]


@pytest.mark.parametrize(
    ("asked", "logged"),
    [
        (("GET", "/stream"), (200, 11, "info")),
        (("HEAD", "/hello"), (200, 0, "info")),
        (("GET", "/missing"), (404, 8, "info")),
        (("POST", "/hello"), (405, 18, "info")),
        (("GET", "/broken"), (500, 21, "error")),
    ],
)
def test_status_and_size_are_those_of_the_answer(
    client: TestClient,
    lines: list[EventDict],
    asked: tuple[str, str],
    logged: tuple[int, int, str],
) -> None:
    client.request(*asked)
    line = lines[-1]
    assert (line["status"], line["bytes"], line["log_level"]) == logged


def test_a_path_cannot_forge_a_line(client: TestClient, lines: list[EventDict]) -> None:
    client.get("/a%0Aevent=request%1B%5B31m?key=secret")
    assert lines[0]["path"] == "/a%0Aevent=request%1B%5B31m"


def test_the_id_is_found_when_the_log_is_outside_of_it(lines: list[EventDict]) -> None:
    TestClient(AccessLog(RequestId(application()))).get("/hello", headers={"x-request-id": "inner"})
    assert lines[0]["request_id"] == "inner"


def test_an_application_that_raises_is_a_500_and_still_raises(lines: list[EventDict]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise RuntimeError

    with pytest.raises(RuntimeError):
        TestClient(AccessLog(app)).get("/")
    assert (lines[0]["status"], lines[0]["log_level"]) == (500, "error")


def test_a_client_that_left_is_a_499(lines: list[EventDict]) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, send
        await receive()

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def nowhere(message: Message) -> None:
        raise AssertionError(message)

    scope: Scope = {"type": "http", "method": "GET", "path": "/ə", "headers": []}
    asyncio.run(AccessLog(app)(scope, gone, nowhere))
    line = lines[0]
    assert (line["status"], line["path"], line["client"], line["disconnected"]) == (499, "/%C9%99", None, True)
