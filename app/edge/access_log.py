"""One log line for each request, written when its answer is complete or has failed."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from starlette.datastructures import Headers

from app.edge.request_id import HEADER, current_request_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FAILED = 500
_UNANSWERED = 499  # nginx's number for a client that left before it was answered

_log: structlog.stdlib.BoundLogger = structlog.get_logger("app.access")


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

    def __init__(self, app: ASGIApp, *, clock: Callable[[], float] = time.perf_counter) -> None:
        """Wrap `app`; goes outside of compression; `clock` gives seconds from any origin."""
        self.app = app
        self.clock = clock

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
            _write(scope, answer, (self.clock() - started) * 1000)


def _write(scope: Scope, answer: _Answer, milliseconds: float) -> None:
    status = answer.status or _UNANSWERED
    raw_path: bytes | None = scope.get("raw_path")
    path: str = raw_path.decode("ascii", "backslashreplace") if raw_path else quote(scope["path"])
    client: tuple[str, int] | None = scope.get("client")
    _log.log(
        logging.ERROR if status >= _FAILED else logging.INFO,
        "request",
        method=scope["method"],
        path=path,
        status=status,
        duration_ms=round(milliseconds, 2),
        bytes=answer.size,
        client=client[0] if client else None,
        request_id=answer.request_id,
        **({"disconnected": True} if answer.disconnected else {}),
    )
