"""A limit on requests per client address, told to clients before they meet it.

The fields are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy: "600-per-60s";q=600;w=60` says what
holds, `RateLimit: "600-per-60s";r=598;t=60` what is left and when there is more. Counts live in this process: with
several workers each has its own.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from limits import parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse

from app.errors import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from limits import RateLimitItem
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATUS = 429
CODE = "rate-limited"
TITLE = "Too many requests"
UNLIMITED_PATHS = frozenset({"/livez", "/readyz", "/metrics"})

_IPV6_CLIENT_BITS = 64  # what one subscriber is given (RFC 6177); single addresses would be a limit for nobody


class MovingWindows(MemoryStorage):
    """The moving windows of `limits`, forgotten as they run out instead of swept.

    Each hit on `limits`' own memory storage starts a sweep over all clients: at 200 requests a second from 500 clients
    that took a whole core (limits 5.8). Here a hit forgets at most two clients that have been silent for a window,
    so memory follows the clients of the last window and every hit costs the same. No method waits in the middle:
    on one event loop a hit is atomic. `expiry` and the clock are seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start empty; `clock` gives seconds from any origin."""
        super().__init__()
        self._clock = clock
        self._hits: dict[int, OrderedDict[str, deque[float]]] = {}

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` hits of `key`, unless more than `limit` would fall into the last `expiry` seconds."""
        windows = self._hits.setdefault(expiry, OrderedDict())
        now = self._clock()
        for _ in range(2):
            oldest = next(iter(windows), None)
            if oldest is not None and windows[oldest][-1] <= now - expiry:
                del windows[oldest]
        hits = _counting(windows.setdefault(key, deque()), now - expiry)
        if len(hits) + amount > limit:
            if not hits:
                del windows[key]
            return False
        hits.extend([now] * amount)
        windows.move_to_end(key)
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Give the instant of the oldest hit that counts (now, when none does) and the number of hits."""
        del limit
        now = self._clock()
        windows = self._hits.get(expiry)
        hits = _counting(windows[key], now - expiry) if windows and key in windows else ()
        return (hits[0] if hits else now), len(hits)

    def tracked(self) -> int:
        """Give the number of clients that are remembered, each once for every length of window."""
        return sum(map(len, self._hits.values()))


def _counting(hits: deque[float], horizon: float) -> deque[float]:
    """Drop the hits at or before `horizon` from the left and give the same queue."""
    while hits and hits[0] <= horizon:
        hits.popleft()
    return hits


class RateLimit:
    """Refuse a client that asks more often than `limit` allows; an empty `limit` allows everything.

    `limit` is in the notation of the limits package: `600/minute`, or several as `20/second;600/minute`. A client is an
    IPv4 address or an IPv6 /64 network. The 429 problem document names the exhausted policies in its member
    `violated-policies` (section 6 of the draft), `Retry-After` (RFC 9110, section 10.2.3) the seconds to wait.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        limit: str = "",
        unlimited_paths: Collection[str] = UNLIMITED_PATHS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Wrap `app`; goes inside of CORS, so that a preflight costs nothing and a 429 can be read.

        Raises:
            ValueError: `limit` is not in the notation.

        """
        self.app = app
        self.unlimited_paths = frozenset(unlimited_paths)
        self.clock = clock
        self.policies = {_name(item): item for item in parse_many(limit)} if limit.strip() else {}
        self.policy_field = ", ".join(f'"{name}";q={item.amount};w={item.get_expiry()}' for name, item in self.policies.items())
        self.window = MovingWindowRateLimiter(MovingWindows(clock))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or refuse it; anything but HTTP passes through."""
        if scope["type"] != "http" or not self.policies or scope["path"] in self.unlimited_paths:
            await self.app(scope, receive, send)
            return
        client = client_of(scope)
        violated = [name for name, item in self.policies.items() if not await self.window.hit(item, client)]
        standing = {name: await self._standing(item, client) for name, item in self.policies.items()}
        fields = {
            "ratelimit-policy": self.policy_field,
            "ratelimit": ", ".join(f'"{name}";r={left};t={wait}' for name, (left, wait) in standing.items()),
        }

        async def send_limited(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(fields)
            await send(message)

        if violated:
            wait = max(standing[name][1] for name in violated)
            await _refusal(scope, violated, wait)(scope, receive, send_limited)
        else:
            await self.app(scope, receive, send_limited)

    async def _standing(self, item: RateLimitItem, client: str) -> tuple[int, int]:
        """Give the requests left and the whole seconds, at least one, until there is one more."""
        stats = await self.window.get_window_stats(item, client)
        return max(stats.remaining, 0), max(1, math.ceil(stats.reset_time - self.clock()))


def client_of(scope: Scope) -> str:
    """Give the client's IPv4 address, its IPv6 /64 network, or `local` for a socket without an address."""
    peer: tuple[str, int] | None = scope.get("client")
    if peer is None:
        return "local"
    try:
        address = ip_address(peer[0])
    except ValueError:
        return peer[0]
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _IPV6_CLIENT_BITS), strict=False))


def _name(item: RateLimitItem) -> str:
    return f"{item.amount}-per-{item.get_expiry()}s"


def _refusal(scope: Scope, violated: list[str], wait: int) -> JSONResponse:
    path: str = scope["path"]
    detail = f"The limit {' and '.join(violated)} of this address is used up; try again in {wait} s."
    document = problem(STATUS, CODE, TITLE, detail, path) | {"violated-policies": violated}
    headers = {"retry-after": str(wait), "cache-control": "no-store"}
    return JSONResponse(document, STATUS, headers, media_type="application/problem+json")
