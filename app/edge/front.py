"""The outermost room: what was answered before is answered from memory, what misses together is answered once.

A hit never reaches the application. It has the same fields as the first answer, with its own `X-Request-Id`, and its own line in
the log and count in the metrics; a client that holds it already gets 304 from the key alone.
"""

from __future__ import annotations

import asyncio
from time import perf_counter, time
from typing import TYPE_CHECKING, TypeAlias

from app.edge.access_log import sent_path
from app.edge.caching import Entry, Given, may_be_kept, normal_spelling, read_head
from app.edge.context import READ, Reading
from app.edge.ledger import Answered
from app.edge.request_id import accepted_id, new_request_id
from app.edge.whole import COPIED

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from app.edge.at_once import AtOnce
    from app.edge.caching import Fields, Normal, Request, Shelf, Stamp
    from app.edge.ledger import Ledger

_OK, _NOT_MODIFIED = 200, 304
_READS = frozenset({"GET", "HEAD"})

Flights: TypeAlias = "dict[tuple[Normal, Stamp], asyncio.Future[Entry | None]]"


class Front:
    """Answer GET and HEAD from a shelf; the application answers everything else, and what is not on it."""

    def __init__(self, app: ASGIApp, shelf: Shelf, ledger: Ledger | None, at_once: AtOnce | None = None) -> None:
        """Wrap `app`; without a ledger others name and log requests, and count them, outside of this."""
        self.app = app
        self.at_once = at_once
        self.shelf = shelf
        self.ledger = ledger
        self.heads: dict[bytes, list[tuple[bytes, bytes]]] = {}
        self._flights: Flights = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] not in _READS:
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        head = read_head(scope)
        stamp = self.shelf.stamp() if head is not None else None
        if head is None or stamp is None:
            await self.app(scope, receive, send)
            return
        entry = self.shelf.exactly(head.exact)
        if entry is None:
            entry = await self._missing(scope, receive, send, (head, stamp))
        if entry is not None:
            await self._given(entry, head, (scope, send), began)

    async def _missing(self, scope: Scope, receive: Receive, send: Send, asked: tuple[Request, Stamp]) -> Entry | None:
        """Give an answer that is there in other words or is just being made; or else make it and send it, and give None."""
        head, stamp = asked
        normal = normal_spelling(scope)
        if normal is None:
            await self.app(scope, receive, send)
            return None
        entry = self.shelf.spelled(normal, head.exact)
        flight = self._flights.get((normal, stamp))
        if entry is None and flight is not None:
            await asyncio.wait((flight,))
            entry = flight.result()
        if entry is None and flight is None:
            entry = self._made(scope, head, (normal, stamp))
        if entry is not None:
            return entry
        alone = scope["method"] == "HEAD" or scope.get("state", {}).get("bodiless") or not self.shelf.size
        if flight is not None or alone:
            await self.app(scope, receive, send)
            return None
        await self._lead(scope, receive, send, (normal, stamp))
        return None

    async def _lead(self, scope: Scope, receive: Receive, send: Send, key: tuple[Normal, Stamp]) -> None:
        """Let the application answer, keep that, and let those who wait have it; a failure leaves them to ask themselves."""
        flight: asyncio.Future[Entry | None] = asyncio.get_running_loop().create_future()
        self._flights[key] = flight

        def settle(entry: Entry | None) -> None:
            if not flight.done():
                del self._flights[key]
                flight.set_result(entry)

        reading = Reading()
        recorder = _Recorder(send, self.shelf.largest, settle)
        token = READ.set(reading)
        try:
            await self.app(scope, receive, recorder.send)
        finally:
            READ.reset(token)
            entry = recorder.entry(getattr(scope.get("route"), "path", "other"), sent_path(scope))
            if entry is not None and reading.version == key[1].version:
                self.shelf.keep(key[0], entry, key[1])
                settle(entry)
            settle(None)

    def find(self, scope: Scope) -> Given | None:
        """Give an answer that is there; None where the request has to be started (see `app.edge.whole`)."""
        method: str = scope["method"]
        head = read_head(scope) if method in _READS else None
        stamp = self.shelf.stamp()
        if head is None or head.forwarded or stamp is None:
            return None
        entry, began = self.shelf.exactly(head.exact), None
        if entry is None:
            began = perf_counter()
            entry = self._found_or_made(scope, head, stamp)
        if entry is None:
            return None
        given = Given.of(entry, method, head.none_match, accepted_id(head.request_id))
        given.began = began
        return given

    def _found_or_made(self, scope: Scope, head: Request, stamp: Stamp) -> Entry | None:
        """Give an answer that is there in other words, or make it if that takes no waiting."""
        normal = normal_spelling(scope)
        if normal is None or (normal, stamp) in self._flights:
            return None
        return self.shelf.spelled(normal, head.exact) or self._made(scope, head, (normal, stamp))

    def _made(self, scope: Scope, head: Request, key: tuple[Normal, Stamp]) -> Entry | None:
        """Make an answer without waiting, and keep it."""
        if self.at_once is None or head.none_match is not None or scope["method"] != "GET":
            return None
        made = self.at_once.answer(scope, head.exact, key[1])
        if made is None:
            return None
        if made.lasting and made.version == key[1].version:
            self.shelf.keep(key[0], made.entry, key[1])
        return made.entry

    def again(self, packet: bytes) -> Given | None:
        """Give the answer to the same bytes as before."""
        return self.shelf.again(packet)

    def learn(self, packet: bytes, found: Given) -> None:
        """Remember the bytes of a request that came again; one with an id of its own will not."""
        if found.request_id is None and found.began is None:
            self.shelf.learn(packet, found)

    def begin(self, found: Given, client: str | None) -> bytes:
        """Name an answer and tell of it."""
        request_id = found.request_id or new_request_id()
        if self.ledger is not None:
            path, route = found.entry.path, found.entry.route
            spent = 0.0 if found.began is None else perf_counter() - found.began
            self.ledger.note(
                Answered(found.method, path, route, found.status, len(found.body), client, request_id, time(), spent)
            )
        return b"x-request-id: %b\r\n\r\n" % request_id.encode()

    async def _given(self, entry: Entry, head: Request, channel: tuple[Scope, Send], began: float) -> None:
        """Send an answer the usual way; where others name, log and count requests, leave that to them."""
        scope, send = channel
        unchanged = head.none_match is not None and entry.matches(head.none_match)
        status, fields = (_NOT_MODIFIED, entry.unchanged) if unchanged else (_OK, entry.fields)
        body = b"" if unchanged or scope["method"] == "HEAD" else entry.body
        if self.ledger is None:
            await _send(send, status, fields, body)
            return
        request_id = (head.request_id and accepted_id(head.request_id)) or new_request_id()
        await _send(send, status, [*fields, (b"x-request-id", request_id.encode())], body)
        self._tell(entry, scope, (status, len(body), request_id), began)

    def _tell(self, entry: Entry, scope: Scope, told: tuple[int, int, str], began: float) -> None:
        if self.ledger is not None:
            client, (status, size, request_id) = scope["client"], told
            method, host = scope["method"], client[0] if client else None
            seconds = perf_counter() - began
            self.ledger.note(Answered(method, entry.path, entry.route, status, size, host, request_id, time(), seconds))


