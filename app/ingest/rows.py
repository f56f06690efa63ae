"""From one record to its rows: the fact, its label, names, codes, links, nested facts, claims and search entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.dates import DateError, days, interval, parse_edtf, parse_end, parse_start, point
from app.errors import InvalidRecordError
from app.folding import folds, grams
from app.ingest.evidence import claim_rows, digest, summary
from app.models import Claim, Code, Label, Link, Name, SearchEntry
from app.vocabulary import ACTOR_KINDS, Kind, NameType, NameUse

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence
    from datetime import date

    from app.dates import Bounds, Interval
    from app.db.base import Recorded
    from app.ingest.changes import Batch, RowValues
    from app.schemas.record_parts import ClaimIn, NameIn, PlaceIn


def numbered(keys: Counter[str], key: str) -> str:
    """Give the key, and from the second time on the key with its number."""
    keys[key] += 1
    return key if keys[key] == 1 else f"{key}-{keys[key]}"


def moment_columns(prefix: str, bounds: Bounds | None) -> RowValues:
    """Give the five columns of a date, or of none."""
    if bounds is None:
        return {f"{prefix}{part}": None for part in ("", "_earliest", "_latest", "_precision", "_status")}
    return {
        prefix: bounds.edtf,
        f"{prefix}_earliest": bounds.earliest.isoformat() if bounds.earliest else None,
        f"{prefix}_latest": bounds.latest.isoformat() if bounds.latest else None,
        f"{prefix}_precision": bounds.precision.value,
        f"{prefix}_status": bounds.status.value,
    }


def dated_columns(held: Interval) -> RowValues:
    """Give the ten columns of an interval."""
    return moment_columns("start", held.start) | moment_columns("end", held.end)


def place_columns(place: PlaceIn | None) -> RowValues:
    """Give the four columns of a place, or of none."""
    names = ("name", "country", "latitude", "longitude")
    return {f"place_{one}": getattr(place, one) if place else None for one in names}


_USES = {one: NameUse(one.value) for one in NameType if one is not NameType.CLDR} | {NameType.CLDR: NameUse.LOCALIZED}
_WEIGHTS = {
    NameUse.NAME: 3, NameUse.ACRONYM: 3, NameUse.OFFICIAL: 2, NameUse.SHORT: 2, NameUse.CODE: 2, NameUse.FORMER: 1,
    NameUse.ALIAS: 1, NameUse.LOCALIZED: 1, NameUse.PLACE: 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Handle:
    """A name to find something by: what name it is, and in which language."""

    name: str
    use: NameUse
    lang: str | None = None


def findable(batch: Batch, entity: str, kind: Kind, handle: Handle) -> None:
    """Let an entity be found by a name in every spelling; of equal ones the first stays, so give the heavier name first."""
    for folded in folds(handle.name):
        key = digest(entity, folded)
        if key in batch.rows[SearchEntry]:
            continue
        row: RowValues = {"id": key, "entity_id": entity, "kind": kind.value, "name": handle.name, "folded": folded}
        row |= {"grams": "" if kind is Kind.SOURCE else " ".join(grams(folded)), "use": handle.use.value, "lang": handle.lang}
        batch.add(SearchEntry, {**row, "weight": _WEIGHTS[handle.use]})


@dataclass(slots=True)
class Writer:
    """Collects the rows of records into a batch; `today` decides which days are still scheduled."""

    batch: Batch
    today: date
    source_types: Mapping[str, str]

    def span(self, start: str, end: str, where: str) -> Interval:
        """Give an interval from a record's start and end; InvalidRecordError names the record."""
        try:
            return interval(parse_start(start), parse_end(end, self.today))
        except DateError as error:
            message = f"{where}: {error}"
            raise InvalidRecordError(message) from error

    def happening(self, first: str, last: str | None, where: str) -> Interval:
        """Give the interval of an event's days, both inclusive."""
        try:
            return days(first, last)
        except DateError as error:
            message = f"{where}: {error}"
            raise InvalidRecordError(message) from error

    def day(self, text: str, where: str) -> Interval:
        """Give the interval of one day; an unknown day may be any."""
        try:
            return point(text) if text else interval(parse_start(""), parse_end("XXXX", self.today))
        except DateError as error:
            message = f"{where}: {error}"
            raise InvalidRecordError(message) from error

    def when(self, text: str | None) -> Bounds | None:
        """Give a date that may be missing."""
        return None if text is None else parse_edtf(text)

    def fact(self, table: type[Recorded], kind: Kind, row: RowValues, claims: Sequence[ClaimIn]) -> list[RowValues]:
        """Add a cited row with its claims; give the claims' rows."""
        subject = str(row["id"])
        self.batch.register(subject, kind.value)
        rows = claim_rows(subject, kind.value, claims, self.today)
        for one in rows:
            self.batch.add(Claim, one)
        self.batch.add(table, {**row, **summary(rows, self.source_types)})
        return rows

    def label(self, entity: str, kind: Kind, name: str, acronym: str | None = None) -> None:
        """Name an entity, and let it be found by its name, its acronym and, if it is an actor, its id."""
        self.batch.add(Label, {"id": entity, "kind": kind.value, "name": name, "acronym": acronym})
        findable(self.batch, entity, kind, Handle(name, NameUse.NAME, None if kind is Kind.SOURCE else "en"))
        if acronym:
            findable(self.batch, entity, kind, Handle(acronym, NameUse.ACRONYM, "en"))
        if kind in ACTOR_KINDS:
            findable(self.batch, entity, kind, Handle(entity, NameUse.CODE))

    def names(self, entity: str, kind: Kind, names: Sequence[NameIn]) -> None:
        """Add an entity's further names, findable by each."""
        for position, one in enumerate(names):
            held = self.span(one.start, one.until, f"{kind.value} {entity}, name '{one.name}'")
            key = digest(entity, one.name, one.lang, one.type.value, one.start)
            if key in self.batch.rows[Name]:
                continue
            row: RowValues = {"id": key, "entity_id": entity, "name": one.name, "lang": one.lang, "type": one.type.value}
            self.batch.add(Name, {**row, "position": position, **dated_columns(held)})
            findable(self.batch, entity, kind, Handle(one.name, _USES[one.type], one.lang))

    def codes(self, entity: str, codes: Mapping[str, str], start: str = "", end: str = "..") -> None:
        """Add an entity's codes, for the time it exists."""
        for scheme, value in codes.items():
            held = self.span(start, end, f"codes of {entity}")
            row: RowValues = {"id": f"{entity}~{scheme}~{value}", "entity_id": entity, "scheme": str(scheme), "value": value}
            self.batch.add(Code, {**row, **dated_columns(held)})

    def links(self, subject: str, prop: str, objects: Sequence[str]) -> None:
        """Link an entity to others, in order."""
        for position, one in enumerate(dict.fromkeys(objects)):
            key = f"{subject}~{prop}~{one}"
            self.batch.add(Link, {"id": key, "subject_id": subject, "property": prop, "object_id": one, "position": position})
