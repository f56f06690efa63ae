"""The only writer: a batch of rows becomes one revision, or nothing at all.

Rows are compared by id with what is current: the same row stays, a changed one is closed and inserted anew, a new one is
inserted, and with `complete` a row of the same origin that is missing from the batch is closed. What came with a dataset is no
concern of a batch (`app.ingest.ledger`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

import orjson
from sqlalchemy import bindparam, func, insert, select, text, update

from app.db.base import Base, Recorded
from app.db.sessions import newest_revision
from app.errors import InvalidRecordError
from app.ingest.journal import Journal
from app.models import Change, Entity, Revision, SearchEntry
from app.vocabulary import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Table

RowValues: TypeAlias = "dict[str, object]"
CHUNK = 500
MANY = 1000
"""Rows after which PostgreSQL plans badly until it has counted anew, which it does on its own only within a minute."""
BOOKKEEPING = frozenset({"pk", "recorded_from", "recorded_to"})
T = TypeVar("T")


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Cut into lists of at most `size`, which is what one statement takes."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


@dataclass(frozen=True, slots=True)
class Reason:
    """Who changes the data, from where, why, at which moment, and what kind of change it is."""

    author: str
    origin: str
    reason: str
    at: str
    kind: ChangeKind = ChangeKind.WORLD


@dataclass(slots=True)
class Report:
    """What a batch came to, by table; no revision when nothing changed."""

    revision: int | None = None
    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0

    @property
    def total(self) -> int:
        """How many rows were written or closed."""
        return sum(sum(one.values()) for one in (self.added, self.changed, self.closed))

    def by_table(self) -> dict[str, dict[str, int]]:
        """Give the counts of each table, by what was done."""
        done = {"added": self.added, "changed": self.changed, "closed": self.closed}
        names = sorted({name for counts in done.values() for name in counts})
        return {name: {word: counts[name] for word, counts in done.items() if name in counts} for name in names}


@dataclass(slots=True)
class Batch:
    """Rows on their way into the store, by table and id, and the entities they declare."""

    rows: dict[type[Recorded], dict[str, RowValues]] = field(default_factory=lambda: defaultdict(dict))
    entities: dict[str, str] = field(default_factory=dict)

    def register(self, entity: str, kind: str) -> None:
        """Declare an identity; InvalidRecordError when the id stands for something else already."""
        if self.entities.setdefault(entity, kind) != kind:
            message = f"id '{entity}' is given to a {kind} and to a {self.entities[entity]}; ids are unique over all kinds"
            raise InvalidRecordError(message)

    def add(self, table: type[Recorded], row: RowValues) -> None:
        """Add a row; InvalidRecordError when the batch holds its id already."""
        key = str(row["id"])
        if key in self.rows[table]:
            message = f"{table.__tablename__} '{key}' is given twice"
            raise InvalidRecordError(message)
        self.rows[table][key] = row


def apply(
    connection: Connection,
    batch: Batch,
    reason: Reason,
    *,
    complete: bool = False,
    progress: Callable[[str, int], None] = lambda _table, _rows: None,
) -> Report:
    """Write a batch in the transaction of the connection, as one revision; nothing when nothing changed."""
    kinds = _register(connection, batch)
    comparison = _Comparison(connection, reason, Journal(kinds), complete=complete)
    tables = every_table() if complete else list(batch.rows)
    plans = [comparison.plan(one, batch.rows[one]) for one in tables]
    report = comparison.report
    if not report.total:
        return report
    report.revision = newest_revision(connection) + 1
    record_revision(connection, report, reason)
    for table, closing, inserting in plans:
        target = cast("Table", table.__table__)  # type: ignore[explicit-any] # SQLAlchemy's default
        _write(connection, target, report.revision, closing, inserting)
        progress(table.__tablename__, len(inserting))
    if changes := comparison.journal.rows(report.revision, reason.kind):
        connection.execute(insert(Change), changes)
    index_search(connection, report.revision)
    if report.total > MANY:
        look_through(connection)
    return report


def look_through(connection: Connection) -> None:
    """Let the engine learn how its rows are distributed: without that it may walk through a table to spare a sort."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA analysis_limit = 1000"))
    connection.execute(text("ANALYZE"))


def every_table() -> list[type[Recorded]]:
    """Give all tables whose rows are recorded."""
    return [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Recorded)]


def record_revision(connection: Connection, report: Report, reason: Reason) -> None:
    """Write the revision itself, before the rows that point to it.

    Its moment is never before that of an earlier one, whatever the clock says.
    """
    latest = connection.execute(select(func.max(Revision.recorded_at))).scalar_one_or_none()
    connection.execute(
        insert(Revision).values(
            id=report.revision,
            recorded_at=max(reason.at, latest or reason.at),
            author=reason.author,
            origin=reason.origin,
            kind=reason.kind.value,
            reason=reason.reason,
            counts=orjson.dumps(report.by_table()).decode(),
        )
    )


