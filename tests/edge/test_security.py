"""Security headers are on every answer, the policy fits what the answer is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.edge.security import DATA_POLICY, PAGE_POLICY, SecurityHeaders

if TYPE_CHECKING:
    from starlette.requests import Request


async def typed(request: Request) -> Response:
    """Answer with the media type that the query asks for."""
    return Response("x", media_type=request.query_params.get("type"))


async def own(request: Request) -> Response:
    del request
    return PlainTextResponse("x", headers={"content-security-policy": "sandbox", "referrer-policy": "no-referrer"})


ROUTES = [Route("/", typed), Route("/own", own)]


def directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in policy.split(";"))}


@pytest.fixture
def client() -> TestClient:
    return TestClient(SecurityHeaders(Starlette(routes=ROUTES)))


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/", 200), ("GET", "/no", 404), ("POST", "/", 405)])
def test_every_answer_has_the_headers(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("media_type", "policy"),
    [
        ("text/html; charset=utf-8", PAGE_POLICY),
        ("TEXT/HTML", PAGE_POLICY),
        ("image/svg+xml", PAGE_POLICY),
        ("text/javascript", PAGE_POLICY),
        ("application/json", DATA_POLICY),
        ("application/problem+json", DATA_POLICY),
        ("text/csv", DATA_POLICY),
        ("", DATA_POLICY),
    ],
)
def test_the_policy_fits_the_media_type(client: TestClient, media_type: str, policy: str) -> None:
    answer = client.get("/", params={"type": media_type} if media_type else {})
    assert answer.headers["content-security-policy"] == policy


@pytest.mark.parametrize("policy", [PAGE_POLICY, DATA_POLICY])
def test_a_policy_allows_nothing_inline_and_nothing_from_elsewhere(policy: str) -> None:
    found = directives(policy)
    assert found["default-src"] == ["'none'"]
    assert found["frame-ancestors"] == ["'none'"]
    assert found["base-uri"] == ["'none'"]
    assert {source for sources in found.values() for source in sources} <= {"'none'", "'self'", "data:"}
    assert found.get("script-src", ["'self'"]) == ["'self'"]


def test_an_answers_own_policy_is_kept(client: TestClient) -> None:
    answer = client.get("/own")
    assert answer.headers.get_list("content-security-policy") == ["sandbox"]
    assert answer.headers.get_list("referrer-policy") == ["no-referrer"]


def test_a_page_policy_can_be_given() -> None:
    client = TestClient(SecurityHeaders(Starlette(routes=ROUTES), page_policy="default-src 'self'"))
    assert client.get("/?type=text/html").headers["content-security-policy"] == "default-src 'self'"


@pytest.mark.parametrize(
    ("scheme", "seconds", "expected"),
    [("http", 3600, None), ("https", 0, None), ("https", 3600, "max-age=3600")],
)
def test_strict_transport_is_for_https_alone(scheme: str, seconds: int, expected: str | None) -> None:
    app = SecurityHeaders(Starlette(routes=ROUTES), hsts_seconds=seconds)
    answer = TestClient(app, base_url=f"{scheme}://testserver").get("/")
    assert answer.headers.get("strict-transport-security") == expected
