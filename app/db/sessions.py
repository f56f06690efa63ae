"""What a read sees: a connection and the revision whose data it asks for."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from sqlalchemy import Integer, and_, bindparam, inspect, or_, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import with_loader_criteria

from app.db.addresses import has_several_hosts, read_address
from app.db.base import Base, Recorded
from app.db.deadlines import deadline
from app.db.engine import lean, make_engine, unmapped
from app.db.hints import Unsought
from app.db.plans import Plan, Values, plan_of
from app.db.watching import CHANNEL
from app.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from sqlite3 import Connection as SqliteConnection

    from psycopg import Connection as PostgresConnection
    from sqlalchemy import BindParameter, ColumnElement, Select
    from sqlalchemy.engine import Connection, CursorResult, Dialect, Engine
    from sqlalchemy.orm.interfaces import ORMOption


def _known(table: type[Recorded]) -> ColumnElement[bool]:
    revision: BindParameter[int] = bindparam("revision")
    until = Unsought(table.recorded_to, Integer())
    return and_(table.recorded_from <= revision, or_(until.is_(None), until > revision))


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


def _as_known(statement: Select[*tuple[object, ...]], versions: type[Recorded] | None) -> Select[*tuple[object, ...]]:
    return statement.options(*((AS_RECORDED,) if versions is None else _ever(versions)))


@lru_cache(4096)
def _plan(statement: Select[*tuple[object, ...]], versions: type[Recorded] | None, dialect: Dialect) -> Plan | None:
    return plan_of(_as_known(statement, versions), dialect)


class TooLongError(Exception):
    """A short read is not short: it has to be done where it can take its time."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A connection that reads the data as of one revision: later commits are invisible, whenever they happen."""

    connection: Connection
    revision: int
    releases: int = -1
    """How many releases there are, -1 when nobody looked: they are never changed, so their number says all."""
    brief: bool = False
    """Whether somebody waits who must not wait for long (`app.db.desk`)."""

    @property
    def swift(self) -> bool:
        """Whether `rows` does without SQLAlchemy's machinery: on SQLite, unless somebody listens to statements."""
        engine = self.connection.engine
        return engine.dialect.name == "sqlite" and not engine.dispatch.before_cursor_execute

    def at_leisure(self) -> None:
        """Say that what follows takes its time; TooLongError where that is not there."""
        if self.brief:
            raise TooLongError

    def rows(
        self,
        statement: Select[*tuple[object, ...]],
        values: Mapping[str, object],
        *,
        versions: type[Recorded] | None = None,
    ) -> list[Values]:
        """Run a statement that is kept, as `execute` does, and give all its rows."""
        plan = _plan(statement, versions, self.connection.dialect) if self.swift else None
        if plan is None:
            return [tuple(row) for row in self.execute(statement, values, versions=versions)]
        driver = cast("SqliteConnection", self.connection.connection.driver_connection)
        return plan.run(driver, {**values, "revision": self.revision})

    def execute(
        self,
        statement: Select[*tuple[object, ...]],
        values: Mapping[str, object] | None = None,
        *,
        versions: type[Recorded] | None = None,
        stream: bool = False,
    ) -> Rows:
        """Run a statement over the rows known at this revision, or over all `versions` of one table up to it."""
        known = _as_known(statement, versions)
        options = {"yield_per": 1000} if stream else {}
        if stream and self.connection.dialect.name == "postgresql":
            self._begin()
        return self.connection.execute(known, {**(values or {}), "revision": self.revision}, execution_options=options)

    def _begin(self) -> None:
        """Begin a transaction, without which PostgreSQL keeps no cursor; it ends when the connection is given back."""
        driver = cast("PostgresConnection", self.connection.connection.driver_connection)
        if driver.autocommit and driver.info.transaction_status.name == "IDLE":
            self.connection.exec_driver_sql("BEGIN")


PATIENCE = 1.0
"""Seconds to wait for a replica to catch up while the primary is away."""
_PAUSE = 0.02


_COMMITS: Counter[str] = Counter()


