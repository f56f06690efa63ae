"""The HTTP/1.1 connection with deadlines and size caps that uvicorn's httptools protocol lacks.

uvicorn waits for ever for a request head or body and lets a head grow without end, so a few hundred silent clients or
one client with 30 MB of headers hold the server. This subclass answers 408, 414 or 431 and closes. Use it as
`uvicorn.Config(app, http="app.edge.protocol:BoundedProtocol")`, or `bounded_protocol(Bounds(...))` with other bounds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from app.edge.closing import ClosingProtocol
from app.edge.request_id import new_request_id
from app.errors import problem

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

_log: structlog.stdlib.BoundLogger = structlog.get_logger("app.edge.protocol")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a client may take: times in seconds, sizes in bytes, rates in bytes a second.

    `head_seconds` bounds the whole request head, from the first byte (or from the connection, when none comes).
    `body_seconds` is a window: each must bring the end of the body or `body_rate` bytes a second, so that a trickle
    ends after the first window and an honest long upload does not. `write_seconds` and `write_rate` say the same of
    a client that does not read its answer. `linger_seconds` is how long input is still read and thrown away after a
    refusal: closing at once would make TCP reset the connection and destroy the answer (RFC 9112, section 9.6).
    `url_bytes` is above the 8000 that RFC 9110, section 4.1, wants supported.
    """

    head_seconds: float = 5.0
    body_seconds: float = 5.0
    body_rate: int = 4_096
    write_seconds: float = 60.0
    write_rate: int = 1_024
    linger_seconds: float = 1.0
    url_bytes: int = 8_192
    head_bytes: int = 32_768


class _Refusal(NamedTuple):
    status: int
    code: str
    title: str
    detail: str


# RFC 9110: 400 section 15.5.1, 408 section 15.5.9, 414 section 15.5.15; RFC 6585: 431 section 5.
_MALFORMED = _Refusal(400, "malformed-request", "This is not HTTP", "The request could not be parsed as HTTP/1.1.")
_SLOW = _Refusal(408, "request-timeout", "The request took too long", "The request did not arrive in time.")
_LONG_URL = _Refusal(414, "uri-too-long", "The URL is too long", "The URL is longer than this server reads.")
_LARGE_HEAD = _Refusal(431, "headers-too-large", "The headers are too large", "The header fields exceed the limit.")


class _Phase(Enum):
    HEAD = auto()  # between requests, or in the middle of a head
    BODY = auto()  # the head is complete, the body is not
    OVER = auto()  # refused, or handed to a websocket: what comes in is no longer ours


