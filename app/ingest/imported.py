"""From the records of an importer to rows: actors and organizations that it speaks of, and how its word is cited."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from app.dates import days, interval, parse_edtf, parse_end, parse_start
from app.errors import InvalidRecordError
from app.ingest.changes import Batch
from app.ingest.evidence import digest
from app.ingest.known import Entity
from app.ingest.rows import Handle, Writer, dated_columns, findable, moment_columns, place_columns
from app.models import Claim, Label, Organization, Source, State
from app.schemas.record_parts import NameIn
from app.vocabulary import Confidence, Kind, NameUse, OrganizationType, Scheme, SourceType, Stance, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.db.base import Recorded
    from app.ingest.changes import RowValues
    from app.ingest.importers.base import Actor, OrganizationSeen, Pairs, StateSeen
    from app.ingest.importers.datasets import Dataset
    from app.ingest.matching import Matcher

_SCHEMES = frozenset(one.value for one in Scheme)
FAR = date.max
"""No date of a dataset is scheduled: what it says does not depend on the day on which it is imported."""


@lru_cache(8192)
def span(start: str, end: str) -> RowValues:
    """Give the ten columns of an interval; DateError where no day can be in it."""
    return dated_columns(interval(parse_start(start), parse_end(end, FAR)))


@lru_cache(8192)
def one_day(text: str, last: str | None = None) -> RowValues:
    """Give the ten columns of one day, or of those through a last one; where nobody says which, it can be any."""
    return dated_columns(days(text, last)) if text else span("", "XXXX")


@lru_cache(8192)
def moment(prefix: str, text: str | None) -> RowValues:
    """Give the five columns of a date, or of none."""
    return moment_columns(prefix, None if text is None else parse_edtf(text))


class Existing(NamedTuple):
    """A spell in which an entity was a state of the dataset's system."""

    entity: str
    start: str
    end: str
    seen: StateSeen


