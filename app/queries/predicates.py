"""Filters as SQL: each gives what holds for certain and what holds possibly, which differ only for imprecise dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from sqlalchemy import and_, bindparam, false, func, not_, or_, select, true

from app.db.hints import Unsought
from app.db.types import Day
from app.queries.letters import Lowered
from app.schemas.filters import Operator
from app.schemas.questions import Certainty, Group, TimeTest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import BindParameter, ColumnElement, SQLColumnExpression

    from app.schemas.questions import Condition, Node, TimeCondition


class Truth(NamedTuple):
    """Two predicates: the first implies the second."""

    certain: ColumnElement[bool]
    possible: ColumnElement[bool]


def exact(predicate: ColumnElement[bool]) -> Truth:
    """Give the truth of something that no date makes doubtful."""
    return Truth(predicate, predicate)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A filter on one expression."""

    expr: SQLColumnExpression[object]

    def truth(self, operator: Operator, slots: Sequence[str]) -> Truth:
        """Compare the expression with any of the values."""
        values: list[BindParameter[object]] = [bindparam(slot) for slot in slots]
        return exact(_COMPARISONS[operator](self.expr, values))


@dataclass(frozen=True, slots=True)
class Either:
    """A filter on any of several expressions of a row."""

    exprs: tuple[SQLColumnExpression[object], ...]

    def truth(self, operator: Operator, slots: Sequence[str]) -> Truth:
        """Find the values in any of the expressions; `all` wants each of them there."""
        found = [or_(*(expr == bindparam(slot) for expr in self.exprs)) for slot in slots]
        return exact(_joined(operator, found))


@dataclass(frozen=True, slots=True)
class Many:
    """A filter on values that stand in rows of another table: `owner` of that row is this row's `id`."""

    id: SQLColumnExpression[object]
    owner: SQLColumnExpression[object]
    value: SQLColumnExpression[object]
    where: tuple[ColumnElement[bool], ...] = ()

    def truth(self, operator: Operator, slots: Sequence[str]) -> Truth:
        """Find rows that have any of the values, or each of them, or none."""
        if operator is Operator.ALL:
            return exact(and_(*(self._found([slot]) for slot in slots)))
        found = self._found(slots)
        return exact(not_(found) if operator is Operator.NOT else found)

    def _found(self, slots: Sequence[str]) -> ColumnElement[bool]:
        owners = select(self.owner).where(_one_of(self.value, [bindparam(slot) for slot in slots]), *self.where)
        return self.id.in_(owners.correlate(None))


@dataclass(frozen=True, slots=True)
class Imprecise:
    """A filter on a date with bounds; an end that is not known to have come compares as nothing."""

    earliest: SQLColumnExpression[object]
    latest: SQLColumnExpression[object]
    status: SQLColumnExpression[object]
    sought: bool = field(default=False, kw_only=True)
    """As with an interval."""

    def truth(self, operator: Operator, slots: Sequence[str]) -> Truth:
        """Compare the days the date can mean with the days the value covers."""
        known = self.status.in_(("known", "scheduled", "ended_unknown"))
        if operator is Operator.ISNULL:
            return exact(func.coalesce(known, false()) != bindparam(slots[0]))
        pairs = [_compare_days(operator, self, slot) for slot in slots]
        return Truth(and_(known, or_(*(pair.certain for pair in pairs))), and_(known, or_(*(pair.possible for pair in pairs))))


@dataclass(frozen=True, slots=True)
class Interval:
    """The four days of an interval; `start_latest` NULL, where there is no start at all, is never met."""

    start_earliest: SQLColumnExpression[object]
    start_latest: SQLColumnExpression[object]
    end_earliest: SQLColumnExpression[object]
    end_latest: SQLColumnExpression[object]
    sought: bool = field(default=False, kw_only=True)
    """Whether few of its table's rows meet days, so that an index is to find them and what is joined to them."""


def interval(table: object, start: str = "start", end: str = "end", *, sought: bool = False) -> Interval:
    """Bind an interval to the columns of two prefixes."""
    days = (getattr(table, f"{name}_{bound}") for name in (start, end) for bound in ("earliest", "latest"))
    return Interval(*days, sought=sought)


def _free(day: SQLColumnExpression[object], *, sought: bool) -> SQLColumnExpression[object]:
    unsought: Unsought[str] = Unsought(day, Day())
    return day if sought else unsought


