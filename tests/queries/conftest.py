"""A stage for small worlds: a store and an application on it, where one world follows another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.main import create_app
from app.settings import Settings
from tests.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases


@pytest.fixture(scope="module")
def stage(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Give a store of worlds, of which the last one written is the newest revision."""
    place = tmp_path_factory.mktemp("worlds")
    url = databases.empty()
    store = Store(url)
    with TestClient(create_app(Settings(database_url=url))) as client:
        yield Stage(store, client, place)
    store.close()
