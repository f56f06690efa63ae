"""A server that stops tells the answers that would never end by themselves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from app.edge.whole import WholeProtocol

if TYPE_CHECKING:
    from starlette.requests import Request


class ClosingProtocol(WholeProtocol):
    """Gives every request of a connection an event that is set when the server shuts down.

    uvicorn waits for answers to end and sends the lifespan's end only then, so a stream cannot learn of it in another way.
    """

    _closing: asyncio.Event | None = None

    def on_headers_complete(self) -> None:
        """Start the application with the connection's event in its state."""
        super().on_headers_complete()
        self._closing = self._closing or asyncio.Event()
        self.scope.setdefault("state", {})["closing"] = self._closing

    def shutdown(self) -> None:
        """Set the event, then let uvicorn wait for the answer's end."""
        if self._closing is not None:
            self._closing.set()
        super().shutdown()


def closing_of(request: Request) -> asyncio.Event:
    """Give the event that is set when the server shuts down; under another server it never is."""
    found = request.scope.get("state", {}).get("closing")
    return found if isinstance(found, asyncio.Event) else asyncio.Event()
