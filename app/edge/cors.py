"""Reads are open to pages of any origin (the CORS protocol of the Fetch standard), and every answer says so.

Also the answers to requests that name no origin: a cache in between may give them to one that does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class CrossOrigin:
    """Answer preflights, and let pages see the fields that are named in `exposed`."""

    def __init__(self, app: ASGIApp, *, methods: Sequence[str], exposed: Sequence[str]) -> None:
        """Wrap `app`."""
        self.app = app
        self._preflight = CORSMiddleware(app, allow_origins=["*"], allow_methods=methods, allow_headers=["*"])
        self.fields = [
            (b"access-control-allow-origin", b"*"),
            (b"access-control-expose-headers", ", ".join(exposed).encode("ascii")),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP passes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = {name for name, _ in scope["headers"]} if scope["method"] == "OPTIONS" else set()
        if {b"origin", b"access-control-request-method"} <= asked:
            await self._preflight(scope, receive, send)
            return

        async def opened(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self.fields]
            await send(message)

        await self.app(scope, receive, opened)
