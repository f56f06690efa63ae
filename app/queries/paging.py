"""Pages by key: a signed cursor holds the question, the revision and the last row, so a crawl is one snapshot."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, cast

import orjson
from sqlalchemy import bindparam, exists

from app.db.base import Recorded
from app.errors import FieldError, InvalidCursorError, NotFoundError, UnavailableError
from app.models import Entity
from app.queries.computed import Computation
from app.queries.counting import group_statement
from app.queries.statements import ResourceKey, Shape, page_statement, slotted
from app.queries.totals import ANEW
from app.schemas.filters import Operator
from app.schemas.parsing import MAX_LIMIT
from app.schemas.questions import PREFERRED, Condition
from app.schemas.tables import Counts, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from app.db.sessions import Snapshot
    from app.queries.resource import Resource
    from app.queries.statements import Statement
    from app.queries.totals import Totals
    from app.schemas.questions import Question
    from app.schemas.tables import Field, Row, Value

_DIGEST = 16
CHUNK = 1000
BRIEF = 200
"""Rows of a page that are made quickly enough to be waited for."""
CRAWLED = 5000
"""Rows of a page of a crawl: few enough to be small in memory, many enough that a sort without an index is not run too often."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a crawl stands: the revision it reads, the keys of the last row, and the counts of the whole answer."""

    revision: int
    keys: tuple[Value, ...]
    counts: Counts

    def sign(self, question: str, secret: bytes) -> str:
        """Give the opaque text, bound to the canonical question."""
        counts = self.counts
        body = orjson.dumps([self.revision, self.keys, counts.total, counts.certain, counts.matched])
        return urlsafe_b64encode(_digest(body, question, secret) + body).decode().rstrip("=")


def read_cursor(text: str, question: str, secret: bytes, held: int) -> Cursor:
    """Read a cursor back; InvalidCursorError when it was altered or belongs to another question.

    UnavailableError when the store has not come to its revision, or lost it with a primary: a crawl never goes back in time.
    """
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        digest, body = raw[:_DIGEST], raw[_DIGEST:]
        genuine = hmac.compare_digest(digest, _digest(body, question, secret))
        revision, keys, *counts = orjson.loads(body if genuine else b"")
    except ValueError as error:
        message = "the cursor was altered or belongs to another question; ask the first page again with the filters you want"
        raise InvalidCursorError(message, errors=[FieldError("invalid-cursor", message, parameter="cursor")]) from error
    if revision > held:
        message = f"the crawl reads revision {revision}, and the store holds {held}; try again, or begin anew"
        raise UnavailableError(message, headers={"retry-after": "5"})
    return Cursor(revision, tuple(keys), Counts(*counts))


def cursor_revision(text: str) -> int | None:
    """Give the revision that a cursor says it reads, before it is known to be genuine; None when it cannot be read."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        revision = orjson.loads(raw[_DIGEST:])[0]
    except (ValueError, LookupError, TypeError):
        return None
    return revision if isinstance(revision, int) else None


def _digest(body: bytes, question: str, secret: bytes) -> bytes:
    return hmac.digest(secret, question.encode() + b"\n" + body, "sha256")[:_DIGEST]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows and, unless it is the last, where the next begins."""

    table: Table
    next: Cursor | None
    counts: Counts


def fetch_page(
    snapshot: Snapshot,
    resource: Resource | Computation,
    question: Question,
    cursor: Cursor | None = None,
    *,
    totals: Totals | None = ANEW,
) -> Page:
    """Answer a question with one page of at most `question.limit` rows; by `totals` they are counted with the first page.

    A page of a resource is one statement; a union is counted by another, whose answer `totals` remember; a view computes it.
    """
    if isinstance(resource, Computation):
        return _computed_page(snapshot, resource, question, cursor)
    rest, values = slotted(resource, question)
    after = tuple(key is not None for key in cursor.keys) if cursor else ()
    counted = totals is not None and cursor is None and not resource.parts
    statement = _statement(resource, Shape(rest, after, counted=counted))
    given = {**values, "row_limit": question.limit + 1}
    given |= {f"after{n}": key for n, key in enumerate(cursor.keys) if key is not None} if cursor else {}
    if question.limit > BRIEF:
        snapshot.at_leisure()
    rows = snapshot.rows(statement.select, given, versions=_versions(resource, question))
    if cursor is not None:
        counts = cursor.counts
    elif totals is None:
        counts = Counts(0, 0)
    else:
        counts = totals.of(snapshot, resource, rest, values) if resource.parts else _counts(rows, question)
    more = len(rows) > question.limit
    rows = rows[: question.limit]
    width = statement.width
    last = Cursor(snapshot.revision, tuple(rows[-1][width : width + statement.keys]), counts) if more else None
    table = Table(resource.spec.name, statement.fields, [row[:width] for row in rows], counts)
    return Page(table, last, counts)


