"""Groups that are counted already: what is shown of them is written once, and their numbers are put in for each answer.

A tally (`app.queries.tallies`) is made when rows are grouped alike for the second time at a revision, for another day or in
another order: it costs about as much as five answers of SQL's, and who asks for a second day asks for more of them. One request
makes it, in its thread; SQL answers those that come meanwhile, what it answers at once, and every question that does not fit.
Tallies are bounded by bytes. At one revision the first ones stay, for to make them in turns would cost more than they save;
those of others give way.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from app.formats.counted import WrittenGroups
from app.formats.registry import FORMATS
from app.queries.keys import are_at_most
from app.queries.paging import Cursor, Page
from app.queries.resource import Resource
from app.queries.tallies import fits, take_tally, timeless
from app.schemas.tables import Table

if TYPE_CHECKING:
    from app.db.sessions import Snapshot
    from app.formats.base import Format
    from app.queries.computed import Computation
    from app.queries.tallies import Tally
    from app.schemas.questions import Question

FEW = 5_000
"""Groups that are put together quickly enough to be waited for: in three milliseconds."""
TIMES = 2
"""How often rows are grouped alike until that is counted beforehand."""
_CHOICES = 256
_ROW = 60
"""Bytes of a row in a tally, about."""
_JSON = FORMATS["json"].kept_as


class _Ready(NamedTuple):
    """A tally, what is shown of its groups as JSON, the bytes that both take."""

    tally: Tally
    written: WrittenGroups
    size: int


@dataclass(slots=True, eq=False)
class _Choice:
    """Rows that were grouped: how often, and what was made of them."""

    asked: int = 0
    ready: _Ready | None = None

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return self.ready.size if self.ready else 0


class ReadyGroups:
    """The groups that were asked for again and again lately."""

    def __init__(self, size: int) -> None:
        """Start empty; `size` is bytes, 0 holds none."""
        self.size = size
        self._lock = Lock()
        self._choices: OrderedDict[tuple[int, Question], _Choice] = OrderedDict()

    def page(
        self, snapshot: Snapshot, resource: Resource | Computation, question: Question, form: Format | None, cursor: Cursor | None
    ) -> Page | None:
        """Answer a question as `app.queries.paging.fetch_page` does, None where SQL has to; limit 0 is no limit.

        Where groups go to a format that writes a row as JSON does, and not flat, they are written already.
        """
        ready = self._find(snapshot, resource, question)
        if ready is None:
            return None
        tally, found = ready.tally, ready.tally.counted(question)
        begin = tally.place_after(found.groups, cursor.keys) if cursor else 0
        end = begin + question.limit if question.limit else len(found.groups)
        shown, counts = found.groups[begin:end], cursor.counts if cursor else found.counts
        more = end < len(found.groups)
        last = Cursor(snapshot.revision, tally.cursor_keys(question, found, shown[-1]), counts) if more else None
        numbers, table = found.of(shown), Table(question.resource, tally.fields, (), counts)
        if form is not None and form.kept_as == _JSON:
            return Page(replace(table, records=ready.written.records(shown, *numbers[:2])), last, counts)
        snapshot.at_leisure()
        rows = zip(map(tally.rows.__getitem__, shown), *numbers, strict=True)
        return Page(replace(table, rows=[(*row, *ends) for row, *ends in rows]), last, counts)

    def _find(self, snapshot: Snapshot, resource: Resource | Computation, question: Question) -> _Ready | None:
        """Give what was made for a question; make it, if it is time to."""
        if not self.size or not isinstance(resource, Resource) or not fits(resource, question):
            return None
        key = snapshot.revision, timeless(question)
        with self._lock:
            choice = self._choices.get(key)
            if choice is not None:
                self._choices.move_to_end(key)
        if choice is None or choice.asked < TIMES:
            if snapshot.brief:  # SQL may be quick enough: then nothing has to be counted beforehand
                return None
            with self._lock:
                choice = self._choices.setdefault(key, _Choice())
                choice.asked += 1
                mine = choice.asked == TIMES
                self._spare()
            if mine:
                self._make(snapshot, resource, key, choice)
        if choice.ready is not None and choice.ready.tally.steps > FEW:
            snapshot.at_leisure()
        return choice.ready

    def _make(self, snapshot: Snapshot, resource: Resource, key: tuple[int, Question], choice: _Choice) -> None:
        """Count beforehand, where there is room for it beside what else is of this revision."""
        revision, question = key
        with self._lock:
            room = self.size - sum(one.size for (number, _), one in self._choices.items() if number == revision)
        if not are_at_most(snapshot, resource, question, room // _ROW):
            return
        tally = take_tally(snapshot, resource, question)
        if tally is None:
            return
        written = WrittenGroups(tally.fields, tally.rows)
        size = tally.size + written.size
        with self._lock:
            if size <= room and self._choices.get(key) is choice:
                choice.ready = _Ready(tally, written, size)
                self._spare()

    def _spare(self) -> None:
        """Let go of what was asked for least lately."""
        while len(self._choices) > _CHOICES or sum(one.size for one in self._choices.values()) > self.size:
            self._choices.popitem(last=False)
