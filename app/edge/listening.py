"""Server-sent events (WHATWG HTML, 9.2): revisions as they are recorded, to a bounded number of listeners."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import StreamingResponse

from app.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.types import Receive, Scope, Send

_log: structlog.stdlib.BoundLogger = structlog.get_logger("app.edge.listening")
SHORTEST, LONGEST = 0.25, 4.0
"""Seconds between two looks at the store: short after a revision, longer and longer while nothing happens."""
HEARTBEAT = 15.0
"""Seconds of silence before a comment is sent, so that proxies and clients see that the line is open."""


@dataclass(slots=True)
class Watch:
    """Looks at the newest revision for all listeners together, no more often than its pause."""

    look: Callable[[], Awaitable[int]]
    limit: int
    pause: float = SHORTEST
    _listeners: int = 0
    _revision: int = 0
    _looked: float = float("-inf")
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def enter(self) -> None:
        """Let one more listener in; UnavailableError when there are as many as the limit."""
        if self._listeners >= self.limit:
            message = f"{self.limit} listeners follow the changes already; try again, or ask /v1/changes now and then"
            raise UnavailableError(message, headers={"retry-after": "30"})
        self._listeners += 1

    def leave(self) -> None:
        """Let a listener go."""
        self._listeners -= 1

    async def newest(self) -> int:
        """Give the newest revision, as seen not longer than a pause ago; a store that is away has none newer."""
        async with self._lock:
            if monotonic() - self._looked >= self.pause:
                found = self._revision
                try:
                    found = await self.look()
                except SQLAlchemyError as error:
                    _log.warning("store", error=str(error).splitlines()[0])
                self.pause = SHORTEST if found > self._revision else min(self.pause * 1.5, LONGEST)
                self._revision, self._looked = max(found, self._revision), monotonic()
            return self._revision


async def events(
    watch: Watch, last: int | None, told: Callable[[int], Awaitable[bytes]], closing: asyncio.Event
) -> AsyncIterator[bytes]:
    """Give an event for every revision after `last` (None: from now on), comments in silence, an end when the server stops."""
    yield b"retry: 5000\n\n"
    seen = await watch.newest() if last is None else last
    spoken = monotonic()
    while not closing.is_set():
        newest = await watch.newest()
        while seen < newest and not closing.is_set():
            seen += 1
            yield await told(seen)
            spoken = monotonic()
        if monotonic() - spoken >= HEARTBEAT:
            yield b": nothing new\n\n"
            spoken = monotonic()
        with suppress(TimeoutError):
            await asyncio.wait_for(closing.wait(), watch.pause)


class EventStream(StreamingResponse):
    """A response that counts as one listener for as long as it lasts."""

    media_type = "text/event-stream"

    def __init__(self, watch: Watch, content: AsyncIterator[bytes], headers: dict[str, str]) -> None:
        """Let a listener in; UnavailableError when there are too many."""
        watch.enter()
        self._watch = watch
        super().__init__(content, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the client goes or the server stops."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._watch.leave()
