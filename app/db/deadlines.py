"""How long a read may take: statements are stopped by the engine, and a line that hangs is cut by whoever waited for it."""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, cast

from sqlalchemy.exc import OperationalError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection as SqliteConnection

    from psycopg import Connection as PostgresConnection
    from sqlalchemy.engine import Connection

_STEPS = 20_000
"""SQLite's virtual machine steps between two looks at the clock, about a millisecond."""


@dataclass(slots=True)
class Line:
    """The connection to a server that a piece of blocking work holds, if it holds one.

    A statement's timeout is kept by the server, so one that hangs, or is out of reach, keeps none; and no thread can be stopped
    while it waits for a socket. But the socket can be shut down under it: then the thread ends with an error at once.
    """

    driver: PostgresConnection | None = None
    was_cut: bool = False

    def cut(self) -> None:
        """End the wait of whoever holds the line."""
        self.was_cut = True
        if self.driver is not None and not self.driver.closed:
            with suppress(OSError), socket.socket(fileno=os.dup(self.driver.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)


LINE: ContextVar[Line | None] = ContextVar("line", default=None)
"""The line of the work that a thread does, where somebody waits for it no longer than a deadline."""


@contextmanager
def deadline(connection: Connection, seconds: float | None) -> Iterator[None]:
    """Stop each statement on a connection after `seconds`; it ends in OperationalError."""
    if connection.dialect.name == "sqlite":
        with _sqlite_deadline(connection, seconds):
            yield
        return
    line = LINE.get()
    if line is None:
        _limit(connection, seconds)
        yield
        return
    line.driver = cast("PostgresConnection", connection.connection.driver_connection)
    try:
        _limit(connection, seconds)
        yield
    finally:
        line.driver = None
        if line.was_cut:
            connection.invalidate()


@contextmanager
def _sqlite_deadline(connection: Connection, seconds: float | None) -> Iterator[None]:
    if seconds is None:
        yield
        return
    driver = cast("SqliteConnection", connection.connection.driver_connection)
    stop = monotonic() + seconds
    driver.set_progress_handler(lambda: monotonic() > stop, _STEPS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _limit(connection: Connection, seconds: float | None) -> None:
    """Tell PostgreSQL the timeout, unless this connection has it already: most have, so most reads say nothing of it."""
    wanted = 0 if seconds is None else max(1, int(seconds * 1000))
    if connection.info.get("timeout") == wanted:
        return
    setting = f"SET statement_timeout = {wanted}"
    driver = cast("PostgresConnection", connection.connection.driver_connection)
    try:
        driver.execute(setting.encode())
    except connection.dialect.loaded_dbapi.Error as error:
        connection.invalidate()
        raise OperationalError(setting, None, error, connection_invalidated=True) from error
    connection.info["timeout"] = wanted
