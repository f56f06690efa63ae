"""A few fields of entities of any kind at once, one statement a kind: what reconciliation compares, shows and extends with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import orjson
from sqlalchemy import select

from app.models import Label
from app.queries.catalog import RESOURCES
from app.queries.paging import fetch_page
from app.schemas.filters import Operator
from app.schemas.parsing import MAX_LIMIT
from app.schemas.questions import Condition, Question
from app.schemas.reconciliation import PROPERTIES, Property, Value
from app.vocabulary import PLURALS, Kind, Scheme

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.db.sessions import Snapshot
    from app.schemas.tables import Row, Table
    from app.schemas.tables import Value as Cell

EDTF, EARLIEST, LATEST = 0, 1, 2
"""Where the parts of a moment stand among its five values."""


@dataclass(frozen=True, slots=True)
class Described:
    """One entity: its label and the values of its fields by path; a moment has five, everything else one."""

    id: str
    kind: Kind
    name: str
    acronym: str | None
    cells: Mapping[str, tuple[Cell, ...]]

    def cell(self, prop: Property) -> tuple[Cell, ...] | None:
        """Give the values of a property's field, or None where the kind has no such property or this entity no value."""
        path = prop.fields.get(self.kind)
        found = self.cells.get(path) if path else None
        return None if found is None or found[0] is None else found

    @property
    def codes(self) -> dict[str, str]:
        """The codes by scheme, those in use or last in use."""
        text = self.cells.get("codes", (None,))[0]
        return cast("dict[str, str]", orjson.loads(str(text))) if text else {}

    def code(self, scheme: Scheme) -> str | None:
        """Give the code in one scheme."""
        return self.codes.get(scheme.value)

    @property
    def span(self) -> tuple[tuple[Cell, ...], tuple[Cell, ...]] | None:
        """The moments from which and until which it is there; None for kinds that have no time."""
        first, last = (self.cells.get(PROPERTIES[one].fields.get(self.kind, "")) for one in ("founded", "dissolved"))
        return None if first is None or last is None else (first, last)

    @property
    def description(self) -> str:
        """What it is, in a line: to tell namesakes apart."""
        parts = [self.kind.value + (f" ({self.acronym})" if self.acronym else "")]
        if self.span is not None:
            first, last = (str(moment[EDTF] or "") for moment in self.span)
            parts.append(f"{first}/{last}" if self.kind in {Kind.STATE, Kind.ORGANIZATION} else first)
        for prop in ("form", "subregion", "place"):
            cell = self.cell(PROPERTIES[prop])
            parts += [str(cell[0]).replace("_", " ")] if cell else []
        return ", ".join(part for part in parts if part)


def describe(snapshot: Snapshot, ids: Iterable[str]) -> dict[str, Described]:
    """Give what is held of entities; ids of nothing are left out."""
    wanted = sorted(set(ids))
    labels = select(Label.id, Label.kind, Label.name, Label.acronym).where(Label.id.in_(wanted))
    known = {row[0]: row for row in snapshot.execute(labels)} if wanted else {}
    found: dict[str, Described] = {}
    for kind in dict.fromkeys(Kind(row[1]) for row in known.values()):
        listed = [entity for entity, row in known.items() if row[1] == kind]
        for entity, cells in _cells(snapshot, kind, listed).items():
            found[entity] = Described(entity, kind, known[entity][2], known[entity][3], cells)
    return found


def names_of(snapshot: Snapshot, ids: Iterable[str]) -> dict[str, str]:
    """Give the names of entities by id."""
    wanted = sorted(set(ids))
    rows = snapshot.execute(select(Label.id, Label.name).where(Label.id.in_(wanted))) if wanted else ()
    return {str(entity): str(name) for entity, name in rows}


def _cells(snapshot: Snapshot, kind: Kind, ids: Sequence[str]) -> dict[str, dict[str, tuple[Cell, ...]]]:
    resource = RESOURCES[PLURALS[kind]]
    wanted = {one.fields[kind] for one in PROPERTIES.values() if kind in one.fields}
    fields = tuple(one.path for one in resource.spec.default_fields if one.path == "id" or one.path in wanted)
    found: dict[str, dict[str, tuple[Cell, ...]]] = {}
    for start in range(0, len(ids), MAX_LIMIT):
        part = tuple(ids[start : start + MAX_LIMIT])
        question = Question(resource.spec.name, fields=fields, limit=MAX_LIMIT).also(Condition("id", Operator.EQ, part))
        table = fetch_page(snapshot, resource, question).table
        found |= {str(row["id"][0]): row for row in (_by_path(table, row) for row in table.rows)}
    return found


def _by_path(table: Table, row: Row) -> dict[str, tuple[Cell, ...]]:
    cells: dict[str, tuple[Cell, ...]] = {}
    position = 0
    for one in table.fields:
        cells[one.path] = tuple(row[position : position + one.width])
        position += one.width
    return cells


def extend(
    snapshot: Snapshot, ids: Sequence[str], properties: Sequence[Property]
) -> dict[str, dict[str, list[dict[str, object]]]]:
    """Give the values of properties for each entity, as the data extension service writes them; none for ids of nothing."""
    found = describe(snapshot, ids)
    states = [cell[0] for one in found.values() for prop in properties if prop.value is Value.STATE and (cell := one.cell(prop))]
    names = names_of(snapshot, map(str, states))
    return {
        entity: {prop.id: _values(found[entity], prop, names) if entity in found else [] for prop in properties} for entity in ids
    }


def _values(one: Described, prop: Property, names: Mapping[str, str]) -> list[dict[str, object]]:
    cell = one.cell(prop)
    if cell is None:
        return []
    value = cell[0]
    match prop.value:
        case Value.CODE:
            code = one.code(Scheme(prop.id))
            return [{"str": code}] if code else []
        case Value.NUMBER:
            return [{"float": float(str(value))}]
        case Value.STATE:
            return [{"id": str(value), "name": names.get(str(value), str(value))}]
        case Value.MOMENT:
            return _moment(cell)
        case _:
            return [{"str": str(value)}]


def _moment(cell: tuple[Cell, ...]) -> list[dict[str, object]]:
    """Give a date that is known to the day as one, and any other as its EDTF text: it is never guessed."""
    if cell[EDTF] in {"", ".."}:
        return []
    if cell[EDTF] == cell[EARLIEST] == cell[LATEST]:
        return [{"date": f"{cell[EDTF]}T00:00:00Z"}]
    return [{"str": cell[EDTF]}]
