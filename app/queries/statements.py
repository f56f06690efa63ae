"""From a question to one statement: built once for each shape of question, with slots for its values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import and_, bindparam, case, func, literal_column, or_, select

from app.dates import parse_day_range
from app.queries.columns import code_of, localized
from app.queries.matching import imprecise, matching
from app.queries.resource import clause
from app.queries.ruling import resolved_fields, ruled
from app.schemas.filters import FilterType, Operator
from app.schemas.questions import BY_SOURCE, Condition, Group, Question, Sort, TimeCondition
from app.schemas.tables import POINT, Field, FieldType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import BindParameter, ColumnElement, Select, SQLColumnExpression

    from app.queries.columns import Exprs
    from app.queries.predicates import Truth
    from app.queries.resource import Resource
    from app.schemas.questions import Node
    from app.schemas.tables import Value

Values = dict[str, "Value"]
Order: TypeAlias = "Sequence[tuple[SQLColumnExpression[object], bool, bool]]"
"""The keys of an order: expression, descending, nullable."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A page's select, the fields of its rows, and how many values at the end of a row are keys of the order."""

    select: Select[*tuple[object, ...]]
    fields: tuple[Field, ...]
    keys: int
    counted: bool
    width: int = field(init=False)
    """How many values of a row belong to its fields."""

    def __post_init__(self) -> None:
        """Add the fields up."""
        object.__setattr__(self, "width", sum(one.width for one in self.fields))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement is built from: a question whose values are slots, and which keys of the cursor are there."""

    question: Question
    after: tuple[bool, ...] = ()
    counted: bool = False


def slotted(resource: Resource, question: Question) -> tuple[Question, Values]:
    """Take the values out of a question: every question of the same form gives the same, hashable rest."""
    rest, values = _slotted(ResourceKey.of(resource), question)
    return rest, dict(values)


@lru_cache(1024)
def _slotted(key: ResourceKey, question: Question) -> tuple[Question, Mapping[str, Value]]:
    resource = key.resource
    values: Values = {}

    def node(one: Node) -> Node:
        if isinstance(one, Group):
            return Group(one.join, tuple(node(part) for part in one.parts))
        slots = tuple(f"v{len(values)}_{n}" for n in range(len(one.values)))
        for slot, value in zip(slots, one.values, strict=True):
            values[slot] = value
            values.update(_derived(resource, one, slot, value))
        return Condition(one.field, one.operator, slots)

    where = Group(question.where.join, tuple(node(part) for part in question.where.parts))
    times = []
    for n, time in enumerate(question.times):
        values |= {f"t{n}_first": time.first, f"t{n}_last": time.last}
        times.append(TimeCondition(time.test, f"t{n}_first", f"t{n}_last", ""))
    counted = question.count_distinct if question.group_by else ()
    rest = replace(
        question, where=where, times=tuple(times), known_at=None, release=None, limit=0, facets=(), count_distinct=counted
    )
    if question.sample:
        values |= {"sample": question.sample, "seed": str(question.seed)}
        rest = replace(rest, sample=1, seed=0)
    if question.resolve.startswith(BY_SOURCE):
        values["word_of"] = question.resolve.removeprefix(BY_SOURCE)
        rest = replace(rest, resolve=BY_SOURCE)
    return rest, values


def _derived(resource: Resource, condition: Condition, slot: str, value: Value) -> Values:
    kind = resource.spec.filters[condition.field].type
    if kind in {FilterType.MOMENT, FilterType.HELD_AT} and condition.operator is not Operator.ISNULL:
        first, last = parse_day_range(str(value))
        return {f"{slot}_first": first.isoformat(), f"{slot}_last": last.isoformat()}
    if condition.operator in {Operator.CONTAINS, Operator.STARTSWITH}:
        text = str(value).lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return {slot: f"%{text}%" if condition.operator is Operator.CONTAINS else f"{text}%"}
    return {}


_SHAPES = 2048


@lru_cache(_SHAPES)
def page_statement(resource_key: ResourceKey, shape: Shape) -> Statement:
    """Build the statement of a page: its rows, whether each holds for certain, the keys of its order, the counts."""
    question = shape.question
    resource = resource_key.resource
    resource = resource.united(shape) if resource.united is not None else ruled(resource, question)
    columns, fields = shaped(resource, question)
    fields = (*fields, *resolved_fields(resource.spec, question))
    truth, where = matching(resource, question)
    order = ordering(resource, question)
    match = case((truth.certain, "certain"), else_="possible") if imprecise(question, resource) else literal_column("'certain'")
    parts = [expr for one in fields for expr in columns[one.path]]
    parts += [*([match] if resource.spec.kinds else []), *_recorded(resource, question), *(expr for expr, _, _ in order)]
    statement = resource.joined(select(*(part.label(f"c{n}") for n, part in enumerate(parts))), [*parts, where])
    if shape.counted:
        statement = statement.add_columns(*totals(resource, question, truth, where))
    statement = statement.where(where)
    if shape.after:
        statement = statement.where(beyond(order, shape.after))
    statement = statement.order_by(*directions(order))
    answered = (*fields, *_match_fields(resource), *_recorded_fields(question))
    return Statement(statement.limit(bindparam("row_limit")), answered, len(order), shape.counted)


class ResourceKey:
    """A resource as a key of the cache: compared by identity."""

    __slots__ = ("resource",)

    def __init__(self, resource: Resource) -> None:
        """Wrap a resource."""
        self.resource = resource

    @classmethod
    def of(cls, resource: Resource) -> ResourceKey:
        """Give the one key of a resource."""
        return _KEYS.setdefault(resource.spec.name, cls(resource))


_KEYS: dict[str, ResourceKey] = {}


def shaped(resource: Resource, question: Question) -> tuple[Exprs, tuple[Field, ...]]:
    """Give the columns that a question asks for: a subset, includes, codes beside actors, names in a language."""
    columns: Exprs = dict(resource.columns)
    fields = [one for one in resource.spec.default_fields if not question.fields or one.path in question.fields]
    for path in resource.spec.actors if question.codes else ():
        columns |= _codes(resource, path, question.codes, fields)
    for path, owner in resource.owners.items() if question.lang != "en" else ():
        columns[path] = (localized(owner, columns[path][0], question.lang),)
    for name in question.include:
        path = name.split(".")[0]
        fields = [one for one in fields if one.path != path and not one.path.startswith(f"{path}.")]
        fields.append(Field(path, FieldType.JSON))
        columns[path] = (resource.includes[name](),)
    if question.located and resource.point is not None:
        fields += POINT
        columns |= {one.path: (expr,) for one, expr in zip(POINT, resource.point, strict=True)}
    return columns, tuple(fields)


def _codes(resource: Resource, path: str, schemes: Sequence[str], fields: list[Field]) -> Exprs:
    """Put codes behind the fields of an actor, or for the empty path in the place of a row's own codes."""
    prefix = f"{path}." if path else ""
    extra = [Field(f"{prefix}codes.{scheme}") for scheme in schemes]
    found = [n for n, one in enumerate(fields) if (one.path.startswith(prefix) if path else one.path == "codes")]
    if path and not found:
        return {}
    place = found[-1] if found else len(fields)
    kept = [] if not path else fields[place : place + 1]
    fields[place : place + 1] = [*kept, *extra]
    owner = resource.columns[f"{prefix}id"][0]
    return {one.path: (code_of(owner, scheme),) for one, scheme in zip(extra, schemes, strict=True)}


