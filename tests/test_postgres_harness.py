"""The PostgreSQL harness does what failure tests need: crash, hang, follow, take over, leave nothing behind."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.postgres import NEEDS_POSTGRES, Server, start_primary, start_replica

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = NEEDS_POSTGRES


@pytest.fixture(scope="module")
def primary() -> Iterator[Server]:
    with start_primary() as server:
        server.execute("CREATE TABLE fact (id integer PRIMARY KEY)")
        yield server


def eventually(server: Server, statement: str, rows: list[tuple[object, ...]]) -> bool:
    deadline = time.monotonic() + 10
    while server.execute(statement) != rows:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_what_was_committed_is_there_after_a_crash(primary: Server) -> None:
    primary.execute("INSERT INTO fact VALUES (1)")
    primary.kill(signal.SIGKILL)
    assert not primary.answers()
    primary.start()
    assert primary.execute("SELECT id FROM fact WHERE id = 1") == [(1,)]


def test_a_stopped_server_hangs_and_goes_on(primary: Server) -> None:
    primary.kill(signal.SIGSTOP)
    assert not primary.answers()
    primary.kill(signal.SIGCONT)
    assert primary.answers()


def test_a_replica_follows_reads_only_and_takes_over(primary: Server) -> None:
    with start_replica(primary) as replica:
        primary.execute("INSERT INTO fact VALUES (2)")
        assert eventually(replica, "SELECT id FROM fact WHERE id = 2", [(2,)])
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            replica.execute("INSERT INTO fact VALUES (3)")
        replica.execute("SELECT pg_promote()")
        assert replica.execute("SELECT pg_is_in_recovery()") == [(False,)]
        replica.execute("INSERT INTO fact VALUES (3)")


def test_letters_of_every_script_have_their_case(primary: Server) -> None:
    assert primary.execute("SELECT lower('Ə Ё Ş')") == [("ə ё ş",)]


def test_databases_of_one_server_are_apart(primary: Server) -> None:
    with psycopg.connect(primary.database("another")) as connection:
        assert connection.execute("SELECT to_regclass('fact')").fetchone() == (None,)


def test_nothing_is_left_behind() -> None:
    with start_primary() as server:
        assert server.home.exists()
        server.kill(signal.SIGSTOP)
    assert not server.home.exists()
    assert not server.answers()
