"""Search over names of every kind: full text on folded words, ranked; only where that finds nothing, names spelled alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

import orjson
from rapidfuzz import fuzz
from sqlalchemy import ARRAY, Text, any_, bindparam, column, desc, func, literal_column, select, table, text

from app.folding import fold, grams, marked
from app.models import Label, SearchEntry
from app.queries.columns import localized
from app.queries.computed import Block, Computation, Computed, arguments
from app.schemas.search import MAX_SUGGESTIONS, SEARCH, SUGGEST
from app.vocabulary import PLURALS, SEARCHED_KINDS, Kind, NameUse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Select

    from app.db.sessions import Snapshot
    from app.schemas.questions import Question
    from app.schemas.tables import Row

MAX_CANDIDATES = 400
"""Names that are compared letter by letter, those that share the most and the rarest letters first."""

ALIKE = 72.0
"""The least likeness, of 100, at which a misspelled name is a hit."""


class Entry(NamedTuple):
    """One name of an entity."""

    entity_id: str
    kind: str
    name: str
    folded: str
    use: str
    lang: str | None
    weight: int
    pk: int


class Hit(NamedTuple):
    """One entity and the name it was found by; `score` is 100 for exact hits."""

    id: str
    kind: str
    name: str
    acronym: str | None
    matched: str
    folded: str
    use: str
    lang: str | None
    score: float = 100.0


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched for: folded words, of which kinds (all if none), with names in which language."""

    words: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    lang: str = "en"

    @property
    def whole(self) -> str:
        """The words as one text."""
        return " ".join(self.words)


def sought(query: str, kinds: Sequence[str] = (), lang: str = "en") -> Sought:
    """Fold a query."""
    return Sought(tuple(fold(query).split()), tuple(kinds), lang)


_FEW = 1_000
"""Entries that are ranked quickly enough to be waited for."""
_PLACE, _SOURCE = NameUse.PLACE.value, Kind.SOURCE.value
_FTS = table("search_fts", column("rowid"))


def _matched(slot: str) -> ColumnElement[bool]:
    """Give SQLite's full-text predicate."""
    return literal_column("search_fts").op("MATCH")(bindparam(slot))


def _is_sqlite(snapshot: Snapshot) -> bool:
    return snapshot.connection.dialect.name == "sqlite"


def _having(*, sqlite: bool) -> ColumnElement[bool]:
    """Give the predicate for entries that have every word, words being prefixes."""
    if sqlite:
        return SearchEntry.pk.in_(select(_FTS.c.rowid).where(_matched("words")))
    return func.to_tsvector(text("'simple'"), SearchEntry.folded).op("@@")(func.to_tsquery(text("'simple'"), bindparam("words")))


def _expression(snapshot: Snapshot, words: Sequence[str]) -> str:
    """Spell `every word, as a prefix` for the engine; folded words hold nothing that either would read as syntax."""
    if _is_sqlite(snapshot):
        return "folded : (" + " AND ".join(f'"{word}"*' for word in words) + ")"
    return " & ".join(f"{word}:*" for word in words)


@lru_cache(256)
def _entries(kinds: tuple[str, ...], *, sqlite: bool) -> Select[*tuple[object, ...]]:
    entry = SearchEntry
    found = select(entry.entity_id, entry.kind, entry.name, entry.folded, entry.use, entry.lang, entry.weight, entry.pk)
    found = found.where(_having(sqlite=sqlite))
    return found.where(entry.kind.in_(kinds)) if kinds else found


@lru_cache(256)
def _labels(lang: str, *, sqlite: bool) -> Select[*tuple[object, ...]]:
    """Give the names and acronyms of a list of entities."""
    name = Label.name if lang == "en" else localized(Label.id, Label.name, lang)
    if sqlite:
        listed = func.json_each(bindparam("ids", type_=Text)).table_valued(column("value"))
        return select(Label.id, name, Label.acronym).where(Label.id.in_(select(listed.c.value)))
    return select(Label.id, name, Label.acronym).where(Label.id == any_(bindparam("ids", type_=ARRAY(Text))))


