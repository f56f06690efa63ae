"""One engine for a URL: embedded SQLite with durable settings, or PostgreSQL through psycopg 3."""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import md5
from time import monotonic
from typing import TYPE_CHECKING, cast

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection as SqliteConnection

    from sqlalchemy.engine import Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry


def make_engine(url: str, *, pool_size: int = 8) -> Engine:
    """Open the store at `url` (`sqlite:///file.db` or `postgresql://...`); nothing is created yet."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        sizes = {} if address.database in {None, "", ":memory:"} else {"pool_size": pool_size, "max_overflow": 0}
        engine = create_engine(
            address,
            **sizes,
            connect_args={"check_same_thread": False, "timeout": 30, "cached_statements": 512},
        )
        event.listen(engine, "connect", _set_pragmas)
        return engine
    return create_engine(address, pool_size=pool_size, max_overflow=0, pool_pre_ping=True, connect_args={"connect_timeout": 3})


def _set_pragmas(connection: SqliteConnection, entry: ConnectionPoolEntry) -> None:
    """Write-ahead log, no acknowledged write lost at power loss, foreign keys enforced, 64 MiB of page cache."""
    del entry
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    for setting in _ROOMY:
        connection.execute(setting)
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.create_function("md5", 1, _md5, deterministic=True)


def _lower(text: str | None) -> str | None:
    """Lower every letter, as PostgreSQL does; SQLite's own knows ASCII only."""
    return None if text is None else str(text).lower()


def _md5(text: str | None) -> str | None:
    """Give the MD5 of a text in lower-case hexadecimal, as PostgreSQL does; it draws samples and protects nothing."""
    return None if text is None else md5(str(text).encode(), usedforsecurity=False).hexdigest()


_ROOMY = ("PRAGMA cache_size = -65536", "PRAGMA mmap_size = 1073741824")
_LEAN = ("PRAGMA cache_size = -4096", "PRAGMA mmap_size = 0")


@contextmanager
def lean(connection: Connection) -> Iterator[None]:
    """Read without SQLite's memory map and large cache: passing through a whole table leaves nothing of it in the process."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = cast("SqliteConnection", connection.connection.driver_connection)
    for setting in _LEAN:
        driver.execute(setting)
    try:
        yield
    finally:
        for setting in ("PRAGMA shrink_memory", *_ROOMY):
            driver.execute(setting)


@contextmanager
def unmapped(connection: Connection) -> Iterator[None]:
    """Do without SQLite's memory map, whose pages count as the process's own, but with its large cache."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = cast("SqliteConnection", connection.connection.driver_connection)
    driver.execute(_LEAN[1])
    try:
        yield
    finally:
        for setting in ("PRAGMA shrink_memory", *_ROOMY):
            driver.execute(setting)


_STEPS = 20_000
"""SQLite's virtual machine steps between two looks at the clock, about a millisecond."""


@contextmanager
def deadline(connection: Connection, seconds: float | None) -> Iterator[None]:
    """Stop statements on a connection `seconds` from now; they end in OperationalError."""
    if seconds is None:
        yield
    elif connection.dialect.name == "sqlite":
        driver = cast("SqliteConnection", connection.connection.driver_connection)
        stop = monotonic() + seconds
        driver.set_progress_handler(lambda: monotonic() > stop, _STEPS)
        try:
            yield
        finally:
            driver.set_progress_handler(None, 0)
    else:
        connection.execute(text(f"SET LOCAL statement_timeout = {int(seconds * 1000)}"))
        yield
