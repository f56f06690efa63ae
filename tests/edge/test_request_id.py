"""Every request has one id: in the answer, in the context of the code that answers it, in the log's context."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from structlog.contextvars import get_contextvars

from app.edge.request_id import RequestId, current_request_id, new_request_id

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

MADE_HERE = re.compile(r"[0-9a-f]{32}")


async def tell(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the id as each of its three places has it."""
    await asyncio.sleep(0)
    state_id: str = Request(scope).state.request_id
    places = [state_id, current_request_id(), get_contextvars().get("request_id")]
    headers = {"x-request-id": "of-the-app"} if scope["path"] == "/own" else {}
    await JSONResponse(places, headers=headers)(scope, receive, send)


@pytest.fixture
def client() -> TestClient:
    return TestClient(RequestId(tell))


@pytest.mark.parametrize("given", ["a", "4bf92f3577b34da6", "c0ffee00-1234-4abc-8def-001122334455", "A._-9", "x" * 128])
def test_a_sane_id_of_the_client_is_kept(client: TestClient, given: str) -> None:
    answer = client.get("/", headers={"X-Request-Id": given})
    assert answer.headers["x-request-id"] == given
    assert answer.json() == [given] * 3


@pytest.mark.parametrize("given", ["", " ", "x" * 129, "a b", "a\tb", "a,b", "<script>", "a\x1b[31m", "ə".encode()])
def test_any_other_id_is_replaced(client: TestClient, given: str | bytes) -> None:
    answer = client.get("/", headers=[(b"x-request-id", given if isinstance(given, bytes) else given.encode())])
    assert MADE_HERE.fullmatch(answer.headers["x-request-id"])
    assert answer.json() == [answer.headers["x-request-id"]] * 3


def test_two_ids_are_none(client: TestClient) -> None:
    answer = client.get("/", headers=[("x-request-id", "one"), ("x-request-id", "two")])
    assert MADE_HERE.fullmatch(answer.headers["x-request-id"])


def test_requests_without_an_id_get_different_ones(client: TestClient) -> None:
    ids = {client.get("/").headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 20


def test_an_id_set_by_the_application_is_not_doubled(client: TestClient) -> None:
    assert client.get("/own").headers.get_list("x-request-id") == ["of-the-app"]


def test_the_context_is_left_as_it_was_found(client: TestClient) -> None:
    client.get("/")
    assert current_request_id() == ""
    assert "request_id" not in get_contextvars()


def test_simultaneous_requests_do_not_see_each_others_id() -> None:
    async def one(number: int) -> tuple[str, str]:
        seen: list[str] = []

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            del scope, receive, send
            await asyncio.sleep(0.001 * (number % 3))
            seen.append(current_request_id())

        given = f"request-{number}"
        scope: Scope = {"type": "http", "headers": [(b"x-request-id", given.encode())]}
        await RequestId(app)(scope, _nothing, _ignore)
        return given, seen[0]

    async def many() -> list[tuple[str, str]]:
        return await asyncio.gather(*(one(number) for number in range(50)))

    assert all(given == seen for given, seen in asyncio.run(many()))


def test_a_new_id_is_32_hexadecimal_digits() -> None:
    assert MADE_HERE.fullmatch(new_request_id())


async def _nothing() -> dict[str, object]:
    return {"type": "http.disconnect"}


async def _ignore(message: object) -> None:
    del message
