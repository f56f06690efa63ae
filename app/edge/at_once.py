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
from app.edge.compression import Packer
from app.edge.errands import TRIED
from app.edge.negotiation import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Scope

    from app.db.desk import Desk
    from app.db.sessions import Snapshot
    from app.edge.caching import Fields
    from app.edge.errands import Answer, Reader
    from app.edge.shortcut import Shortcut

_OK = 200


class Made(NamedTuple):
    """An answer: its fields but for its length, its body, the version of the data it was made from, the path of its route."""

    fields: Fields
    body: bytes
    version: Version
    route: str


class AtOnce:
    """Answers reads on the event loop."""

    def __init__(self, app: ASGIApp, shortcut: Shortcut, desk: Desk, dress: Callable[[Fields, str], Fields]) -> None:
        """Read for `app`; `dress` gives the fields that its middleware adds to an answer, by its own and the scheme."""
        self._app, self._shortcut, self._desk, self._dress = app, shortcut, desk, dress
        self._packer = Packer()

    def answer(self, scope: Scope) -> Made | None:
        """Answer a GET; None where the application has to."""
        state = scope.setdefault("state", {})
        if not self._desk.open or TRIED in state or SUFFIX in scope["path"]:
            return None
        way = self._shortcut.find(scope)
        if way is None or way.reader is None:
            return None
        scope["app"] = self._app
        with suppress(Exception):  # whatever it is, the application comes to it again, and tells of it
            found = self._read(way.reader, Request(scope))
            if found is not None:
                fields, body = self._packer.pack(scope, found[0])
                return Made([*fields, *self._dress(fields, scope["scheme"])], body, found[1], way.path)
        state[TRIED] = True
        return None

    def _read(self, reader: Reader, request: Request) -> tuple[Response, Version] | None:
        errand = reader(request)

        def noted(snapshot: Snapshot) -> tuple[Answer, Version]:
            return errand.work(snapshot), Version(snapshot.revision, snapshot.releases)

        if not errand.brief:
            return None
        answer, version = self._desk.read(noted, errand.least)
        return (answer, version) if isinstance(answer, Response) and answer.status_code == _OK else None
