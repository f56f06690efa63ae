"""From names and properties of somebody's table to entities: candidates with scores, and one that is certain enough to take.

A name scores 100 where it is the name, a little less where it is another of its names, at most 94 where it only has the words
or is spelled alike. Each property then moves the score: an agreeing code takes it nine tenths of the way to 100, a differing one
costs more than half; a day on which the entity did not exist halves it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.dates import DateError, parse_day_range
from app.errors import BadQueryError, NotFoundError
from app.folding import fold
from app.queries.describing import EARLIEST, LATEST, Described, describe
from app.queries.naming import Asked, code_meanings, id_meanings
from app.queries.resolving import parse_code
from app.queries.searching import ALIKE, Hit, alike, likeness, search, sought
from app.schemas.questions import Question
from app.schemas.reconciliation import CANDIDATES, DATE, MAX_CANDIDATES, PROPERTIES, TYPES, Property, PropertyIn, QueryIn, Value
from app.vocabulary import SEARCHED_KINDS, Kind, NameUse, Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.db.sessions import Snapshot
    from app.schemas.tables import Value as Cell

_EXACT = {
    NameUse.NAME: 100.0, NameUse.ACRONYM: 98.0, NameUse.OFFICIAL: 98.0, NameUse.SHORT: 98.0, NameUse.CODE: 98.0,
    NameUse.LOCALIZED: 97.0, NameUse.FORMER: 95.0, NameUse.ALIAS: 95.0, NameUse.PLACE: 50.0,
}  # fmt: skip
_INEXACT = 0.94
_PLACED = 0.5
_ABSENT = 0.5
SURE, APART = 90.0, 5.0
"""A candidate is a match from this score on, when the next one is at least so far behind and its name is at least alike."""


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates by id with the score of their names, and which of them have a code that was given as a property."""

    names: Mapping[str, float]
    coded: Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Candidate:
    """One entity that a query may mean, with what its score was made of."""

    entity: Described
    score: float
    features: dict[str, float | bool] = field(default_factory=dict)
    match: bool = False


def reconcile(snapshot: Snapshot, queries: Mapping[str, QueryIn]) -> dict[str, list[Candidate]]:
    """Give the candidates of each query, the best first; the queries know nothing of each other."""
    found = {key: _found(snapshot, query) for key, query in queries.items()}
    known = describe(snapshot, {entity for one in found.values() for entity in one.names})
    return {key: _ranked(query, found[key], known) for key, query in queries.items()}


def _kinds(query: QueryIn) -> tuple[Kind, ...]:
    """Give the kinds that candidates may have: sources only where they are asked for; with `should` a type is a wish."""
    if not query.types:
        return tuple(kind for kind in SEARCHED_KINDS if kind is not Kind.SOURCE)
    if query.type_strict == "should":
        return SEARCHED_KINDS
    wanted = [TYPES[word] for word in query.types]
    join = all if query.type_strict == "all" else any
    return tuple(kind for kind in SEARCHED_KINDS if join(kind in one for one in wanted))


def _found(snapshot: Snapshot, query: QueryIn) -> Found:
    """Find candidates by name, by what the name is itself if it is an id or a code, and by codes among the properties."""
    kinds = _kinds(query)
    names: dict[str, float] = defaultdict(float)
    text = query.query or ""
    wanted = sought(text, [kind.value for kind in kinds])
    hits = list(search(snapshot, wanted, MAX_CANDIDATES)) or alike(snapshot, wanted)[:MAX_CANDIDATES] if kinds else []
    for hit in hits:
        names[hit.id] = max(names[hit.id], _name_score(hit, wanted.words))
    written = _written_codes(text)
    of_kind = SEARCHED_KINDS if not query.types else kinds
    for one in (*id_meanings(snapshot, written), *code_meanings(snapshot, written, Question(""))) if written else ():
        if one.kind in of_kind and any(asked.scheme is None or asked.means(one.scheme, one.code) for asked in written):
            names[one.id] = max(names[one.id], 100.0 if one.scheme == "id" else 97.0)
    coded = {one.pid: _coded(snapshot, one, kinds) for one in query.properties if one.pid in set(Scheme)}
    for entity in frozenset[str]().union(*coded.values()):
        names.setdefault(entity, 0.0)
    return Found(dict(names), coded)


def _name_score(hit: Hit, words: tuple[str, ...]) -> float:
    if hit.folded == " ".join(words):
        return _EXACT[NameUse(hit.use)]
    return likeness(words, hit.folded) * (_PLACED if hit.use == NameUse.PLACE.value else _INEXACT)


