"""A question, understood: conditions, times, order, shape. Pure values, the same for every door."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

if TYPE_CHECKING:
    from app.schemas.filters import Operator
    from app.schemas.tables import Value


class Certainty(StrEnum):
    """Which rows an imprecise date lets through."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    ANY = "any"


PREFERRED = "preferred"
RULES = (PREFERRED, "earliest", "latest")
BY_SOURCE = "source:"
"""Rules for what stands where sources differ: the curated value, the earliest or latest one claimed, or a source's own word."""


class TimeTest(StrEnum):
    """How an interval is held against days."""

    AT = "at"
    DURING = "during"
    THROUGHOUT = "throughout"


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter: a field, an operator and its values (any of them; each of them for `all`)."""

    field: str
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions joined by `and`, `or` or `not` (of exactly one)."""

    join: str
    parts: tuple[Node, ...]


Node: TypeAlias = "Condition | Group"


@dataclass(frozen=True, slots=True)
class TimeCondition:
    """A test of a row's interval against the days `first` to `last`, both inclusive; an open side is the calendar's end."""

    test: TimeTest
    first: str
    last: str
    text: str


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of the order of rows."""

    path: str
    descending: bool = False

    def __str__(self) -> str:
        """Give the text of the `sort` parameter."""
        return f"-{self.path}" if self.descending else self.path


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that determines an answer, but the revision and the representation."""

    resource: str
    where: Group = field(default_factory=lambda: Group("and", ()))
    times: tuple[TimeCondition, ...] = ()
    certainty: Certainty = Certainty.ANY
    sort: tuple[Sort, ...] = ()
    fields: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    lang: str = "en"
    limit: int = 50
    known_at: str | None = None
    release: str | None = None
    history: bool = False
    group_by: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    count_distinct: tuple[str, ...] = ()
    sample: int = 0
    seed: int = 0
    resolve: str = PREFERRED
    located: bool = False
    """Whether the rows shall carry their representative point; a need of the representation, so no part of `canonical`."""
    _canonical: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def also(self, *conditions: Condition) -> Question:
        """Give the question narrowed by more conditions, as a view does."""
        return replace(self, where=Group("and", (*self.where.parts, *conditions)))

    def shown(self) -> Question:
        """Give the question that shows the same of each row, and asks nothing else."""
        return Question(self.resource, fields=self.fields, include=self.include, codes=self.codes, lang=self.lang)

    def canonical(self) -> str:
        """Give the one text of this question, whatever order it was asked in; a cursor and a validator are bound to it."""
        if not self._canonical:
            self._canonical.append(self._written())
        return self._canonical[0]

    def _written(self) -> str:
        pairs = [*sorted(_pairs(self.where)), *((one.test.value, one.text) for one in self.times)]
        pairs += [("certainty", self.certainty.value)] if self.certainty is not Certainty.ANY else []
        pairs += [("sort", ",".join(map(str, self.sort)))] if self.sort else []
        pairs += [(name, ",".join(words)) for name, words in self._lists() if words]
        pairs += [("lang", self.lang)] if self.lang != "en" else []
        pairs += [("sample", str(self.sample)), ("seed", str(self.seed))] if self.sample else []
        pairs += [("resolve", self.resolve)] if self.resolve != PREFERRED else []
        pairs += [("known_at", self.known_at)] if self.known_at else []
        pairs += [("release", self.release)] if self.release else []
        pairs += [("history", "true")] if self.history else []
        return f"{self.resource}?" + "&".join(f"{name}={quote(value, safe=',:/().')}" for name, value in pairs)

    def _lists(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return (
            ("fields", self.fields),
            ("include", self.include),
            ("codes", self.codes),
            ("group_by", self.group_by),
            ("facets", self.facets),
            ("count_distinct", self.count_distinct),
        )


def _pairs(node: Node) -> list[tuple[str, str]]:
    if isinstance(node, Group) and node.join == "and":
        return [pair for part in node.parts for pair in _pairs(part)]
    return [_pair(node)]


def _pair(node: Node) -> tuple[str, str]:
    if isinstance(node, Condition):
        suffix = "" if node.operator == "eq" else f"__{node.operator}"
        return f"{node.field}{suffix}", ",".join(sorted(_text(value) for value in node.values))
    inner = ",".join(sorted("=".join(_pair(part)) for part in node.parts))
    return node.join, f"({inner})"


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    if not _DELIMITERS.isdisjoint(text):
        text = text.replace('"', '""')
        return f'"{text}"'
    return text


_DELIMITERS = frozenset(',"()')
"""What a canonical text is built with, so a value that holds one is quoted."""