def answer_fields(resource: Resource, question: Question) -> tuple[Field, ...]:
    """Give the fields of the rows that answer a question, in order."""
    return (*shaped(resource, question)[1], *_match_fields(resource), *_recorded_fields(question))


def directions(order: Order) -> list[SQLColumnExpression[object]]:
    """Give the ORDER BY of an order, missing values last in either direction: in words that both engines have an index for."""
    ways = ((expr.desc() if descending else expr.asc(), nullable) for expr, descending, nullable in order)
    return [way.nulls_last() if nullable else way for way, nullable in ways]


def ordering(resource: Resource, question: Question) -> Order:
    """Give the keys of the order: expression, descending, nullable; the id, and with history the version, decide last."""
    keys: list[tuple[SQLColumnExpression[object], bool, bool]] = []
    for sort in question.sort or default_sort(resource):
        expr = _sort_expression(resource, sort)
        keys.append((expr, sort.descending, resource.may_miss(expr)))
    if "id" not in [one.path for one in question.sort or default_sort(resource)]:
        keys.append((resource.id, False, False))
    if question.history:
        keys.append((resource.versions.pk, False, False))
    return keys


def default_sort(resource: Resource) -> tuple[Sort, ...]:
    """Give the order of a resource when none is asked for."""
    text = resource.spec.default_sort
    return (Sort(text.removeprefix("-"), descending=text.startswith("-")),)


def _sort_expression(resource: Resource, sort: Sort) -> SQLColumnExpression[object]:
    exprs = resource.columns[sort.path]
    return exprs[1] if len(exprs) > 1 else exprs[0]


def beyond(order: Order, present: Sequence[bool]) -> ColumnElement[bool]:
    """Give the rows after the cursor's keys, with missing values last in either direction."""
    alternatives: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for n, ((expr, descending, nullable), given) in enumerate(zip(order, present, strict=True)):
        key: BindParameter[object] = bindparam(f"after{n}", type_=clause(expr).type)
        if given:
            after = expr < key if descending else expr > key
            alternatives.append(and_(*equal, or_(after, expr.is_(None)) if nullable else after))
            equal.append(expr == key)
        else:
            equal.append(expr.is_(None))
    return or_(*alternatives)


def totals(resource: Resource, question: Question, truth: Truth, where: ColumnElement[bool]) -> list[ColumnElement[int]]:
    """Give two columns: how many rows match, and how many for certain (NULL: all of them, no date makes any doubtful)."""
    total = resource.joined(select(func.count()), [where]).where(where).correlate(None).scalar_subquery()
    if not imprecise(question, resource):
        return [total.label("total"), literal_column("NULL").label("certain")]
    both = and_(where, truth.certain)
    certain = resource.joined(select(func.count()), [both]).where(both).correlate(None).scalar_subquery()
    return [total.label("total"), certain.label("certain")]


def _recorded(resource: Resource, question: Question) -> list[SQLColumnExpression[object]]:
    """Give which revisions held a version; what a later one than the snapshot's replaced was current then."""
    if not question.history:
        return []
    until = resource.versions.recorded_to
    return [resource.versions.recorded_from, case((until <= bindparam("revision"), until))]


def _match_fields(resource: Resource) -> tuple[Field, ...]:
    return (Field("match"),) if resource.spec.kinds else ()


def _recorded_fields(question: Question) -> tuple[Field, ...]:
    if not question.history:
        return ()
    return (Field("recorded.from", FieldType.INTEGER), Field("recorded.to", FieldType.INTEGER))
