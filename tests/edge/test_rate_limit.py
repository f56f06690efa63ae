"""A client that asks too often is refused, and could have known."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from limits import parse
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from app.edge.rate_limit import MovingWindows, RateLimit, client_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Scope

ok: ASGIApp = PlainTextResponse("ok")


class Clock:
    """An instant that moves when told to, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def asking(clock: Clock, limit: str, host: str = "192.0.2.1") -> TestClient:
    return TestClient(RateLimit(ok, limit=limit, clock=clock), client=(host, 50000))


def test_no_limit_means_no_limit_and_no_fields(clock: Clock) -> None:
    for limit in ("", "  "):
        client = asking(clock, limit)
        answers = [client.get("/") for _ in range(50)]
        assert {answer.status_code for answer in answers} == {200}
        assert not any(name.startswith("ratelimit") for answer in answers for name in answer.headers)


def test_what_is_left_is_told_on_every_answer(clock: Clock) -> None:
    client = asking(clock, "3/minute")
    told = []
    for _ in range(4):
        answer = client.get("/")
        told.append((answer.status_code, answer.headers["ratelimit"]))
        assert answer.headers["ratelimit-policy"] == '"3-per-60s";q=3;w=60'
        clock.now += 10
    assert told == [
        (200, '"3-per-60s";r=2;t=60'),
        (200, '"3-per-60s";r=1;t=50'),
        (200, '"3-per-60s";r=0;t=40'),
        (429, '"3-per-60s";r=0;t=30'),
    ]


def test_the_refusal_is_a_problem_that_names_the_limit(clock: Clock) -> None:
    client = asking(clock, "1/minute")
    client.get("/")
    clock.now += 0.5
    answer = client.get("/v1/states?x=1")
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "60"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "type": "/problems/rate-limited",
        "title": "Too many requests",
        "status": 429,
        "detail": "The limit 1-per-60s of this address is used up; try again in 60 s.",
        "instance": "/v1/states",
        "code": "rate-limited",
        "violated-policies": ["1-per-60s"],
    }


def test_waiting_for_retry_after_is_enough(clock: Clock) -> None:
    client = asking(clock, "2/minute")
    for _ in range(5):
        client.get("/")
        clock.now += 7.3
    refused = client.get("/")
    assert refused.status_code == 429
    clock.now += int(refused.headers["retry-after"])
    assert client.get("/").status_code == 200


def test_the_window_moves_so_that_no_minute_sees_more(clock: Clock) -> None:
    client = asking(clock, "10/minute")
    served = []
    for _ in range(600):
        if client.get("/").status_code == 200:
            served.append(clock.now)
        clock.now += 1
    assert len(served) == 100
    assert all(sum(start <= instant < start + 60 for instant in served) <= 10 for start in served)


def test_each_of_several_limits_holds(clock: Clock) -> None:
    client = asking(clock, "2/second;3/minute")
    answers = [client.get("/") for _ in range(3)]
    assert answers[0].headers["ratelimit-policy"] == '"2-per-1s";q=2;w=1, "3-per-60s";q=3;w=60'
    assert answers[0].headers["ratelimit"] == '"2-per-1s";r=1;t=1, "3-per-60s";r=2;t=60'
    assert answers[2].status_code == 429
    assert answers[2].json()["violated-policies"] == ["2-per-1s"]
    clock.now += 1
    later = client.get("/")
    assert (later.status_code, later.json()["violated-policies"]) == (429, ["3-per-60s"])
    assert later.headers["retry-after"] == "59"


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_probes_are_not_counted(clock: Clock, path: str) -> None:
    client = asking(clock, "1/hour")
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 200]
    assert client.get("/").status_code == 200


def test_clients_do_not_use_up_each_others_limit(clock: Clock) -> None:
    app = RateLimit(ok, limit="1/minute", clock=clock)
    for host in ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1"):
        client = TestClient(app, client=(host, 50000))
        assert [client.get("/").status_code for _ in range(2)] == [200, 429]
    neighbour = TestClient(app, client=("2001:db8::ffff", 50000))
    assert neighbour.get("/").status_code == 429


@pytest.mark.parametrize(
    ("peer", "client"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("testclient", 1), "testclient"),
        (None, "local"),
    ],
)
def test_a_client_is_an_address_or_an_ipv6_network(peer: tuple[str, int] | None, client: str) -> None:
    assert client_of({"type": "http", "client": peer}) == client


@pytest.mark.parametrize("limit", ["fast", "10", "10/fortnight", "/minute", "-1/minute"])
def test_a_limit_that_means_nothing_is_refused_at_the_start(limit: str) -> None:
    with pytest.raises(ValueError, match=r"rate limit|granularity"):
        RateLimit(ok, limit=limit)


def test_exactly_the_limit_passes_of_many_at_once(clock: Clock) -> None:
    limited = RateLimit(ok, limit="20/minute", clock=clock)

    async def status() -> int:
        seen: list[int] = []

        async def nothing() -> Message:
            return {"type": "http.request"}

        async def note(message: Message) -> None:
            await asyncio.sleep(0)
            seen.append(message.get("status", 0))

        scope: Scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "client": ("192.0.2.1", 1)}
        await limited(scope, nothing, note)
        return seen[0]

    async def many() -> list[int]:
        return await asyncio.gather(*(status() for _ in range(100)))

    statuses = asyncio.run(many())
    assert (statuses.count(200), statuses.count(429)) == (20, 80)


def test_silent_clients_are_forgotten(clock: Clock) -> None:
    windows = MovingWindows(clock)
    limiter = MovingWindowRateLimiter(windows)
    item = parse("5/minute")

    async def come(first: int, last: int) -> None:
        for number in range(first, last):
            assert await limiter.hit(item, f"client-{number}")

    asyncio.run(come(0, 1000))
    assert windows.tracked() == 1000
    clock.now += 60
    asyncio.run(come(1000, 1600))
    assert windows.tracked() == 600
