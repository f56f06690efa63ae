"""Rows that are written already: made once for a revision by a format, and put together to pages and to whole answers.

Of a question whose rows a format can keep, SQL then finds only which rows it has, in which order and how certainly: no join is
made, and no value passes through Python. In SQLite alone a page of 50 of 40,000 memberships takes about 570 microseconds through
its five joins, its keys about 70; and a file of all of them 12 microseconds a row, its keys one. That order is remembered where
all its rows are kept, so the next file of the same rows, in whatever format and of whatever fields, asks SQL for none.

Rows belong to one revision and one choice of fields, and are bounded by bytes: the choice that was used least lately goes first.
A whole answer is kept only where there is room for all of it, so that a long one takes no memory and pushes nothing out.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from app.formats.registry import FORMATS
from app.queries.keys import MATCH, are_at_most, fetch_keys, fetch_rows, has_keys, row_fields
from app.queries.orders import Orders
from app.queries.paging import CRAWLED, Page, crawl, fetch_page
from app.queries.resource import Resource
from app.queries.totals import Totals
from app.schemas.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from app.db.sessions import Snapshot
    from app.formats.base import Format
    from app.queries.computed import Computation
    from app.queries.paging import Cursor
    from app.schemas.questions import Question
    from app.schemas.tables import Field, Found, Kept, KeptPage

Choice: TypeAlias = "tuple[object, ...]"
Reading: TypeAlias = "Callable[[], AbstractContextManager[Snapshot]]"

MOST = 200
"""Rows of a short page; a longer one is part of a whole answer, and kept as that is."""
FIRST = 250
"""Rows of the first page of a whole answer, which is waited for."""
PAGE = CRAWLED // 2
"""Rows that are in memory as values and as text at a time, until they are kept or sent."""
_SAMPLE = 100
"""Rows by whose size it is told whether there is room for all."""
_ORDERS = 16
"""The orders of rows take at most one part in so many of the memory for rows."""
_VERDICTS = 1_000


@dataclass(slots=True, eq=False)
class _Shelf:
    choice: Choice
    kept: Kept
    size: int = 0
    fits: dict[Question, bool] = field(default_factory=dict)
    """Which questions were found to have room, and which not."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question about rows that a format keeps, at a revision."""

    resource: Resource
    question: Question
    form: Format
    revision: int
    whole: bool
    """Whether it is for more than a short page, which is kept whatever it pushes out."""

    @property
    def fields(self) -> tuple[Field, ...]:
        return (*row_fields(self.resource, self.question), MATCH)

    @property
    def choice(self) -> Choice:
        one = self.question
        return (self.revision, one.resource, self.form.kept_as, one.fields, one.include, one.codes, one.lang)