async def _send(send: Send, status: int, fields: Fields, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(fields)})
    sent, view = 0, memoryview(body)
    while len(body) - sent > COPIED:  # a slow reader's answer waits in one place only
        await send({"type": "http.response.body", "body": view[sent : sent + COPIED], "more_body": True})
        sent += COPIED
    await send({"type": "http.response.body", "body": view[sent:] if sent else body})


class _Recorder:
    """Sends an answer on and remembers it, if it is one that may be kept."""

    def __init__(self, send: Send, largest: int, settle: Callable[[None], None]) -> None:
        self._send, self._largest, self._settle = send, largest, settle
        self._fields: Fields | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self._complete = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            fields: Fields = [(name.lower(), value) for name, value in message["headers"]]
            self._fields = fields if message["status"] == _OK and may_be_kept(fields) else None
        elif message["type"] == "http.response.body" and self._fields is not None:
            part = message.get("body", b"")
            self._size += len(part)
            self._parts.append(part)
            self._complete = not message.get("more_body", False)
            if self._size > self._largest:
                self._fields, self._parts = None, []
            if not self._complete:
                self._settle(None)
        await self._send(message)

    def entry(self, route: str, path: str) -> Entry | None:
        """Give the answer when it was complete and may be kept."""
        if self._fields is None or not self._complete:
            return None
        part = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        return Entry.of(self._fields, part, route, path)
