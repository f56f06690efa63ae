"""Which claim rules a date where sources differ: `resolve=`, for the shown value, the filters and the interval alike.

Only dates are resolved: `app.ingest.evidence` reads the values that claims give for a date when they are written, so the rule is
a comparison of columns here. Where several datasets speak of one thing, a row of another that can hold on a same day is a word,
as a claim is. Without a word that a rule prefers, the row's own value stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, cast

from sqlalchemy import Text, and_, bindparam, case, false, func, literal_column, or_, select
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

    from sqlalchemy import ColumnElement, Select, SQLColumnExpression

    from app.db.base import CitedFact, Dated
    from app.queries.columns import Exprs
    from app.queries.predicates import Binding
    from app.queries.resource import Resource
    from app.schemas.filters import Spec
    from app.schemas.questions import Question

Cells: TypeAlias = "tuple[SQLColumnExpression[object], ...]"
Replaced = dict[str | None, "SQLColumnExpression[object]"]


def ruled(resource: Resource, question: Question) -> Resource:
    """Give the resource with the dates that the question's rule picks."""
    if question.resolve == PREFERRED:
        return resource
    replaced: Replaced = {}
    columns: Exprs = {"resolved.rule": (_rule(question.resolve),)}
    joins = []
    for path, word in resource.spec.resolvable.items():
        own, claim = resource.columns[path], aliased(Claim)
        picked = moment(path, claim, "value")[path]
        joins.append(Join(claim, claim.id == _pick(resource, question.resolve, {path, word}, own).scalar_subquery()))
        values: list[tuple[ColumnElement[bool], Cells]] = [(claim.id.is_not(None), picked)]
        words: SQLColumnExpression[object] = claim.id
        if resource.same:
            other = cast("type[CitedFact]", aliased(resource.model))
            said = moment(path, other, path)[path]
            joins.append(Join(other, other.pk == _pick_row(resource, question.resolve, path, own).scalar_subquery()))
            rules = and_(other.pk.is_not(None), or_(claim.id.is_(None), _goes_before(question.resolve, said, picked)))
            values.insert(0, (rules, said))
            words = case((rules, other.best_claim), else_=claim.id)
        columns[path] = tuple(case(*((chosen, new[n]) for chosen, new in values), else_=old) for n, old in enumerate(own))
        columns[f"resolved.claims.{path}"] = (words,)
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


def _pick_row(resource: Resource, rule: str, path: str, own: Cells) -> Select[*tuple[object, ...]]:
    """Select the row of another dataset that a rule prefers: it speaks of the same thing and can hold on a same day.

    Of several the first gives the start and the last the end.
    """
    row, other = cast("type[Dated]", resource.table), aliased(resource.versions)
    dates = cast("type[Dated]", other)
    found = select(other.pk).where(
        *(getattr(other, name) == getattr(row, name) for name in resource.same),
        func.coalesce(other.dataset, "") != func.coalesce(resource.versions.dataset, ""),
        or_(row.end_latest.is_(None), dates.start_earliest.is_(None), dates.start_earliest < row.end_latest),
        or_(dates.end_latest.is_(None), row.start_earliest.is_(None), dates.end_latest > row.start_earliest),
    )
    said = moment(path, other, path)[path]
    _, earliest, latest, _, status = said
    if rule.startswith(BY_SOURCE):
        outermost = (dates.start_latest,) if path == "start" else (dates.end_latest.is_not(None), dates.end_latest.desc())
        found = found.where(other.dataset == bindparam("word_of")).order_by(*outermost, other.pk)
    elif rule == "earliest":
        unknown = or_(own[4].in_(("unknown", "ended_unknown")), own[4] == "ongoing")
        found = found.where(earliest.is_not(None), or_(unknown, earliest < own[1])).order_by(earliest, other.pk)
    else:
        later = or_(own[4].in_(("unknown", "ended_unknown")), latest > own[2], status == "ongoing")
        found = found.where(own[4] != "ongoing", or_(latest.is_not(None), status == "ongoing"), later)
        found = found.order_by(case((status == "ongoing", 0), else_=1), latest.desc(), other.pk)
    return found.limit(1).correlate(resource.table)


def _goes_before(rule: str, said: Cells, claimed: Cells) -> ColumnElement[bool]:
    """Give whether a row's word goes before a claim's: a source's claim on the row itself comes first."""
    if rule.startswith(BY_SOURCE):
        return false()
    if rule == "earliest":
        return and_(said[1] < claimed[1])
    return and_(claimed[4] != "ongoing", or_(said[4] == "ongoing", said[2] > claimed[2]))


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
