"""A small world for tests that import files into it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from app.db.sessions import Store
from tests.conftest import migrate, seed
from tests.ingest.made_files import WORLD
from tests.ingest.test_seed import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed database that holds the small world; shared, so copy it."""
    folder = tmp_path_factory.mktemp("world")
    url = f"sqlite:///{folder}/world.db"
    migrate(url)
    opened = Store(url)
    seed(opened, written(folder, WORLD))
    opened.close()
    return folder / "world.db"


@pytest.fixture
def filled(world: Path, tmp_path: Path) -> Iterator[Store]:
    """A small world, to be written to."""
    shutil.copy(world, tmp_path / "filled.db")
    opened = Store(f"sqlite:///{tmp_path}/filled.db")
    yield opened
    opened.close()
