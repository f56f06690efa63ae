"""Brief reads, answered as soon as they are parsed: no task, no middleware, no thread.

A read says what it wants done (`app.edge.errands`); where the store is a file of SQLite the event loop does it itself
(`app.db.desk`). What goes wrong, takes too long or is more than a plain read is left to the application, which finds the
same and says it in full.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from app.db.watching import Version
from app.edge.access_log import sent_path
from app.edge.blanks import Printed
from app.edge.caching import Entry, may_be_kept
from app.edge.compression import Packer
from app.edge.negotiation import SUFFIX
from app.edge.whole import TRIED

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Scope

    from app.db.desk import Desk
    from app.db.sessions import Snapshot
    from app.edge.blanks import Blank
    from app.edge.caching import Exact, Fields, Stamp
    from app.edge.errands import Answer, Reader
    from app.edge.shortcut import Shortcut, Way

_OK = 200
PRINTED = 256
"""Blanks that are remembered."""


class Made(NamedTuple):
    """An answer, the version of the data it was made from, and whether it may be given to others."""

    entry: Entry
    version: Version
    lasting: bool


class AtOnce:
    """Answers reads on the event loop."""

    def __init__(self, app: ASGIApp, shortcut: Shortcut, desk: Desk, dress: Callable[[Fields, str], Fields]) -> None:
        """Read for `app`; `dress` gives the fields that its middleware adds to an answer, by its own and the scheme."""
        self._app, self._shortcut, self._desk, self._dress = app, shortcut, desk, dress
        self._packer = Packer()
        self._printed: dict[Exact, Printed] = {}
        self._stamp: Stamp | None = None

    def answer(self, scope: Scope, exact: Exact, stamp: Stamp) -> Made | None:
        """Answer a GET, whose exact spelling is given, at a version of the data; None where the application has to."""
        state = scope.setdefault("state", {})
        if not self._desk.open or TRIED in state or SUFFIX in scope["path"]:
            return None
        way = self._shortcut.find(scope)
        if way is None or way.reader is None:
            return None
        if stamp != self._stamp:
            self._printed.clear()
            self._stamp = stamp
        key = (way.path, *exact[1:])
        printed = self._printed.get(key)
        with suppress(Exception):  # whatever it is, the application comes to it again, and tells of it
            found = self._filled(printed, scope, stamp.version) if printed is not None else None
            found = found or self._read(way, way.reader, scope, key)
            if found is not None:
                return found
        state[TRIED] = True
        return None

    def _filled(self, printed: Printed, scope: Scope, version: Version) -> Made | None:
        identifier, path = scope["path_params"]["id"], sent_path(scope)
        entry = self._desk.read_as_of(version, lambda snapshot: printed.filled(snapshot, identifier, path))
        return None if entry is None else Made(self._coded(scope, entry), version, lasting=True)

    def _read(self, way: Way, reader: Reader, scope: Scope, key: Exact) -> Made | None:
        scope["app"] = self._app
        errand = reader(Request(scope))
        if not errand.brief:
            return None

        def noted(snapshot: Snapshot) -> tuple[Answer, Version, Blank | None]:
            answer = errand.work(snapshot)
            blank = None if errand.blank is None or key in self._printed else errand.blank(snapshot)
            return answer, Version(snapshot.revision, snapshot.releases), blank

        answer, version, blank = self._desk.read(noted, errand.least)
        if not isinstance(answer, Response) or answer.status_code != _OK:
            return None
        if blank is not None and self._stamp is not None and version == self._stamp.version and len(self._printed) < PRINTED:
            self._printed[key] = Printed(blank, self._dressed(scope, blank.fields), way.path)
        fields = self._dressed(scope, answer.raw_headers)
        entry = Entry.of(fields, bytes(answer.body), way.path, sent_path(scope))
        return Made(self._coded(scope, entry), version, may_be_kept(fields))

    def _dressed(self, scope: Scope, fields: Fields) -> Fields:
        return [*fields, *self._dress(fields, scope["scheme"])]

    def _coded(self, scope: Scope, entry: Entry) -> Entry:
        if not self._packer.packs(scope, entry.body):
            return entry
        fields, body = self._packer.pack(scope, entry.fields, entry.body)
        return Entry.of(fields, body, entry.route, entry.path)
