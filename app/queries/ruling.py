"""Which claim rules a date where sources differ: `resolve=`, for the shown value, the filters and the interval alike.

Only dates are resolved: `app.ingest.evidence` reads the values that claims give for a date when they are written, so the rule is
a comparison of columns here. Without a claim that a rule prefers, the curated value stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Text, bindparam, case, literal_column, or_, select
from sqlalchemy.orm import aliased

from app.models import Claim
from app.queries.columns import Join, moment
from app.queries.predicates import Held, Imprecise, Interval
from app.queries.resource import clause
from app.schemas.questions import BY_SOURCE, PREFERRED
from app.schemas.tables import Field
from app.vocabulary import Stance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Select, SQLColumnExpression

    from app.queries.columns import Exprs
    from app.queries.predicates import Binding
    from app.queries.resource import Resource
    from app.schemas.filters import Spec
    from app.schemas.questions import Question

Replaced = dict[str | None, "SQLColumnExpression[object]"]


def ruled(resource: Resource, question: Question) -> Resource:
    """Give the resource with the dates that the question's rule picks; the same one where the curated dates rule."""
    if question.resolve == PREFERRED:
        return resource
    replaced: Replaced = {}
    columns: Exprs = {"resolved.rule": (_rule(question.resolve),)}
    joins = []
    for path, word in resource.spec.resolvable.items():
        own, claim = resource.columns[path], aliased(Claim)
        picked = moment(path, claim, "value")[path]
        columns[path] = tuple(case((claim.id.is_not(None), new), else_=old) for new, old in zip(picked, own, strict=True))
        columns[f"resolved.claims.{path}"] = (claim.id,)
        joins.append(Join(claim, claim.id == _pick(resource, question.resolve, {path, word}, own).scalar_subquery()))
        replaced |= {clause(old).key: new for old, new in zip(own, columns[path], strict=True)}
    return replace(
        resource,
        columns={**resource.columns, **columns},
        joins=(*resource.joins, *joins),
        bindings={name: _rebound(one, replaced) for name, one in resource.bindings.items()},
        interval=_interval(resource.interval, replaced) if isinstance(resource.interval, Interval) else resource.interval,
    )


def resolved_fields(spec: Spec, question: Question) -> tuple[Field, ...]:
    """Give the fields that say which rule picked the dates of a row, and which claim gave each."""
    if question.resolve == PREFERRED:
        return ()
    return (Field("resolved.rule"), *(Field(f"resolved.claims.{path}") for path in spec.resolvable))


def _rule(rule: str) -> SQLColumnExpression[object]:
    if rule.startswith(BY_SOURCE):
        return literal_column(f"'{BY_SOURCE}'", Text).concat(bindparam("word_of", type_=Text))
    return literal_column("'earliest'" if rule == "earliest" else "'latest'")


def _pick(
    resource: Resource, rule: str, properties: set[str], own: tuple[SQLColumnExpression[object], ...]
) -> Select[*tuple[object, ...]]:
    """Select the id of the claim that a rule prefers to the curated value.

    An opinion never rules. What goes on is later than any date, and an end or a start that is not known yields to any claim.
    """
    claim = aliased(Claim)
    _, earliest, latest, _, status = own
    found = select(claim.id).where(
        claim.subject_id == resource.id,
        claim.property.in_(sorted(properties)),
        claim.value_status.is_not(None),
        claim.stance != Stance.OPINION.value,
    )
    unknown = status.in_(("unknown", "ended_unknown"))
    if rule.startswith(BY_SOURCE):
        found = found.where(claim.source_id == bindparam("word_of")).order_by(claim.stance.desc(), claim.id)
    elif rule == "earliest":
        sooner = or_(unknown, status == "ongoing", claim.value_earliest < earliest)
        found = found.where(claim.value_earliest.is_not(None), sooner).order_by(claim.value_earliest, claim.id)
    else:
        goes_on = claim.value_status == "ongoing"
        later = or_(unknown, claim.value_latest > latest, goes_on)
        found = found.where(status != "ongoing", or_(claim.value_latest.is_not(None), goes_on), later)
        found = found.order_by(case((goes_on, 0), else_=1), claim.value_latest.desc().nulls_last(), claim.id)
    return found.limit(1).correlate(resource.table)


def _rebound(binding: Binding, replaced: Replaced) -> Binding:
    if isinstance(binding, Imprecise):
        return Imprecise(*(_new(one, replaced) for one in (binding.earliest, binding.latest, binding.status)))
    if isinstance(binding, Held):
        return Held(_interval(binding.interval, replaced), _new(binding.given, replaced))
    return binding


def _interval(held: Interval, replaced: Replaced) -> Interval:
    return Interval(
        *(_new(one, replaced) for one in (held.start_earliest, held.start_latest, held.end_earliest, held.end_latest))
    )


def _new(
    expr: SQLColumnExpression[object], replaced: Mapping[str | None, SQLColumnExpression[object]]
) -> SQLColumnExpression[object]:
    return replaced.get(clause(expr).key, expr)
