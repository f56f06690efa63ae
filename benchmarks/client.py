"""A load client that costs less than any server: ready-made requests over kept connections, one epoll loop, no parsing of bodies.

It counts what came back, how long each took, and what the server's processes spent meanwhile. Linux alone.
"""

from __future__ import annotations

import gc
import re
import select
import socket
from dataclasses import dataclass, field
from itertools import cycle
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_HEAD_END, _LAST_CHUNK = b"\r\n\r\n", b"\r\n0\r\n\r\n"
_PIECE = 1 << 20
_PATIENCE = 30.0


def get(path: str, **headers: str) -> bytes:
    """Write a GET request; underscores of header names become hyphens."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"GET {path} HTTP/1.1", "host: 127.0.0.1", *lines, "", ""]).encode()


def post(path: str, body: bytes, media_type: str = "application/json", **headers: str) -> bytes:
    """Write a POST request with its body."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = [f"POST {path} HTTP/1.1", "host: 127.0.0.1", f"content-type: {media_type}", f"content-length: {len(body)}", *lines]
    return "\r\n".join([*head, "", ""]).encode() + body


class BadAnswerError(Exception):
    """A server gave a status that no figure may be made of, or broke a connection off."""


@dataclass(slots=True)
class Run:
    """What a load came to: requests answered, bytes of bodies and heads, seconds by the clock, seconds of each request."""

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    """Processor seconds of the server's processes."""
    latencies: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Give the seconds that a share of the requests took at most."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


@dataclass(slots=True)
class _Line:
    """A connection with one request under way."""

    port: int
    socket: socket.socket
    request: bytes = b""
    sent: float = 0.0
    missing: int = -1
    """Bytes to come; -1 before the head is whole, -2 for an answer in chunks."""
    tail: bytes = b""

    def send(self, request: bytes) -> bool:
        """Ask; tell whether the connection had to be replaced first, since the server had closed it."""
        self.request, self.missing, self.tail, self.sent = request, -1, b"", perf_counter()
        try:
            self.socket.sendall(request)
        except OSError:
            self.renew()
            return True
        return False

    def receive(self) -> bytes:
        """Give a piece of the answer, nothing where the connection was closed; BadAnswerError in the midst of one."""
        try:
            piece = self.socket.recv(_PIECE)
        except ConnectionResetError:
            piece = b""
        if not piece and (self.tail or self.missing != -1):
            raise BadAnswerError("the server closed a connection in the midst of an answer")
        return piece

    def renew(self) -> None:
        """Ask anew on a new connection."""
        self.socket.close()
        self.socket = _connect(self.port)
        self.socket.sendall(self.request)


@dataclass(frozen=True, slots=True)
class Load:
    """Some seconds of requests to a port, each connection its next one as soon as it has an answer.

    `again` starts the requests anew; without it the load ends with the last one. Requests under way at the end are waited for.
    """

    port: int
    seconds: float
    connections: int = 64
    again: bool = True

    def run(self, requests: Iterable[bytes], spent: Callable[[], float] = float) -> Run:
        """Ask; `spent` tells the server's processor seconds so far. BadAnswerError: a status that is neither 200 nor 304."""
        following = iter(cycle(requests) if self.again else requests)
        run, poll = Run(), select.epoll()
        lines = {one.fileno(): _Line(self.port, one) for one in (_connect(self.port) for _ in range(self.connections))}
        gc.disable()
        before, began = spent(), perf_counter()
        try:
            _drive(run, poll, lines, following, began + self.seconds)
        finally:
            gc.enable()
            for line in lines.values():
                line.socket.close()
            poll.close()
        run.seconds, run.cpu = perf_counter() - began, spent() - before
        return run


def _connect(port: int) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return one


def _drive(run: Run, poll: select.epoll, lines: dict[int, _Line], following: Iterator[bytes], until: float) -> None:
    busy = 0
    for number, line in [*lines.items()]:
        if request := next(following, None):
            line.send(request)
            poll.register(number, select.EPOLLIN)
            busy += 1
    while busy:
        ready = poll.poll(_PATIENCE)
        if not ready:
            raise BadAnswerError(f"{busy} requests had no answer for {_PATIENCE:g} seconds")
        for number, _ in ready:
            line = lines[number]
            piece = line.receive()
            run.bytes += len(piece)
            if not piece:
                line.renew()
            elif not _done(line, piece):
                continue
            else:
                now = perf_counter()
                run.requests += 1
                run.latencies.append(now - line.sent)
                request = next(following, None) if now < until else None
                if request is None:
                    poll.unregister(number)
                    busy -= 1
                    continue
                if not line.send(request):
                    continue
            lines[line.socket.fileno()] = lines.pop(number)  # a new connection, whether its number is new or not
            poll.register(line.socket.fileno(), select.EPOLLIN)


def _done(line: _Line, piece: bytes) -> bool:
    """Take a piece of an answer; tell whether it was the last."""
    if line.missing >= 0:
        line.missing -= len(piece)
        return line.missing <= 0
    if line.missing == -1:
        line.tail += piece
        end = line.tail.find(_HEAD_END)
        if end < 0:
            return False
        head, rest = line.tail[:end], len(line.tail) - end - len(_HEAD_END)
        if head[9:12] not in {b"200", b"304"}:
            raise BadAnswerError(line.tail[:1000].decode("utf-8", "replace"))
        if found := _LENGTH.search(head):
            line.missing = int(found[1]) - rest
            return line.missing <= 0
        if not _CHUNKED.search(head):
            return head[9:12] == b"304"
        line.missing, piece = -2, line.tail[end + 2 :]
    line.tail = (line.tail if line.missing == -2 and len(piece) < len(_LAST_CHUNK) else b"") + piece[-len(_LAST_CHUNK) :]  # noqa: PLR2004 - see _Line
    return line.tail.endswith(_LAST_CHUNK)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with its head and its body, and the seconds until its first byte and its last."""

    head: bytes
    body: bytes
    first: float
    last: float

    def header(self, name: str) -> str:
        """Give a header's value, empty where there is none."""
        found = re.search(rb"\r\n" + name.encode() + rb": *([^\r]*)", self.head, re.IGNORECASE)
        return found[1].decode("latin-1") if found else ""


def ask(port: int, request: bytes) -> Answer:
    """Ask once on a connection of its own and keep the answer; chunks are joined. BadAnswerError: as for `Load.run`."""
    line, pieces, first = _Line(port, _connect(port)), list[bytes](), 0.0
    began = perf_counter()
    line.send(request)
    while True:
        piece = line.receive()
        first = first or perf_counter() - began
        if not piece:
            raise BadAnswerError("the server closed a connection without an answer")
        pieces.append(piece)
        if _done(line, piece):
            break
    last = perf_counter() - began
    line.socket.close()
    head, _, body = b"".join(pieces).partition(_HEAD_END)
    return Answer(head, b"".join(_dechunked(body)) if _CHUNKED.search(head) else body, first, last)


def _dechunked(body: bytes) -> Iterator[bytes]:
    place = 0
    while size := int(body[place : (start := body.index(b"\r\n", place) + 2) - 2], 16):
        yield body[start : start + size]
        place = start + size + 2
