"""Stores for tests on either engine: made once by the migrations and the seed, and then copied, which takes milliseconds."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from app.db.sessions import Store
from app.ingest.changes import Reason
from app.ingest.seed import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "seed_data.json"
LOADED = "2026-11-24T12:00:00.000000Z"


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


def unmake(url: str) -> None:
    """Take a database back to nothing by the project's own migrations."""
    command.downgrade(alembic_config(url), "base")


@dataclass
class Databases:
    """All stores of one engine that a session of tests makes."""

    place: Path
    """Folder of the files, where the engine is SQLite."""
    server: Server | None = None
    """The server, where it is PostgreSQL."""
    _numbers: Iterator[int] = field(default_factory=count)

    def blank(self) -> str:
        """Give the address of a store that has no tables yet."""
        if self.server is None:
            return f"sqlite:///{self.place}/{next(self._numbers)}.db"
        return self.server.database(f"test{next(self._numbers)}")

    def copy(self, url: str) -> str:
        """Give the address of a copy of a store that nobody has open."""
        if self.server is None:
            return f"sqlite:///{shutil.copy(str(make_url(url).database), f'{self.place}/{next(self._numbers)}.db')}"
        return self.server.database(f"test{next(self._numbers)}", template=str(make_url(url).database))

    def empty(self) -> str:
        """Give the address of a new store with all tables and no rows."""
        return self.copy(self._migrated)

    def filled(self) -> str:
        """Give the address of a new store that holds the project's seed."""
        return self.copy(self._seeded)

    def drop(self, url: str) -> None:
        """Remove a store, whoever has it open."""
        if self.server is not None:
            self.server.execute(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    @cached_property
    def _migrated(self) -> str:
        url = self.blank()
        migrate(url)
        return url

    @cached_property
    def _seeded(self) -> str:
        url = self.empty()
        with closing(Store(url)) as store:
            seed(store)
        return url
