"""Which revision the store is at, known without asking it for every request: what kept answers are held against.

SQLite tells with `PRAGMA data_version` on a connection of its own whether anybody else has committed, in microseconds; it is
asked when the last look is older than `GLANCE`. PostgreSQL tells by NOTIFY (`app.db.watching.CHANNEL`), which a thread waits
for; where a notice is lost, or the server is a standby that cannot LISTEN, the thread looks every `POLL` anyway. A commit of this
process is seen at once on both. What is not known for certain is not told: without a look in the last `LEASE` seconds
there is no version, and nothing kept may be given out.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, Protocol

import structlog

from app.db.engine import PATIENT

if TYPE_CHECKING:
    from psycopg import Connection as PostgresConnection

    from app.db.sessions import Store

GLANCE = 0.001
"""Seconds that a look at SQLite is good for: another process's commit is seen that much later at most."""
POLL = 0.5
"""Seconds between two looks at PostgreSQL when no notice comes."""
LEASE = 1.0
"""Seconds after a look that PostgreSQL's version is still told: another process's commit is seen that much later at most."""
CHANNEL = "revision"
"""PostgreSQL's channel on which a writer tells of a revision."""

_NEWEST = "SELECT coalesce(max(id), 0), (SELECT count(*) FROM release) FROM revision"
_log = structlog.get_logger("app.db.watching")


class Version(NamedTuple):
    """All that an answer of the newest data depends on: the newest revision, and how many releases name one."""

    revision: int
    releases: int


class Watch(Protocol):
    """Tells the version of a store."""

    def version(self) -> Version | None:
        """Give the version, None when it is not known for certain."""

    def close(self) -> None:
        """Stop looking."""


class SqliteWatch:
    """Looks at a file of SQLite; one thread alone may ask."""

    def __init__(self, store: Store, *, glance: float = GLANCE) -> None:
        """Watch a store; its file is opened when it is first asked."""
        self._store = store
        self._glance = glance
        self._connection: sqlite3.Connection | None = None
        self._seen: tuple[int, Version] | None = None
        self._commits = -1
        self._until = 0.0

    def version(self) -> Version | None:
        """Give the version; None when the store is locked or away."""
        now = monotonic()
        if now >= self._until or self._commits != self._store.commits:
            self._commits, self._until = self._store.commits, now + self._glance
            try:
                self._look()
            except sqlite3.Error:
                self._seen, self._until = None, 0.0
        return None if self._seen is None else self._seen[1]

    def _look(self) -> None:
        if self._connection is None:
            path = self._store.engine.url.database or ""
            self._connection = sqlite3.connect(path, timeout=0, check_same_thread=False, isolation_level=None)
        (changes,) = self._connection.execute("PRAGMA data_version").fetchone()
        if self._seen is None or self._seen[0] != changes:
            self._seen = changes, Version(*self._connection.execute(_NEWEST).fetchone())

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection, self._seen, self._until = None, None, 0.0


class PostgresWatch:
    """Waits for notices in a thread of its own, on a connection beside the pool."""

    def __init__(self, store: Store, *, poll: float = POLL, lease: float = LEASE) -> None:
        """Watch a store; the thread starts when it is first asked."""
        self._store = store
        self._poll, self._lease = poll, lease
        self._version: Version | None = None
        self._until = 0.0
        self._commits = -1
        self._stopped = Event()
        self._thread: Thread | None = None

    def version(self) -> Version | None:
        """Give the version; None while nothing is known since a commit of this process, or since the lease ran out.

        Nor is it known while the server that is watched, a replica, has not come as far as this process has written.
        """
        if self._thread is None:
            self._thread = Thread(target=self._run, name="watch", daemon=True)
            self._thread.start()
        if self._version is None or monotonic() >= self._until or self._commits != self._store.commits:
            return None
        return self._version if self._version.revision >= self._store.written else None

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with self._connected() as connection:
                    with suppress(_psycopg_error()):  # a standby cannot listen; the looks alone will do
                        connection.execute(f"LISTEN {CHANNEL}")
                    while not self._stopped.is_set():
                        self._look(connection)
                        for _ in connection.notifies(timeout=self._poll, stop_after=1):
                            pass
            except _psycopg_error() as error:
                self._until = 0.0
                _log.info("watch", error=str(error).splitlines()[:1])
                self._stopped.wait(self._poll)

    def _connected(self) -> PostgresConnection[tuple[int, int]]:
        engine = self._store.engine
        words, options = engine.dialect.create_connect_args(engine.url)
        patient = {**PATIENT, **options}
        connection: PostgresConnection[tuple[int, int]] = engine.dialect.connect(*words, **patient)  # type: ignore[assignment]
        connection.autocommit = True
        return connection

    def _look(self, connection: PostgresConnection[tuple[int, int]]) -> None:
        asked, commits = monotonic(), self._store.commits
        found = connection.execute(_NEWEST).fetchone()
        if found is not None:
            self._version, self._commits, self._until = Version(*found), commits, asked + self._lease

    def close(self) -> None:
        """Let the thread end; it does so within a poll."""
        self._stopped.set()


def _psycopg_error() -> type[Exception]:
    """Give the root of psycopg's errors; a store in a file never loads the library."""
    from psycopg import Error  # noqa: PLC0415 - see above

    return Error


class NoWatch:
    """Knows no version: a store in memory is another one for every connection."""

    def version(self) -> Version | None:
        """Give none."""
        return None

    def close(self) -> None:
        """Have nothing to stop."""


def watch_of(store: Store) -> Watch:
    """Give the watch of a store, by its engine."""
    if store.engine.dialect.name != "sqlite":
        return PostgresWatch(store)
    return NoWatch() if store.engine.url.database in {None, "", ":memory:"} else SqliteWatch(store)
