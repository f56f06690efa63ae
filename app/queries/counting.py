"""Groups, facets and distinct counts: the same rows, conditions and times as a page, counted by some of their values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import Integer, bindparam, case, cast, distinct, extract, func, select
from sqlalchemy.orm import aliased

from app.models import Label
from app.queries.columns import localized
from app.queries.matching import matching
from app.queries.predicates import Either, Many
from app.queries.ruling import ruled
from app.queries.statements import ResourceKey, Shape, Statement, beyond, directions, shaped, slotted, totals
from app.schemas.counting import COUNTS, FACET_VALUES
from app.schemas.filters import FilterType
from app.schemas.questions import Sort
from app.schemas.tables import Field, FieldType

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Select, SQLColumnExpression

    from app.db.sessions import Snapshot
    from app.queries.columns import Exprs
    from app.queries.resource import Resource
    from app.queries.statements import Order
    from app.schemas.questions import Question
    from app.schemas.tables import Value

_CACHED = 1024
Selected: TypeAlias = "Select[*tuple[object, ...]]"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a group: the value that tells groups apart, what else is shown of it, and the joins that only it needs."""

    field: Field
    value: SQLColumnExpression[object]
    shown: tuple[tuple[Field, SQLColumnExpression[object]], ...] = ()
    joined: Callable[[Selected], Selected] | None = None

    @property
    def many(self) -> bool:
        """Whether a row can have several values, so that it stands in several groups."""
        return self.joined is not None

    @property
    def exprs(self) -> list[SQLColumnExpression[object]]:
        """Everything the resource's own joins must be there for."""
        return [] if self.many else [self.value, *(expr for _, expr in self.shown)]


def key_of(resource: Resource, columns: Exprs, name: str, asked: tuple[str, ColumnElement[bool]]) -> Key:
    """Bind a name of `group_by` to SQL, for a language and the rows that fulfil a predicate."""
    if name in columns:
        kind = next(one.type for one in resource.spec.fields if one.path == name)
        return Key(Field(name, FieldType.TEXT if kind is FieldType.MOMENT else kind), columns[name][0])
    if name.removesuffix(".year") in columns:
        _, earliest, latest, *_ = columns[name.removesuffix(".year")]
        year = case((extract("year", earliest) == extract("year", latest), cast(extract("year", earliest), Integer)))
        return Key(Field(name, FieldType.INTEGER), year)
    if f"{name}.id" in columns:
        inner = [one for one in resource.spec.default_fields if one.path.rpartition(".")[0] == name]
        shown = tuple((one, columns[one.path][0]) for one in inner if one.width == 1 and not one.path.endswith(".id"))
        return Key(Field(f"{name}.id"), columns[f"{name}.id"][0], shown)
    return _many(resource, name, *asked)


def _many(resource: Resource, name: str, lang: str, where: ColumnElement[bool]) -> Key:
    """Bind values that stand in rows of another table: of those only the ones that belong to rows that are counted are read."""
    binding, declared = resource.bindings[name], resource.spec.filters[name]
    if isinstance(binding, Many):
        counted = resource.joined(select(resource.id), [where]).where(where).correlate(None)
        pairs: Selected = select(binding.owner.label("owner"), binding.value.label("value")).where(
            binding.value.is_not(None), *binding.where, binding.owner.in_(counted)
        )
        values = pairs.distinct().subquery()
    elif isinstance(binding, Either):
        sides: list[Selected] = [select(resource.id.label("owner"), expr.label("value")) for expr in binding.exprs]
        one, *others = sides
        values = one.union(*others).subquery()
    else:
        raise TypeError(name)
    owned = values.c.owner == resource.id
    if declared.type is not FilterType.REFERENCE:
        return Key(Field(name), values.c.value, (), lambda statement: statement.outerjoin(values, owned))
    label = aliased(Label)
    text = label.name if lang == "en" else localized(values.c.value, label.name, lang)

    def joined(statement: Selected) -> Selected:
        return statement.outerjoin(values, owned).outerjoin(label, label.id == values.c.value)

    return Key(Field(f"{name}.id"), values.c.value, ((Field(f"{name}.name"), text),), joined)


