"""The journal of a revision: what it made of each entity and fact, gathered from the rows it writes and closes.

A thing's own row, its label, names, codes, links and claims are one change of one thing. Properties have the names of the flat
formats, a date is its EDTF text; parts of a date are named only where its text stayed the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import orjson

from app.vocabulary import ChangeKind, ChangeType, Kind, NameType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.db.base import Recorded

RowValues: TypeAlias = "dict[str, object]"

EVIDENCE = {"claim_count": "evidence_claims", "conflict": "evidence_conflict", "best_claim": "evidence_best_id"}
"""Columns that speak of a fact's evidence, and their public names."""

EVIDENCE_PROPERTIES = frozenset({"claims", *EVIDENCE.values()})
_PREFIXES: dict[str, dict[str, str]] = {
    Kind.ORGANIZATION: {"type": "kind", "start": "founded", "end": "dissolved", "place": "seat"},
    Kind.AGREEMENT: {"type": "kind", "start": "signed", "end": "terminated"},
    Kind.ACT: {"start": "date", "end": ""},
    Kind.EVENT: {"type": "kind"},
    Kind.INITIATIVE: {"type": "kind"},
}
_KINDS = frozenset(Kind)
_TITLED = (Kind.EVENT, Kind.AGREEMENT, Kind.SOURCE)
_PARTS = ("_earliest", "_latest", "_precision", "_status")


@dataclass(slots=True)
class Entry:
    """One thing on its way into the journal: what became of its own row, and the properties on either side."""

    kind: str
    own: ChangeType | None = None
    before: RowValues = field(default_factory=dict)
    after: RowValues = field(default_factory=dict)

    @property
    def change(self) -> ChangeType:
        """Give what happened to the thing: a change of its parts alone changes it."""
        return self.own or ChangeType.CHANGED

    def settle(self) -> bool:
        """Take away what is equal on both sides; give whether a difference is left."""
        for name in list(self.before.keys() & self.after.keys()):
            old, new = self.before[name], self.after[name]
            if isinstance(old, list) and isinstance(new, list):
                self.before[name] = [one for one in old if one not in new]
                self.after[name] = [one for one in new if one not in old]
                old, new = self.before[name], self.after[name]
            if old == new:
                del self.before[name], self.after[name]
        return self.own in {ChangeType.ADDED, ChangeType.CLOSED} or bool(self.before or self.after)

    def reason_kind(self, given: ChangeKind) -> ChangeKind:
        """Give the kind of change: new evidence is `source_added`, whatever the revision says of itself."""
        if self.kind == Kind.SOURCE and self.own is ChangeType.ADDED:
            return ChangeKind.SOURCE_ADDED
        evidence = (self.before.keys() | self.after.keys()) <= EVIDENCE_PROPERTIES
        return ChangeKind.SOURCE_ADDED if evidence and self.change is ChangeType.CHANGED else given


