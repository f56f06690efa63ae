"""What the rooms of HTTP share: the store, the resolver and the settings of one application."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

import anyio
import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError

from app.db.deadlines import LINE, Line
from app.db.desk import Desk
from app.db.engine import is_lost
from app.db.sessions import TooLongError
from app.db.watching import Version
from app.edge.listening import Watch
from app.edge.ready import ReadyRows
from app.edge.ready_groups import ReadyGroups
from app.errors import BadQueryError, NotFoundError, UnavailableError, nearest
from app.queries.releases import revisions_by_release
from app.queries.resolving import Resolver
from app.queries.revisions import get_moment, revision_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from anyio import CapacityLimiter
    from starlette.requests import Request

    from app.db.sessions import Snapshot, Store
    from app.queries.computed import Computation
    from app.queries.resource import Resource
    from app.queries.revisions import Moment
    from app.schemas.questions import Question
    from app.settings import Settings
    from app.vocabulary import Kind

T = TypeVar("T")
_REMEMBERED = 8

ENGINE_SHARE = 0.95
"""Part of a question's time that the engine has: what it stops can still say so before the question's own deadline."""
LATE = "The question ran past its deadline: the store is slow, or hangs; try again, or narrow it."

PINNED: ContextVar[int | None] = ContextVar("pinned", default=None)
"""The revision that stands for the newest one while a receipt is replayed; None otherwise."""


@dataclass(slots=True)
class Reading:
    """What a request has read: the oldest version of the data that any of its snapshots had for the newest one."""

    version: Version | None = None

    def note(self, snapshot: Snapshot) -> None:
        """Take in a snapshot of the newest revision."""
        seen = Version(snapshot.revision, snapshot.releases)
        self.version = seen if self.version is None else min(self.version, seen)


READ: ContextVar[Reading | None] = ContextVar("read", default=None)
"""Where a request whose answer may be kept notes what it was made from; None for any other."""


@dataclass(slots=True)
class Context:
    """One application's store and what is remembered of it."""

    settings: Settings
    store: Store
    limiter: CapacityLimiter
    resolver: Resolver = field(default_factory=Resolver)
    revisions: dict[int, Moment] = field(default_factory=dict)
    releases: dict[str, int] = field(default_factory=dict)
    watch: Watch = field(init=False)
    desk: Desk = field(init=False)
    rows: ReadyRows = field(init=False)
    groups: ReadyGroups = field(init=False)
    _once: dict[tuple[str, int], object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let listeners to changes share one look at the store."""
        self.desk = Desk(self.store)
        self.rows = ReadyRows(self.settings.ready_bytes)
        self.groups = ReadyGroups(self.settings.ready_bytes // 4)
        self.watch = Watch(lambda: self.in_thread(self.store.revision), self.settings.max_listeners)

    @property
    def secret(self) -> bytes:
        """The key that cursors are signed with."""
        return self.settings.secret_key.get_secret_value().encode()

    @property
    def engine_seconds(self) -> float:
        """How long a statement may take."""
        return self.settings.query_timeout * ENGINE_SHARE

    async def read(
        self,
        work: Callable[[Snapshot], T],
        revision: int | None = None,
        *,
        least: int = 0,
        current: bool = False,
        brief: bool = False,
    ) -> T:
        """Run a piece of reading in a thread, on a snapshot of a revision, by default the newest or the pinned one.

        It is run once more where a server went away under it. `brief` reading is tried without a thread first (`app.db.desk`),
        `least` and `current` are those of `Store.reading`.
        """
        named = PINNED.get() if revision is None else revision
        if brief and named is None and not current:
            with suppress(TooLongError):
                return self.desk.read(partial(_noted, work), least)

        def run() -> T:
            seconds = self.engine_seconds
            with self.store.reading(named, seconds=seconds, least=least, current=current) as snapshot:
                return _noted(work, snapshot) if named is None else work(snapshot)

        def run_again() -> T:
            try:
                return run()
            except SQLAlchemyError as error:
                line = LINE.get()
                if not is_lost(error) or (line is not None and line.was_cut):
                    raise
                return run()

        return await self.in_thread(run_again)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run a piece of blocking work in one of the application's threads, as many as there are connections.

        UnavailableError when it is not done at its deadline: the engine stops a question that runs too long, but work that waits
        for its turn, or for a server that hangs, is left to itself, and its connection is cut so that it ends.
        """
        line = Line()
        token = LINE.set(line)
        try:
            with anyio.fail_after(self.settings.query_timeout):
                return await anyio.to_thread.run_sync(work, limiter=self.limiter, abandon_on_cancel=True)
        except TimeoutError as error:
            line.cut()
            raise UnavailableError(LATE, headers={"retry-after": "5"}) from error
        finally:
            LINE.reset(token)

    def once(self, name: str, snapshot: Snapshot, work: Callable[[Snapshot], T]) -> T:
        """Give what a piece of reading found at the snapshot's revision, which never changes; the last few are remembered."""
        key = (name, snapshot.revision)
        if key in self._once:
            return cast("T", self._once[key])
        found = self._once[key] = work(snapshot)
        for old in list(self._once)[:-_REMEMBERED]:
            self._once.pop(old, None)
        return found

    def moment_of(self, snapshot: Snapshot) -> Moment:
        """Give what is known of the snapshot's revision, asked once."""
        found = self.revisions.get(snapshot.revision)
        if found is None:
            found = self.revisions[snapshot.revision] = get_moment(snapshot.connection, snapshot.revision)
        return found

    def snapshot_of(self, snapshot: Snapshot, known_at: str | None, release: str | None = None) -> Snapshot:
        """Give the snapshot as it was known at a moment, or at a release; BadQueryError for a release that is not there."""
        if release is not None:
            known = self.releases_of(snapshot)
            if release not in known:
                suggestion = nearest(release, list(known)) or next(iter(known), None)
                hint = f"did you mean '{suggestion}'?" if suggestion else "there are none yet"
                message = f"there is no release '{release}'; {hint}"
                raise BadQueryError.at("release", "unknown-release", message, suggestion)
            return replace(snapshot, revision=known[release])
        if known_at is None:
            return snapshot
        return replace(snapshot, revision=min(snapshot.revision, revision_at(snapshot.connection, known_at)))

    def releases_of(self, snapshot: Snapshot) -> dict[str, int]:
        """Give the revision of each release, the newest first; read again only when there is a new one."""
        if len(self.releases) != snapshot.releases:
            self.releases = revisions_by_release(snapshot.connection)
        return self.releases

    def release_of(self, snapshot: Snapshot) -> str | None:
        """Give the release whose revision is exactly the snapshot's, the newest of several."""
        return next((name for name, number in self.releases_of(snapshot).items() if number == snapshot.revision), None)

    def resolve(
        self, newest: Snapshot, known: Snapshot, text: str, kinds: tuple[Kind, ...], days: tuple[str, str] | None = None
    ) -> str:
        """Give the id that a reference had as it was known, or has by now; NotFoundError when it has none."""
        try:
            return self.resolver.resolve(known, text, kinds, days)
        except NotFoundError:
            if newest.revision == known.revision:
                raise
            return self.resolver.resolve(newest, text, kinds, days)

    def resolved(self, newest: Snapshot, known: Snapshot, resource: Resource | Computation, question: Question) -> Question:
        """Give the question with the ids that its references had as they were known, or have by now."""
        try:
            return self.resolver.resolved(known, resource, question)
        except BadQueryError:
            if newest.revision == known.revision:
                raise
            return self.resolver.resolved(newest, resource, question)


def _noted(work: Callable[[Snapshot], T], snapshot: Snapshot) -> T:
    """Run a piece of reading on the newest data, and note what that was."""
    if (reading := READ.get()) is not None:
        reading.note(snapshot)
    return work(snapshot)


def context_of(request: Request) -> Context:
    """Give the application's context."""
    context: Context = request.app.state.context
    return context
