"""From the body of `POST /v1/{collection}/query` to the question that a URL would ask, and from errors to places of the body."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import orjson

from app.errors import BadQueryError, FieldError, InvalidBodyError, InvalidCursorError, nearest
from app.schemas.filters import FilterType, Operator
from app.schemas.parsing import MAX_VALUES, SHAPING_PARAMETERS, TIME_PARAMETERS, condition_of, parse_question, refuse_unsafe
from app.schemas.questions import Condition, Group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.schemas.filters import Filter, Spec
    from app.schemas.questions import Node

MAX_DEPTH = 8
MAX_CONDITIONS = 100
JOINS = ("and", "or", "not")
OPERATORS = (*(one.value for one in Operator), "in")
"""The operators of URLs, and `in`, which is `eq` with several values."""

DELIVERY = ("cursor", "format")
"""Members that say how the answer is given, not what is asked."""

_WHOLE = {"limit", "sample", "seed"}
_TRUTHS = {"history"}
_LISTS = {"sort", "fields", "include", "codes", "group_by", "facets", "count_distinct"}

Json: TypeAlias = "dict[str, object]"


@dataclass(frozen=True, slots=True)
class QueryBody:
    """A body, understood: its conditions, the parameters that a URL would have for the rest, and where each condition stands."""

    where: Group
    pairs: tuple[tuple[str, str], ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition stands in a body: the parameter it would be in a URL, its pointer, its values."""

    parameter: str
    pointer: str
    values: tuple[str, ...]


def members(spec: Spec) -> tuple[str, ...]:
    """Give the members that the body of a collection's query may have."""
    shaping = (*(TIME_PARAMETERS if spec.dated else ()), *SHAPING_PARAMETERS)
    lacking = {"resolve": not spec.resolvable, "codes": not spec.actors, "include": not spec.includes}
    return ("where", *(name for name in shaping if not lacking.get(name)), *DELIVERY)


