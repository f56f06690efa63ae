"""Declarations of what can be asked: filters with their operators, and a resource's whole specification."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from app.schemas.tables import Field
from app.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel


Words: TypeAlias = type[StrEnum]
"""A closed list."""


class Operator(StrEnum):
    """What a filter compares by; plain `field=value` is `eq`."""

    EQ = "eq"
    NOT = "not"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    CONTAINS = "contains"
    STARTSWITH = "startswith"
    ISNULL = "isnull"
    ALL = "all"


class FilterType(StrEnum):
    """What values a filter takes."""

    REFERENCE = "reference"
    CHOICE = "choice"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    HELD_AT = "held_at"
    INSTANT = "instant"
    YEARS = "years"
    PHRASE = "phrase"
    CODE = "code"


_ORDER = (Operator.GT, Operator.GTE, Operator.LT, Operator.LTE)

OPERATORS: dict[FilterType, tuple[Operator, ...]] = {
    FilterType.REFERENCE: (Operator.EQ, Operator.NOT, Operator.ISNULL),
    FilterType.CHOICE: (Operator.EQ, Operator.NOT, Operator.ISNULL),
    FilterType.TEXT: (Operator.EQ, Operator.NOT, Operator.CONTAINS, Operator.STARTSWITH, Operator.ISNULL),
    FilterType.INTEGER: (Operator.EQ, Operator.NOT, *_ORDER, Operator.ISNULL),
    FilterType.NUMBER: (Operator.EQ, Operator.NOT, *_ORDER, Operator.ISNULL),
    FilterType.BOOLEAN: (Operator.EQ,),
    FilterType.MOMENT: (Operator.EQ, *_ORDER, Operator.ISNULL),
    FilterType.HELD_AT: (Operator.EQ,),
    FilterType.INSTANT: _ORDER,
    FilterType.YEARS: (Operator.EQ,),
    FilterType.PHRASE: (Operator.EQ,),
    FilterType.CODE: (Operator.EQ,),
}
"""The operators each type of filter understands."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing a collection can be asked by."""

    name: str
    type: FilterType
    description: str
    kinds: tuple[Kind, ...] = ()
    choices: Words | None = None
    many: bool = False
    example: str = ""
    plain: bool = False
    single: bool = False
    required: bool = False

    @property
    def operators(self) -> tuple[Operator, ...]:
        """Operators of its type, `all` where a row can have several values, none where it is `plain`: an argument of a view."""
        if self.plain:
            return (Operator.EQ,)
        own = OPERATORS[self.type]
        return (Operator.EQ, Operator.NOT, Operator.ALL) if self.many else own

    def parameter(self, operator: Operator) -> str:
        """Give the name of the query parameter: `name` or `name__operator`."""
        return self.name if operator is Operator.EQ else f"{self.name}__{operator}"


def reference(name: str, kinds: tuple[Kind, ...], description: str, *, many: bool = False, example: str = "") -> Filter:
    """Declare a filter that takes ids or codes of entities."""
    return Filter(name, FilterType.REFERENCE, description, kinds=kinds, many=many, example=example)


def choice(name: str, choices: Words, description: str) -> Filter:
    """Declare a filter that takes words of a closed list."""
    return Filter(name, FilterType.CHOICE, description, choices=choices)


def words(name: str, description: str, *, many: bool = False, example: str = "") -> Filter:
    """Declare a filter that takes free text."""
    return Filter(name, FilterType.TEXT, description, many=many, example=example)


def moment(name: str, description: str) -> Filter:
    """Declare a filter that compares a date that may be imprecise."""
    return Filter(name, FilterType.MOMENT, description, example="2016")


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """A resource as clients see it: its fields, and everything that can be asked of it; each is equal to itself alone."""

    name: str
    kind: Kind | None
    summary: str
    out: type[BaseModel]
    fields: tuple[Field, ...]
    filters: Mapping[str, Filter]
    default_sort: str = "id"
    includes: Mapping[str, str] = field(default_factory=dict)
    dated: bool = True
    actors: tuple[str, ...] = ()
    """Paths of the states and organizations that `codes=` adds codes to; the empty path is the row itself."""
    located: bool = False
    """Whether a row has a representative point, so that it can be drawn on a map."""
    example: str = ""
    resolvable: Mapping[str, str] = field(default_factory=dict)
    shaping: frozenset[str] | None = None
    """The parameters of time and shape that a view takes; a collection takes all of them."""

    def __post_init__(self) -> None:
        """Refuse a default sort that is not a field."""
        if self.default_sort.lstrip("-") not in {one.path for one in self.fields}:
            raise ValueError(self.default_sort)

    def takes(self, parameter: str) -> bool:
        """Give whether a parameter of time or shape is understood."""
        return self.shaping is None or parameter in self.shaping

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kind whose ids its rows have in the register; none for a log, whose rows have no versions either."""
        return () if self.kind is None else (self.kind,)

    @property
    def default_fields(self) -> tuple[Field, ...]:
        """The fields of a row when neither `fields` nor `include` is given."""
        return tuple(one for one in self.fields if one.path not in self.includes)


def filters(*declared: Filter) -> dict[str, Filter]:
    """Give filters by name."""
    return {one.name: one for one in declared}
