"""How Alembic runs here: one transaction for all revisions, so a failed migration leaves nothing behind.

The store is `config.attributes["url"]`, as the command line and the tests set it, else DATABASE_URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from alembic import context
from sqlalchemy import text

from app.db import types
from app.db.engine import make_engine
from app.models import Revision
from app.settings import Settings

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext
    from alembic.runtime.environment import NameFilterType as NameKind
    from sqlalchemy.engine import Connection

TABLES = Revision.metadata
LOCK = text("SELECT pg_advisory_xact_lock(1179603525)")  # servers may start together; the number has no meaning
HAND_WRITTEN = "search_fts"  # the full-text index: SQL of each engine's own, which metadata cannot say


def url() -> str:
    """Give the store's address."""
    return str(context.config.attributes.get("url") or Settings().database_url)


def compared(name: str | None, kind: NameKind, parents: object) -> bool:
    """Tell autogeneration to leave the full-text index alone."""
    del parents
    return not (kind in {"table", "index"} and name is not None and name.startswith(HAND_WRITTEN))


def rendered(kind: str, item: object, autogeneration: AutogenContext) -> str | Literal[False]:
    """Write this project's column types by their short name."""
    if kind == "type" and isinstance(item, types.Day | types.Instant):
        name = type(item).__name__
        autogeneration.imports.add(f"from app.db.types import {name}")
        return f"{name}()"
    return False


def run(connection: Connection | None = None) -> None:
    """Run the revisions on a connection, or without one print their SQL."""
    context.configure(
        connection=connection,
        url=None if connection else url(),
        literal_binds=connection is None,
        target_metadata=TABLES,
        transactional_ddl=True,
        render_as_batch=True,
        render_item=rendered,
        include_name=compared,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate_sqlite(connection: Connection) -> None:
    """Migrate with foreign keys off, as rebuilding a table would delete its children, and check them before the end."""
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction
    connection.commit()
    with connection.begin():
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # sqlite3 itself begins before rows change, not before tables do
        run(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            message = f"a migration broke {len(broken)} foreign keys; the first (table, rowid, parent, key): {tuple(broken[0])}"
            raise RuntimeError(message)


ORDERED = text("""
    SELECT format('ALTER TABLE %I %s', table_name,
                  string_agg(format('ALTER COLUMN %I TYPE %s COLLATE "C"', column_name, data_type), ', ' ORDER BY column_name))
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> 'alembic_version'
      AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'
    GROUP BY table_name ORDER BY table_name
""")  # text in the order of its code points, as SQLite has it, whatever language the database was made for


def migrate_postgresql(connection: Connection) -> None:
    """Migrate one server after the other; new columns of text get the order of the others."""
    with connection.begin():
        connection.execute(LOCK)
        run(connection)
        for statement in connection.execute(ORDERED).scalars().all():
            connection.exec_driver_sql(statement)


def main() -> None:
    """Migrate the store, or print the SQL where Alembic was asked for it."""
    if context.is_offline_mode():
        run()
        return
    engine = make_engine(url(), pool_size=1)
    try:
        with engine.connect() as connection:
            (migrate_sqlite if engine.dialect.name == "sqlite" else migrate_postgresql)(connection)
    finally:
        engine.dispose()


main()
