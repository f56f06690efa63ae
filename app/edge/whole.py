"""Answers that are ready, written to the socket at once, before anything is started for their requests.

uvicorn parses every request, makes a task for it, checks every field of the answer with two regular expressions, and writes
head and body one after the other: for an answer from memory that is nearly all of its cost. An application that has such
answers puts a `Ready` into the state of its lifespan, under the name `READY`. It is asked with the parsed head of a request;
where the same bytes come again, as they do from a client that asks again, with these alone; and where only the target is
another one, as it is from a client that asks one thing after the other, with the fields as they were parsed before. Any other
server does not look for it, and loses nothing but time.
"""

from __future__ import annotations

import re
from sys import maxsize
from typing import TYPE_CHECKING, Protocol, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

    from starlette.types import Scope
    from uvicorn._types import ASGI3Application
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

READY = "ready"
TRIED = "tried"
"""In the state of a request: that it could not be answered at once."""
LONGEST = 2_048
"""Bytes of a request that are remembered as they are."""
HEADS = 1_000
"""Heads without their first line that are remembered."""
_PLAIN = re.compile(rb"GET (/[A-Za-z0-9/._~:@!$&'()*+,;=-]*)(?:\?([A-Za-z0-9/._~:@!$&'()*+,;=?-]*))? HTTP/1\.1")
"""A first line whose target needs no decoding."""
JOINED = 65_536
"""Bytes of a body that is copied behind its head, to be one piece; a longer one is written as a piece of its own."""
COPIED = 262_144
"""Bytes of a body that is written at once where the transport copies what a slow reader leaves waiting."""


class Prepared(Protocol):
    """One answer to one request, but for what every answer has of its own."""

    status: int
    lines: bytes
    body: bytes


class Ready(Protocol):
    """Gives ready answers."""

    heads: dict[bytes, list[tuple[bytes, bytes]]]
    """The fields of requests that were answered, by the bytes after their first line."""

    def find(self, scope: Scope) -> Prepared | None:
        """Give the answer to a parsed request, None where there is none."""

    def again(self, packet: bytes) -> Prepared | None:
        """Give the answer to a whole request that was `learn`ed, None where it is not known or worth nothing any more."""

    def learn(self, packet: bytes, found: Prepared) -> None:
        """Remember the bytes of a request that `find` gave an answer to."""

    def begin(self, found: Prepared, client: str | None) -> bytes:
        """Give the last lines of the head of an answer that is about to be written, and tell of it."""


def lends(transport: asyncio.Transport) -> bool:
    """Give whether a transport keeps what waits to be sent as it is: a body that many slow readers wait for is there once.

    uvloop does so, unless it encrypts; asyncio's own transports copy it, at least up to Python 3.11.
    """
    return type(transport).__module__.startswith("uvloop") and transport.get_extra_info("sslcontext") is None


class WholeProtocol(HttpToolsProtocol):
    """Asks for a ready answer first; requests that wait behind another one are answered the usual way."""

    _found: Prepared | None = None
    _heads = 0
    _tried = False
    """Whether the packet was read as one of known fields, and had no ready answer."""
    _longest = COPIED
    """Bytes of a body that is written at once."""
    _asked = 0.0
    """When the last request came that was answered without a timer of its own."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        """See how long bodies may be on this connection."""
        super().connection_made(transport)
        if lends(transport):
            self._longest = maxsize

    def answer_again(self, packet: bytes) -> bool:
        """Answer a packet that is one whole request and was parsed before, its target apart; False where it has to be parsed."""
        self._tried = False
        ready: Ready | None = self.app_state.get(READY)
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request, whatever uvicorn's annotation says
        if ready is None or (cycle is not None and not cycle.response_complete) or self.flow.write_paused:
            return False
        found = ready.again(packet) or self._alike(ready, packet)
        if found is None or len(found.body) > self._longest:
            return False
        self._asked = self.loop.time()
        self.server_state.total_requests += 1
        self._write(ready, found)
        return True

    def _alike(self, ready: Ready, packet: bytes) -> Prepared | None:
        """Give the answer to a request whose fields another one had byte by byte."""
        line, _, rest = packet.partition(b"\r\n")
        fields = ready.heads.get(rest)
        target = _PLAIN.fullmatch(line) if fields is not None else None
        if fields is None or target is None or self.root_path:
            return None
        self._tried = True
        path, query = target.groups(b"")
        scope = {
            "type": "http",
            "asgi": {"version": self.asgi_version, "spec_version": "2.3"},
            "http_version": "1.1",
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "method": "GET",
            "root_path": "",
            "path": path.decode(),
            "raw_path": path,
            "query_string": query,
            "headers": fields.copy(),
            "state": self.app_state.copy(),
        }
        found = ready.find(scope)
        if found is not None:
            ready.learn(packet, found)
        return found

    def data_received(self, data: bytes) -> None:
        """Parse a packet, and remember it if it was one request that had a ready answer."""
        self._heads, self._found = 0, None
        super().data_received(data)
        if self._found is not None and self._heads == 1 and len(data) <= LONGEST and data.endswith(b"\r\n\r\n"):
            ready: Ready = self.app_state[READY]
            ready.learn(data, self._found)
            if len(ready.heads) >= HEADS:
                ready.heads.clear()
            ready.heads[data.partition(b"\r\n")[2]] = self.headers

    def on_message_begin(self) -> None:
        """Count the requests of a packet."""
        super().on_message_begin()
        self._heads += 1

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        ready: Ready | None = self.app_state.get(READY)
        if ready is None or self.pipeline or not cycle.keep_alive or cycle.flow.write_paused:
            super()._start_asgi_task(cycle, app)
            return
        if self._tried:
            cycle.scope["state"][TRIED] = True
        self._found = ready.find(cast("Scope", cycle.scope))
        if self._found is None or len(self._found.body) > self._longest:
            self._found = None
            super()._start_asgi_task(cycle, app)
            return
        cycle.response_started = cycle.response_complete = True
        self._write(ready, self._found)
        cycle.on_response()

    def _write(self, ready: Ready, found: Prepared) -> None:
        own = [part for name, value in self.server_state.default_headers for part in (name, b": ", value, b"\r\n")]
        last = ready.begin(found, self.client[0] if self.client else None)
        head = (STATUS_LINE[found.status], *own, found.lines, last)
        if len(found.body) > JOINED:
            self.transport.writelines((b"".join(head), found.body))
        else:
            self.transport.write(b"".join((*head, found.body)))

    def resume_writing(self) -> None:
        """Count the idle time from the end of the sending."""
        super().resume_writing()
        self._asked = self.loop.time()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection; one that still reads, or was answered without a timer of its own, is not idle yet."""
        now = self.loop.time()
        left = (now if self.flow.write_paused else self._asked) + self.timeout_keep_alive - now
        if left > 0 and not self.transport.is_closing():
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()
