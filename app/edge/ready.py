"""Rows that are written already: made once for a revision by a format, and put together to pages and to whole answers.

Of a question whose rows a format can keep, SQL then finds only which rows it has, in which order and how certainly: no join is
made, and no value passes through Python. In SQLite alone a page of 50 of 40,000 memberships takes about 570 microseconds through
its five joins, its keys about 70; and a file of all of them 12 microseconds a row, its keys one.

Rows belong to one revision and one choice of fields, and are bounded by bytes: the choice that was used least lately goes first.
A whole answer is kept only where there is room for all of it, so that a long one takes no memory and pushes nothing out.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from app.formats.registry import FORMATS
from app.queries.keys import MATCH, are_at_most, fetch_keys, fetch_rows, has_keys, row_fields
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
    from app.queries.keys import Keys
    from app.queries.paging import Cursor
    from app.schemas.questions import Question
    from app.schemas.tables import Field, Kept, KeptPage, Row

Choice: TypeAlias = "tuple[object, ...]"
Reading: TypeAlias = "Callable[[], AbstractContextManager[Snapshot]]"

MOST = 200
"""Rows of a short page; a longer one is part of a whole answer, and kept as that is."""
PAGE = CRAWLED // 2
"""Rows of a page of a whole answer: those that cannot be kept are in memory as values and as text."""
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
    """A question about rows that a format keeps."""

    resource: Resource
    question: Question
    form: Format
    whole: bool = False
    """Whether it is for more than a short page, which is kept whatever it pushes out."""

    @property
    def fields(self) -> tuple[Field, ...]:
        return (*row_fields(self.resource, self.question), MATCH)


class ReadyRows:
    """The rows that were shown lately, as formats write them."""

    def __init__(self, size: int) -> None:
        """Start empty; `size` is bytes, 0 holds none."""
        self.size = size
        self.used = 0
        self._lock = Lock()
        self._totals = Totals()
        self._shelves: OrderedDict[Choice, _Shelf] = OrderedDict()

    def page(self, snapshot: Snapshot, resource: Resource | Computation, question: Question, cursor: Cursor | None) -> Page:
        """Answer a question with a page of JSON, of rows that are written already where that can be."""
        asked = self._keepable(resource, question, FORMATS["json"])
        if asked is None or not snapshot.swift:
            return fetch_page(snapshot, resource, question, cursor)
        keys = fetch_keys(snapshot, asked.resource, question, cursor, self._totals)
        if len(keys.found) > MOST:
            snapshot.at_leisure()
            asked = replace(asked, whole=True)
        page = self._written(snapshot, asked, keys), keys.found
        return Page(Table(resource.spec.name, asked.fields, (), keys.counts, kept=[page]), keys.next, keys.counts)

    def crawl(
        self, reading: Reading, resource: Resource | Computation, question: Question, form: Format, size: int = PAGE
    ) -> Table:
        """Answer a question with every row, as `app.queries.paging.crawl` does, of rows that are written already."""
        asked = self._keepable(resource, question, form)
        if asked is None:
            return crawl(reading, resource, question, size)
        with reading() as snapshot:
            swift = snapshot.swift
        if not swift:
            return crawl(reading, resource, question, size)
        pages = self._pages(reading, replace(asked, whole=True), size)
        first = next(pages)  # at once: what is wrong with the question or the store is told before anything is sent
        return Table(resource.spec.name, asked.fields, (), kept=chain((first,), pages))

    def _keepable(self, resource: Resource | Computation, question: Question, form: Format) -> _Asked | None:
        if self.size == 0 or not form.kept_as or not isinstance(resource, Resource) or not has_keys(resource, question):
            return None
        return _Asked(resource, question, form)

    def _pages(self, reading: Reading, asked: _Asked, size: int) -> Iterator[KeptPage]:
        """Give all rows, a connection a page; the first page is a tenth of the others, for it is waited for."""
        cursor, limit = None, max(1, size // 10)
        while True:
            part = replace(asked.question, limit=limit)
            with reading() as snapshot:
                keys = fetch_keys(snapshot, asked.resource, part, cursor)
                kept = self._written(snapshot, replace(asked, question=part), keys)
            yield kept, keys.found
            cursor, limit = keys.next, size
            if cursor is None:
                return

    def _written(self, snapshot: Snapshot, asked: _Asked, keys: Keys) -> Kept:
        """Give where the rows of a page are kept: on their shelf, or for this once where that has no room for them."""
        shelf = self._shelf(snapshot, asked)
        missing = shelf.kept.missing(keys.found)
        if not missing:
            return shelf.kept
        rows = list(fetch_rows(snapshot, asked.resource, asked.question, missing))
        numbers, values = [number for number, _ in rows], [row for _, row in rows]
        if not asked.whole or self._fits(snapshot, asked, shelf, values):
            self._keep(shelf, shelf.kept.add(numbers, values))
            return shelf.kept
        if len(missing) < len(keys.found):
            rows = list(fetch_rows(snapshot, asked.resource, asked.question, [number for number, _ in keys.found]))
        once = asked.form.keep(asked.fields)
        once.add([number for number, _ in rows], [row for _, row in rows])
        return once

    def _shelf(self, snapshot: Snapshot, asked: _Asked) -> _Shelf:
        one = asked.question
        choice = (snapshot.revision, one.resource, asked.form.kept_as, one.fields, one.include, one.codes, one.lang)
        with self._lock:
            shelf = self._shelves.get(choice)
            if shelf is None:
                shelf = self._shelves[choice] = _Shelf(choice, asked.form.keep(asked.fields))
            self._shelves.move_to_end(choice)
        return shelf

    def _fits(self, snapshot: Snapshot, asked: _Asked, shelf: _Shelf, sample: Sequence[Row]) -> bool:
        """Give whether all rows of a question can be kept beside what else is, by the size of some of them."""
        question = replace(asked.question, limit=0)
        found = shelf.fits.get(question)
        if found is None:
            each = asked.form.keep(asked.fields).add(range(len(sample)), sample) / len(sample)
            with self._lock:
                others = [one for one in self._shelves.values() if one is not shelf and one.choice[0] == snapshot.revision]
                room = self.size - sum(one.size for one in others)
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
            while self.used > self.size:
                _, oldest = self._shelves.popitem(last=False)
                self.used -= oldest.size
