"""Short reads without a thread: at a desk of their own, for no longer than a slice of time.

Handing a question to a thread and its answer back costs more than most questions. On SQLite the event loop asks them itself,
on a connection that is kept; what takes longer than `SLICE` is broken off, and asked again in a thread (`TooLongError`). So is
whatever would compute for long in Python, which says so by `Snapshot.at_leisure`.
"""

from __future__ import annotations

from sqlite3 import Error as SqliteError
from threading import Lock
from time import monotonic, thread_time
from typing import TYPE_CHECKING, TypeVar, cast

from sqlalchemy.exc import OperationalError

from app.db.sessions import NEWEST, Snapshot, TooLongError

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection as SqliteConnection

    from sqlalchemy.engine import Connection

    from app.db.sessions import Store
    from app.db.watching import Version

T = TypeVar("T")

SLICE = 0.004
WAIT = 0.1
"""Seconds that the event loop may spend in SQLite for one question: computing, and with waiting for the disk or a processor."""
_STEPS = 1_000
"""SQLite's virtual machine steps between two looks at the clock, some fifty microseconds."""


class Desk:
    """One kept connection of a store in a file, used by one thread at a time."""

    def __init__(self, store: Store) -> None:
        """Open nothing yet."""
        self._store = store
        self._lock = Lock()
        self._held: tuple[Connection, SqliteConnection] | None = None
        self._stop = 0.0, 0.0
        database = store.engine.url.database
        self.open = store.engine.dialect.name == "sqlite" and database not in {None, "", ":memory:"}

    def read(self, work: Callable[[Snapshot], T], least: int = 0) -> T:
        """Run a piece of reading on the newest data, of revision `least` or later.

        TooLongError when it has to be done in a thread.
        """

        def newest(connection: Connection, driver: SqliteConnection) -> Snapshot:
            revision, releases = driver.execute(NEWEST).fetchone()
            if revision < least:
                raise TooLongError
            return Snapshot(connection, revision, releases, brief=True)

        return self._read(newest, work)

    def read_as_of(self, version: Version, work: Callable[[Snapshot], T]) -> T:
        """Run a piece of reading as `read` does, on data of a version that the store is known to have come to."""
        return self._read(lambda connection, _: Snapshot(connection, *version, brief=True), work)

    def _read(self, opened: Callable[[Connection, SqliteConnection], Snapshot], work: Callable[[Snapshot], T]) -> T:
        if not self.open or self._store.engine.dispatch.before_cursor_execute or not self._lock.acquire(blocking=False):
            raise TooLongError
        try:
            connection, driver = self._held or self._hold()
            self._stop = thread_time() + SLICE, monotonic() + WAIT
            return work(opened(connection, driver))
        except (OperationalError, SqliteError) as error:
            raise TooLongError from error  # whatever it is: where there is time it is asked again, and told of
        finally:
            self._lock.release()

    def _hold(self) -> tuple[Connection, SqliteConnection]:
        connection = self._store.engine.connect()
        driver = cast("SqliteConnection", connection.connection.driver_connection)
        driver.execute("PRAGMA busy_timeout = 0")
        driver.set_progress_handler(lambda: thread_time() > self._stop[0] or monotonic() > self._stop[1], _STEPS)
        self._held = connection, driver
        return self._held

    def close(self) -> None:
        """Give the connection up: another may not be as this one was left."""
        with self._lock:
            if self._held is not None:
                self._held[0].invalidate()
                self._held[0].close()
                self._held = None
