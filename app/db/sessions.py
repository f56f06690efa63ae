"""What a read sees: a connection and the revision whose data it asks for."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import and_, bindparam, inspect, or_, text
from sqlalchemy.orm import with_loader_criteria

from app.db.base import Base, Recorded
from app.db.engine import deadline, lean, make_engine
from app.db.watching import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import BindParameter, ColumnElement, Select
    from sqlalchemy.engine import Connection, CursorResult, Engine
    from sqlalchemy.orm.interfaces import ORMOption


def _known(table: type[Recorded]) -> ColumnElement[bool]:
    revision: BindParameter[int] = bindparam("revision")
    return and_(table.recorded_from <= revision, or_(table.recorded_to.is_(None), table.recorded_to > revision))


AS_RECORDED = with_loader_criteria(Recorded, _known, include_aliases=True)
"""Restrict every recorded table of a statement, aliases and subqueries too, to the rows known at `:revision`."""


def _recorded_by_then(table: type[Recorded]) -> ColumnElement[bool]:
    return table.recorded_from <= bindparam("revision")


@cache
def _ever(versions: type[Recorded]) -> tuple[ORMOption, ...]:
    """Restrict all tables as `AS_RECORDED` does, but give every version that one of them had up to `:revision`."""
    tables = (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Recorded))
    return tuple(
        with_loader_criteria(table, _recorded_by_then if table is versions else _known, include_aliases=True) for table in tables
    )


Rows: TypeAlias = "CursorResult[*tuple[Any, ...]]"  # type: ignore[explicit-any] # a statement made at run time says the types of its rows


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A connection that reads the data as of one revision: later commits are invisible, whenever they happen."""

    connection: Connection
    revision: int
    releases: int = -1
    """How many releases there are, -1 when nobody looked: they are never changed, so their number says all."""

    def execute(
        self,
        statement: Select[*tuple[object, ...]],
        values: Mapping[str, object] | None = None,
        *,
        versions: type[Recorded] | None = None,
        stream: bool = False,
    ) -> Rows:
        """Run a statement over the rows known at this revision, or over all `versions` of one table up to it."""
        known = statement.options(*((AS_RECORDED,) if versions is None else _ever(versions)))
        options = {"yield_per": 1000} if stream else {}
        return self.connection.execute(known, {**(values or {}), "revision": self.revision}, execution_options=options)


_COMMITS: Counter[str] = Counter()


class Store:
    """The database of a process: opened once by a door, closed by it."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        """Open the store; the schema must have been migrated before anything is read."""
        self.engine: Engine = make_engine(url, pool_size=pool_size)
        self._address = self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self, revision: int | None = None, *, seconds: float | None = None, sparing: bool = False) -> Iterator[Snapshot]:
        """Give a snapshot of `revision`, by default the newest one; statements are stopped after `seconds`.

        `sparing` is for a pass through whole tables: little of what is read stays in memory.
        """
        spared = lean if sparing else nullcontext
        with self.engine.connect() as connection, spared(connection), deadline(connection, seconds):
            if revision is None:
                newest, releases = connection.execute(_NEWEST_AND_RELEASES).one()
                yield Snapshot(connection, int(newest), int(releases))
            else:
                yield Snapshot(connection, revision)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose transaction commits at the end, or leaves nothing behind."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.execute(text("BEGIN IMMEDIATE"))
            else:
                connection.execute(text("LOCK TABLE revision IN EXCLUSIVE MODE"))
            yield connection
            if connection.dialect.name != "sqlite":
                connection.execute(text(f"NOTIFY {CHANNEL}"))
            connection.commit()
            _COMMITS[self._address] += 1

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """Give a connection for what is no data, such as receipts: it takes no turn among revisions, and commits at the end."""
        with self.engine.begin() as connection:
            yield connection

    @property
    def commits(self) -> int:
        """How often this process has written to the database, through whichever store."""
        return _COMMITS[self._address]

    def revision(self) -> int:
        """Give the number of the newest revision, 0 for an empty store."""
        with self.engine.connect() as connection:
            return newest_revision(connection)

    def schema_version(self) -> str | None:
        """Give the migration that the store stands at, None before the first."""
        if not inspect(self.engine).has_table("alembic_version"):
            return None
        with self.engine.connect() as connection:
            version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        return version

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


_NEWEST_AND_RELEASES = text("SELECT coalesce(max(id), 0), (SELECT count(*) FROM release) FROM revision")
_NEWEST = text("SELECT coalesce(max(id), 0) FROM revision")


def newest_revision(connection: Connection) -> int:
    """Give the number of the newest revision a connection can see, 0 for an empty store."""
    return int(connection.execute(_NEWEST).scalar_one())
