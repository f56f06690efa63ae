"""Search over names of every kind: full text on folded words, ranked; only where that finds nothing, names spelled alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

import orjson
from rapidfuzz import fuzz
from sqlalchemy import ARRAY, Integer, Text, any_, bindparam, column, desc, func, literal_column, select, text

from app.folding import fold, grams, marked
from app.models import Label, SearchEntry
from app.queries.columns import localized
from app.queries.computed import Block, Computation, Computed, arguments, unread
from app.queries.ranking import FTS, is_sqlite, matched, rank
from app.schemas.search import MAX_SUGGESTIONS, SEARCH, SUGGEST
from app.vocabulary import PLURALS, SEARCHED_KINDS, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from app.db.sessions import Snapshot
    from app.schemas.questions import Question
    from app.schemas.tables import Row

MAX_CANDIDATES = 400
"""Names that are compared letter by letter, those that share the most and the rarest letters first."""

ALIKE = 72.0
"""The least likeness, of 100, at which a misspelled name is a hit."""


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


@lru_cache(256)
def _shown(lang: str, *, sqlite: bool) -> Select[*tuple[object, ...]]:
    """Give what is shown of entries, a list of numbers, each with the name and acronym of its entity."""
    entry, name = SearchEntry, Label.name if lang == "en" else localized(Label.id, Label.name, lang)
    found = select(entry.pk, entry.entity_id, entry.kind, name, Label.acronym, entry.name, entry.folded, entry.use, entry.lang)
    found = found.join(Label, Label.id == entry.entity_id)
    if sqlite:
        listed = func.json_each(bindparam("numbers", type_=Text)).table_valued(column("value"))
        return found.where(entry.pk.in_(select(listed.c.value)))
    return found.where(entry.pk == any_(bindparam("numbers", type_=ARRAY(Integer))))


def _hits(snapshot: Snapshot, wanted: Sought, numbers: Sequence[int]) -> list[Hit]:
    """Give the hits by their entries, in their order."""
    if not numbers:
        return []
    sqlite = is_sqlite(snapshot)
    given = {"numbers": orjson.dumps([*numbers]).decode() if sqlite else [*numbers]}
    rows = {row[0]: row for row in snapshot.rows(_shown(wanted.lang, sqlite=sqlite), given)}
    return [Hit(*rows[number][1:]) for number in numbers if number in rows]


def search(snapshot: Snapshot, wanted: Sought, limit: int | None = None) -> list[Hit]:
    """Give the entities whose names have every word, the best first."""
    return _hits(snapshot, wanted, rank(snapshot, wanted.words, wanted.kinds).of(())[:limit])


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
    if is_sqlite(snapshot):
        return "grams : (" + " OR ".join(f'"{one}"' for one in shared) + ")"
    return " | ".join(shared)


def _candidates(snapshot: Snapshot, wanted: Sought) -> Select[*tuple[object, ...]]:
    """Give the names that share letters with the words; sources have none to share."""
    name = Label.name if wanted.lang == "en" else localized(Label.id, Label.name, wanted.lang)
    entry = (SearchEntry.name, SearchEntry.folded, SearchEntry.use, SearchEntry.lang)
    statement = select(SearchEntry.entity_id, SearchEntry.kind, name, Label.acronym, *entry)
    statement = statement.join(Label, Label.id == SearchEntry.entity_id)
    if is_sqlite(snapshot):
        nearest: ColumnElement[float] = literal_column("search_fts.rank")
        statement = statement.join(FTS, FTS.c.rowid == SearchEntry.pk).where(matched("grams"))
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
    return _page(snapshot, question, 0, None)


def _page(snapshot: Snapshot, question: Question, offset: int, limit: int | None) -> Computed:
    """Search, and read what is shown of so many hits from one on."""
    wanted = _wanted(question)
    ranking = rank(snapshot, wanted.words)
    numbers, counts = ranking.of(wanted.kinds), ranking.counts
    if numbers:
        shown = numbers[offset:][:limit]
        hits = _hits(snapshot, wanted, shown)
        block = Block(len(shown), lambda: (_row(hit, wanted, fuzzy=False) for hit in hits))
        blocks = [unread(min(offset, len(numbers))), block, unread(len(numbers) - offset - len(shown))]
        return Computed(SEARCH.fields, blocks, meta={"facets": _facets(counts)})
    others = ", ".join(f"{counts[kind]} {PLURALS[Kind(kind)]}" for kind in counts)
    warnings = [f"of other kinds, {others} match exactly"] if others else []
    found = alike(snapshot, wanted)
    warnings += ["nothing matches exactly; these are spelled alike"] if found else []
    rows = [_row(hit, wanted, fuzzy=True) for hit in found]
    facets = _facets(Counter(hit.kind for hit in found))
    return Computed(SEARCH.fields, [Block(len(rows), lambda: rows)], meta={"facets": facets, "warnings": warnings})


def _facets(counts: Mapping[str, int]) -> dict[str, list[dict[str, object]]]:
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


SEARCHING = Computation(SEARCH, _search, brief=True, page=_page)
SUGGESTING = Computation(SUGGEST, _suggest, brief=True)
