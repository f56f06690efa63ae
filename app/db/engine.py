"""One engine for a URL: embedded SQLite with durable settings, or PostgreSQL through psycopg 3."""

from __future__ import annotations

import select
from contextlib import contextmanager
from hashlib import md5
from typing import TYPE_CHECKING, cast

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError

from app.db.addresses import aimed, read_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from sqlite3 import Connection as SqliteConnection

    from psycopg import Connection as PostgresConnection
    from sqlalchemy.engine import URL, Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

    from app.db.addresses import Target


def make_engine(url: str, *, pool_size: int = 8, target: Target = "read-write") -> Engine:
    """Open the store at `url` (`sqlite:///file.db` or `postgresql://...`), of several servers one that is fit for the target.

    Nothing is created, nor even connected to, before the first use.
    """
    address = aimed(read_address(url), target)
    if address.get_backend_name() == "sqlite":
        threads_and_desk = {"pool_size": pool_size + 1, "max_overflow": 0}  # see app.db.desk, which keeps one
        sizes = {} if address.database in {None, "", ":memory:"} else threads_and_desk
        engine = create_engine(
            address,
            **sizes,
            connect_args={"check_same_thread": False, "timeout": 30, "cached_statements": 512},
        )
        event.listen(engine, "connect", _set_pragmas)
        return engine
    return _make_postgres_engine(address, pool_size)


_SILENCE = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
PATIENT = {"connect_timeout": 2, **_SILENCE}
"""Seconds that a host may take to answer a call (libpq's least), and of silence after which it is gone (or milliseconds)."""
_REFRESHED = 300
"""Seconds after which a connection is made anew, so that a replica that was away gets its readers back."""


def _make_postgres_engine(address: URL, pool_size: int) -> Engine:
    named: dict[str, str | int] = {name: value for name, value in PATIENT.items() if name not in address.query}
    named["options"] = f"-c jit=off {address.query.get('options', '')}"  # compiling a statement takes longer than answering it
    engine = create_engine(
        address, pool_size=pool_size, max_overflow=0, pool_timeout=5, pool_recycle=_REFRESHED, connect_args=named
    )
    event.listen(engine, "checkout", _refuse_broken)
    return engine


def _refuse_broken(connection: PostgresConnection, entry: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
    """Let the pool make a connection anew that its server has closed; that costs no question to the server.

    A server says nothing on its own to a client that asks nothing, unless it goes away.
    """
    del entry, proxy
    if connection.closed:
        raise DisconnectionError
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    if poller.poll(0):
        raise DisconnectionError


def is_lost(error: BaseException) -> bool:
    """Tell whether a failure says only that a server went away, or a replica changed under a read: a second try is fair."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) == "40001"


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


_ROOMY = ("PRAGMA cache_size = -65536", "PRAGMA mmap_size = 17179869184")
"""64 MiB of page cache, and as much of the file in memory's address space as SQLite maps at most: 2 GiB as it is usually built.

Of a store of ten million memberships (7.5 GB) a record then takes 120 microseconds and not 140.
"""
_UNMAPPED = "PRAGMA mmap_size = 0"
_SMALL = "PRAGMA cache_size = -4096"


def lean(connection: Connection) -> AbstractContextManager[None]:
    """Read without SQLite's memory map and large cache: passing through a whole table leaves nothing of it in the process."""
    return _spared(connection, _UNMAPPED, _SMALL)


def unmapped(connection: Connection) -> AbstractContextManager[None]:
    """Do without SQLite's memory map, whose pages count as the process's own, but with its large cache."""
    return _spared(connection, _UNMAPPED)


@contextmanager
def _spared(connection: Connection, *settings: str) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = cast("SqliteConnection", connection.connection.driver_connection)
    for setting in settings:
        driver.execute(setting)
    try:
        yield
    finally:
        for setting in ("PRAGMA shrink_memory", *_ROOMY):
            driver.execute(setting)
