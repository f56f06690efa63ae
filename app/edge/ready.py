"""Rows as JSON that is ready: made once for a revision, and put together to pages.

Of a page that asks for JSON, SQL then finds only which rows it has, in which order and how certainly: no join is made, and
no value passes through Python. In SQLite alone a page of 50 of 40,000 memberships takes about 570 microseconds through its five
joins, its keys about 70.

Rows belong to one revision and one choice of fields, and are bounded by bytes: the choice that was used least lately goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

import orjson

from app.formats.records import record_maker
from app.queries.keys import MATCH, fetch_keys, fetch_rows, has_keys, row_fields
from app.queries.paging import Page, fetch_page
from app.queries.resource import Resource
from app.queries.totals import Totals
from app.schemas.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.db.sessions import Snapshot
    from app.queries.computed import Computation
    from app.queries.paging import Cursor
    from app.schemas.questions import Question

Choice: TypeAlias = "tuple[object, ...]"
Records: TypeAlias = "dict[tuple[int, str], orjson.Fragment]"
"""JSON by the number of a row's version and whether it matches for certain."""

_WEIGHT = 300
"""Bytes that a row takes beside its JSON."""
MOST = 200
"""Rows of a page that is put together so: longer ones would push out what many pages need."""


@dataclass(slots=True)
class _Shelf:
    records: Records = field(default_factory=dict)
    size: int = 0


class ReadyRows:
    """The rows that were shown lately, as JSON."""

    def __init__(self, size: int) -> None:
        """Start empty; `size` is bytes, 0 holds none."""
        self.size = size
        self.used = 0
        self._lock = Lock()
        self._totals = Totals()
        self._shelves: OrderedDict[Choice, _Shelf] = OrderedDict()

    def page(self, snapshot: Snapshot, resource: Resource | Computation, question: Question, cursor: Cursor | None) -> Page:
        """Answer a question with a page, of rows that are JSON already where that can be."""
        if self.size == 0 or not isinstance(resource, Resource):
            return fetch_page(snapshot, resource, question, cursor)
        if not snapshot.swift or not has_keys(resource, question):
            return fetch_page(snapshot, resource, question, cursor)
        keys = fetch_keys(snapshot, resource, question, cursor, self._totals)
        if len(keys.found) > MOST:
            return fetch_page(snapshot, resource, question, cursor)
        shelf = self._shelf(snapshot, resource, question)
        held = shelf.records
        missing = [one for one in keys.found if one not in held]
        made, size = self._make(snapshot, resource, question, missing) if missing else ({}, 0)
        rows = [held.get(one) or made[one] for one in keys.found]
        if made:
            self._keep(shelf, made, size)
        table = Table(resource.spec.name, (*row_fields(resource, question), MATCH), (), keys.counts, records=rows)
        return Page(table, keys.next, keys.counts)

    def _shelf(self, snapshot: Snapshot, resource: Resource, question: Question) -> _Shelf:
        choice = (snapshot.revision, resource.spec.name, question.fields, question.include, question.codes, question.lang)
        with self._lock:
            shelf = self._shelves.setdefault(choice, _Shelf())
            self._shelves.move_to_end(choice)
        return shelf

    @staticmethod
    def _make(
        snapshot: Snapshot, resource: Resource, question: Question, wanted: Sequence[tuple[int, str]]
    ) -> tuple[Records, int]:
        make = record_maker((*row_fields(resource, question), MATCH))
        matches = dict(wanted)
        made: Records = {}
        size = 0
        for number, row in fetch_rows(snapshot, resource, question, list(matches)):
            match = matches[number]
            text = orjson.dumps(make((*row, match)))
            made[number, match] = orjson.Fragment(bytes(memoryview(text)))  # its own result takes up to twice its length
            size += len(text) + _WEIGHT
        return made, size

    def _keep(self, shelf: _Shelf, made: Records, grown: int) -> None:
        with self._lock:
            shelf.records.update(made)
            shelf.size += grown
            self.used += grown
            while self.used > self.size:
                _, oldest = self._shelves.popitem(last=False)
                self.used -= oldest.size
                oldest.size = 0
