"""Answers that Python computes from rows read once: declared as a resource is, given in blocks so that none is held whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from app.schemas.questions import Certainty, Group
from app.schemas.tables import Counts, Field, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from app.db.sessions import Snapshot
    from app.schemas.filters import Spec
    from app.schemas.questions import Condition, Question
    from app.schemas.tables import Row, Value


@dataclass(frozen=True, slots=True)
class Block:
    """Rows whose number is known before they are computed, so that a page far behind costs no more than the first.

    `rows` reads nothing from the store: a stream computes blocks when no snapshot is open any more.
    """

    size: int
    rows: Callable[[], Iterable[Row]]


def unread(size: int) -> Block:
    """Give rows that nobody asks for: they are before or behind a page, and their number counts."""
    return Block(size, lambda: ())


@dataclass(frozen=True, slots=True)
class Computed:
    """A whole answer: its fields, its rows in blocks, how many of them hold for certain where that is known."""

    fields: tuple[Field, ...]
    blocks: Sequence[Block]
    certain: int | None = None
    single: bool = False
    meta: Mapping[str, object] = field(default_factory=dict)

    @property
    def counts(self) -> Counts | None:
        """The number of rows, and of those that hold for certain; None where the second is not counted."""
        return None if self.certain is None else Counts(self.total, self.certain)

    @property
    def total(self) -> int:
        """The number of rows."""
        return sum(one.size for one in self.blocks)

    def rows(self, offset: int = 0) -> Iterator[Row]:
        """Give the rows from one on; whole blocks before it are not computed."""
        for block in self.blocks:
            if offset >= block.size:
                offset -= block.size
                continue
            yield from islice(block.rows(), offset, None)
            offset = 0

    def only(self, paths: Sequence[str]) -> Computed:
        """Give the answer with these fields alone, those below them and `match`; all of them where none is named."""
        if not paths:
            return self
        kept: list[Field] = []
        places: list[int] = []
        position = 0
        for one in self.fields:
            if one.path == "match" or any(one.path == path or one.path.startswith(f"{path}.") for path in paths):
                kept.append(one)
                places += range(position, position + one.width)
            position += one.width

        def narrowed(block: Block) -> Block:
            return Block(block.size, lambda: ([row[n] for n in places] for row in block.rows()))

        blocks = [narrowed(one) for one in self.blocks]
        return Computed(tuple(kept), blocks, self.certain, self.single, self.meta)


@dataclass(frozen=True, slots=True)
class Computation:
    """A view that Python computes: how it is declared, and the function from a question to its answer."""

    spec: Spec
    compute: Callable[[Snapshot, Question], Computed]
    brief: bool = False
    """Whether it takes no longer than a page of rows does."""
    page: Callable[[Snapshot, Question, int, int], Computed] | None = None
    """The same function where only some rows are wanted, so many from one on, if it then has less to read."""

    def answer(self, snapshot: Snapshot, question: Question, offset: int | None = None) -> Computed:
        """Answer a question, with the fields that it asks for; where there is an offset, with a page from there on."""
        if offset is None or self.page is None:
            return self.compute(snapshot, question).only(question.fields)
        return self.page(snapshot, question, offset, question.limit).only(question.fields)

    def table(self, snapshot: Snapshot, question: Question) -> Table:
        """Answer a question with all its rows, computed as they are read."""
        found = self.answer(snapshot, question)
        return Table(self.spec.name, found.fields, found.rows(), found.counts, found.single)


def listed(fields: tuple[Field, ...], rows: Sequence[Row], certainty: Certainty = Certainty.ANY) -> Computed:
    """Make an answer of rows that are there already; the last field is `match`."""
    kept = [row for row in rows if certainty in {Certainty.ANY, row[-1]}]
    return Computed(fields, [Block(len(kept), lambda: kept)], sum(1 for row in kept if row[-1] == Certainty.CERTAIN))


def arguments(question: Question) -> dict[str, tuple[Value, ...]]:
    """Give the values of a view's arguments, by name."""
    return {one.field: one.values for one in _conditions(question.where)}


def _conditions(group: Group) -> Iterator[Condition]:
    for one in group.parts:
        if isinstance(one, Group):
            yield from _conditions(one)
        else:
            yield one
