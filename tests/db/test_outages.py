"""What a server of ours does when its database does not: killed under load, hung, too slow; and several servers that start at once."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from app.db.sessions import Store
from tests.databases import ROOT, Databases
from tests.ingest.test_seed import AAA, MEMBER, ORG, SOURCE, written
from tests.postgres import NEEDS_POSTGRES, free_port, start_primary, start_replica

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.postgres import Server

pytestmark = [*NEEDS_POSTGRES, pytest.mark.once]
PATIENCE = 90.0


@dataclass
class Running:
    """A server of ours, as a process; `ask` speaks HTTP on a connection of each thread's own."""

    port: int
    process: subprocess.Popen[bytes]
    local: threading.local = field(default_factory=threading.local)
    lines: list[http.client.HTTPConnection] = field(default_factory=list)

    def ask(self, path: str, body: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        line = getattr(self.local, "line", None)
        if line is None:
            line = self.local.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            self.lines.append(line)
        try:
            line.request("POST" if body else "GET", path, json.dumps(body) if body else None)
            answer = line.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except (OSError, http.client.HTTPException):
            line.close()
            raise

    def wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                if self.ask("/readyz")[0] == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            assert self.process.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server did not answer"
            time.sleep(0.05)


@contextmanager
def serving(url: str, **settings: str) -> Iterator[Running]:
    port = free_port()
    own = {"DATABASE_URL": url, "PORT": str(port), "LOG_LEVEL": "error", "CACHE_BYTES": "0", **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"], cwd=ROOT, env={**os.environ, **own}, stderr=subprocess.DEVNULL
    )
    running = Running(port, process)
    try:
        yield running
    finally:
        for line in running.lines:
            line.close()
        process.terminate()
        process.wait(20)


@contextmanager
def asking(running: Running, paths: Iterator[str], threads: int) -> Iterator[Counter[int]]:
    """Ask from several threads, without a pause, and count the answers by status; 0 is none."""
    statuses: Counter[int] = Counter()
    stopped, lock = threading.Event(), threading.Lock()

    def run() -> None:
        while not stopped.is_set():
            with lock:
                path = next(paths)
            try:
                status = running.ask(path)[0]
            except (OSError, http.client.HTTPException):
                status = 0
            with lock:
                statuses[status] += 1

    asked = [threading.Thread(target=run) for _ in range(threads)]
    for one in asked:
        one.start()
    try:
        yield statuses
    finally:
        stopped.set()
        for one in asked:
            one.join()


def days() -> Iterator[str]:
    """Give questions of which no two are alike, so that none is answered from memory."""
    return (
        f"/v1/memberships?limit=5&at={1950 + n // 336 % 70}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}&sample=9&seed={n}"
        for n in count()
    )


def until(running: Running, path: str, body: dict[str, str], wanted: Sequence[int]) -> float:
    """Ask until an answer has a status, and give the seconds that took."""
    began = time.monotonic()
    while (status := running.ask(path, body)[0]) not in wanted:
        assert status == 503, status
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.fixture(scope="module")
def primary() -> Iterator[Server]:
    with start_primary() as server:
        yield server


@pytest.fixture(scope="module")
def databases(primary: Server, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Hide the session's own: these tests stop and kill their server."""
    return Databases(tmp_path_factory.mktemp("stores"), primary)


def test_servers_that_start_at_once_make_one_store(databases: Databases, tmp_path: Path) -> None:
    url, file = databases.blank(), written(tmp_path, [SOURCE, AAA, ORG, MEMBER])
    for words in (["migrate"], ["seed", str(file)]):
        command = [sys.executable, "-m", "app", *words]
        started = [
            subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, stderr=subprocess.DEVNULL)
            for _ in range(2)
        ]
        assert [one.wait(PATIENCE) for one in started] == [0, 0]
    store = Store(url)
    assert store.revision() == 1
    store.close()


def test_a_cursor_goes_on_at_any_worker(databases: Databases) -> None:
    with serving(databases.filled(), WORKERS="2") as running:
        running.wait()
        following = json.loads(running.ask("/v1/memberships?limit=2")[2])["page"]["next"].partition("/v1/")[2]
        answers = {}
        for _ in range(12):  # each on a connection of its own, which any worker may take
            running.local.line = None
            status, _, body = running.ask(f"/v1/{following}")
            answers[status] = json.loads(body)["data"]
        assert list(answers) == [200]


def test_a_statement_that_runs_away_is_stopped_at_its_deadline(databases: Databases) -> None:
    store = Store(databases.empty())
    began = time.monotonic()
    with pytest.raises(OperationalError, match="statement timeout"), store.reading(seconds=0.2) as snapshot:
        snapshot.connection.exec_driver_sql("SELECT count(*) FROM generate_series(1, 1000000000)")
    assert time.monotonic() - began < 5
    with store.reading(seconds=5) as snapshot:
        assert snapshot.connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "5s"
    with store.writing() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar_one() == "0"
    store.close()


@contextmanager
def pulse(running: Running) -> Iterator[list[float]]:
    """Take the seconds that an answer takes in which the database has no part, all the time: what the machine itself adds."""
    stopped, found = threading.Event(), [0.0]

    def beat() -> None:
        while not stopped.is_set():
            began = time.monotonic()
            running.ask("/livez")
            found.append(time.monotonic() - began)
            time.sleep(0.01)

    heart = threading.Thread(target=beat)
    heart.start()
    try:
        yield found
    finally:
        stopped.set()
        heart.join()


def test_a_hung_database_keeps_nobody_waiting_beyond_the_deadline_and_is_taken_up_again(
    primary: Server, databases: Databases
) -> None:
    deadline, clients = 1.0, 24
    with serving(databases.filled(), QUERY_TIMEOUT=str(deadline), POOL_SIZE="4") as running:
        running.wait()
        paths = days()
        running.ask(next(paths))
        took: list[tuple[float, int, bool]] = []

        def timed(path: str) -> None:
            began = time.monotonic()
            status, headers, _ = running.ask(path)
            took.append((time.monotonic() - began, status, "retry-after" in headers))

        primary.freeze()
        try:
            with pulse(running) as beats:
                for _ in range(2):
                    waiting = [threading.Thread(target=timed, args=(next(paths),)) for _ in range(clients)]
                    for one in waiting:
                        one.start()
                    for one in waiting:
                        one.join()
        finally:
            primary.thaw()
        assert [told for _, *told in took] == [[503, True]] * 2 * clients
        assert max(seconds for seconds, _, _ in took) < deadline + max(0.1, 5 * max(beats))
        began = time.monotonic()
        while [running.ask(next(paths))[0] for _ in range(20)] != [200] * 20:
            assert time.monotonic() - began < PATIENCE


def test_a_primary_that_is_killed_under_load_costs_no_read_and_writes_come_back_with_the_next(
    primary: Server, databases: Databases
) -> None:
    """The last test of this server: it is dead at the end."""
    name = databases.filled().rpartition("/")[2]
    with start_replica(primary) as replica:
        url = f"postgresql://postgres@127.0.0.1:{primary.port},127.0.0.1:{replica.port}/{name}"
        with serving(url) as running:
            running.wait()
            assert running.ask("/v1/queries", {"query": "/v1/states"})[0] == 201
            with asking(running, days(), 4) as statuses, pulse(running) as beats:
                time.sleep(0.7)
                primary.kill()
                before = statuses[200]
                time.sleep(0.7)
                refused, headers, _ = running.ask("/v1/queries", {"query": "/v1/topics"})
                assert (refused, "retry-after" in headers) == (503, True)
                replica.execute("SELECT pg_promote()")
                back = until(running, "/v1/queries", {"query": "/v1/people"}, (201,))
                time.sleep(0.3)
            assert set(statuses) == {200}, statuses
            assert statuses[200] > before + 20
            assert back < max(1.0, 10 * max(beats))
