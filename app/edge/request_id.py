"""One id for each request, from the client or made here, in the answer and in every log line.

The id is what a user quotes and an operator searches for. A client's own `X-Request-Id` is kept when it is harmless
in a log and a header: 1 to 128 characters of `A-Z a-z 0-9 . _ -`, sent once.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from os import urandom
from random import Random
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from structlog.contextvars import bound_contextvars

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-request-id"

_SANE = re.compile(r"[A-Za-z0-9._-]{1,128}")
_random = Random(int.from_bytes(urandom(16), "big"))  # noqa: S311 - ids are told apart by it, nothing is protected
_current: ContextVar[str] = ContextVar("request_id", default="")


def new_request_id() -> str:
    """Give 32 hexadecimal digits, drawn at random."""
    return f"{_random.getrandbits(128):032x}"


def current_request_id() -> str:
    """Give the id of the request that is being answered here, or an empty string outside of one."""
    return _current.get()


class RequestId:
    """Name the request: `X-Request-Id` of the answer, `scope["state"]["request_id"]`, and the log's `request_id`.

    An id that the application has put into its answer is left alone.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`; goes outside of everything that logs."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request under its id; anything but HTTP passes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _accepted(Headers(scope=scope)) or new_request_id()
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault(HEADER, request_id)
            await send(message)

        token = _current.set(request_id)
        try:
            with bound_contextvars(request_id=request_id):
                await self.app(scope, receive, send_named)
        finally:
            _current.reset(token)


def accepted_id(value: bytes | None) -> str | None:
    """Give the id that a client chose, None for one that it may not."""
    text = "" if value is None else value.decode("latin-1")
    return text if _SANE.fullmatch(text) else None


def _accepted(headers: Headers) -> str | None:
    values = headers.getlist(HEADER)
    return accepted_id(values[0].encode("latin-1")) if len(values) == 1 else None
