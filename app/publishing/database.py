"""One SQLite file of a release: each collection as a plain table, its columns those of the flat formats.

A researcher opens it without knowing how the service keeps its history: no revisions, no joins to see a name, dates as EDTF text
with their bounds beside it. Every column that ends in `id` is indexed.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from app.schemas.tables import FieldType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from app.schemas.tables import Table

_TYPES = {FieldType.INTEGER: "INTEGER", FieldType.NUMBER: "REAL", FieldType.BOOLEAN: "INTEGER"}


def write_database(path: Path, tables: Iterable[Table], about: Mapping[str, str]) -> None:
    """Write the tables into a new file, with what the release says of itself in the table `about`."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        for one in tables:
            _write(connection, one)
        connection.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
        connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        connection.commit()
        connection.execute("VACUUM")


def _write(connection: sqlite3.Connection, table: Table) -> None:
    columns = [(one.path, _TYPES.get(one.type, "TEXT")) for one in table.columns]
    declared = ", ".join(f'"{name}" {kind}{" PRIMARY KEY" if name == "id" else ""}' for name, kind in columns)
    connection.execute(f'CREATE TABLE "{table.name}" ({declared})')
    slots = ", ".join("?" for _ in columns)
    connection.executemany(f'INSERT INTO "{table.name}" VALUES ({slots})', map(tuple, table.rows))  # noqa: S608 - a collection's name
    for name, _ in columns:
        if name.endswith("_id"):
            connection.execute(f'CREATE INDEX "{table.name}_{name}" ON "{table.name}" ("{name}")')