def _matching(snapshot: Snapshot, wanted: Sought, kinds: tuple[str, ...]) -> list[Entry]:
    """Give every entry of these kinds, all if none, that has every word."""
    if not wanted.words:
        return []
    sqlite = _is_sqlite(snapshot)
    found = snapshot.rows(_entries(kinds, sqlite=sqlite), {"words": _expression(snapshot, wanted.words)})
    if len(found) > _FEW:
        snapshot.at_leisure()
    return list(map(Entry._make, found))


def _ranked(entries: Iterable[Entry], whole: str) -> list[Entry]:
    """Give the best entry of each entity, the best first; sources come last.

    An exact name ranks before one that begins with the words, and that before one that has them; then the heavier, then the
    shorter name. A place is never an exact name: it is where a thing happened, not what it is called.
    """
    best: dict[str, tuple[tuple[int, int, int, int], Entry]] = {}
    for one in entries:
        begins = one.use != _PLACE and one.folded.startswith(whole)
        rank = 2 - begins - (begins and len(one.folded) == len(whole))
        place = (rank, -one.weight, len(one.folded), one.pk)
        held = best.get(one.entity_id)
        if held is None or place < held[0]:
            best[one.entity_id] = place, one
    ordered = sorted((one.kind == _SOURCE, place[:3], name, one) for name, (place, one) in best.items())
    return [one for *_, one in ordered]


def _hits(snapshot: Snapshot, wanted: Sought, entries: Sequence[Entry]) -> list[Hit]:
    ids = [one.entity_id for one in entries]
    sqlite = _is_sqlite(snapshot)
    given = {"ids": orjson.dumps(ids).decode() if sqlite else ids}
    labels = {row[0]: row for row in snapshot.rows(_labels(wanted.lang, sqlite=sqlite), given)} if ids else {}
    return [
        Hit(one.entity_id, one.kind, label[1], label[2], one.name, one.folded, one.use, one.lang)
        for one in entries
        if (label := labels.get(one.entity_id))
    ]


def search(snapshot: Snapshot, wanted: Sought, limit: int | None = None) -> list[Hit]:
    """Give the entities whose names have every word, the best first."""
    return _hits(snapshot, wanted, _ranked(_matching(snapshot, wanted, wanted.kinds), wanted.whole)[:limit])


def likeness(words: Sequence[str], folded: str) -> float:
    """Give how alike words and a name are, 0 to 100: by each word and the nearest in the name, and as wholes."""
    names = folded.split()
    total = sum(len(word) for word in words)
    if not total or not names:
        return 0.0
    nearest = 0.0
    for word in words:
        parts = (max(fuzz.ratio(word, name), 0.95 * fuzz.ratio(word, name[: len(word)])) for name in names)
        nearest += len(word) * max(parts)
    whole = fuzz.ratio(" ".join(words), folded)
    return float(max(whole, 0.8 * nearest / total + 0.2 * whole))


def alike(snapshot: Snapshot, wanted: Sought) -> list[Hit]:
    """Give the entities whose names are spelled alike, the most alike first; at most `MAX_CANDIDATES` names are compared."""
    shared = grams(wanted.whole)
    if not shared:
        return []
    snapshot.at_leisure()
    best: dict[str, Hit] = {}
    for row in snapshot.execute(_candidates(snapshot, wanted), {"grams": _any_of(snapshot, shared)}):
        hit = Hit(*row)._replace(score=round(min(99.0, likeness(wanted.words, str(row[5]))), 1))
        if hit.score >= ALIKE and (hit.id not in best or hit.score > best[hit.id].score):
            best[hit.id] = hit
    return sorted(best.values(), key=lambda hit: (-hit.score, len(hit.folded), hit.id))


def _any_of(snapshot: Snapshot, shared: Sequence[str]) -> str:
    if _is_sqlite(snapshot):
        return "grams : (" + " OR ".join(f'"{one}"' for one in shared) + ")"
    return " | ".join(shared)


