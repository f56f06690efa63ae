"""Who a dataset means: its codes and names held against the entities that the store has.

A code that one entity alone ever had is sure, whatever the years. One that several had over time (COW 365) is theirs in turn,
by the days on which it passed on; in years in which nobody has it, the dataset's actor is one of its own. An exact name, folded,
is sure where the years allow it and it is the only one. Anything less is listed as doubtful and becomes an entity of its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from app.dates import DateError, parse_end, parse_start
from app.folding import fold
from app.ingest.evidence import digest
from app.ingest.known import CodeHeld, Known, letters
from app.vocabulary import Kind, Scheme

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from app.ingest.importers.base import Actor, OrganizationSeen

_LONGEST = 70
_EVER, _NEVER = "", "9999-12-31"
_ALWAYS = "0001-01-01", "9999-12-31"
_SCHEMES = frozenset(one.value for one in Scheme)


class Part(NamedTuple):
    """Whose a stretch of years is: an entity; the EDTF days on which the code came to it and passed on, if it did."""

    entity: str
    years: tuple[int, int]
    start: str | None = None
    end: str | None = None


class UnmatchedError(Exception):
    """Nobody can be meant, or anybody of several: `expected` says what would be needed."""

    def __init__(self, expected: str) -> None:
        """Hold what the file would have to say."""
        super().__init__(expected)
        self.expected = expected


@dataclass(slots=True)
class Matches:
    """What was matched how, for the report."""

    counts: Counter[str] = field(default_factory=Counter)
    entities: dict[str, tuple[str, str]] = field(default_factory=dict)
    """How each key of the dataset was matched, and with which entity; of one over time, the first."""

    doubtful: dict[str, str] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)

    def note(self, key: str, kind: str, how: str, entity: str) -> None:
        """Count a key of the dataset when it comes for the first time."""
        if key not in self.entities:
            self.entities[key] = how, entity
            self.counts[f"{kind or 'actor'}: {how}"] += 1


class Matcher:
    """Gives the entity for every actor and organization of one dataset, the same for the same words."""

    def __init__(self, connection: Connection, dataset: str) -> None:
        """Read what the store holds."""
        self.known = Known(connection)
        self.matches = Matches()
        self._dataset = dataset
        self._named: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._slugs: dict[str, str] = {}
        self._parts: dict[Actor, tuple[Part, ...]] = {}

    def own_id(self, key: str, kind: str) -> str:
        """Give the id that a thing of the dataset has where it is one of its own: scheme and code, in the letters of ids."""
        found = self._ids.get(key)
        if found is None:
            scheme, _, value = key.partition(":")
            found = f"{scheme}-{slug(value)}"
            if self.known.kinds.get(found, kind) != kind:
                found = f"{found}-{kind}"
            if self._slugs.setdefault(found, key) != key:
                found = f"{found}-{digest(key)[:8]}"
            self._ids[key] = found
        return found

    def is_own(self, entity: str) -> bool:
        """Tell whether an entity's rows are the dataset's to write: nobody else has it."""
        held = self.known.entities.get(entity)
        return held is None or held.dataset == self._dataset

    def organization(self, seen: OrganizationSeen) -> str:
        """Give the entity of an organization."""
        own = self.own_id(seen.key, Kind.ORGANIZATION.value)
        scheme, _, value = seen.key.partition(":")
        for code in ((scheme, value), *seen.codes):
            found = self._holders(*code, Kind.ORGANIZATION.value)
            if found:
                return self._told(seen.key, "organization", "code", found[0].entity)
        names = dict.fromkeys(letters(one) for one in (seen.name, *seen.names))
        life = _life(seen.start, seen.end)
        short = letters(seen.acronym)
        entities = {one for name in names for one in self._by_name(name, Kind.ORGANIZATION.value, life, own, shown=name == short)}
        if len(entities) == 1 and self._named.setdefault(entity := entities.pop(), seen.key) == seen.key:
            return self._told(seen.key, "organization", "name", entity)
        alike = self.known.acronyms.get(short, set()) - {own}
        alike |= {one for name in names for one in self._others(name, Kind.ORGANIZATION.value, own)}
        if doubtful := sorted(one for one in alike if not self._is_mine(one)):
            self.matches.doubtful.setdefault(seen.key, f"{seen.name}: not merged with {', '.join(doubtful)}")
        self.matches.new.setdefault(seen.key, seen.name)
        return self._told(seen.key, "organization", "no match", own)

    def over(self, actor: Actor) -> tuple[Part, ...]:
        """Give the entities that an actor is over its years, in order; UnmatchedError where the years are needed."""
        found = self._parts.get(actor)
        if found is None:
            found = self._parts[actor] = self._find(actor)
        return found

    def at(self, actor: Actor, day: str | None) -> str:
        """Give the entity that an actor is on a day, or for a partial date on its first one; UnmatchedError as for `over`."""
        scheme, _, value = actor.key.partition(":")
        holders = self._holders(scheme, value, actor.kind) if day else []
        if len({one.entity for one in holders}) > 1:
            held = [
                one
                for one in self._turns(holders, self.own_id(actor.key, actor.kind or Kind.STATE.value))
                if one.holds(day or "")
            ]
            return held[0].entity
        parts = self.over(actor)
        if len(parts) > 1:
            raise UnmatchedError(f"a date, as {' and '.join(one.entity for one in parts)} had the code {actor.key} in turn")
        return parts[0].entity

    def word(self, text: str) -> str | None:
        """Give the organization that an acronym or a key stands for alone, or None."""
        if ":" in text:
            scheme, _, value = text.partition(":")
            found = self._holders(scheme, value, Kind.ORGANIZATION.value)
            return found[0].entity if found else None
        entities = self.known.acronyms.get(letters(text), set())
        curated = [one for one in entities if self.known.entities[one].dataset is None]
        return curated[0] if len(curated) == 1 else None

    def find(self, text: str, kind: Kind) -> str | None:
        """Give the one entity with a code (`iso3:AZE`) or a name, whenever it lives, or None."""
        scheme, _, value = text.partition(":")
        found = {one.entity for one in self._holders(scheme, value, kind.value)} or self._by_name(
            fold(text), kind.value, _ALWAYS, ""
        )
        return found.pop() if len(found) == 1 else None

    def _find(self, actor: Actor) -> tuple[Part, ...]:
        scheme, _, value = actor.key.partition(":")
        own = self.own_id(actor.key, actor.kind or Kind.STATE.value)
        years = actor.first_year or 1, actor.last_year or date.max.year
        holders = self._holders(scheme, value, actor.kind)
        if len({one.entity for one in holders}) > 1:
            if actor.first_year is None or actor.last_year is None:
                raise UnmatchedError(f"a year, as {', '.join(one.entity for one in holders)} had the code {actor.key} in turn")
            parts = tuple(_shared(self._turns(holders, own), years))
            self._told(actor.key, actor.kind, "code over time", parts[0].entity)
            return parts
        if holders:
            return (Part(self._told(actor.key, actor.kind, "code", holders[0].entity), years),)
        name = letters(actor.name)
        life = f"{years[0]:04}-01-01", f"{years[1]:04}-12-31"
        entities = self._by_name(name, actor.kind, life, own)
        if len(entities) == 1:
            return (Part(self._told(actor.key, actor.kind, "name", entities.pop()), years),)
        if not actor.kind:
            raise UnmatchedError("a state or an organization that is held already, as the file does not say which it is")
        if alike := sorted(one for one in self._others(name, actor.kind, own) if not self._is_mine(one)):
            self.matches.doubtful.setdefault(actor.key, f"{actor.name}: not merged with {', '.join(alike)}")
        self.matches.new.setdefault(actor.key, actor.name)
        return (Part(self._told(actor.key, actor.kind, "no match", own), years),)

    def _told(self, key: str, kind: str, how: str, entity: str) -> str:
        self.matches.note(key, kind, how, entity)
        return entity

    def _is_mine(self, entity: str) -> bool:
        held = self.known.entities.get(entity)
        return held is not None and held.dataset == self._dataset

    def _holders(self, scheme: str, value: str, kind: str) -> list[CodeHeld]:
        """Give who has or had a code: the curated first, where a dataset's own entity has it as well."""
        if scheme not in _SCHEMES:
            return []
        found = [one for one in self.known.codes.get((scheme, value), []) if kind in {"", self.known.entities[one.entity].kind}]
        curated = [one for one in found if self.known.entities[one.entity].dataset is None]
        return curated or found

    def _by_name(self, name: str, kind: str, life: tuple[str, str], own: str, *, shown: bool = False) -> set[str]:
        """Give the entities with a name at that time: those that are `shown` by it, or else those that are also called so."""
        for index in (self.known.labels,) if shown else (self.known.labels, self.known.names):
            found = {one for one in index.get(name, ()) if self._fits(one, kind, own) and self.known.entities[one].lives(*life)}
            if found:
                return found
        return set()

    def homonyms(self, name: str) -> set[str]:
        """Give everybody who is or was called so."""
        return {*self.known.labels.get(letters(name), ()), *self.known.names.get(letters(name), ())}

    def _others(self, name: str, kind: str, own: str) -> set[str]:
        return {one for one in self.homonyms(name) if self._fits(one, kind, own)} - {own}

    def _fits(self, entity: str, kind: str, own: str) -> bool:
        held = self.known.entities[entity]
        return kind in {"", held.kind} and (held.dataset != self._dataset or entity == own)

    def _turns(self, holders: Sequence[CodeHeld], own: str) -> list[CodeHeld]:
        """Give who has a code when, without a gap: before, in between and after it is the dataset's own actor."""
        turns: list[CodeHeld] = []
        covered = _EVER
        for one, following in zip(holders, [*holders[1:], None], strict=True):
            if one.first is not None and one.first > covered:
                turns.append(CodeHeld(own, turns[-1].end if turns else "", one.start, covered or None, one.first))
            if following and following.first and following.first < (one.last or _NEVER):
                turns.append(one._replace(end=following.start, last=following.first))
            else:
                turns.append(one)
            covered = turns[-1].last or _NEVER
        if covered < _NEVER:
            turns.append(CodeHeld(own, turns[-1].end, "..", covered, None))
        return turns

    def own_time(self, actor: Actor) -> tuple[str, str]:
        """Give when an actor of the dataset's own has its code: as long as nobody else has it, else not known."""
        scheme, _, value = actor.key.partition(":")
        own = self.own_id(actor.key, actor.kind or Kind.STATE.value)
        holders = [one for one in self._holders(scheme, value, "") if one.entity != own]
        turns = self._turns(holders, own) if holders else []
        return next(((one.start, one.end) for one in turns if one.entity == own), ("", ""))


