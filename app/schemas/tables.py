"""What a query hands to a format: fields with a path and a type, and rows of plain values."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, TypeAlias

from app.schemas.citations import UNCITED, Citation

Value: TypeAlias = str | int | float | bool | None
Row: TypeAlias = Sequence[Value]

MOMENT_PARTS = ("", "_earliest", "_latest", "_precision", "_status")
"""Suffixes of the five columns of a date: its EDTF text, its bounds, its precision and its status."""


class FieldType(StrEnum):
    """The type of a field; each takes one value of a row, but for a moment, which takes five."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DAY = "day"
    INSTANT = "instant"
    MOMENT = "moment"
    JSON = "json"


_MOMENT_TYPES = (FieldType.TEXT, FieldType.DAY, FieldType.DAY, FieldType.TEXT, FieldType.TEXT)


@dataclass(frozen=True, slots=True)
class Field:
    """One place of a record: `organization.id`, with its type."""

    path: str
    type: FieldType = FieldType.TEXT

    @property
    def width(self) -> int:
        """How many values of a row it takes."""
        return len(MOMENT_PARTS) if self.type is FieldType.MOMENT else 1

    @property
    def flat(self) -> tuple[Field, ...]:
        """The columns of flat formats, one for each value: path parts joined with `_`, a moment's bounds as days."""
        name = self.path.replace(".", "_")
        if self.type is not FieldType.MOMENT:
            return (Field(name, self.type),)
        return tuple(Field(f"{name}{part}", kind) for part, kind in zip(MOMENT_PARTS, _MOMENT_TYPES, strict=True))


POINT = (Field("point.latitude", FieldType.NUMBER), Field("point.longitude", FieldType.NUMBER))
"""Fields that a table has beside its own when a format draws rows on a map: decimal degrees, WGS 84."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows an answer has on all pages, how many match (groups are fewer), and how many of these for certain."""

    total: int
    certain: int
    matched: int | None = None

    @property
    def possible(self) -> int:
        """How many match only possibly."""
        return (self.total if self.matched is None else self.matched) - self.certain


@dataclass(frozen=True, slots=True)
class Found:
    """Rows in their order: the number of each one's version, and the places, ascending, of those that match only possibly."""

    numbers: Sequence[int]
    possible: Sequence[int] = ()

    def __len__(self) -> int:
        """Give how many they are."""
        return len(self.numbers)

    def outside(self, held: Container[int]) -> list[int]:
        """Give the numbers that are not held; most often all are, which is seen sooner than which."""
        return [] if all(map(held.__contains__, self.numbers)) else [number for number in self.numbers if number not in held]

    def part(self, first: int, count: int) -> Found:
        """Give some of them, from a place on; fewer where there are no more."""
        if not self.possible:
            return Found(self.numbers[first : first + count])
        places = self.possible[bisect_left(self.possible, first) : bisect_left(self.possible, first + count)]
        return Found(self.numbers[first : first + count], [place - first for place in places])


class Kept(Protocol):
    """Rows as one format writes them, kept by the numbers of their versions; their `match` is put in when they are given."""

    def missing(self, found: Found) -> list[int]:
        """Give the numbers of the rows that are not kept."""

    def add(self, numbers: Sequence[int], rows: Sequence[Row]) -> int:
        """Write rows that lack their last value, `match`; give the bytes that keeping them takes."""


KeptPage: TypeAlias = tuple[Kept, Found]


@dataclass(frozen=True, slots=True)
class Table:
    """An answer on its way to bytes: the fields, and rows that may be read once, as a stream."""

    name: str
    fields: tuple[Field, ...]
    rows: Iterator[Row] | Sequence[Row]
    counts: Counts | None = None
    single: bool = False
    meta: Mapping[str, object] = field(default_factory=dict)
    citation: Citation = UNCITED
    kept: Iterable[KeptPage] | None = None
    """The rows page by page, where a format has written them before; `rows` are none then."""
    records: Sequence[bytes] | None = None
    """The rows as JSON, where they are written already; `rows` are none then."""

    @property
    def columns(self) -> tuple[Field, ...]:
        """The columns of flat formats: one for each value of a row."""
        return tuple(column for one in self.fields for column in one.flat)

    def flattened(self) -> Table:
        """Give the same rows under flat names, as `shape=flat` asks: no nesting, lists and objects as JSON text."""
        fields: list[Field] = []
        for one in self.fields:
            if one in POINT:
                fields.append(one)
            elif one.type is FieldType.JSON:
                fields += (replace(column, type=FieldType.TEXT) for column in one.flat)
            else:
                fields += one.flat
        return replace(self, fields=tuple(fields))


Tree: TypeAlias = "dict[str, Field | Tree]"


def tree(fields: Sequence[Field]) -> Tree:
    """Arrange fields by the parts of their paths, in order; leaves are fields."""
    root: Tree = {}
    for one in fields:
        *parents, leaf = one.path.split(".")
        node = root
        for name in parents:
            inner = node.setdefault(name, {})
            if isinstance(inner, Field):
                raise TypeError(one.path)
            node = inner
        node[leaf] = one
    return root


def presence(node: Tree) -> list[Field]:
    """Give the fields that say whether a nested object is there: its id, or else any of its leaves."""
    own = node.get("id")
    if isinstance(own, Field):
        return [own]
    return [leaf for one in node.values() for leaf in ([one] if isinstance(one, Field) else presence(one))]