@lru_cache(_CACHED)
def group_statement(resource_key: ResourceKey, shape: Shape) -> Statement:
    """Build the statement of a page of groups: their keys and numbers, the keys of their order, the counts of the answer."""
    question = shape.question
    resource = ruled(resource_key.resource, question)
    columns, _ = shaped(resource, question)
    truth, where = matching(resource, question)
    keys = [key_of(resource, columns, name, (question.lang, where)) for name in question.group_by]
    counted = [key_of(resource, columns, name, (question.lang, where)) for name in question.count_distinct]
    numbers = _numbers(resource, truth.certain, repeated=any(one.many for one in counted))
    order = _ordering(question, keys, numbers)
    shown = [part for key in keys for part in ((key.field, key.value), *((field, func.min(expr)) for field, expr in key.shown))]
    shown += [(Field(name, FieldType.INTEGER), expr) for name, expr in numbers.items()]
    shown += [
        (Field(f"distinct.{name}", FieldType.INTEGER), func.count(distinct(one.value)))
        for name, one in zip(question.count_distinct, counted, strict=True)
    ]
    parts = [*(expr for _, expr in shown), *(expr for expr, _, _ in order)]
    statement = _from(resource, select(*(part.label(f"c{n}") for n, part in enumerate(parts))), [*keys, *counted], where)
    if shape.counted:
        statement = statement.add_columns(func.count().over().label("groups"), *totals(resource, question, truth, where))
    statement = statement.where(where).group_by(*(key.value for key in keys))
    if shape.after:
        statement = statement.having(beyond(order, shape.after))
    statement = statement.order_by(*directions(order)).limit(bindparam("row_limit"))
    return Statement(statement, tuple(field for field, _ in shown), len(order), shape.counted)


def _numbers(resource: Resource, certain: ColumnElement[bool], *, repeated: bool) -> dict[str, SQLColumnExpression[object]]:
    """Give the numbers of a group; where joins repeat its rows, each id counts once."""
    if repeated:
        count, sure = func.count(distinct(resource.id)), func.count(distinct(case((certain, resource.id))))
    else:
        count, sure = func.count(), func.count(case((certain, 1)))
    return dict(zip(COUNTS, (count, sure, count - sure), strict=True))


def _ordering(question: Question, keys: list[Key], numbers: dict[str, SQLColumnExpression[object]]) -> Order:
    """Give the order of groups: as asked, then all their keys; by default the largest first."""
    values = {name: key.value for name, key in zip(question.group_by, keys, strict=True)}
    asked = [*(question.sort or (Sort("count", descending=True),))]
    asked += [Sort(name) for name in values if name not in {one.path for one in asked}]
    return [
        (numbers[one.path], one.descending, False) if one.path in numbers else (values[one.path], one.descending, True)
        for one in asked
    ]


def _from(resource: Resource, statement: Selected, keys: list[Key], where: ColumnElement[bool]) -> Selected:
    statement = resource.joined(statement, [*(expr for key in keys for expr in key.exprs), where])
    for key in keys:
        statement = key.joined(statement) if key.joined else statement
    return statement


def facets(snapshot: Snapshot, resource: Resource, question: Question) -> dict[str, list[dict[str, object]]]:
    """Count the values of each facet, the 20 most frequent ones first; one statement a facet."""
    found: dict[str, list[dict[str, object]]] = {}
    for name in question.facets:
        rest, values = slotted(resource, replace(question, group_by=(name,), sort=(), count_distinct=()))
        statement = group_statement(ResourceKey.of(resource), Shape(rest, counted=False))
        rows = snapshot.execute(statement.select, {**values, "row_limit": FACET_VALUES})
        named = next((n for n, one in enumerate(statement.fields) if one.path in {f"{name}.name", f"{name}.title"}), None)
        count = [one.path for one in statement.fields].index("count")
        found[name] = [
            {"value": row[0], **({"name": row[named]} if named is not None else {}), "count": row[count]} for row in rows
        ]
    return found


def distinct_counts(snapshot: Snapshot, resource: Resource, question: Question) -> dict[str, Value]:
    """Count the different values of each key of `count_distinct` among the rows that match, in one statement for all."""
    rest, values = slotted(resource, question)
    resource = ruled(resource, rest)
    columns, _ = shaped(resource, rest)
    _, where = matching(resource, rest)
    keys = [key_of(resource, columns, name, (rest.lang, where)) for name in question.count_distinct]
    counts = select(*(func.count(distinct(key.value)).label(f"d{n}") for n, key in enumerate(keys)))
    row = snapshot.execute(_from(resource, counts, keys, where).where(where), values).one()
    return dict(zip(question.count_distinct, row, strict=True))
