"""States and organizations that the store holds, by code, by name and by acronym: read once, small enough to keep."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from app.folding import fold
from app.models import Code, Label, Name, Organization, State
from app.models import Entity as Registered
from app.vocabulary import ACTOR_KINDS, SEARCHED_KINDS, Kind, NameType

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FIRST, _LAST = "0001-01-01", "9999-12-31"


@lru_cache(65536)
def letters(name: str) -> str:
    """Give a name as names are compared: its folded letters, without articles and however its words are joined."""
    return "".join(word for word in fold(name).split() if word != "the")


class Entity(NamedTuple):
    """A state or an organization, whose it is (None: curated), and the first day and the day after the last it can live."""

    kind: str
    dataset: str | None
    first: str | None
    after: str | None

    def lives(self, first: str, last: str) -> bool:
        """Tell whether it can live on some day from `first` to `last`."""
        return (self.first or _FIRST) <= last and (self.after or _LAST) > first


class CodeHeld(NamedTuple):
    """Who has a code from when until when: the EDTF texts, and the first day and the day after the last that they allow."""

    entity: str
    start: str
    end: str
    first: str | None
    last: str | None

    def holds(self, day: str) -> bool:
        """Tell whether it is so on a day."""
        return (self.first or _FIRST) <= day and (self.last or _LAST) > day

    def years(self) -> tuple[int, int]:
        """Give the first and the last year with a day of it."""
        return self._first().year, self._last().year

    def days(self, year: int) -> int:
        """Count its days in a year."""
        return (min(self._last(), date(year, 12, 31)) - max(self._first(), date(year, 1, 1))).days

    def _first(self) -> date:
        return date.fromisoformat(self.first) if self.first else date.min

    def _last(self) -> date:
        return date.fromisoformat(self.last) - timedelta(days=1) if self.last else date.max


class Known:
    """What is current in the store, and what an import adds to it."""

    def __init__(self, connection: Connection) -> None:
        """Read it: six statements."""
        self.entities: dict[str, Entity] = {}
        self.codes: dict[tuple[str, str], list[CodeHeld]] = defaultdict(list)
        self.labels: dict[str, set[str]] = defaultdict(set)
        self.names: dict[str, set[str]] = defaultdict(set)
        self.acronyms: dict[str, set[str]] = defaultdict(set)
        for kind, table in ((Kind.STATE, State), (Kind.ORGANIZATION, Organization)):
            statement = select(table.id, table.dataset, table.start_earliest, table.end_latest)
            for row in connection.execute(statement.where(table.recorded_to.is_(None))):
                self.entities[row[0]] = Entity(kind.value, *row[1:])
        self._read_names(connection)
        self._read_codes(connection)
        named = [one.value for one in SEARCHED_KINDS]
        registered = connection.execute(select(Registered.id, Registered.kind).where(Registered.kind.in_(named)))
        self.kinds: dict[str, str] = dict(registered.all())

    def _read_names(self, connection: Connection) -> None:
        kinds = [kind.value for kind in ACTOR_KINDS]
        labels = select(Label.id, Label.name, Label.acronym).where(Label.kind.in_(kinds), Label.recorded_to.is_(None))
        for entity, name, acronym in connection.execute(labels):
            self.labels[letters(name)].add(entity)
            if acronym:
                self.acronyms[letters(acronym)].add(entity)
        names = select(Name.entity_id, Name.name, Name.type).where(Name.type != NameType.CLDR.value, Name.recorded_to.is_(None))
        for entity, name, kind in connection.execute(names):
            if entity in self.entities:
                index = self.acronyms if kind == NameType.ACRONYM.value else self.names
                index[letters(name)].add(entity)

    def _read_codes(self, connection: Connection) -> None:
        columns = (Code.start, Code.end, Code.start_earliest, Code.end_latest)
        statement = select(Code.scheme, Code.value, Code.entity_id, *columns).where(Code.recorded_to.is_(None))
        for scheme, value, entity, start, end, first, last in connection.execute(statement):
            if entity in self.entities:
                self.codes[scheme, value].append(CodeHeld(entity, start, end, first, last))
        for found in self.codes.values():
            found.sort(key=lambda one: (one.first or _FIRST, one.entity))

        for index in (self.labels, self.names, self.acronyms):
            index.pop("", None)

    def add(self, entity: str, held: Entity) -> None:
        """Know an entity that an import makes, so that what comes later can point to it."""
        self.entities.setdefault(entity, held)
