"""Which rows a question has, in which order, remembered: of one revision it never changes, however the rows are shown."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from app.queries.keys import fetch_order

if TYPE_CHECKING:
    from app.db.sessions import Snapshot
    from app.queries.resource import Resource
    from app.schemas.questions import Question
    from app.schemas.tables import Found

_WORD = 8
_WEIGHT = 2_000
"""Bytes that an order takes beside its numbers: its question, and Python's own."""


class Orders:
    """The orders that were asked for lately, the one used least lately forgotten first when they take more than `size` bytes."""

    def __init__(self, size: int) -> None:
        """Start empty."""
        self.size = size
        self.used = 0
        self._lock = Lock()
        self._known: OrderedDict[tuple[int, Question], Found] = OrderedDict()

    def known(self, revision: int, question: Question) -> Found | None:
        """Give the rows of a question at a revision, None where they are not remembered."""
        key = (revision, _bare(question))
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def find(self, snapshot: Snapshot, resource: Resource, question: Question) -> Found:
        """Read the rows of a question, and remember them."""
        found = fetch_order(snapshot, resource, question)
        key = (snapshot.revision, _bare(question))
        with self._lock:
            if key not in self._known:
                self._known[key] = found
                self.used += _weight(found)
            while self.used > self.size:
                _, oldest = self._known.popitem(last=False)
                self.used -= _weight(oldest)
        return found


def _bare(question: Question) -> Question:
    """Give a question without what it shows of each row, and how many at a time."""
    return replace(question, fields=(), include=(), codes=(), lang="en", limit=0, known_at=None, release=None, facets=())


def _weight(found: Found) -> int:
    return _WORD * (len(found) + len(found.possible)) + _WEIGHT
