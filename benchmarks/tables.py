"""The logical tables that peers hold: the very columns of our own flat format, as CSV, JSON, SQLite and PostgreSQL.

`until` is added for peers that know no open intervals: the last possible end, or a day that never comes.
"""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import orjson
import psycopg

from benchmarks.contestants import environment
from benchmarks.places import CACHE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("states", "organizations", "memberships", "events", "participations", "agreements")
NEVER = "9999-12-31"
_NUMBERS = {"latitude", "longitude", "evidence_claims", "count"}
_INDEXED = (("memberships", "organization_id"), ("memberships", "member_id"), ("participations", "event_id"))


def exported(store: Path) -> Path:
    """Give a folder with a CSV of every table, written by our own command line once for each store."""
    folder = CACHE / f"tables-{store.stem}"
    if not folder.exists():
        raw = folder.with_suffix(".part")
        raw.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            command = [sys.executable, "-m", "app", "export", table]
            with (raw / "written").open("wb") as written:
                subprocess.run(  # noqa: S603 - our own command
                    command, cwd=ROOT, env=environment(DATABASE_URL=f"sqlite:///{store}"), stdout=written, check=True
                )
            _with_until(raw / "written", raw / f"{table}.csv")
        (raw / "written").unlink()
        raw.rename(folder)
    return folder


def _with_until(source: Path, target: Path) -> None:
    with source.open(encoding="utf-8", newline="") as read, target.open("w", encoding="utf-8", newline="") as written:
        rows, out = csv.DictReader(read), csv.writer(written, lineterminator="\n")
        dated = "end_latest" in (rows.fieldnames or ())
        out.writerow([*(rows.fieldnames or ()), *(["until"] if dated else [])])
        for row in rows:
            out.writerow([*row.values(), *([row["end_latest"] or NEVER] if dated else [])])


def rows(path: Path) -> list[dict[str, object]]:
    """Read a table: numbers as numbers, what is empty as null."""
    with path.open(encoding="utf-8", newline="") as read:
        return [{name: _value(name, text) for name, text in row.items()} for row in csv.DictReader(read)]


def _value(name: str, text: str) -> object:
    if not text:
        return None
    return float(text) if name in _NUMBERS else text


def as_json(folder: Path, names: tuple[str, ...] = TABLES) -> Path:
    """Write all tables into one JSON document, an array for each."""
    path = folder / "tables.json"
    if not path.exists():
        path.write_bytes(orjson.dumps({name: rows(folder / f"{name}.csv") for name in names}))
    return path


def as_sqlite(folder: Path) -> Path:
    """Write all tables into a SQLite file, with the indexes that the questions want and full text over titles of events."""
    path = folder / "bench.db"
    if path.exists():
        return path
    raw = path.with_suffix(".part")
    raw.unlink(missing_ok=True)
    with closing(sqlite3.connect(raw)) as store:
        for name in TABLES:
            found = rows(folder / f"{name}.csv")
            store.execute(_create(name, list(found[0])))
            marks = ", ".join("?" * len(found[0]))
            store.executemany(f"INSERT INTO {name} VALUES ({marks})", ([*row.values()] for row in found))
        for table, column in _INDEXED:
            store.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")
        store.execute("CREATE VIRTUAL TABLE events_fts USING fts5(title, content='events')")
        store.execute("INSERT INTO events_fts (rowid, title) SELECT rowid, title FROM events")
        store.commit()
        store.execute("ANALYZE")
    raw.rename(path)
    return path


def _create(name: str, columns: list[str]) -> str:
    listed = (f'"{one}" {"REAL" if one in _NUMBERS else "TEXT"}{" PRIMARY KEY" if one == "id" else ""}' for one in columns)
    return f"CREATE TABLE {name} ({', '.join(listed)})"


_FUNCTIONS = """
CREATE FUNCTION members_of(members text[], most int) RETURNS SETOF memberships LANGUAGE sql STABLE AS
  $$ SELECT * FROM memberships WHERE member_id = ANY(members) ORDER BY id LIMIT most $$;
CREATE FUNCTION members_on(organization text, day text) RETURNS SETOF memberships LANGUAGE sql STABLE AS
  $$ SELECT * FROM memberships WHERE organization_id = organization AND start_earliest <= day AND until > day ORDER BY id $$;
CREATE FUNCTION titled(word text, most int) RETURNS SETOF events LANGUAGE sql STABLE AS
  $$ SELECT * FROM events WHERE to_tsvector('simple', title) @@ to_tsquery('simple', word) ORDER BY id LIMIT most $$;
CREATE TYPE status_count AS (organization_id text, status text, count int);
CREATE FUNCTION counted(day text) RETURNS SETOF status_count LANGUAGE sql STABLE AS
  $$ SELECT organization_id, status, count(*)::int FROM memberships
     WHERE day = '' OR (start_earliest <= day AND until > day) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 $$;
CREATE INDEX ON events USING gin (to_tsvector('simple', title));
"""


def into_postgres(folder: Path, url: str) -> None:
    """Load all tables into an empty database, with indexes, and functions for what a schema alone does not offer."""
    with psycopg.connect(url) as connection:
        for name in TABLES:
            path = folder / f"{name}.csv"
            with path.open(encoding="utf-8") as read:
                columns = next(csv.reader(read))
            connection.execute(_create(name, columns).replace("REAL", "double precision").encode())
            with connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv, HEADER)".encode()) as copying:
                copying.write(path.read_bytes())
        for table, column in _INDEXED:
            connection.execute(f"CREATE INDEX ON {table} ({column})".encode())
        connection.execute(_FUNCTIONS.encode())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