class ReadyRows:
    """The rows that were shown lately, as formats write them."""

    def __init__(self, size: int) -> None:
        """Start empty; `size` is bytes, 0 holds none."""
        self.size = size
        self.used = 0
        self._lock = Lock()
        self._totals = Totals()
        self._orders = Orders(size // _ORDERS)
        self._shelves: OrderedDict[Choice, _Shelf] = OrderedDict()

    def page(self, snapshot: Snapshot, resource: Resource | Computation, question: Question, cursor: Cursor | None) -> Page:
        """Answer a question with a page of JSON, of rows that are written already where that can be."""
        asked = self._keepable(snapshot, resource, question, FORMATS["json"])
        if asked is None:
            return fetch_page(snapshot, resource, question, cursor, totals=self._totals)
        keys = fetch_keys(snapshot, asked.resource, question, cursor, self._totals)
        if len(keys.found) > MOST:
            snapshot.at_leisure()
            asked = replace(asked, whole=True)
        page = self._written(lambda: nullcontext(snapshot), asked, keys.found), keys.found
        return Page(Table(resource.spec.name, asked.fields, (), keys.counts, kept=[page]), keys.next, keys.counts)

    def crawl(self, reading: Reading, resource: Resource | Computation, question: Question, form: Format) -> Table:
        """Answer a question with every row, as `app.queries.paging.crawl` does, of rows that are written already."""
        with reading() as snapshot:
            asked = self._keepable(snapshot, resource, question, form, whole=True)
        if asked is None:
            return crawl(reading, resource, question, PAGE)
        pages = self._pages(reading, asked)
        first = next(pages)  # at once: what is wrong with the question or the store is told before anything is sent
        return Table(resource.spec.name, asked.fields, (), kept=chain((first,), pages))

    def _keepable(
        self, snapshot: Snapshot, resource: Resource | Computation, question: Question, form: Format, *, whole: bool = False
    ) -> _Asked | None:
        if self.size == 0 or not form.kept_as or not snapshot.swift:
            return None
        if not isinstance(resource, Resource) or not has_keys(resource, question):
            return None
        return _Asked(resource, question, form, snapshot.revision, whole)

    def _pages(self, reading: Reading, asked: _Asked) -> Iterator[KeptPage]:
        """Give all rows: by their order where it is remembered or can be, else by cursor, a connection a page."""
        order, sent, cursor = self._orders.known(asked.revision, asked.question), 0, None
        if order is None:
            page, cursor = self._page_after(reading, asked, None, FIRST)
            yield page
            if cursor is None:
                return
            with reading() as snapshot:
                if self._fits(snapshot, asked, self._shelf(asked), page[1].numbers):
                    order, sent = self._orders.find(snapshot, asked.resource, asked.question), len(page[1])
        while order is None and cursor is not None:
            page, cursor = self._page_after(reading, asked, cursor, PAGE)
            yield page
        while order is not None and sent < len(order):
            part = order.part(sent, asked.form.at_once if sent else FIRST)
            yield self._written(reading, asked, part), part
            sent += len(part)

    def _page_after(self, reading: Reading, asked: _Asked, cursor: Cursor | None, limit: int) -> tuple[KeptPage, Cursor | None]:
        with reading() as snapshot:
            keys = fetch_keys(snapshot, asked.resource, replace(asked.question, limit=limit), cursor)
            return (self._written(lambda: nullcontext(snapshot), asked, keys.found), keys.found), keys.next

    def _written(self, reading: Reading, asked: _Asked, found: Found) -> Kept:
        """Give where rows are kept: on their shelf, or for this once where that has no room for them."""
        shelf = self._shelf(asked)
        missing = shelf.kept.missing(found)
        if not missing:
            return shelf.kept
        with reading() as snapshot:
            if asked.whole and not self._fits(snapshot, asked, shelf, missing):
                once = asked.form.keep(asked.fields)
                _fill(snapshot, asked, once, found.numbers)
                return once
            self._keep(shelf, _fill(snapshot, asked, shelf.kept, missing))
        return shelf.kept

    def _shelf(self, asked: _Asked) -> _Shelf:
        choice = asked.choice
        with self._lock:
            shelf = self._shelves.get(choice)
            if shelf is None:
                shelf = self._shelves[choice] = _Shelf(choice, asked.form.keep(asked.fields))
            self._shelves.move_to_end(choice)
        return shelf

    def _fits(self, snapshot: Snapshot, asked: _Asked, shelf: _Shelf, some: Sequence[int]) -> bool:
        """Give whether all rows of a question can be kept beside what else is, by the size of some of them."""
        question = replace(asked.question, limit=0)
        found = shelf.fits.get(question)
        if found is None:
            sample = some[:_SAMPLE]
            each = _fill(snapshot, asked, asked.form.keep(asked.fields), sample) / len(sample)
            with self._lock:
                others = [one for one in self._shelves.values() if one is not shelf and one.choice[0] == snapshot.revision]
                room = self.size - self._orders.used - sum(one.size for one in others)
            found = are_at_most(snapshot, asked.resource, question, int(room / each))
            if len(shelf.fits) >= _VERDICTS:
                shelf.fits.clear()
            shelf.fits[question] = found
        return found

    def _keep(self, shelf: _Shelf, grown: int) -> None:
        """Count what a shelf has grown by; one that went meanwhile is counted no more."""
        with self._lock:
            if self._shelves.get(shelf.choice) is not shelf:
                return
            shelf.size += grown
            self.used += grown
            while self._shelves and self.used + self._orders.used > self.size:
                _, oldest = self._shelves.popitem(last=False)
                self.used -= oldest.size


def _fill(snapshot: Snapshot, asked: _Asked, kept: Kept, numbers: Sequence[int]) -> int:
    """Write rows; give the bytes that keeping them takes."""
    grown = 0
    for first in range(0, len(numbers), PAGE):
        rows = list(fetch_rows(snapshot, asked.resource, asked.question, [*numbers[first : first + PAGE]]))
        grown += kept.add([number for number, _ in rows], [row for _, row in rows])
    return grown
