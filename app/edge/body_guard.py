"""A cap on request bodies: 413 before the application has to hold them (RFC 9110, section 15.5.14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse

from app.errors import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATUS = 413
CODE = "body-too-large"
TITLE = "The body is too large"


class BodyGuard:
    """Refuse bodies over a limit: at once when `Content-Length` tells, else at the first byte too many.

    The refusal is a 413 problem document. The application behind sees a client that went away, and what it still
    says is dropped; had it already begun to answer, its answer goes on without the rest of the body.
    """

    def __init__(self, app: ASGIApp, *, limit: int, by_path: Mapping[str, int] | None = None) -> None:
        """Wrap `app`; `limit` is bytes of body as received, `by_path` gives exact paths another one."""
        self.app = app
        self.limit = limit
        self.by_path = dict(by_path or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on as long as its body stays within the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        limit = self.by_path.get(path, self.limit)
        if _declared_length(scope) > limit:
            await _refusal(scope, limit)(scope, receive, send)
            return
        guarded = _Exchange(scope, receive, send, limit)
        try:
            await self.app(scope, guarded.receive, guarded.send)
        except ClientDisconnect:
            if not guarded.refused:
                raise


class _Exchange:
    """The two channels of one request, with the bytes counted."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._limit = limit
        self._received = 0
        self._answering = False
        self.refused = False

    async def receive(self) -> Message:
        if self._received > self._limit:
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
        if self._received <= self._limit:
            return message
        if not self._answering:
            self.refused = True
            await _refusal(self._scope, self._limit)(self._scope, self._receive, self._send)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if not self.refused:
            self._answering = True
            await self._send(message)


def _declared_length(scope: Scope) -> int:
    """Give `Content-Length`, or 0 when there is none or it is no number (the server has refused that, or chunks)."""
    value = Headers(scope=scope).get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() else 0


def _refusal(scope: Scope, limit: int) -> JSONResponse:
    """Give the 413; a client that waits for `100 Continue` is told to hang up, for its body will never come."""
    path: str = scope["path"]
    document = problem(STATUS, CODE, TITLE, f"At most {limit} bytes are read here.", path)
    headers = {"cache-control": "no-store"}
    if "expect" in Headers(scope=scope):
        headers["connection"] = "close"
    return JSONResponse(document, STATUS, headers, media_type="application/problem+json")