def read_body(raw: bytes) -> Json:
    """Read a JSON object; InvalidBodyError for anything else."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidBodyError.at("", "bad-json", f"the body is not JSON: {error}") from error
    if not isinstance(found, dict):
        message = f"the body is {_named(found)}; an object was expected, such as {{}}"
        raise InvalidBodyError.at("", "bad-type", message)
    return found


def parse_body(spec: Spec, body: Json) -> QueryBody:
    """Understand a query; InvalidBodyError lists every wrong place with the nearest right word."""
    known = members(spec)
    errors = [error for name in body if name not in known for error in _unknown(name, known, f"/{_escaped(name)}").errors]
    pairs: list[tuple[str, str]] = []
    where, found = Tree(spec), Group("and", ())
    for name, value in body.items():
        if name not in known:
            continue
        try:
            if name == "where":
                found = Group("and", (where.node(value, "/where", 1),))
            else:
                pairs.append((name, _text_of(name, value)))
        except InvalidBodyError as error:
            errors += error.errors
    try:
        parse_question(spec, [(name, text) for name, text in pairs if name not in DELIVERY])
    except BadQueryError as error:
        errors += pointed(error, ()).errors
    if errors:
        raise _all(errors)
    return QueryBody(found, tuple(pairs), tuple(where.places))


def _all(errors: list[FieldError]) -> InvalidBodyError:
    return InvalidBodyError("; ".join(one.message for one in errors), errors=errors)


def _text_of(name: str, value: object) -> str:
    """Give the text that a URL would have; no type stands for another."""
    if name in _WHOLE and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if name in _TRUTHS and isinstance(value, bool):
        return str(value).lower()
    words = value if isinstance(value, list) and name in _LISTS else [value]
    if name in _WHOLE | _TRUTHS or not words or not all(isinstance(one, str) for one in words):
        expected = "a whole number" if name in _WHOLE else "true or false" if name in _TRUTHS else "text"
        more = ", or a list of texts" if name in _LISTS else ""
        raise InvalidBodyError.at(f"/{name}", "bad-type", f"'{name}' is {_named(value)}; {expected}{more} was expected")
    text = ",".join(map(str, words))
    try:
        refuse_unsafe(name, text)
    except BadQueryError as error:
        raise pointed(error, ()) from error
    return text


class Tree:
    """Reads a tree of conditions within its bounds, and remembers where each stands."""

    def __init__(self, spec: Spec) -> None:
        """Start for a collection."""
        self.spec = spec
        self.places: list[Place] = []

    def node(self, value: object, pointer: str, depth: int) -> Node:
        """Understand `{"and": [...]}`, `{"or": [...]}`, `{"not": {...}}` or `{"field", "op", "value"}`."""
        if not isinstance(value, dict):
            message = f"{pointer} is {_named(value)}; a condition or and, or, not was expected"
            raise InvalidBodyError.at(pointer, "bad-type", message)
        if depth > MAX_DEPTH:
            raise InvalidBodyError.at(pointer, "too-deep", f"{pointer} is nested deeper than {MAX_DEPTH} levels")
        join = next((one for one in JOINS if one in value), None)
        if join is None:
            return self._condition(value, pointer)
        if len(value) > 1:
            other = next(name for name in value if name != join)
            message = f"'{other}' stands beside '{join}'; a group has one member"
            raise InvalidBodyError.at(f"{pointer}/{_escaped(other)}", "unknown-member", message)
        inner = value[join]
        if join == "not":
            return Group("not", (self.node(inner, f"{pointer}/not", depth + 1),))
        if not isinstance(inner, list) or not inner:
            message = f"'{join}' is {_named(inner)}; a list of at least one condition was expected"
            raise InvalidBodyError.at(f"{pointer}/{join}", "bad-type", message)
        return Group(join, tuple(self.node(one, f"{pointer}/{join}/{n}", depth + 1) for n, one in enumerate(inner)))

    def _condition(self, value: Json, pointer: str) -> Condition:
        known = ("field", "op", "value")
        for name in value:
            if name not in known:
                raise _unknown(name, (*known, *JOINS), f"{pointer}/{_escaped(name)}")
        for name in ("field", "value"):
            if name not in value:
                raise InvalidBodyError.at(pointer, "missing", f"{pointer} has no '{name}'")
        declared = self._filter(value["field"], f"{pointer}/field")
        operator = _operator(declared, value.get("op", Operator.EQ.value), value["value"], f"{pointer}/op")
        if len(self.places) >= MAX_CONDITIONS:
            raise InvalidBodyError.at(pointer, "too-many", f"there are more than {MAX_CONDITIONS} conditions")
        texts = _texts(declared, operator, value["value"], f"{pointer}/value")
        self.places.append(Place(declared.parameter(operator), f"{pointer}/value", tuple(texts)))
        try:
            return condition_of(declared, operator, texts)
        except BadQueryError as error:
            raise _all([replace(one, parameter=None, pointer=f"{pointer}/value") for one in error.errors]) from error

    def _filter(self, name: object, pointer: str) -> Filter:
        found = self.spec.filters.get(name) if isinstance(name, str) else None
        if found is None:
            known = list(self.spec.filters)
            suggestion = nearest(name, known) if isinstance(name, str) else None
            hint = f"did you mean '{suggestion}'?" if suggestion else f"there are {', '.join(known)}"
            what = f"'{name}'" if isinstance(name, str) else _named(name)
            message = f"{what} is not a field to filter {self.spec.name} by; {hint}"
            raise InvalidBodyError.at(pointer, "unknown-field", message, suggestion)
        return found


def _operator(declared: Filter, word: object, value: object, pointer: str) -> Operator:
    allowed = [one.value for one in declared.operators]
    if word == "in" and isinstance(value, list):
        return Operator.EQ
    if not isinstance(word, str) or word not in allowed:
        words = [*allowed, "in"]
        suggestion = nearest(word, words) if isinstance(word, str) else None
        hint = f"did you mean '{suggestion}'?" if suggestion else f"there are {', '.join(words)}"
        what = f"'{word}'" if isinstance(word, str) else _named(word)
        more = " with a list as value" if word == "in" else ""
        raise InvalidBodyError.at(
            pointer, "unknown-operator", f"{what} is not an operator of '{declared.name}'{more}; {hint}", suggestion
        )
    return Operator(word)


def _texts(declared: Filter, operator: Operator, value: object, pointer: str) -> list[str]:
    values = value if isinstance(value, list) else [value]
    if not 1 <= len(values) <= MAX_VALUES:
        raise InvalidBodyError.at(pointer, "too-many", f"{pointer} has {len(values)} values; 1 to {MAX_VALUES} are taken")
    kind = FilterType.BOOLEAN if operator is Operator.ISNULL else declared.type
    texts = []
    for n, one in enumerate(values):
        where = f"{pointer}/{n}" if isinstance(value, list) else pointer
        texts.append(_typed(kind, one, where))
    return texts


def _typed(kind: FilterType, value: object, pointer: str) -> str:
    """Give a value's text; a number is not text and text is not a number."""
    if kind is FilterType.BOOLEAN:
        fits, expected = isinstance(value, bool), "true or false"
    elif kind in {FilterType.INTEGER, FilterType.NUMBER}:
        numbers = int | float if kind is FilterType.NUMBER else int
        fits, expected = isinstance(value, numbers) and not isinstance(value, bool), "a number"
    else:
        fits, expected = isinstance(value, str), "text"
    if not fits:
        raise InvalidBodyError.at(pointer, "bad-type", f"{pointer} is {_named(value)}; {expected} was expected")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        refuse_unsafe(pointer, text)
    except BadQueryError as error:
        raise _all([replace(one, parameter=None, pointer=pointer) for one in error.errors]) from error
    return text


def _unknown(name: str, known: tuple[str, ...], pointer: str) -> InvalidBodyError:
    suggestion = nearest(name, known)
    hint = f"did you mean '{suggestion}'?" if suggestion else f"there are {', '.join(known)}"
    return InvalidBodyError.at(pointer, "unknown-member", f"'{name}' is not a member here; {hint}", suggestion)


def pointed(error: BadQueryError | InvalidCursorError, places: Sequence[Place]) -> InvalidBodyError:
    """Give the error with places of the body for parameters: the condition that has the value, else the member of that name."""
    return InvalidBodyError(error.detail, errors=[_moved(one, places) for one in error.errors])


def _moved(error: FieldError, places: Sequence[Place]) -> FieldError:
    if error.parameter is None:
        return error
    named = [one for one in places if one.parameter == error.parameter]
    nearest_first = sorted(named, key=lambda one: min(_position(error.message, value) for value in one.values))
    pointer = next((one.pointer for one in nearest_first), f"/{error.parameter}")
    return replace(error, parameter=None, pointer=pointer)


def _position(message: str, value: str) -> int:
    """Give where a message names a value first; a message names what is wrong before it suggests what is right."""
    place = message.find(f"'{value}'")
    return len(message) if place < 0 else place


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _named(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")
