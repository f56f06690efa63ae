"""A resource bound to the database: its declaration, its SQL by field, its joins and its filters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from sqlalchemy import Table, inspect, select
from sqlalchemy.orm import QueryableAttribute
from sqlalchemy.sql import visitors
from sqlalchemy.sql.expression import ColumnClause

from app.db.base import Recorded
from app.models import Claim
from app.queries.columns import correlated
from app.queries.json_sql import json_array
from app.queries.predicates import Many, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select, SQLColumnExpression

    from app.db.base import Base
    from app.queries.columns import CitedTable, Exprs, Join, Point
    from app.queries.predicates import Binding, Imprecise, Interval
    from app.queries.statements import Shape
    from app.schemas.filters import Spec


@dataclass(frozen=True, slots=True)
class Resource:
    """Everything the engine of questions needs to know of one resource."""

    spec: Spec
    model: type[Base]
    table: type[Base]
    id: SQLColumnExpression[str] | SQLColumnExpression[int]
    columns: Exprs
    joins: Sequence[Join]
    bindings: Mapping[str, Binding]
    interval: Interval | Imprecise | None = None
    includes: Mapping[str, Callable[[], SQLColumnExpression[object]]] = field(default_factory=dict)
    owners: Mapping[str, SQLColumnExpression[object]] = field(default_factory=dict)
    scope: ColumnElement[bool] | None = None
    """What a row must fulfil whatever is asked: to be a row at all, or to be known at `:revision` where no table says it."""
    point: Point | None = None
    """Where a row is drawn on a map, if its specification says that it has a place."""
    preferred: ColumnElement[bool] | None = None
    """What a row must fulfil to be shown when neither its id nor its source is asked for, where several datasets speak."""
    same: tuple[str, ...] = ()
    """The columns by which rows of several datasets speak of one thing."""
    parts: Sequence[Resource] = ()
    """The tables of a union, each bound to what can be asked of it; the union itself is bound to no filter."""
    united: Callable[[Shape], Resource] | None = None
    """What binds a union to the rows that one page of it has."""
    answered: ColumnElement[bool] | None = None
    """Of a union bound so: what of its rows, all of which answer, does so for certain."""

    def __post_init__(self) -> None:
        """Refuse a declaration whose fields or filters have no SQL."""
        unbound = {one.path for one in self.spec.default_fields} - set(self.columns)
        if not self.parts:
            unbound |= set(self.spec.filters) - set(self.bindings) - set(self.columns)
        if unbound:
            message = f"{self.spec.name}: no SQL for {sorted(unbound)}"
            raise TypeError(message)
        if self.spec.located != (self.point is not None):
            message = f"{self.spec.name}: a located resource, and no other, has a point"
            raise TypeError(message)

    @property
    def versions(self) -> type[Recorded]:
        """Give the table as one whose rows have versions; TypeError where they have none."""
        if not issubclass(self.model, Recorded):
            raise TypeError(self.spec.name)
        return cast("type[Recorded]", self.table)

    def joined(
        self, statement: Select[*tuple[object, ...]], exprs: Iterable[SQLColumnExpression[object]]
    ) -> Select[*tuple[object, ...]]:
        """Give the statement FROM this table and just the joins that the expressions need."""
        needed = _tables([*exprs, *([] if self.scope is None else [self.scope])])
        chosen: list[Join] = []
        for join in reversed(self.joins):
            if selectable(join.target) in needed:
                chosen.append(join)
                needed |= _tables([join.on])
        statement = statement.select_from(self.table)
        for join in reversed(chosen):
            statement = statement.join(join.target, join.on, isouter=not join.sure)
        return statement if self.scope is None else statement.where(self.scope)

    def may_miss(self, expr: SQLColumnExpression[object]) -> bool:
        """Give whether a row may have no value: in its own column, or because nothing is joined to it."""
        column = clause(expr)
        if not isinstance(column, ColumnClause) or not isinstance(self.table.__mapper__.local_table, Table):
            return True
        if getattr(column, "nullable", True) or column.table is selectable(self.table):
            return bool(getattr(column, "nullable", True))
        ons = [join.on for join in self.joins if selectable(join.target) is column.table]
        others = [
            one for on in ons for one in visitors.iterate(on) if isinstance(one, ColumnClause) and one.table is not column.table
        ]
        return not others or any(self.may_miss(one) for one in others)


def evidence_filters(table: CitedTable) -> dict[str, Binding]:
    """Bind the filters that every cited resource has; a row of a dataset has a claim of it."""
    return {"source": Many(table.id, Claim.subject_id, Claim.source_id), "conflict": Scalar(table.conflict)}


def embedded(
    resource: Resource, owner: SQLColumnExpression[object], condition: ColumnElement[bool], *, without: str = ""
) -> SQLColumnExpression[object]:
    """Give all rows of one resource that belong to a row of another, as nested JSON."""
    fields = [one for one in resource.spec.default_fields if not without or not one.path.startswith(f"{without}.")]
    exprs = [expr for one in fields for expr in resource.columns[one.path]]
    source = resource.joined(select(), [*exprs, condition]).where(condition).correlate(correlated(owner))
    return json_array(resource.columns, fields, source, (resource.id,))


def _tables(exprs: Iterable[SQLColumnExpression[object]]) -> set[object]:
    found = (node for expr in exprs for node in visitors.iterate(clause(expr)))
    return {node.table for node in found if isinstance(node, ColumnClause)}


def clause(expr: SQLColumnExpression[object]) -> ColumnElement[object]:
    """Give the expression behind a mapped attribute, or the expression itself."""
    return cast("ColumnElement[object]", expr.expression if isinstance(expr, QueryableAttribute) else expr)


def selectable(target: object) -> object:
    """Give what stands behind FROM for a mapped class or an alias of one."""
    return inspect(target).selectable
