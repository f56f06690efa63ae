"""The benchmark measures a valid store, the same at every run, and its client sees what a server sends."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from benchmarks.client import BadAnswerError, Load, ask, get
from benchmarks.measure import Measure, Series, held, ratio
from benchmarks.plot import drawn
from benchmarks.questions import QUESTIONS, Groups, One, Page, Search
from benchmarks.report import LIMIT, OURS, Findings, bars, markdown
from benchmarks.store import build
from benchmarks.world import MEMBERS, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.questions import Ask

SMALL = World(memberships=2 * MEMBERS, states=100, events=20, agreements=10)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "small.db"
    build(SMALL, path)
    return path


def count(store: Path, statement: str) -> int:
    with closing(sqlite3.connect(store)) as connection:
        found: int = connection.execute(statement).fetchone()[0]
    return found


def test_a_world_is_the_same_at_every_run_and_grows_without_changing() -> None:
    larger = World(memberships=20 * MEMBERS, states=100, events=20, agreements=10)
    assert [*islice(larger.facts(), SMALL.memberships)] == [*SMALL.facts()]
    assert [*SMALL.records()] == [*World(SMALL.memberships, 100, 20, 10).records()]


@pytest.mark.parametrize(
    ("table", "rows"),
    [("state", 100), ("organization", 2), ("membership", 160), ("event", 20), ("participation", 100), ("agreement", 10)],
)
def test_a_store_holds_what_its_world_says(store: Path, table: str, rows: int) -> None:
    assert count(store, f"SELECT count(*) FROM {table}") == rows


def test_every_row_of_a_store_is_valid(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert count(store, "SELECT count(*) FROM membership WHERE best_claim NOT IN (SELECT id FROM claim)") == 0


def test_the_server_answers_from_a_store_as_from_any_other(store: Path) -> None:
    with TestClient(create_app(Settings(database_url=f"sqlite:///{store}"))) as client:
        found = client.get("/v1/organizations/organization-000001/members?at=2015-06-01&limit=1000").json()
        first = client.get("/v1/memberships?limit=1").json()
    held = [one for one in SMALL.facts() if one.organization == "organization-000001"]
    certain = [one for one in held if one.start[:4] < "2015" and (one.end == ".." or one.end > "2015-06-01")]
    assert found["page"]["total"] == len(certain)
    assert first["page"]["total"] == 160
    assert first["data"][0]["organization"]["name"]
    assert first["data"][0]["evidence"]["best"]["title"] == "Yearbook 0"


def test_no_form_of_a_question_comes_twice() -> None:
    for question in QUESTIONS:
        forms = question.cold(World(memberships=800, states=20))
        assert len(set(forms)) == len(forms)
        assert question.warm not in forms


@pytest.fixture
def address(server: str) -> int:
    return int(server.rpartition(":")[2])


def test_the_client_counts_what_a_server_answers(address: int) -> None:
    run = Load(address, seconds=5, connections=4, again=False).run([get("/livez")] * 40)
    assert (run.requests, len(run.latencies)) == (40, 40)
    assert 0 < run.percentile(0.5) <= run.percentile(0.99) <= run.seconds


def test_the_client_stops_when_its_time_is_over(address: int) -> None:
    run = Load(address, seconds=0.1, connections=2).run([get("/livez")])
    assert 0.1 <= run.seconds < 5


def test_the_client_reads_chunks_to_their_end(address: int) -> None:
    streamed = ask(address, get("/v1/states.jsonl", accept_encoding="identity"))
    assert streamed.body.endswith(b"}\n")
    assert streamed.header("transfer-encoding") == "chunked"
    assert Load(address, seconds=5, connections=2, again=False).run([get("/v1/states.jsonl")] * 4).requests == 4


def test_a_status_that_is_no_answer_is_no_figure(address: int) -> None:
    with pytest.raises(BadAnswerError, match="404"):
        Load(address, seconds=1, connections=1).run([get("/v1/nothing")])


def test_a_connection_that_a_server_closes_unasked_is_opened_again() -> None:
    import socket  # noqa: PLC0415 - this test alone is a server

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> Iterator[None]:
            for answers in (0, 1, 2):
                connection = listening.accept()[0]
                for _ in range(answers):
                    connection.recv(1000)
                    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                connection.close()
                yield

        serving = threading.Thread(target=lambda: [*serve()])
        serving.start()
        run = Load(listening.getsockname()[1], seconds=5, connections=1, again=False).run([get("/")] * 3)
        serving.join()
    assert run.requests == 3


@pytest.mark.parametrize(
    ("question", "body", "found"),
    [
        (Page(), b'[{"id": "membership-00000001", "event": "event-000002"}]', {b"membership-00000001", b"event-000002"}),
        (Page(), b"id,status\nmembership-00000001,member\n", {b"membership-00000001"}),
        (Search("a"), b'"event-000002" "event-000002" "event-000003"', 2),
        (Groups(), b'"organization-000001" "organization-000001"', 2),
        (One("states", "AAB"), b'{"id": "AAC"}', False),
    ],
)
def test_answers_are_compared_by_what_they_hold(question: Ask, body: bytes, found: object) -> None:
    assert held(question, body) == found


def test_ratios_are_taken_within_a_round() -> None:
    assert ratio([10, 100, 1000], [20, 200, 1000]) == 0.5


def test_a_report_judges_each_bar_that_was_measured() -> None:
    measure = Measure(SMALL, rounds=1, seconds=1)
    measure.table["page", "warm"][OURS] = Series([90.0], [0.01], [0.05])
    measure.table["page", "warm"][LIMIT] = Series([100.0], [0.01], [0.02])
    found = Findings(measure)
    assert [(bar.found, bar.met) for bar in bars(found)[:2]] == [("0.90 x", True), ("5.00 x", False)]
    assert "| warm, page of 50 memberships: of the limit | at least 0.85 x | 0.90 x | ✓ |" in markdown(found)
    assert drawn(measure.table).count("<title>") == 2