class Store:
    """The database of a process: opened once by a door, closed by it.

    Of several servers the readers are asked first and the primary writes. A reader that lags gives its own newest revision, but
    never an older one than this process wrote, or than a reader names: then the primary is asked, or the reader waited for.
    """

    def __init__(self, url: str, *, pool_size: int = 8, read_url: str = "") -> None:
        """Open the store; the schema must have been migrated before anything is read.

        `read_url` says where readers are when the address of the store does not, as with a service that balances them.
        """
        self.replicated = bool(read_url) or has_several_hosts(read_address(url))
        self.engine: Engine = make_engine(read_url or url, pool_size=pool_size, target="prefer-standby")
        self.primary: Engine = make_engine(url, pool_size=pool_size) if self.replicated else self.engine
        self._written = 0
        self._address = self.primary.url.render_as_string(hide_password=True)

    @contextmanager
    def reading(
        self,
        revision: int | None = None,
        *,
        seconds: float | None = None,
        sparing: bool = False,
        least: int = 0,
        current: bool = False,
    ) -> Iterator[Snapshot]:
        """Give a snapshot of `revision`, by default the newest one, which is `least` or later.

        Statements are stopped after `seconds`. `sparing` is for a pass through whole tables: little of what is read stays in
        memory. `current` asks the primary, where what is no data, such as a receipt, is first. UnavailableError when no server
        has come as far as is asked.
        """
        with ExitStack() as held:
            if self.replicated:
                snapshot = self._reach(held, max(least, revision or 0, self._written), seconds, current=current)
            else:
                connection = self._connect(held, self.engine, seconds)
                snapshot = _newest(connection) if revision is None else Snapshot(connection, revision)
            if sparing:
                held.enter_context(lean(snapshot.connection))
            yield snapshot if revision is None else Snapshot(snapshot.connection, revision)

    def _reach(self, held: ExitStack, wanted: int, seconds: float | None, *, current: bool) -> Snapshot:
        """Connect to a server that holds the revision wanted: a reader, else the primary; or wait while that one is away."""
        if not current:
            with suppress(OperationalError), ExitStack() as attempt:
                snapshot = _newest(self._connect(attempt, self.engine, seconds))
                if snapshot.revision >= wanted:
                    held.push(attempt.pop_all())
                    return snapshot
        try:
            with ExitStack() as attempt:
                snapshot = _newest(self._connect(attempt, self.primary, seconds))
                held.push(attempt.pop_all())
                return snapshot
        except OperationalError:
            if current:
                raise
        return self._wait(held, wanted, seconds)

    def _wait(self, held: ExitStack, wanted: int, seconds: float | None) -> Snapshot:
        until = monotonic() + PATIENCE
        connection = self._connect(held, self.engine, seconds)
        while (snapshot := _newest(connection)).revision < wanted:
            if monotonic() > until:
                message = f"revision {wanted} is not here yet: this replica holds {snapshot.revision}, and the primary is away"
                raise UnavailableError(message, headers={"retry-after": "5"})
            sleep(_PAUSE)
        return snapshot

    @staticmethod
    def _connect(held: ExitStack, engine: Engine, seconds: float | None) -> Connection:
        """Open a connection that only reads: on PostgreSQL each statement is a transaction, so none has to be begun and ended."""
        connection = held.enter_context(engine.connect())
        if engine.dialect.name != "sqlite":
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        held.enter_context(deadline(connection, seconds))
        return connection

    @contextmanager
    def writing(self, *, sparing: bool = False) -> Iterator[Connection]:
        """Give a connection whose transaction commits at the end, or leaves nothing behind.

        `sparing` is for more than fits in memory: what is written does not stay in the process.
        """
        with self.primary.connect() as connection, (unmapped if sparing else nullcontext)(connection):
            if connection.dialect.name == "sqlite":
                connection.execute(text("BEGIN IMMEDIATE"))
            else:
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("LOCK TABLE revision IN EXCLUSIVE MODE"))
            yield connection
            written = newest_revision(connection) if self.replicated else 0
            if connection.dialect.name != "sqlite":
                connection.execute(text(f"NOTIFY {CHANNEL}"))
            connection.commit()
            self._written = max(self._written, written)
            _COMMITS[self._address] += 1

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """Give a connection for what is no data, such as receipts: it takes no turn among revisions, and commits at the end."""
        with self.primary.begin() as connection:
            yield connection

    @property
    def written(self) -> int:
        """The newest revision that this process wrote where there are replicas, which may not have it yet; else 0."""
        return self._written

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
        self.primary.dispose()


NEWEST = "SELECT coalesce(max(id), 0), (SELECT count(*) FROM release) FROM revision"
_NEWEST_AND_RELEASES = text(NEWEST)
_NEWEST = text("SELECT coalesce(max(id), 0) FROM revision")


def _newest(connection: Connection) -> Snapshot:
    newest, releases = connection.execute(_NEWEST_AND_RELEASES).one()
    return Snapshot(connection, int(newest), int(releases))


def newest_revision(connection: Connection) -> int:
    """Give the number of the newest revision a connection can see, 0 for an empty store."""
    return int(connection.execute(_NEWEST).scalar_one())