def _shared(turns: Iterable[CodeHeld], years: tuple[int, int]) -> Iterable[Part]:
    """Share a stretch of years out: in the year in which a code passes on, who comes and who goes both have it.

    A stretch that begins in that year is of who comes, one that ends in it of who goes; a single year is of who has most of it.
    """
    first, last = years
    touched = [(one, one.years()) for one in turns if one.years()[0] <= last and one.years()[1] >= first]
    if first == last:
        touched = [max(touched, key=lambda one: one[0].days(first))]
    else:
        touched = [one for one in touched if len(touched) == 1 or not (one[1][1] == first or one[1][0] == last)] or touched[:1]
    for n, (one, (begun, over)) in enumerate(touched):
        start, end = one.start if n else None, one.end if n + 1 < len(touched) else None
        yield Part(one.entity, (max(first, begun), min(last, over)), start, end)


def slug(text: str) -> str:
    """Give a text in the letters of ids: what is too long keeps its beginning and a digest of the whole."""
    found = fold(text).replace(" ", "-") or digest(text)[:8]
    return found if len(found) <= _LONGEST else f"{found[: _LONGEST - 9].rstrip('-')}-{digest(text)[:8]}"


def _life(start: str, end: str) -> tuple[str, str]:
    """Give the first and the last day that an interval can have."""
    try:
        first, after = parse_start(start), parse_end(end, date.max)
    except DateError:
        return _ALWAYS
    last = after.latest - timedelta(days=1) if after.latest and after.latest > date.min else date.max
    return (first.earliest or date.min).isoformat(), last.isoformat()