@dataclass(frozen=True, slots=True)
class Held:
    """A filter on an interval: it holds on a day."""

    interval: Interval
    given: SQLColumnExpression[object]

    def truth(self, operator: Operator, slots: Sequence[str]) -> Truth:
        """Give whether the interval meets any of the values' days."""
        del operator
        pairs = [meets(self.interval, f"{slot}_last", f"{slot}_first") for slot in slots]
        return Truth(
            and_(self.given.is_not(None), or_(*(pair.certain for pair in pairs))),
            and_(self.given.is_not(None), or_(*(pair.possible for pair in pairs))),
        )


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A filter that any of several others lets through: what a row is about can stand in several places."""

    bindings: tuple[Scalar | Either | Many, ...]

    def truth(self, operator: Operator, slots: Sequence[str]) -> Truth:
        """Find each of the values by any of the filters; `all` wants every value found."""
        found = [or_(*(one.truth(Operator.EQ, [slot]).certain for one in self.bindings)) for slot in slots]
        return exact(_joined(operator, found))


Binding: TypeAlias = Scalar | Either | Many | Imprecise | Held | AnyOf


def imprecise(table: object, name: str, *, sought: bool = False) -> Imprecise:
    """Bind a date filter to the columns of one prefix."""
    return Imprecise(*(getattr(table, f"{name}_{part}") for part in ("earliest", "latest", "status")), sought=sought)


def _one_of(expr: SQLColumnExpression[object], values: Sequence[BindParameter[object]]) -> ColumnElement[bool]:
    return expr == values[0] if len(values) == 1 else expr.in_(values)


def _none_of(expr: SQLColumnExpression[object], values: Sequence[BindParameter[object]]) -> ColumnElement[bool]:
    return or_(expr.is_(None), not_(expr.in_(values)))


def _like(expr: SQLColumnExpression[object], values: Sequence[BindParameter[object]]) -> ColumnElement[bool]:
    return or_(*(Lowered(expr).like(value, escape="\\") for value in values))


_COMPARISONS: dict[Operator, Callable[[SQLColumnExpression[object], Sequence[BindParameter[object]]], ColumnElement[bool]]] = {
    Operator.EQ: _one_of,
    Operator.NOT: _none_of,
    Operator.GT: lambda expr, values: expr > values[0],
    Operator.GTE: lambda expr, values: expr >= values[0],
    Operator.LT: lambda expr, values: expr < values[0],
    Operator.LTE: lambda expr, values: expr <= values[0],
    Operator.CONTAINS: _like,
    Operator.STARTSWITH: _like,
    Operator.ISNULL: lambda expr, values: expr.is_(None) == values[0],
}


def _joined(operator: Operator, found: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    if operator is Operator.ALL:
        return and_(*found)
    return not_(func.coalesce(or_(*found), false())) if operator is Operator.NOT else or_(*found)


def _compare_days(operator: Operator, date: Imprecise, slot: str) -> Truth:
    first, last = bindparam(f"{slot}_first", type_=Day), bindparam(f"{slot}_last", type_=Day)
    earliest, latest = (_free(one, sought=date.sought) for one in (date.earliest, date.latest))
    unbounded, endless = earliest.is_(None), latest.is_(None)
    match operator:
        case Operator.GT:
            return Truth(date.earliest > last, or_(endless, latest > last))
        case Operator.GTE:
            return Truth(date.earliest >= first, or_(endless, latest >= first))
        case Operator.LT:
            return Truth(date.latest < first, or_(unbounded, earliest < first))
        case Operator.LTE:
            return Truth(date.latest <= last, or_(unbounded, earliest <= last))
        case _:
            certain = and_(date.earliest >= first, date.latest <= last)
            return Truth(certain, and_(or_(unbounded, earliest <= last), or_(endless, latest >= first)))


def meets(interval: Interval, by: str, beyond: str) -> Truth:
    """Give whether an interval has started by one day and ends after another; the twin of `app.dates.intervals`."""
    first, last = bindparam(by, type_=Day), bindparam(beyond, type_=Day)
    days = (interval.start_earliest, interval.end_latest, interval.end_earliest)
    start, end, sure_end = (_free(one, sought=interval.sought) for one in days)
    return Truth(
        and_(interval.start_latest <= first, or_(sure_end > last, sure_end.is_(None))),
        and_(or_(start <= first, start.is_(None)), or_(end > last, end.is_(None))),
    )


def time_truth(interval: Interval | Imprecise, condition: TimeCondition) -> Truth:
    """Give the truth of one time condition whose days are slots; a single date lies in the days or does not."""
    if isinstance(interval, Imprecise):
        return _compare_days(Operator.EQ, interval, condition.first.removesuffix("_first"))
    if condition.test is TimeTest.THROUGHOUT:
        return meets(interval, condition.first, condition.last)
    return meets(interval, condition.last, condition.first)


def node_truth(node: Node, truth_of: Callable[[Condition], Truth]) -> Truth:
    """Give the truth of conditions joined by and, or, not; `not` swaps certain and possible."""
    if not isinstance(node, Group):
        return truth_of(node)
    parts = [node_truth(part, truth_of) for part in node.parts]
    if node.join == "not":
        return Truth(*(not_(func.coalesce(one, false())) for one in (parts[0].possible, parts[0].certain)))
    join = or_ if node.join == "or" else and_
    start = false() if node.join == "or" else true()
    return Truth(join(start, *(one.certain for one in parts)), join(start, *(one.possible for one in parts)))


def admitted(truth: Truth, certainty: Certainty) -> ColumnElement[bool]:
    """Give the predicate for the rows that a certainty lets through."""
    if certainty is Certainty.CERTAIN:
        return truth.certain
    if certainty is Certainty.POSSIBLE:
        return and_(truth.possible, not_(func.coalesce(truth.certain, false())))
    return truth.possible
