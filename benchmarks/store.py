"""A world as a store of the server's own: entities through the project's loader, facts in bulk, every row valid.

Facts are written without the journal of changes, which only the feed of changes reads.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import orjson
from alembic import command
from alembic.config import Config

from app.dates import parse_end, parse_start
from app.db.sessions import Store
from app.ingest.changes import Reason, apply
from app.ingest.evidence import digest
from app.ingest.rows import moment_columns
from app.ingest.seed import Given, batch_of
from app.schemas.records import RECORD
from benchmarks.places import CACHE, ROOT
from benchmarks.world import SOURCES, Participation, World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

EDITION = 1
"""Raise it when other rows are made: stores of an earlier edition are not used again."""
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_CHUNK = 100_000
_START = ("start", "start_earliest", "start_latest", "start_precision", "start_status")
_END = tuple(one.replace("start", "end") for one in _START)
_CITED = ("claim_count", "best_claim", "conflict", "recorded_from")
_ENTITY = ("id", "kind")
_CLAIM = ("id", "subject_id", "subject_kind", "source_id", "stance", "confidence", "recorded_from")
_MEMBERSHIP = ("id", "organization_id", "member_id", "member_kind", "status", *_START, *_END, *_CITED)
_PARTICIPATION = ("id", "event_id", "actor_id", "actor_kind", "role", *_CITED)

Row = tuple[object, ...]


def prepared(world: World) -> Path:
    """Give the store of a world of some memberships, built once, and brought to the newest schema."""
    path = CACHE / f"store-{world.memberships}-{EDITION}.db"
    if path.exists():
        _migrate(path)
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = path.with_suffix(".part")
    raw.unlink(missing_ok=True)
    build(world, raw)
    raw.rename(path)
    return path


def _migrate(path: Path) -> str:
    url = f"sqlite:///{path}"
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url
    command.upgrade(config, "head")
    return url


def build(world: World, path: Path) -> None:
    """Write a world into a new store at a path."""
    store = Store(_migrate(path))
    given = (Given(RECORD.validate_json(orjson.dumps(one)), str(one["id"])) for one in world.records())
    reason = Reason("benchmark", "benchmark", "a made-up world", MOMENT.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    with store.writing() as connection:
        apply(connection, batch_of(given, MOMENT.date()), reason)
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        _fill(raw, world)


def _fill(raw: sqlite3.Connection, world: World) -> None:
    """Write the facts with their claims; indexes are made when all rows are there."""
    for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -262144", "temp_store = MEMORY"):
        raw.execute(f"PRAGMA {setting}")
    tables = ("membership", "participation", "claim")
    marks = ", ".join("?" * len(tables))
    indexes = raw.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",
        tables,
    ).fetchall()
    raw.execute("BEGIN")
    for name, _ in indexes:
        raw.execute(f"DROP INDEX {name}")
    for chunk in _chunks(_memberships(world)):
        _write(raw, "membership", _MEMBERSHIP, chunk)
    for chunk in _chunks(_participations(world.participations())):
        _write(raw, "participation", _PARTICIPATION, chunk)
    for _, statement in indexes:
        raw.execute(statement)
    raw.execute("COMMIT")
    raw.execute("PRAGMA journal_mode = WAL")


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := [row for _, row in zip(range(_CHUNK), rows, strict=False)]:
        yield chunk


def _write(raw: sqlite3.Connection, kind: str, columns: tuple[str, ...], rows: list[Row]) -> None:
    """Register facts, give each its claim, and write them."""
    best = columns.index("best_claim")
    claims = ((row[best], row[0], kind, f"source-{n % SOURCES:02d}", "supports", "high", 1) for n, row in enumerate(rows))
    _insert(raw, "entity", _ENTITY, ((row[0], kind) for row in rows))
    _insert(raw, "claim", _CLAIM, claims)
    _insert(raw, kind, columns, rows)


def _insert(raw: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    names = ", ".join(f'"{one}"' for one in columns)
    raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)


@cache
def _start(text: str) -> Row:
    return tuple(moment_columns("start", parse_start(text)).values())


@cache
def _end(text: str) -> Row:
    return tuple(moment_columns("end", parse_end(text, MOMENT.date())).values())


def _memberships(world: World) -> Iterator[Row]:
    for one in world.facts():
        own = (one.id, one.organization, one.member, "state", one.status)
        yield (*own, *_start(one.start), *_end(one.end), 1, "c" + digest(one.id), 0, 1)


def _participations(found: Iterable[Participation]) -> Iterator[Row]:
    for one in found:
        yield (one.id, one.event, one.actor, "state", one.role, 1, "c" + digest(one.id), 0, 1)