def _register(connection: Connection, batch: Batch) -> dict[str, str]:
    """Put new entities into the register; give the kind of every one."""
    known = Kinds(connection, batch.entities)
    for entity, kind in batch.entities.items():
        if known.get(entity, kind) != kind:
            message = f"id '{entity}' stands for a {known[entity]} already; it cannot become a {kind}"
            raise InvalidRecordError(message)
    new = [{"id": entity, "kind": kind} for entity, kind in batch.entities.items() if entity not in known]
    if new:
        connection.execute(insert(Entity), new)
    known |= batch.entities
    return known


class Kinds(dict[str, str]):
    """The kinds of registered ids: those of a batch read at once, any other when it is asked for."""

    def __init__(self, connection: Connection, ids: Iterable[str]) -> None:
        """Read the kinds of those ids that are known."""
        super().__init__()
        self._connection = connection
        for some in chunks(ids):
            self.update(connection.execute(select(Entity.id, Entity.kind).where(Entity.id.in_(some))).all())

    def __missing__(self, entity: str) -> str:
        """Read one more; KeyError when nobody has this id."""
        kind = self._connection.execute(select(Entity.kind).where(Entity.id == entity)).scalar_one_or_none()
        if kind is None:
            raise KeyError(entity)
        return self.setdefault(entity, kind)


Plan: TypeAlias = "tuple[type[Recorded], list[int], list[RowValues]]"


@dataclass(slots=True)
class _Comparison:
    """A batch held against what is current: which rows to close and to insert, and what is told of it."""

    connection: Connection
    reason: Reason
    journal: Journal
    complete: bool
    report: Report = field(default_factory=Report)

    def plan(self, table: type[Recorded], rows: Mapping[str, RowValues]) -> Plan:
        """Compare the rows of one table."""
        columns = [one.key for one in table.__table__.columns if one.key not in BOOKKEEPING]
        closing: list[int] = []
        inserting = {key: {column: row.get(column) for column in columns} for key, row in rows.items()}
        changed: set[str] = set()
        for row in _current(self.connection, table, columns, None if self.complete else list(rows)):
            pk, origin = cast("tuple[int, str]", tuple(row[:2]))
            current: RowValues = dict(zip(columns, row[2:], strict=True))
            key = str(current["id"])
            wanted = inserting.get(key)
            if wanted is None:
                if self.complete and origin == self.reason.origin:
                    closing.append(pk)
                    self._tell(table, current, None)
            elif current == wanted:
                del inserting[key]
                self.report.unchanged += 1
            else:
                closing.append(pk)
                changed.add(key)
                self._tell(table, current, wanted)
        for key, added in inserting.items():
            if key not in changed:
                self._tell(table, None, added)
        return table, closing, list(inserting.values())

    def _tell(self, table: type[Recorded], before: RowValues | None, after: RowValues | None) -> None:
        report, name = self.report, table.__tablename__
        counts = report.added if before is None else report.closed if after is None else report.changed
        counts[name] = counts.get(name, 0) + 1
        self.journal.note(table, before, after)


def _current(
    connection: Connection, table: type[Recorded], columns: Sequence[str], ids: Sequence[str] | None
) -> Iterable[Sequence[object]]:
    base = select(table.pk, Revision.origin, *(getattr(table, key) for key in columns)).join(
        Revision, Revision.id == table.recorded_from
    )
    base = base.where(table.recorded_to.is_(None))
    if ids is None:
        yield from connection.execute(base.where(table.dataset.is_(None)))
        return
    for some in chunks(ids):
        yield from connection.execute(base.where(table.__table__.c.id.in_(some)))


def _write(  # type: ignore[explicit-any] # SQLAlchemy's default
    connection: Connection, table: Table, revision: int, closing: Sequence[int], inserting: Sequence[RowValues]
) -> None:
    if closing:
        close = update(table).where(table.c.pk == bindparam("row_pk")).values(recorded_to=revision)
        connection.execute(close, [{"row_pk": pk} for pk in closing])
    if inserting:
        connection.execute(insert(table), [{**row, "recorded_from": revision} for row in inserting])


def index_search(connection: Connection, revision: int) -> None:
    """Put new search entries into SQLite's full-text index; PostgreSQL keeps its own."""
    if connection.dialect.name == "sqlite":
        entry = SearchEntry.__tablename__
        statement = (
            f"INSERT INTO search_fts (rowid, folded, grams) SELECT pk, folded, grams FROM {entry} WHERE recorded_from = :revision"  # noqa: S608 - a table's name
        )
        connection.execute(text(statement), {"revision": revision})