def _computed_page(snapshot: Snapshot, view: Computation, question: Question, cursor: Cursor | None) -> Page:
    """Compute a page; the cursor holds how many rows are behind it, which one revision makes exact."""
    if not view.brief or question.limit > BRIEF:
        snapshot.at_leisure()
    offset = int(cursor.keys[0] or 0) if cursor else 0
    found = view.answer(snapshot, question, offset)
    rows = list(islice(found.rows(offset), question.limit))
    total = found.total
    following = offset + len(rows)
    known = found.counts
    counts = known or Counts(total, total)
    last = Cursor(snapshot.revision, (following,), counts) if following < total else None
    table = Table(view.spec.name, found.fields, rows, known, single=found.single, meta=found.meta)
    return Page(table, last, counts)


def _counts(rows: Sequence[Sequence[object]], question: Question) -> Counts:
    if not rows:
        return Counts(0, 0)
    matched, certain = cast("tuple[int, int | None]", tuple(rows[0][-2:]))
    total = cast("int", rows[0][-3]) if question.group_by else matched
    return Counts(total, matched if certain is None else certain, matched if question.group_by else None)


def fetch_all(snapshot: Snapshot, resource: Resource | Computation, question: Question) -> Table:
    """Answer a question with every row, streamed in the order asked for; read it before the snapshot closes."""
    if isinstance(resource, Computation):
        return resource.table(snapshot, question)
    rest, values = slotted(resource, question)
    statement = _statement(resource, Shape(rest))
    values["row_limit"] = -1 if snapshot.connection.dialect.name == "sqlite" else None
    width = statement.width

    def rows() -> Iterator[Row]:
        result = snapshot.execute(statement.select, values, versions=_versions(resource, question), stream=True)
        for part in result.partitions(CHUNK):
            for row in part:
                yield row[:width]

    return Table(resource.spec.name, statement.fields, rows())


def crawl(
    reading: Callable[[], AbstractContextManager[Snapshot]],
    resource: Resource | Computation,
    question: Question,
    size: int = CRAWLED,
) -> Table:
    """Answer a question with every row, page after page, holding no connection while the rows are handed on.

    So a reader may take its time, or never come back: each page has a connection of its own, given back before its first row.
    `reading` must open snapshots of one revision: then the pages are one consistent answer, whatever is written meanwhile.
    The first page, a tenth of the others, is read at once; a view reads what it computes from at once. Groups are counted anew
    for every page, so their first one is no smaller.
    """
    if isinstance(resource, Computation):
        with reading() as snapshot:
            return resource.table(snapshot, question)

    def page_after(cursor: Cursor | None) -> Page:
        limit = size if cursor or question.group_by else max(1, size // 10)
        with reading() as snapshot:
            return fetch_page(snapshot, resource, replace(question, limit=limit), cursor, totals=None)

    def rows(page: Page) -> Iterator[Row]:
        yield from page.table.rows
        while page.next is not None:
            page = page_after(page.next)
            yield from page.table.rows

    first = page_after(None)
    return replace(first.table, rows=rows(first), counts=None)


def fetch_item(snapshot: Snapshot, resource: Resource, question: Question, entity: str | int) -> Table:
    """Answer for a single thing with its row, or with `history` all its versions; NotFoundError when it was not there yet."""
    if question.history or question.where.parts or question.resolve != PREFERRED:
        one = replace(question.also(Condition("id", Operator.EQ, (entity,))), limit=MAX_LIMIT)
        table = fetch_page(snapshot, resource, one, totals=None).table
    else:
        statement = _item_statement(ResourceKey.of(resource), question)
        rows = snapshot.rows(statement.select, {_ID: entity, "row_limit": 1})
        table = Table(resource.spec.name, statement.fields, [row[: statement.width] for row in rows])
    if not table.rows:
        message = f"'{entity}' is not held at revision {snapshot.revision}: it was recorded later, or withdrawn"
        raise NotFoundError(message)
    return table


def row_reader(resource: Resource, question: Question) -> tuple[tuple[Field, ...], Callable[[Snapshot, str], Row | None]]:
    """Give the fields of a question about single things, and what reads the row of one by its own id.

    There is none where the id is another's code or acronym, or where the thing was merged or withdrawn: `Resolver` says so.
    """
    statement = _item_statement(ResourceKey.of(resource), question)
    living = statement.select.where(
        exists().where(Entity.id == bindparam(_ID), Entity.merged_into.is_(None), Entity.withdrawn.is_(None))
    )
    width = statement.width

    def read(snapshot: Snapshot, identifier: str) -> Row | None:
        rows = snapshot.rows(living, {_ID: identifier, "row_limit": 1})
        return rows[0][:width] if rows else None

    return statement.fields, read


_ID = "v0_0"
"""The slot of the only value of a question for one thing."""


@lru_cache(1024)
def _item_statement(key: ResourceKey, question: Question) -> Statement:
    rest, _ = slotted(key.resource, question.also(Condition("id", Operator.EQ, ("",))))
    return _statement(key.resource, Shape(rest))


def _statement(resource: Resource, shape: Shape) -> Statement:
    build = group_statement if shape.question.group_by else page_statement
    return build(ResourceKey.of(resource), shape)


def _versions(resource: Resource, question: Question) -> type[Recorded] | None:
    return resource.model if question.history and issubclass(resource.model, Recorded) else None
