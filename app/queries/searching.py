"""Search over names of every kind: full text on folded words, ranked, with the name that matched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, column, func, literal_column, select, table, text

from app.folding import fold
from app.models import Label, SearchEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from app.db.sessions import Snapshot
    from app.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Found:
    """One entity that a search found."""

    id: str
    kind: str
    name: str
    acronym: str | None
    matched: str


_FTS = table("search_fts", column("rowid"), column("folded"))


def search(snapshot: Snapshot, query: str, kinds: Sequence[Kind], limit: int) -> list[Found]:
    """Give entities whose names have every word of the query, words being prefixes; an exact name comes first.

    Rank: sources last; the whole name, then its beginning; then weight (name and acronym, official name, alias, place), then
    the shorter name.
    """
    words = fold(query).split()
    if not words:
        return []
    whole = " ".join(words)
    entry = SearchEntry
    rank = case((entry.folded == bindparam("whole"), 0), (entry.folded.like(bindparam("start")), 1), else_=2)
    order = (rank, -entry.weight, func.length(entry.folded), entry.entity_id)
    number = func.row_number().over(partition_by=entry.entity_id, order_by=order)
    hits = (
        select(entry.entity_id, entry.kind, entry.name, rank.label("rank"), entry.weight, func.length(entry.folded).label("size"))
        .add_columns(number.label("place"))
        .where(_matches(snapshot, words))
    )
    if kinds:
        hits = hits.where(entry.kind.in_([kind.value for kind in kinds]))
    found = hits.subquery()
    statement = (
        select(found.c.entity_id, found.c.kind, Label.name, Label.acronym, found.c.name)
        .join(Label, Label.id == found.c.entity_id)
        .where(found.c.place == 1)
        .order_by(case((found.c.kind == "source", 1), else_=0), found.c.rank, -found.c.weight, found.c.size, found.c.entity_id)
        .limit(limit)
    )
    values = {"whole": whole, "start": f"{whole}%", "words": _expression(snapshot, words)}
    return [Found(*row) for row in snapshot.execute(statement, values)]


def _matches(snapshot: Snapshot, words: Sequence[str]) -> ColumnElement[bool]:
    del words
    if snapshot.connection.dialect.name == "sqlite":
        rows = select(_FTS.c.rowid).where(literal_column("search_fts").op("MATCH")(bindparam("words")))
        return SearchEntry.pk.in_(rows)
    vector = func.to_tsvector(text("'simple'"), SearchEntry.folded)
    return vector.op("@@")(func.to_tsquery(text("'simple'"), bindparam("words")))


def _expression(snapshot: Snapshot, words: Sequence[str]) -> str:
    """Spell `every word, as a prefix` for the engine; folded words hold nothing that either would read as syntax."""
    if snapshot.connection.dialect.name == "sqlite":
        return " AND ".join(f'"{word}"*' for word in words)
    return " & ".join(f"{word}:*" for word in words)