def _written_codes(text: str) -> list[Asked]:
    """Give the code that a query's name may be itself: an id, or a code with or without its scheme."""
    if not text or " " in text:
        return []
    if ":" not in text:
        return [Asked(text, None, text)]
    try:
        scheme, value = parse_code(text)
    except NotFoundError:
        return []
    return [Asked(text, scheme, value)]


def _coded(snapshot: Snapshot, given: PropertyIn, kinds: tuple[Kind, ...]) -> frozenset[str]:
    """Give what has or had one of the codes that a property gives."""
    asked = [Asked(text, Scheme(given.pid), text) for text in given.texts if text]
    meanings = code_meanings(snapshot, asked, Question("")) if asked else []
    return frozenset(one.id for one in meanings if one.kind in kinds and any(code.means(one.scheme, one.code) for code in asked))


def _ranked(query: QueryIn, found: Found, known: Mapping[str, Described]) -> list[Candidate]:
    weighed = [_weighed(query, known[entity], score, found.coded) for entity, score in found.names.items() if entity in known]
    candidates = sorted((one for one in weighed if one.score > 0), key=lambda one: (-one.score, one.entity.id))
    if candidates:
        best = candidates[0]
        ahead = len(candidates) == 1 or candidates[1].score <= best.score - APART
        best.match = best.score >= SURE and ahead and best.features.get("name", 100.0) >= ALIKE
    return candidates[: min(query.limit or CANDIDATES, MAX_CANDIDATES)]


def _weighed(query: QueryIn, entity: Described, score: float, coded: Mapping[str, frozenset[str]]) -> Candidate:
    if score == 0 and query.query:
        score = likeness(sought(query.query).words, fold(entity.name)) * _INEXACT
    features: dict[str, float | bool] = {"name": round(score, 1)} if query.query else {}
    if query.types and query.type_strict == "should":
        features["type"] = any(entity.kind in TYPES[word] for word in query.types)
        score *= 1.0 if features["type"] else 0.8
    for one in query.properties:
        score, agreed = _moved(score, one, entity, coded)
        if agreed is not None:
            features[one.pid] = agreed
    return Candidate(entity, round(min(score, 100.0), 1), features)


def _moved(score: float, given: PropertyIn, entity: Described, coded: Mapping[str, frozenset[str]]) -> tuple[float, bool | None]:
    """Move a score by one property; None where the entity has no value to compare."""
    texts = [text for text in given.texts if text]
    prop = PROPERTIES[given.pid]
    if not texts:
        return score, None
    if prop.value is Value.DAY:
        return _on_day(score, texts, entity)
    if prop.value is Value.CODE:
        if entity.id in coded[given.pid]:
            return score + (100 - score) * 0.9, True
        return (score * 0.8, None) if entity.code(Scheme(prop.id)) is None else (score * 0.4, False)
    cell = entity.cell(prop)
    if cell is None:
        return score * 0.8, None
    agreed = any(_agrees(cell, prop, text) for text in texts)
    return (score + (100 - score) * 0.2, True) if agreed else (score * 0.8, False)


def _agrees(cell: Sequence[Cell], prop: Property, text: str) -> bool:
    if prop.value is Value.MOMENT:
        first, last = _days(prop.id, text)
        return (cell[EARLIEST] is None or str(cell[EARLIEST]) <= last) and (cell[LATEST] is None or str(cell[LATEST]) >= first)
    if prop.value is Value.NUMBER:
        return str(cell[0]) == text
    return fold(str(cell[0])) == fold(text)


def _on_day(score: float, texts: list[str], entity: Described) -> tuple[float, bool | None]:
    """Halve the score of what did not exist on any of the days, and take a little where that is only possible."""
    if entity.span is None:
        return score, None
    first, last = entity.span
    best = _ABSENT
    for text in texts:
        earliest, latest = _days(DATE, text)
        possible = (first[EARLIEST] is None or str(first[EARLIEST]) <= latest) and (
            last[LATEST] is None or str(last[LATEST]) > earliest
        )
        certain = (
            first[LATEST] is not None
            and str(first[LATEST]) <= latest
            and (last[EARLIEST] is None or str(last[EARLIEST]) > earliest)
        )
        best = max(best, 1.0 if certain else 0.95 if possible else _ABSENT)
    return score * best, best > _ABSENT


def _days(prop: str, text: str) -> tuple[str, str]:
    try:
        first, last = parse_day_range(text)
    except DateError as error:
        raise BadQueryError.at("queries", "bad-date", f"property {prop}: {error}") from error
    return first.isoformat(), last.isoformat()