def _candidates(snapshot: Snapshot, wanted: Sought) -> Select[*tuple[object, ...]]:
    """Give the names that share letters with the words; sources have none to share."""
    name = Label.name if wanted.lang == "en" else localized(Label.id, Label.name, wanted.lang)
    entry = (SearchEntry.name, SearchEntry.folded, SearchEntry.use, SearchEntry.lang)
    statement = select(SearchEntry.entity_id, SearchEntry.kind, name, Label.acronym, *entry)
    statement = statement.join(Label, Label.id == SearchEntry.entity_id)
    if _is_sqlite(snapshot):
        nearest: ColumnElement[float] = literal_column("search_fts.rank")
        statement = statement.join(_FTS, _FTS.c.rowid == SearchEntry.pk).where(_matched("grams"))
    else:
        vector = func.to_tsvector(text("'simple'"), SearchEntry.grams)
        words = func.to_tsquery(text("'simple'"), bindparam("grams"))
        nearest = desc(func.ts_rank(vector, words))
        statement = statement.where(vector.op("@@")(words))
    if wanted.kinds:
        statement = statement.where(SearchEntry.kind.in_(wanted.kinds))
    return statement.order_by(nearest, SearchEntry.pk).limit(MAX_CANDIDATES)


def _wanted(question: Question) -> Sought:
    given = arguments(question)
    return sought(str(given["q"][0]), [str(kind) for kind in given.get("kind", ())], question.lang)


def _search(snapshot: Snapshot, question: Question) -> Computed:
    wanted = _wanted(question)
    entries = _ranked(_matching(snapshot, wanted, ()), wanted.whole)
    counts = Counter(one.kind for one in entries)
    chosen = [one for one in entries if not wanted.kinds or one.kind in wanted.kinds]
    if chosen:
        hits = _hits(snapshot, wanted, chosen)
        block = Block(len(chosen), lambda: (_row(hit, wanted, fuzzy=False) for hit in hits))
        return Computed(SEARCH.fields, [block], meta={"facets": _facets(counts)})
    others = ", ".join(f"{counts[kind]} {PLURALS[Kind(kind)]}" for kind in counts)
    warnings = [f"of other kinds, {others} match exactly"] if others else []
    found = alike(snapshot, wanted)
    warnings += ["nothing matches exactly; these are spelled alike"] if found else []
    rows = [_row(hit, wanted, fuzzy=True) for hit in found]
    facets = _facets(Counter(hit.kind for hit in found))
    return Computed(SEARCH.fields, [Block(len(rows), lambda: rows)], meta={"facets": facets, "warnings": warnings})


def _facets(counts: dict[str, int]) -> dict[str, list[dict[str, object]]]:
    listed = sorted(counts.items(), key=lambda one: (-one[1], SEARCHED_KINDS.index(Kind(one[0]))))
    return {"kind": [{"value": kind, "count": count} for kind, count in listed]}


def _row(hit: Hit, wanted: Sought, *, fuzzy: bool) -> Row:
    words = _touched(hit, wanted.words) if fuzzy else wanted.words
    parts = [{"text": part, "match": match} for part, match in marked(hit.matched, tuple(words))]
    highlight = orjson.dumps(parts).decode()
    url = f"/v1/{_PATHS[hit.kind]}/{hit.id}"
    return (hit.id, hit.kind, hit.name, hit.acronym, hit.matched, highlight, hit.use, hit.lang, fuzzy, hit.score, url)


_PATHS = {kind.value: word for kind, word in PLURALS.items()}


def _touched(hit: Hit, words: Sequence[str]) -> list[str]:
    """Give the words of a name that are spelled like one of the query's."""
    return [name for name in hit.folded.split() if any(fuzz.ratio(word, name) >= ALIKE for word in words)]


def _suggest(snapshot: Snapshot, question: Question) -> Computed:
    """Leave sources out unless they are asked for: a reader who types means a thing, not a publication about it."""
    wanted = _wanted(question)
    if not wanted.kinds:
        wanted = replace(wanted, kinds=tuple(kind.value for kind in SEARCHED_KINDS if kind is not Kind.SOURCE))
    rows = [
        (hit.id, hit.kind, hit.name, hit.acronym, hit.matched, f"/v1/{PLURALS[Kind(hit.kind)]}/{hit.id}")
        for hit in search(snapshot, wanted, min(question.limit, MAX_SUGGESTIONS))
    ]
    return Computed(SUGGEST.fields, [Block(len(rows), lambda: cast("list[Row]", rows))])


SEARCHING = Computation(SEARCH, _search, brief=True)
SUGGESTING = Computation(SUGGEST, _suggest, brief=True)