class Journal:
    """Gathers the changes of one batch by the thing they are of."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        """Know the kind of every entity that a row may belong to."""
        self._kinds = kinds
        self._entries: dict[str, Entry] = {}

    def note(self, table: type[Recorded], before: RowValues | None, after: RowValues | None) -> None:
        """Note one row that is added (no `before`), changed or closed (no `after`)."""
        row = after or before or {}
        name = table.__tablename__
        if name in _ATTACHED:
            self._attach(_ATTACHED[name], row, before, after)
        elif name == "label":
            entry = self._entry(str(row["id"]))
            for side, values in ((entry.before, before), (entry.after, after)):
                side.update(_label(values) if values else {})
        elif name in _KINDS:
            entry = self._entry(str(row["id"]))
            entry.own = ChangeType.ADDED if before is None else ChangeType.CLOSED if after is None else ChangeType.CHANGED
            old, new = _differences(name, before, after)
            entry.before |= old
            entry.after |= new

    def _attach(self, part: Attached, row: RowValues, before: RowValues | None, after: RowValues | None) -> None:
        if row.get("type") == NameType.CLDR.value:
            return
        entry = self._entry(str(row[part.owner]))
        for side, values in ((entry.before, before), (entry.after, after)):
            if values:
                listed = side.setdefault(part.property(values), [])
                if isinstance(listed, list):
                    listed.append(part.value(values))

    def _entry(self, subject: str) -> Entry:
        found = self._entries.get(subject)
        if found is None:
            found = self._entries[subject] = Entry(self._kinds[subject])
        return found

    def rows(self, revision: int, given: ChangeKind) -> list[RowValues]:
        """Give the rows of the journal, by kind and id of their subjects."""
        found: list[RowValues] = []
        for subject, entry in sorted(self._entries.items(), key=lambda one: (one[1].kind, one[0])):
            if entry.settle():
                row: RowValues = {"revision": revision, "subject_id": subject, "subject_kind": entry.kind}
                row |= {"kind": entry.reason_kind(given).value, "change": entry.change.value}
                found.append({**row, "before": _json(entry.before), "after": _json(entry.after)})
        return found


@dataclass(frozen=True, slots=True)
class Attached:
    """A table whose rows are parts of an entity: whose, in which property, and what is told of one."""

    owner: str
    property: Callable[[RowValues], str]
    value: Callable[[RowValues], object]


def _told(*columns: str, **renamed: str) -> Callable[[RowValues], object]:
    names = {column: column for column in columns} | renamed
    return lambda row: {name: row[column] for column, name in names.items() if row[column] is not None}


_ATTACHED = {
    "name": Attached("entity_id", lambda _: "names", _told("name", "lang", "type", "start", "end")),
    "code": Attached("entity_id", lambda _: "codes", _told("scheme", "value", "start", "end")),
    "link": Attached("subject_id", lambda row: f"{row['property']}s", lambda row: row["object_id"]),
    "claim": Attached("subject_id", lambda _: "claims", _told("id", "property", "value", "stance", source_id="source")),
}


def _label(row: RowValues) -> RowValues:
    name = "title" if row["kind"] in _TITLED else "name"
    return {name: row["name"]} | ({"acronym": row["acronym"]} if row["acronym"] is not None else {})


def _differences(kind: str, before: RowValues | None, after: RowValues | None) -> tuple[RowValues, RowValues]:
    """Give the differing properties of two versions of a row under their public names; all that are set of a single version."""
    told = _told_of(kind, tuple(after or before or {}))
    if before is None or after is None:
        old, new = ({one.name: side[one.key] for one in told if not one.date and side[one.key] is not None} if side else {}
                    for side in (before, after))  # fmt: skip
        return old, new
    differing = {one.key for one in told if before[one.key] != after[one.key]}
    shown = [one for one in told if one.key in differing and one.date not in differing]
    return {one.name: before[one.key] for one in shown}, {one.name: after[one.key] for one in shown}


class Told(NamedTuple):
    """A column that is told of: its public name, and the column of the date that it is a derived part of, or nothing."""

    key: str
    name: str
    date: str


@lru_cache(64)
def _told_of(kind: str, keys: tuple[str, ...]) -> tuple[Told, ...]:
    """Give the columns of a kind's rows that have a public name."""
    moments = {name for name in keys if f"{name}_precision" in keys}
    parts = {f"{name}{part}": name for name in moments for part in _PARTS}
    return tuple(Told(key, name, parts.get(key, "")) for key in keys if key != "id" and (name := _public(kind, key)))


def _public(kind: str, key: str) -> str:
    if key == "preferred":  # follows from which datasets are held, and is no property of the fact
        return ""
    if key in EVIDENCE:
        return EVIDENCE[key]
    prefix, joint, rest = key.partition("_")
    renamed = _PREFIXES.get(kind, {}).get(prefix, prefix)
    return f"{renamed}{joint}{rest}" if renamed else ""


def _json(properties: RowValues) -> str | None:
    return orjson.dumps(properties, option=orjson.OPT_SORT_KEYS).decode() if properties else None
