"""Which rows answer a question: the truth of its conditions and times, a sample, and whose rows where several datasets speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, and_, bindparam, func, literal_column, or_, select, true

from app.queries.predicates import Scalar, Truth, admitted, node_truth, time_truth
from app.schemas.filters import FilterType, Operator
from app.schemas.questions import Condition, Group

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from app.queries.resource import Resource
    from app.schemas.questions import Node, Question


def truth_of(resource: Resource, question: Question) -> Truth:
    """Give the truth of all conditions and times of a question."""
    found = node_truth(question.where, lambda one: _condition_truth(resource, one))
    times = [time_truth(resource.interval, one) for one in question.times if resource.interval is not None]
    certain = [found.certain, *(one.certain for one in times)]
    possible = [found.possible, *(one.possible for one in times)]
    return Truth(and_(*certain), and_(*possible))


def matching(resource: Resource, question: Question) -> tuple[Truth, ColumnElement[bool]]:
    """Give the truth of a question, and the predicate of the rows it lets through; a sample narrows it.

    Where several datasets speak of one thing, the rows of the one that comes first are let through, and those that the
    question names by their id or by their source.

    A sample is the first rows by MD5 of `seed:id` (lower-case hexadecimal), so it depends on nothing but the seed and the rows
    that match, is the same on either engine, and a smaller one is part of a larger one.
    """
    if resource.answered is not None:
        return Truth(resource.answered, true()), true()
    truth = truth_of(resource, question)
    where = admitted(truth, question.certainty)
    if resource.preferred is not None and not any(_names_rows(one) for one in question.where.parts):
        where = and_(where, or_(resource.preferred, *_alternatives(resource, question.where)))
    if not question.sample:
        return truth, where
    drawn = func.md5(bindparam("seed", type_=Text).concat(literal_column("':'")).concat(resource.id))
    chosen = resource.joined(select(resource.id), [where]).where(where).order_by(drawn, resource.id).limit(bindparam("sample"))
    return truth, resource.id.in_(chosen.correlate(None))


def _names_rows(node: Node) -> bool:
    """Give whether a condition says by id, source or dataset which rows are meant, whatever dataset they are of."""
    if isinstance(node, Group):
        return node.join == "and" and any(_names_rows(part) for part in node.parts)
    return node.field in {"id", "source", "dataset"} and node.operator in {Operator.EQ, Operator.ALL}


def _alternatives(resource: Resource, node: Node) -> list[ColumnElement[bool]]:
    """Give the conditions that name rows as one of several alternatives."""
    if isinstance(node, Group):
        return [] if node.join == "not" else [one for part in node.parts for one in _alternatives(resource, part)]
    return [_condition_truth(resource, node).possible] if _names_rows(node) else []


def _condition_truth(resource: Resource, condition: Condition) -> Truth:
    binding = resource.bindings.get(condition.field)
    if binding is None:
        binding = Scalar(resource.columns[condition.field][0])
    return binding.truth(condition.operator, [str(slot) for slot in condition.values])


def imprecise(question: Question, resource: Resource) -> bool:
    """Give whether a date that is not known to the day can make an answer only possible."""
    return bool(question.times) or any(
        resource.spec.filters[name].type in {FilterType.MOMENT, FilterType.HELD_AT} for name in _names(question.where)
    )


def _names(node: Node) -> list[str]:
    return [node.field] if isinstance(node, Condition) else [name for part in node.parts for name in _names(part)]