class Register:
    """Makes the rows of a dataset's source and of the actors that nobody else has; collects them in a batch."""

    def __init__(self, dataset: Dataset, matcher: Matcher) -> None:
        """Begin with the source itself."""
        self.dataset = dataset
        self.matcher = matcher
        self.batch = Batch()
        self._told: set[str] = set()
        self._organizations: dict[str, str] = {}
        self._spells: list[StateSeen] = []
        self._source()

    @property
    def writer(self) -> Writer:
        """Give what labels, names and codes are written with."""
        return Writer(self.batch, FAR, {self.dataset.name: SourceType.DATASET.value})

    def taken(self) -> Batch:
        """Give what has been collected, and begin anew."""
        done, self.batch = self.batch, Batch()
        return done

    def _source(self) -> None:
        one = self.dataset
        self.batch.register(one.name, Kind.SOURCE.value)
        self.writer.label(one.name, Kind.SOURCE, one.title)
        row: RowValues = {"id": one.name, "type": SourceType.DATASET.value, "lang": "en"}
        row |= {name: getattr(one, name) for name in ("publisher", "url", "version", "citation", "terms", "precedence")}
        self.batch.add(Source, {**row, **moment("published", one.published or None)})

    def silent_label(self, entity: str, kind: Kind, name: str) -> None:
        """Name an entity that is not searched for."""
        self.batch.add(Label, {"id": entity, "kind": kind.value, "name": name, "acronym": None})

    def fact(self, table: type[Recorded], kind: Kind, row: RowValues, locator: str, details: Pairs = ()) -> None:
        """Add a row that rests on the dataset's word at a place, with a claim for each detail beside it."""
        subject = str(row["id"])
        self.batch.register(subject, kind.value)
        first = self._claim(subject, kind, locator)
        for column, value in details:
            self._claim(subject, kind, locator, column, value)
        self.batch.add(table, {**row, "claim_count": 1 + len(details), "best_claim": first, "conflict": False})

    def _claim(self, subject: str, kind: Kind, locator: str, column: str | None = None, value: str | None = None) -> str:
        key = "c" + digest(subject, self.dataset.name, column, value, Stance.SUPPORTS, None, locator)
        row: RowValues = {"id": key, "subject_id": subject, "subject_kind": kind.value, "source_id": self.dataset.name}
        row |= {"property": column, "value": value, "stance": Stance.SUPPORTS.value, "locator": locator}
        self.batch.add(Claim, {**row, "confidence": Confidence.HIGH.value})
        return key

    def organization(self, seen: OrganizationSeen) -> None:
        """Find or make an organization; the first record of a key speaks."""
        if seen.key in self._organizations:
            return
        entity = self._organizations[seen.key] = self.matcher.organization(seen)
        scheme, _, value = seen.key.partition(":")
        codes = {one: code for one, code in ((scheme, value), *seen.codes) if one in _SCHEMES}
        if not self.matcher.is_own(entity):
            if held := {one: code for one, code in codes.items() if (one, code) not in self.matcher.known.codes}:
                self.writer.codes(entity, held)
            return
        self._told.add(entity)
        self.matcher.known.add(entity, Entity(Kind.ORGANIZATION.value, self.dataset.name, None, None))
        kind = seen.type or OrganizationType.INTERGOVERNMENTAL.value
        row: RowValues = {"id": entity, "type": kind, **place_columns(None), **span(seen.start, seen.end)}
        self.fact(Organization, Kind.ORGANIZATION, row, f"line {seen.line}", seen.details)
        self.writer.label(entity, Kind.ORGANIZATION, seen.name, seen.acronym or None)
        self.writer.names(entity, Kind.ORGANIZATION, [NameIn(name=one) for one in seen.names])
        self.writer.codes(entity, codes)

    def organization_id(self, key: str) -> str:
        """Give the entity of an organization that came before; InvalidRecordError where it did not."""
        try:
            return self._organizations[key]
        except KeyError:
            raise InvalidRecordError(f"{self.dataset.name}: a membership of '{key}' comes before the organization") from None

    def actor(self, actor: Actor, entity: str) -> RowValues:
        """Give the id and kind columns of an actor; one that nobody has is made."""
        held = self.matcher.known.entities.get(entity)
        if entity not in self._told and (held is None or held.dataset == self.dataset.name):
            self._make(actor, entity)
        kind = self.matcher.known.entities[entity].kind
        return {"id": entity, "kind": kind}

    def _make(self, actor: Actor, entity: str) -> None:
        scheme, _, value = actor.key.partition(":")
        kind = Kind(actor.kind)
        start, end = self.matcher.own_time(actor)
        self._begin(entity, kind, actor)
        if kind is Kind.STATE:
            standing = Standing.FORMER if end not in {"", ".."} else Standing.OTHER
            self.fact(State, kind, {"id": entity, "standing": standing.value, **span(start, end)}, actor.key)
        else:
            row: RowValues = {"id": entity, "type": OrganizationType.INTERGOVERNMENTAL.value, **place_columns(None)}
            self.fact(Organization, kind, {**row, **span(start, end)}, actor.key)
        if scheme in _SCHEMES:
            self.writer.codes(entity, {scheme: value}, start, end)

    def _begin(self, entity: str, kind: Kind, actor: Actor) -> None:
        """Name an actor of the dataset's own; with its key where somebody else is called the same."""
        self._told.add(entity)
        known = self.matcher.known
        known.add(entity, Entity(kind.value, self.dataset.name, None, None))
        name = actor.name or actor.key
        taken = {one for one in self.matcher.homonyms(name) if known.entities[one].dataset != self.dataset.name}
        self.writer.label(entity, kind, f"{name} ({actor.key})" if taken - {entity} else name)
        if taken and actor.name:
            findable(self.batch, entity, kind, Handle(actor.name, NameUse.ALIAS, "en"))

    def state(self, seen: StateSeen) -> list[Existing]:
        """Take one spell of a state's existence; give the spells of the state before it, once all have come.

        A side without a year is open; UnmatchedError as for an actor.
        """
        actor = seen.actor
        seen = seen._replace(actor=actor._replace(first_year=actor.first_year or 1, last_year=actor.last_year or FAR.year))
        self.matcher.over(seen.actor)
        done = self.states_done() if self._spells and self._spells[0].actor.key != seen.actor.key else []
        self._spells.append(seen)
        return done

    def states_done(self) -> list[Existing]:
        """Give the spells of the last state by the entities that it was, making those that nobody has."""
        spells, self._spells = self._spells, []
        found: list[Existing] = []
        for one in spells:
            for part in self.matcher.over(one.actor):
                if part.entity not in self._told and self.matcher.is_own(part.entity):
                    self._state(part.entity, one.actor, spells)
                found.append(Existing(part.entity, part.start or one.start, part.end or one.end, one))
        return found

    def _state(self, entity: str, actor: Actor, spells: Sequence[StateSeen]) -> None:
        start, end = spells[0].start, spells[-1].end
        _, taken_over = self.matcher.own_time(actor)
        end = taken_over if taken_over not in {"", ".."} else end
        self._begin(entity, Kind.STATE, actor)
        standing = Standing.OTHER if end == ".." or end.endswith("..]") else Standing.FORMER
        row: RowValues = {"id": entity, "standing": standing.value, **span(start, end)}
        self.fact(State, Kind.STATE, row, f"line {spells[0].line}")
        codes = {scheme: value for one in spells for scheme, value in one.codes if scheme in _SCHEMES}
        self.writer.codes(entity, codes, start, end)
