"""Migrations make the schema that the models describe, and go up, down and up again over data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from app.db.base import Base
from app.db.sessions import Store
from tests.databases import ROOT, migrate, seed, unmake
from tests.ingest.test_seed import WORLD, written

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.databases import Databases


def test_the_migrations_make_what_the_models_say(empty_store: Store) -> None:
    with empty_store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind not in {"table", "index"} or not name.startswith("search_fts"),
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_of_the_models_stand_in_the_database(empty_store: Store) -> None:
    """Alembic does not compare CHECK constraints, so their names and texts are compared here."""
    inspector = inspect(empty_store.engine)
    for table in Base.metadata.tables.values():
        held = {one["name"] for one in inspector.get_check_constraints(table.name)}
        wanted = {str(one.name) for one in table.constraints if one.__visit_name__ == "check_constraint"}
        assert {name for name in wanted if name != "None"} <= held, table.name


def test_up_down_and_up_again_over_data(databases: Databases, tmp_path: Path) -> None:
    url = databases.filled()
    unmake(url)
    store = Store(url)
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}
    store.close()
    migrate(url)
    store = Store(url)
    seed(store, written(tmp_path, WORLD))
    assert store.revision() == 1
    assert store.schema_version() == max(path.name.partition("_")[0] for path in (ROOT / "migrations" / "versions").glob("0*.py"))
    with store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            check_file(connection)
    store.close()


def check_file(connection: Connection) -> None:
    """Look at what SQLite itself has to say of its file."""
    assert connection.execute(text("SELECT count(*) FROM search_fts WHERE search_fts MATCH 'aland'")).scalar_one() > 0
    assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