class BoundedProtocol(ClosingProtocol):
    """One client connection that ends in bounded time; refusals are RFC 9457 documents and close it.

    400 for what is no HTTP, 408 for a late head or body, 414 and 431 for an oversized one. A connection on which
    nothing was ever sent is closed without a word: an answer nobody asked for could be taken for the next one's.
    An answer that is under way to an earlier request is finished first.
    """

    bounds: ClassVar[Bounds] = Bounds()
    _phase: _Phase = _Phase.HEAD
    _verdict: _Refusal | None = None
    _timer: asyncio.TimerHandle | None = None
    _write_timer: asyncio.TimerHandle | None = None
    _head = 0  # bytes of complete header fields, trailers included
    _raw = 0  # bytes received since the parser last got anywhere: an endless field never reaches a callback
    _body = 0  # bytes of body in the current window
    _unsent = 0  # bytes in the write buffer when it was last looked at

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        """Start the clock: a client that never speaks is closed after `head_seconds`."""
        super().connection_made(transport)
        self._arm(self.bounds.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all clocks."""
        self._disarm()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, within the bounds; after a refusal, throw away."""
        if self._is_over() or (self._raw == 0 and self._phase is _Phase.HEAD and self.answer_again(data)):
            return
        self._raw += len(data)
        super().data_received(data)
        if self._raw == 0 and self._phase is _Phase.HEAD:
            return  # whole requests, as nearly always: no clock was needed
        if self._is_over() or self.transport.is_closing():
            return
        if self._timer is None and self._phase is _Phase.HEAD:
            self._arm(self.bounds.head_seconds)
        if self._verdict is None and self._raw > self.bounds.head_bytes:
            self._verdict = _LARGE_HEAD
        if self._verdict is not None:
            self._refuse(self._verdict)
        elif self._phase is _Phase.BODY and self._timer is None:
            self._arm(self.bounds.body_seconds)

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over and stop watching it."""
        self._disarm()
        self._phase = _Phase.OVER
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP with a problem document instead of uvicorn's plain text; `msg` is uvicorn's."""
        del msg
        self._refuse(self._verdict or _MALFORMED)

    def on_message_begin(self) -> None:
        """Start a head; where the packet does not bring the end of it, `data_received` starts its clock."""
        super().on_message_begin()
        self._head = 0
        self._raw = self._raw or 1

    def on_url(self, url: bytes) -> None:
        """Collect a piece of the request target, up to `url_bytes`."""
        if len(self.url) + len(url) > self.bounds.url_bytes:
            self._verdict = self._verdict or _LONG_URL
        if self._verdict is None:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a field, up to `head_bytes` for all (name, value and the four bytes `: ` and CRLF).

        Trailer fields count but are dropped: they must not pass for header fields (RFC 9110, section 6.5.1).
        """
        self._head += len(name) + len(value) + 4
        if self._head > self.bounds.head_bytes:
            self._verdict = self._verdict or _LARGE_HEAD
        if self._verdict is None and self._phase is _Phase.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start the application, unless the head is already refused."""
        if self._verdict is None:
            super().on_headers_complete()
            self._disarm()
            self._phase = _Phase.BODY
            self._raw = self._body = 0

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on and count it towards this window."""
        if self._verdict is None:
            self._raw = 0
            self._body += len(body)
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the clock: the next head has its own, uvicorn's keep-alive covers the idle time between.

        It does so from the end of the answer; when that came before the end of the body, the idle time starts here.
        """
        if self._verdict is not None:
            return
        self._disarm()
        self._phase = _Phase.HEAD
        self._raw = 0
        super().on_message_complete()
        cycle = self._latest()
        if self.timeout_keep_alive_task is None and cycle is not None and cycle.response_complete:
            self._arm(self.bounds.head_seconds)

    def on_response_complete(self) -> None:
        """Give a client that was answered before its body ended `linger_seconds` to end it."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._abandon_unread()
        elif self._phase is _Phase.BODY and self.cycle.response_complete:
            self._arm(self.bounds.linger_seconds)

    def _arm(self, seconds: float) -> None:
        self._disarm()
        self._timer = self.loop.call_later(seconds, self._deadline)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _deadline(self) -> None:
        self._timer = None
        if self.transport.is_closing():
            return
        if self._phase is _Phase.BODY:
            self._body_deadline()
        elif self._raw == 0:
            self.timeout_keep_alive_handler()
        else:
            self._refuse(_SLOW)

    def _body_deadline(self) -> None:
        enough = self._body >= self.bounds.body_rate * self.bounds.body_seconds
        # A paused transport means that the application, not the client, is late; so does a queue of pipelined requests.
        if self.cycle.response_complete:
            self.timeout_keep_alive_handler()
        elif enough or self.flow.read_paused or self.pipeline:
            self._body = 0
            self._arm(self.bounds.body_seconds)
        else:
            self._refuse(_SLOW)

    def pause_writing(self) -> None:
        """Start the clock of a client that does not read its answer."""
        super().pause_writing()
        self._watch_unsent()

    def resume_writing(self) -> None:
        """Stop that clock: the client has read."""
        super().resume_writing()
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, and drop it when its last bytes are never read."""
        super().timeout_keep_alive_handler()
        self._abandon_unread()

    def _abandon_unread(self) -> None:
        if self._write_timer is None and self.transport.get_write_buffer_size():
            self._watch_unsent()

    def _watch_unsent(self) -> None:
        self._unsent = self.transport.get_write_buffer_size()
        self._write_timer = self.loop.call_later(self.bounds.write_seconds, self._write_deadline)

    def _write_deadline(self) -> None:
        self._write_timer = None
        if self._unsent - self.transport.get_write_buffer_size() >= self.bounds.write_rate * self.bounds.write_seconds:
            self._watch_unsent()
        else:
            _log.info("unread_answer_dropped", client=self.client and self.client[0])
            self.transport.abort()

    def _refuse(self, refusal: _Refusal) -> None:
        reading, self._phase = self._phase, _Phase.OVER
        self._disarm()
        self._unset_keepalive_if_required()
        _log.info("request_refused", status=refusal.status, code=refusal.code, client=self.client and self.client[0])
        cycle = self._latest()
        if reading is _Phase.HEAD and cycle is not None and not cycle.response_complete:
            cycle.keep_alive = False  # an earlier request is being answered: that first, then uvicorn closes
            return
        if reading is _Phase.BODY:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started or self.pipeline:
                self.transport.abort()
                return
        self.transport.write(self._answer(refusal, self.scope["path"] if reading is _Phase.BODY else ""))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._timer = self.loop.call_later(self.bounds.linger_seconds, self.transport.abort)

    def _answer(self, refusal: _Refusal, instance: str) -> bytes:
        document = problem(refusal.status, refusal.code, refusal.title, refusal.detail, instance)
        body = json.dumps(document).encode("ascii")
        fields = [
            *self.server_state.default_headers,
            (b"content-type", b"application/problem+json"),
            (b"content-length", b"%d" % len(body)),
            (b"x-content-type-options", b"nosniff"),
            (b"x-request-id", new_request_id().encode("ascii")),
            (b"connection", b"close"),
        ]
        lines = [name + b": " + value + b"\r\n" for name, value in fields]
        return b"".join([STATUS_LINE[refusal.status], *lines, b"\r\n", body])

    def _latest(self) -> RequestResponseCycle | None:
        return self.cycle  # None before the first request, whatever uvicorn's annotation says

    def _is_over(self) -> bool:
        return self._phase is _Phase.OVER


def bounded_protocol(bounds: Bounds) -> type[BoundedProtocol]:
    """Give the protocol class with these bounds; it cannot be pickled, so several workers need the default one."""
    return type("BoundedProtocol", (BoundedProtocol,), {"bounds": bounds})
