"""What the rooms of HTTP share: the store, the resolver and the settings of one application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import anyio.to_thread

from app.queries.resolving import Resolver
from app.queries.revisions import get_revision, revision_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from anyio import CapacityLimiter
    from starlette.requests import Request

    from app.db.sessions import Snapshot, Store
    from app.queries.revisions import RevisionInfo
    from app.settings import Settings

T = TypeVar("T")


@dataclass(slots=True)
class Context:
    """One application's store and what is remembered of it."""

    settings: Settings
    store: Store
    limiter: CapacityLimiter
    resolver: Resolver = field(default_factory=Resolver)
    revisions: dict[int, RevisionInfo] = field(default_factory=dict)

    @property
    def secret(self) -> bytes:
        """The key that cursors are signed with."""
        return self.settings.secret_key.get_secret_value().encode()

    async def read(self, work: Callable[[Snapshot], T], revision: int | None = None) -> T:
        """Run a piece of reading in a thread, on a snapshot of a revision, by default the newest."""

        def run() -> T:
            with self.store.reading(revision, seconds=self.settings.query_timeout) as snapshot:
                return work(snapshot)

        return await self.in_thread(run)

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run a piece of blocking work in one of the application's threads, as many as there are connections."""
        return await anyio.to_thread.run_sync(work, limiter=self.limiter)

    def moment_of(self, snapshot: Snapshot) -> RevisionInfo:
        """Give what is known of the snapshot's revision, asked once."""
        found = self.revisions.get(snapshot.revision)
        if found is None:
            found = self.revisions[snapshot.revision] = get_revision(snapshot.connection, snapshot.revision)
        return found

    def snapshot_of(self, snapshot: Snapshot, known_at: str | None) -> Snapshot:
        """Give the snapshot as it was known at a moment."""
        if known_at is None:
            return snapshot
        return type(snapshot)(snapshot.connection, revision_at(snapshot.connection, known_at))


def context_of(request: Request) -> Context:
    """Give the application's context."""
    context: Context = request.app.state.context
    return context
