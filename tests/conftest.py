"""Real parts for every test: a store built by the migrations, the project's own seed, an application, a server."""

from __future__ import annotations

import socket
import threading
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from alembic import command
from alembic.config import Config
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.edge.protocol import BoundedProtocol
from app.ingest.changes import Reason
from app.ingest.seed import load
from app.main import create_app
from app.settings import Settings
from app.telemetry import configure_logging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI
from sqlalchemy import inspect

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "seed_data.json"
LOADED = "2026-11-24T12:00:00.000000Z"

Json = dict[str, "object"]


def alembic_config(url: str) -> Config:
    """Give what Alembic runs with, on a database."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database to a schema by the project's own migrations."""
    command.upgrade(alembic_config(url), revision)


def seed(store: Store, path: Path = SEED, *, at: str = LOADED) -> None:
    """Load a seed file as the command line does."""
    with store.writing() as connection:
        load(connection, path, Reason("test", "seed", f"load {path.name}", at), date.fromisoformat(at[:10]))


def built_twice(url: str) -> Store:
    """Migrate and seed, go back to nothing, migrate and seed again; give the store, still open."""
    migrate(url)
    store = Store(url)
    seed(store)
    assert store.revision() == 1
    store.close()
    command.downgrade(alembic_config(url), "base")
    store = Store(url)
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}
    store.close()
    migrate(url)
    store = Store(url)
    seed(store)
    return store


@pytest.fixture(scope="session", autouse=True)
def _quiet() -> None:
    """Log as a server does, but only what went wrong."""
    configure_logging("error", "console")


@pytest.fixture(scope="session")
def seeded_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that holds the project's seed; shared, so never write to it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('seeded')}/facts.db"
    migrate(url)
    store = Store(url)
    seed(store)
    store.close()
    return url


@pytest.fixture(scope="session")
def store(seeded_url: str) -> Iterator[Store]:
    """The seeded store, opened for reading."""
    opened = Store(seeded_url)
    yield opened
    opened.close()


@pytest.fixture
def empty_store(tmp_path: Path) -> Iterator[Store]:
    """A migrated store without data, for tests that write."""
    url = f"sqlite:///{tmp_path}/empty.db"
    migrate(url)
    opened = Store(url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def app(seeded_url: str) -> FastAPI:
    """The application on the seeded store."""
    return create_app(Settings(database_url=seeded_url))


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
