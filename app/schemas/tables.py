"""What a query hands to a format: fields with a path and a type, and rows of plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

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
    def columns(self) -> tuple[str, ...]:
        """Names in flat formats: path parts joined with `_`."""
        name = self.path.replace(".", "_")
        return tuple(f"{name}{part}" for part in MOMENT_PARTS) if self.type is FieldType.MOMENT else (name,)


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
class Table:
    """An answer on its way to bytes: the fields, and rows that may be read once, as a stream."""

    name: str
    fields: tuple[Field, ...]
    rows: Iterator[Row] | Sequence[Row]
    counts: Counts | None = None
    single: bool = False
    meta: Mapping[str, object] = field(default_factory=dict)


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
