"""The order of a search: which names have every word, the best one of each entity, remembered for the pages that follow.

What hits are ranked by is read of all of them, and what is shown of a hit for those of a page alone (`app.queries.searching`).
A search is the same for every page, limit and language, and of one revision it never changes: of the last ones the numbers of
their entries are kept, 16 bytes a hit.
"""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict
from functools import lru_cache
from itertools import compress
from sys import intern
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, column, func, literal_column, select, table, text

from app.models import SearchEntry
from app.vocabulary import Kind, NameUse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.engine import Engine

    from app.db.sessions import Snapshot

REMEMBERED = 200_000
"""Hits of the last searches together."""
_FEW = 1_000
"""Entries that are ranked quickly enough to be waited for."""
FTS = table("search_fts", column("rowid"))


def matched(slot: str) -> ColumnElement[bool]:
    """Give SQLite's full-text predicate."""
    return literal_column("search_fts").op("MATCH")(bindparam(slot))


def is_sqlite(snapshot: Snapshot) -> bool:
    """Give whether full text is SQLite's."""
    return snapshot.connection.dialect.name == "sqlite"


class Ranking:
    """The best entry of each entity, by its number and its kind, the best first."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        """Take numbers and kinds in their order."""
        self._numbers = array("q")
        self._kinds: list[str] = []
        for number, kind in rows:
            self._numbers.append(number)
            self._kinds.append(intern(kind))
        self.counts: Mapping[str, int] = Counter(self._kinds)
        """How many hits there are of each kind."""

    def __len__(self) -> int:
        """Give how many hits there are."""
        return len(self._numbers)

    def of(self, kinds: Sequence[str]) -> Sequence[int]:
        """Give the numbers of the entries of these kinds, of all if none."""
        return [*compress(self._numbers, [kind in kinds for kind in self._kinds])] if kinds else self._numbers


class _Memory:
    """The last searches of one store."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: OrderedDict[tuple[object, ...], Ranking] = OrderedDict()
        self._size = 0

    def find(self, key: tuple[object, ...]) -> Ranking | None:
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def keep(self, key: tuple[object, ...], ranking: Ranking) -> None:
        with self._lock:
            if key in self._held:
                return
            self._held[key] = ranking
            self._size += len(ranking) + 1
            while self._size > REMEMBERED:
                _, oldest = self._held.popitem(last=False)
                self._size -= len(oldest) + 1


_MEMORIES: WeakKeyDictionary[Engine, _Memory] = WeakKeyDictionary()
"""By the engine of a store, and forgotten with it."""


def rank(snapshot: Snapshot, words: tuple[str, ...], kinds: tuple[str, ...] = ()) -> Ranking:
    """Rank the entities of these kinds, all if none, one of whose names has every word; sources come last.

    An exact name ranks before one that begins with the words, and that before one that has them; then the heavier, then the
    shorter name. A place is never an exact name: it is where a thing happened, not what it is called.
    """
    memory = _MEMORIES.setdefault(snapshot.connection.engine, _Memory())
    key = snapshot.revision, words, kinds
    found = memory.find(key)
    if found is None:
        found = Ranking(_best(snapshot, words, kinds))
        memory.keep(key, found)
    return found


def _best(snapshot: Snapshot, words: tuple[str, ...], kinds: tuple[str, ...]) -> list[tuple[int, str]]:
    if not words:
        return []
    rows = snapshot.rows(_entries(kinds, sqlite=is_sqlite(snapshot)), {"words": _expression(snapshot, words)})
    if len(rows) > _FEW:
        snapshot.at_leisure()
    whole = " ".join(words)
    length, place = len(whole), NameUse.PLACE.value
    ordered = sorted(
        (2 if use == place or not folded.startswith(whole) else len(folded) != length, -weight, len(folded), entity, number, kind)
        for entity, number, kind, folded, use, weight in rows
    )
    best: dict[str, tuple[int, str]] = {}
    for _, _, _, entity, number, kind in ordered:
        if entity not in best:
            best[entity] = number, kind
    return sorted(best.values(), key=lambda one: one[1] == Kind.SOURCE)


@lru_cache(256)
def _entries(kinds: tuple[str, ...], *, sqlite: bool) -> Select[*tuple[object, ...]]:
    """Give what entries that have every word are ranked by."""
    entry = SearchEntry
    found = select(entry.entity_id, entry.pk, entry.kind, entry.folded, entry.use, entry.weight).where(_having(sqlite=sqlite))
    return found.where(entry.kind.in_(kinds)) if kinds else found


def _having(*, sqlite: bool) -> ColumnElement[bool]:
    """Give the predicate for entries that have every word, words being prefixes."""
    if sqlite:
        return SearchEntry.pk.in_(select(FTS.c.rowid).where(matched("words")))
    return func.to_tsvector(text("'simple'"), SearchEntry.folded).op("@@")(func.to_tsquery(text("'simple'"), bindparam("words")))


def _expression(snapshot: Snapshot, words: Sequence[str]) -> str:
    """Spell `every word, as a prefix` for the engine; folded words hold nothing that either would read as syntax."""
    if is_sqlite(snapshot):
        return "folded : (" + " AND ".join(f'"{word}"*' for word in words) + ")"
    return " & ".join(f"{word}:*" for word in words)
