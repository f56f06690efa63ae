"""One log line for each request, written when its answer is complete or has failed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import Headers

from app.edge.ledger import Answered, write_now
from app.edge.request_id import HEADER, current_request_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FAILED = 500
_UNANSWERED = 499  # nginx's number for a client that left before it was answered


@dataclass(slots=True)
class _Answer:
    status: int = 0
    size: int = 0
    request_id: str = ""
    disconnected: bool = False


class AccessLog:
    """Log the event `request` with the fields `method path status duration_ms bytes client request_id`.

    `path` is as it was sent, percent-encoded, without the query: decoded it could forge a line. `duration_ms` runs
    from the head of the request to the last byte of the answer, `bytes` counts the body as handed to the server, so
    compressed if compression is inside. `status` is 499 when nothing was answered, 500 when the application raised;
    `disconnected` is added when the client went away or was refused by the server before it was answered.
    """

    def __init__(
        self, app: ASGIApp, *, clock: Callable[[], float] = time.perf_counter, note: Callable[[Answered], None] = write_now
    ) -> None:
        """Wrap `app`; goes outside of compression; `clock` gives seconds from any origin, `note` takes what is to be logged."""
        self.app = app
        self.clock = clock
        self.note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and log it; anything but HTTP passes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(request_id=current_request_id())
        complete = False

        async def receive_watched() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect" and not complete:
                answer.disconnected = True
            return message

        async def send_counted(message: Message) -> None:
            nonlocal complete
            await send(message)
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.request_id = Headers(raw=message.get("headers", [])).get(HEADER, answer.request_id)
            elif message["type"] == "http.response.body":
                answer.size += len(message.get("body", b"")) if scope["method"] != "HEAD" else 0
                complete = not message.get("more_body", False)

        started = self.clock()
        try:
            await self.app(scope, receive_watched, send_counted)
        except Exception:
            answer.status = answer.status or _FAILED
            raise
        finally:
            self.note(_answered(scope, answer, self.clock() - started))


def _answered(scope: Scope, answer: _Answer, seconds: float) -> Answered:
    status = answer.status or _UNANSWERED
    client: tuple[str, int] | None = scope.get("client")
    route: str = getattr(scope.get("route"), "path", "other")
    return Answered(
        scope["method"], sent_path(scope), route, status, answer.size, client[0] if client else None, answer.request_id,
        time.time(), seconds, answer.disconnected,
    )  # fmt: skip


def sent_path(scope: Scope) -> str:
    """Give the path as it was sent, percent-encoded: decoded it could forge a line."""
    raw_path: bytes | None = scope.get("raw_path")
    return raw_path.decode("ascii", "backslashreplace") if raw_path else quote(scope["path"])
