"""An import leaves the same rows on PostgreSQL as on SQLite, goes again, and does not stand in the way of a migration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alembic import command
from sqlalchemy import text

from app.db.sessions import Store
from tests.databases import alembic_config, migrate, seed
from tests.ingest.made_files import WORLD, bring_in, content, held, igo_year, state_year, take_out
from tests.ingest.test_seed import written
from tests.postgres import NEEDS_POSTGRES, start_primary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=NEEDS_POSTGRES)],
    scope="module",
)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An empty database of either engine, and a folder."""
    folder = tmp_path_factory.mktemp("engine")
    if request.param == "sqlite":
        yield f"sqlite:///{folder}/store.db", folder
        return
    with start_primary() as server:
        yield server.url, folder


def test_an_import_is_the_same_on_either_engine_and_goes_down_with_the_schema(
    engine: tuple[str, Path], filled: Store, tmp_path: Path
) -> None:
    url, folder = engine
    migrate(url)
    store = Store(url)
    seed(store, written(folder, WORLD))
    curated = content(store)
    files = [
        igo_year(tmp_path / "igo.csv.gz", {"COE": {"uk": held(range(1998, 2015))}, "LEAG": {"russia": held(range(1980, 1995))}}),
        state_year(
            tmp_path / "states.csv", {"russia": {"LEAG": held(range(1980, 1990))}, "uk": {"LEAG": held(range(1980, 1990))}}
        ),
    ]
    for opened in (store, filled):
        bring_in(opened, "cow-igo", *files)
    assert content(store) == content(filled)
    take_out(store, "cow-igo-year")
    take_out(store, "cow-state-year")
    assert content(store) == curated
    bring_in(store, "cow-igo", *files)
    assert content(store) == content(filled)
    store.close()
    command.downgrade(alembic_config(url), "0001")
    migrate(url)
    again = Store(url)
    assert content(again) == curated
    with again.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM membership WHERE NOT preferred")).scalar_one() == 0
    bring_in(again, "cow-igo", *files)
    assert content(again) == content(filled)
    again.close()
