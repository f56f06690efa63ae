"""Answers kept in memory, ready to be sent: by exact address first, by its normal spelling behind, for one version of the data.

What is kept was made from the version it is kept under (`app.edge.context.READ`), never from an older or a newer one, and is
given out only while the store is known to be at that version (`app.db.watching`): a write anywhere makes all of it worthless
at once, and so does midnight UTC, when `today` becomes another day (`app.edge.days`).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from time import time
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from app.edge.asking import split_query
from app.edge.compression import coding_of
from app.edge.days import next_phase, phase_of
from app.edge.negotiation import EVERYTHING
from app.errors import BadQueryError

if TYPE_CHECKING:
    from starlette.types import Scope

    from app.db.watching import Version, Watch

Exact: TypeAlias = "tuple[object, ...]"
Normal: TypeAlias = "tuple[object, ...]"
Fields: TypeAlias = "list[tuple[bytes, bytes]]"

_KEYED = frozenset({b"accept", b"accept-encoding", b"accept-datetime", b"host"})
"""Header fields that an answer depends on."""
_APART = frozenset({b"authorization", b"x-api-key", b"range", b"content-length", b"transfer-encoding", b"expect", b"cookie"})
"""Header fields of requests whose answers are nobody else's, or not whole."""
_FORWARDED = frozenset({b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port", b"forwarded"})
_UNKEPT = ("/v1/queries", "/v1/changes/stream", "/livez", "/readyz", "/metrics", "/docs", "/redoc", "/openapi.json")
"""Beginnings of paths whose answers depend on more than the version, or never end."""
_UNCHANGED = frozenset({b"cache-control", b"vary", b"etag", b"content-location", b"memento-datetime"})
_BODILY = frozenset({b"content-length", b"content-type", b"content-encoding", b"content-disposition", b"link"})
"""Fields that a 304 leaves out: they describe a body that is not sent (RFC 9110, 15.4.5)."""
_WEIGHT = 2_000
"""Bytes that an entry takes beside its body: fields, keys and Python's own."""
_SPELLINGS = 8
PACKETS = 10_000
"""Requests that are remembered byte by byte."""
_OK, _NOT_MODIFIED = 200, 304


class Stamp(NamedTuple):
    """What an answer was made from: the version of the data, and the part of the day (UTC)."""

    version: Version
    phase: int


class Request(NamedTuple):
    """What the head of a request says to the cache."""

    exact: Exact
    none_match: bytes | None
    request_id: bytes | None
    forwarded: bool
    """Whether a proxy says that it came from somewhere else: the server has to read that first."""


@dataclass(slots=True, eq=False)
class Entry:
    """A complete answer: its fields without the request's id, as lines, and its body."""

    lines: bytes
    body: bytes
    etag: bytes
    route: str
    path: str
    """As it was sent, percent-encoded."""
    normal: Normal = ()
    spellings: list[Exact] = field(default_factory=list)
    packets: list[bytes] = field(default_factory=list)
    """Whole requests that are known to be answered with this."""
    _unchanged_lines: bytes = b""

    @classmethod
    def of(cls, fields: Fields, part: bytes, route: str, path: str) -> Entry:
        """Make an entry of an answer's fields and its body."""
        body = bytes(memoryview(part))  # orjson's results take up to twice their length
        kept = [one for one in fields if one[0] not in _OWN]
        kept.append((b"content-length", b"%d" % len(body)))
        return cls(written_lines(kept), body, dict(kept).get(b"etag", b""), route, path)

    @property
    def fields(self) -> Fields:
        """The fields as they are sent."""
        return [(name, value) for name, _, value in (line.partition(b": ") for line in self.lines.split(b"\r\n")[:-1])]

    @property
    def unchanged(self) -> Fields:
        """The fields of a 304."""
        return [one for one in self.fields if one[0] not in _BODILY]

    @property
    def unchanged_lines(self) -> bytes:
        """The same as lines, prepared when they are first wanted."""
        self._unchanged_lines = self._unchanged_lines or written_lines(self.unchanged)
        return self._unchanged_lines

    def matches(self, none_match: bytes) -> bool:
        """Give whether a client that sends this `If-None-Match` holds this answer (RFC 9110, 13.1.2: weakly compared)."""
        if none_match == self.etag:
            return True
        return any(one.strip().removeprefix(b"W/") in {self.etag, b"*"} for one in none_match.split(b","))


_OWN = frozenset({b"x-request-id", b"content-length"})


def written_lines(fields: Fields) -> bytes:
    """Write fields as the lines of a head."""
    return b"".join([b"%b: %b\r\n" % one for one in fields])


def may_be_kept(fields: Fields) -> bool:
    """Give whether an answer with these fields may be given to others."""
    held = dict(fields)
    kind = held.get(b"content-type", b"")
    return held.get(b"cache-control", b"").startswith(b"public") and b"etag" in held and kind != b"text/event-stream"


@dataclass(slots=True, eq=False)
class Given:
    """A kept answer, as one request gets it; `request_id` is the client's own."""

    entry: Entry
    method: str
    request_id: str | None
    status: int
    lines: bytes
    body: bytes
    began: float | None = None
    """When the making of it began, where it was made for this request."""

    @classmethod
    def of(cls, entry: Entry, method: str, none_match: bytes | None, request_id: str | None) -> Given:
        """Give all of the answer, its head, or that it has not changed."""
        if none_match is not None and entry.matches(none_match):
            return cls(entry, method, request_id, _NOT_MODIFIED, entry.unchanged_lines, b"")
        return cls(entry, method, request_id, _OK, entry.lines, b"" if method == "HEAD" else entry.body)


def read_head(scope: Scope) -> Request | None:
    """Read what the cache needs of a GET or HEAD; None where the answer is nobody else's."""
    none_match = request_id = None
    forwarded = False
    exact: list[object] = [scope.get("raw_path") or scope["path"], scope["query_string"], scope["scheme"]]
    for pair in scope["headers"]:
        name = pair[0]
        if name in _KEYED:
            exact.append(pair)
        elif name == b"if-none-match":
            none_match = pair[1] if none_match is None else none_match + b"," + pair[1]
        elif name == b"x-request-id":
            request_id = pair[1] if request_id is None else b""
        elif name in _APART:
            return None
        elif name in _FORWARDED:
            forwarded = True
    return Request(tuple(exact), none_match, request_id, forwarded)


def normal_spelling(scope: Scope) -> Normal | None:
    """Give the one key of all spellings of a question that have the same answer; None where none is kept."""
    path: str = scope["path"]
    if path.startswith(_UNKEPT) or "/files/" in path:
        return None
    try:
        pairs = split_query(scope["query_string"])
    except BadQueryError:
        return None
    held: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _KEYED:
            held[name] = value if name not in held else held[name] + b"," + value
    moment, accept = held.get(b"accept-datetime"), held.get(b"accept", b"")
    if moment == b"":  # an empty moment is a wrong one, not none
        return None
    coding = coding_of(held[b"accept-encoding"].decode("latin-1")) if b"accept-encoding" in held else ""
    accept = b"" if accept in EVERYTHING else accept
    return (path, tuple(sorted(pairs)) if len(pairs) > 1 else pairs, scope["scheme"], held.get(b"host"), accept, coding, moment)


class Shelf:
    """The kept answers of one version, the least lately used forgotten first when they take more than `size` bytes."""

    def __init__(self, watch: Watch, size: int) -> None:
        """Start empty; an answer that would take more than a quarter of `size` is not kept."""
        self._watch = watch
        self.size = size
        self.largest = size // 4
        self.used = 0
        self._stamp: Stamp | None = None
        self._version: Version | None = None
        self._until = 0
        self._entries: OrderedDict[Normal, Entry] = OrderedDict()
        self._by_spelling: dict[Exact, Entry] = {}
        self._by_packet: dict[bytes, Given] = {}

    def stamp(self) -> Stamp | None:
        """Give what an answer made now would be made from, None when the store's version is not known."""
        version = self._watch.version()
        if version is None:
            return None
        now = time()
        if version is not self._version or now >= self._until:
            self._turn(version, now)
        return self._stamp

    def _turn(self, version: Version, now: float) -> None:
        """Go over to another version or part of the day, if it is another."""
        self._version, self._until = version, next_phase(now)
        stamp = Stamp(version, phase_of(now))
        if stamp != self._stamp:
            self.clear()
            self._stamp = stamp

    def exactly(self, exact: Exact) -> Entry | None:
        """Give the answer to an address that was asked before in the same words; call `stamp` first."""
        found = self._by_spelling.get(exact)
        if found is not None:
            self._entries.move_to_end(found.normal)
        return found

    def spelled(self, normal: Normal, exact: Exact) -> Entry | None:
        """Give the answer to a question that was asked before in other words, and remember these."""
        entry = self._entries.get(normal)
        if entry is not None and len(entry.spellings) < _SPELLINGS:
            self._entries.move_to_end(normal)
            entry.spellings.append(exact)
            self._by_spelling[exact] = entry
        return entry

    def again(self, packet: bytes) -> Given | None:
        """Give the answer to a request that is the same, byte by byte, as one before, None where it is worth nothing any more."""
        if packet not in self._by_packet or self.stamp() is None:
            return None
        found = self._by_packet.get(packet)
        if found is not None:
            self._entries.move_to_end(found.entry.normal)
        return found

    def learn(self, packet: bytes, given: Given) -> None:
        """Remember the bytes of a request with its answer, as long as that is here."""
        if packet in self._by_packet or self._entries.get(given.entry.normal) is not given.entry:
            return
        if len(self._by_packet) >= PACKETS:
            self._by_packet.clear()
            for entry in self._entries.values():
                entry.packets.clear()
        self._by_packet[packet] = given
        given.entry.packets.append(packet)

    def keep(self, normal: Normal, entry: Entry, stamp: Stamp) -> None:
        """Keep an answer, if what it was made from is what the store is at."""
        weight = len(entry.body) + _WEIGHT
        if weight > self.largest or self._stamp != stamp or normal in self._entries:
            return
        entry.normal = normal
        self._entries[normal] = entry
        self.used += weight
        while self.used > self.size:
            _, oldest = self._entries.popitem(last=False)
            self.used -= len(oldest.body) + _WEIGHT
            for exact in oldest.spellings:
                del self._by_spelling[exact]
            for packet in oldest.packets:
                del self._by_packet[packet]

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._by_spelling.clear()
        self._by_packet.clear()
        self.used = 0

    def __len__(self) -> int:
        """Give the number of answers."""
        return len(self._entries)
