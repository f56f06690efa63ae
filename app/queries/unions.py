"""A union of tables asked as one collection: each part finds and counts what answers, and only a page's rows are put together.

The first rows of a union are among the first rows of each of its parts, so a part gives no more than a page has. It finds them by
their keys alone; what a row shows is read for those, and what is joined to a row for the first of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import bindparam, select, union_all

from app.queries.matching import matching
from app.queries.resource import clause, selectable
from app.queries.statements import beyond, directions, ordering
from app.schemas.tables import MOMENT_PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Select, SQLColumnExpression, Subquery

    from app.queries.resource import Resource
    from app.queries.statements import Order, Shape

    Selected = Select[*tuple[object, ...]]
    Columns = Mapping[str, SQLColumnExpression[object]]

Key: TypeAlias = tuple[str, bool, bool]
"""A key of an order: the name of a column that all parts have, whether it descends, whether it may be missing."""


def united(resource: Resource, bound: Callable[[Subquery], Resource], shape: Shape) -> Resource:  # type: ignore[explicit-any] # SQLAlchemy's default
    """Bind a union to the rows of one page; or to all that answer, where their order is by something that is joined to them."""
    order = ordering(resource, shape.question)
    own = selectable(resource.table)
    names = [one.key for one in (clause(expr) for expr, _, _ in order) if getattr(one, "table", None) is own]
    if len(names) < len(order):
        return bound(put_together(resource.parts, shape))
    keys = [(str(name), descending, nullable) for name, (_, descending, nullable) in zip(names, order, strict=True)]
    found = put_together(resource.parts, shape, keys)
    page = select(found).order_by(*directions(_order(dict(found.c), keys))).limit(bindparam("row_limit"))
    return bound(page.subquery("entry"))


def put_together(parts: Sequence[Resource], shape: Shape, keys: Sequence[Key] = ()) -> Subquery:  # type: ignore[explicit-any] # see above
    """Give the rows of all parts that answer, or by `keys` the first ones of each behind a cursor."""
    return union_all(*(_rows(one, shape, keys) for one in parts)).subquery("entry")


def _rows(part: Resource, shape: Shape, keys: Sequence[Key]) -> Selected:
    truth, where = matching(part, shape.question)
    columns = _columns(part)
    shown: list[SQLColumnExpression[object]] = [expr.label(name) for name, expr in columns.items()]
    shown.append(truth.certain.label("certain"))
    if not keys:
        return part.joined(select(*shown), [*shown, where]).where(where)
    order = _order(columns, keys)
    first = part.joined(select(part.versions.pk), [where, *(expr for expr, _, _ in order)]).where(where)
    if shape.after:
        first = first.where(beyond(order, shape.after))
    first = first.order_by(*directions(order)).limit(bindparam("row_limit"))
    return part.joined(select(*shown), shown).where(part.versions.pk.in_(first.correlate(None)))


def _columns(part: Resource) -> dict[str, SQLColumnExpression[object]]:
    """Give the columns of a part by their names in the union: a date's are named after its parts."""
    return {f"{path}{end}": expr for path, exprs in part.columns.items() for end, expr in zip(MOMENT_PARTS, exprs, strict=False)}


def _order(columns: Columns, keys: Sequence[Key]) -> Order:
    return [(columns[name], descending, nullable) for name, descending, nullable in keys]
