"""A dataset's rows on their way into one revision, part by part: memory does not grow with the dataset.

Rows are compared by id with what is current. A row of the same content stays, another is closed and inserted anew, and what the
dataset had before and has no more is closed at the end. A row that the curators or another dataset hold is theirs and stays.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import orjson
from sqlalchemy import bindparam, func, insert, select, update

from app.db.sessions import newest_revision
from app.errors import InvalidRecordError
from app.ingest.changes import BOOKKEEPING, Reason, Report, chunks, every_table, index_search, record_revision
from app.ingest.keeping import kept_entities, owner_column
from app.models import (
    Act,
    Change,
    Claim,
    Coverage,
    Entity,
    Membership,
    Participation,
    Party,
    Revision,
    SearchEntry,
    Source,
    Vote,
)
from app.vocabulary import ChangeKind, ChangeType, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Table

    from app.db.base import Recorded
    from app.ingest.changes import Batch, RowValues

_ITS_ALONE = frozenset({Act, Claim, Coverage, Membership, Participation, Party, SearchEntry, Vote})
"""Rows with ids that nobody else makes: of a dataset that is not held there are none to compare with."""

_MANY = 5000
_SETTLED = "preferred"
"""Follows from what else is held, so it is no part of what a dataset says."""


class Ledger:
    """Writes one dataset in the transaction of a connection; there is a revision as soon as something differs."""

    def __init__(self, connection: Connection, dataset: str, reason: Reason) -> None:
        """Look at what the store holds of the dataset."""
        self.connection = connection
        self.dataset = dataset
        self.report = Report()
        self._reason = replace(reason, kind=ChangeKind.SOURCE_ADDED)
        self._seen: dict[type[Recorded], bytearray] = {}
        held = select(Source.pk).where(Source.dataset == dataset, Source.recorded_to.is_(None))
        self.held = connection.execute(held).first() is not None

    @property
    def revision(self) -> int:
        """Give the number of the revision; the first to ask begins it."""
        if self.report.revision is None:
            self.report.revision = newest_revision(self.connection) + 1
            record_revision(self.connection, self.report, self._reason)
        return self.report.revision

    def write(self, part: Batch) -> None:
        """Write a part; InvalidRecordError where two rows of the dataset have one id and differ."""
        self._register(part.entities)
        for table, rows in part.rows.items():
            if rows:
                self._write(table, rows)

    def _register(self, entities: Mapping[str, str]) -> None:
        known: dict[str, str] = {}
        for ids in chunks(entities):
            known |= dict(self.connection.execute(select(Entity.id, Entity.kind).where(Entity.id.in_(ids))).all())
        for entity, kind in known.items():
            if entities[entity] != kind:
                message = f"id '{entity}' stands for a {kind} already; it cannot become a {entities[entity]}"
                raise InvalidRecordError(message)
        if new := [{"id": entity, "kind": kind} for entity, kind in entities.items() if entity not in known]:
            self.connection.execute(insert(Entity), new)

    def _write(self, table: type[Recorded], rows: Mapping[str, RowValues]) -> None:
        columns = [one.key for one in table.__table__.columns if one.key not in BOOKKEEPING]
        wanted = {key: {column: row.get(column) for column in columns} for key, row in rows.items()}
        closing: list[int] = []
        new = not self.held and table in _ITS_ALONE
        for pk, since, current in () if new else self._current(table, columns, list(wanted)):
            key = str(current["id"])
            row = wanted[key]
            row["dataset"] = self.dataset
            if _SETTLED in row:
                row[_SETTLED] = current[_SETTLED]
            if current["dataset"] != self.dataset:
                del wanted[key]
            elif current == row:
                del wanted[key]
                self._mark(table, pk)
            elif since == self.report.revision:
                raise InvalidRecordError(f"{table.__tablename__} '{key}' is told twice, and not the same")
            else:
                closing.append(pk)
        self._count(self.report.changed, table, len(closing))
        self._count(self.report.added, table, len(wanted) - len(closing))
        self._close(table, closing)
        if wanted:
            fixed = {"dataset": self.dataset, "recorded_from": self.revision}
            self.connection.execute(insert(_of(table)), [{**row, **fixed} for row in wanted.values()])

    def _current(self, table: type[Recorded], columns: Sequence[str], ids: Sequence[str]) -> Iterator[tuple[int, int, RowValues]]:
        statement = select(table.pk, table.recorded_from, *(getattr(table, one) for one in columns))
        statement = statement.where(table.recorded_to.is_(None))
        # SQLite knows nothing yet of what this transaction has written, and would go through all current rows instead
        statement = statement.with_hint(table, f"INDEXED BY uq_{table.__tablename__}_current", "sqlite")
        for some in chunks(ids):
            for row in self.connection.execute(statement.where(table.__table__.c.id.in_(some))):
                yield row[0], row[1], dict(zip(columns, row[2:], strict=True))

    def _mark(self, table: type[Recorded], pk: int) -> None:
        """Remember that a row is still said: a bit a row would do, a byte is simpler."""
        seen = self._seen.get(table)
        if seen is None:
            last = self.connection.execute(select(func.max(table.pk))).scalar_one()
            seen = self._seen[table] = bytearray(last + 1)
        if pk < len(seen) and not seen[pk]:
            seen[pk] = 1
            self.report.unchanged += 1

    def close_rest(self) -> int:
        """Close every row of the dataset that was not said again; give how many entities stay, as others speak of them."""
        return self._close_unseen(self.dataset, self._seen) if self.held else 0

    def close_kept(self, dataset: str) -> None:
        """Close what stayed of a dataset that was removed earlier, as far as nobody speaks of it any more."""
        self._close_unseen(dataset, {})

    def _close_unseen(self, dataset: str, marks: Mapping[type[Recorded], bytearray]) -> int:
        kept = kept_entities(self.connection, dataset)
        stay: set[str] = set()
        for table in every_table():
            found = select(table.pk, owner_column(table)).where(table.dataset == dataset, table.recorded_to.is_(None))
            found = found.where(table.recorded_from != (self.report.revision or 0))
            seen = marks.get(table, b"")
            closing = array("q")
            for pk, owner in self.connection.execute(found, execution_options={"yield_per": _MANY}):
                if pk < len(seen) and seen[pk]:
                    continue
                if owner in kept:
                    stay.add(owner)
                else:
                    closing.append(pk)
            self._count(self.report.closed, table, len(closing))
            for some in chunks(closing, _MANY):
                self._close(table, some)
        return len(stay - {dataset})

    def _close(self, table: type[Recorded], keys: Iterable[int]) -> None:
        if rows := [{"row_pk": pk} for pk in keys]:
            target = _of(table)
            statement = update(target).where(target.c.pk == bindparam("row_pk")).values(recorded_to=self.revision)
            self.connection.execute(statement, rows)

    def _count(self, counts: dict[str, int], table: type[Recorded], rows: int) -> None:
        if rows:
            counts[table.__tablename__] = counts.get(table.__tablename__, 0) + rows

    def finish(self, told: Mapping[str, object]) -> Report:
        """Index what was written and put the one entry of the dataset into the feed of changes.

        The feed tells of a dataset as a whole: a million entries would say no more, and whoever follows it would have to read
        them all. What is in a dataset `source=` says, of any revision.
        """
        report = self.report
        if report.revision is None:
            return report
        counts = orjson.dumps(report.by_table()).decode()
        self.connection.execute(update(Revision).where(Revision.id == report.revision).values(counts=counts))
        change = ChangeType.CLOSED if "source" in report.closed else ChangeType.CHANGED if self.held else ChangeType.ADDED
        entry = {"revision": report.revision, "subject_id": self.dataset, "subject_kind": Kind.SOURCE.value}
        entry |= {"kind": self._reason.kind.value, "change": change.value}
        side = "before" if change is ChangeType.CLOSED else "after"
        entry[side] = orjson.dumps({**told, "counts": report.by_table()}, option=orjson.OPT_SORT_KEYS).decode()
        self.connection.execute(insert(Change), [entry])
        index_search(self.connection, report.revision)
        return report


def _of(table: type[Recorded]) -> Table:  # type: ignore[explicit-any] # SQLAlchemy's default
    return cast("Table", table.__table__)  # type: ignore[explicit-any] # see above
