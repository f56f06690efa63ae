"""Organizations bound to the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, literal, select
from sqlalchemy.orm import aliased

from app.models import Coverage, Label, Membership, Organization, Relation
from app.queries.columns import Join, claim_includes, codes, correlated, dated, evidence, merged, names, place, spot
from app.queries.json_sql import json_array, structure
from app.queries.predicates import Many, imprecise, interval
from app.queries.resource import Resource, evidence_filters
from app.schemas.organizations import ORGANIZATIONS as SPEC
from app.schemas.organizations import CoverageClaim
from app.schemas.tables import Field

if TYPE_CHECKING:
    from sqlalchemy import SQLColumnExpression

    from app.queries.columns import Exprs


def _succession(owner: SQLColumnExpression[object], *, before: bool) -> SQLColumnExpression[object]:
    """Give the organizations before or after one, whichever side of the relation names it."""
    relation, label = aliased(Relation), aliased(Label)
    kind = "predecessor" if before else "successor"
    other = "successor" if before else "predecessor"
    forward = select(relation.from_id.label("id")).where(relation.to_id == owner, relation.type == kind)
    backward = select(relation.to_id.label("id")).where(relation.from_id == owner, relation.type == other)
    both = forward.correlate(correlated(owner)).union(backward.correlate(correlated(owner))).subquery()
    source = select().select_from(both).join(label, label.id == both.c.id)
    exprs: Exprs = {"id": (both.c.id,), "name": (label.name,)}
    return json_array(exprs, [Field("id"), Field("name")], source, (both.c.id,))


def _coverage(owner: SQLColumnExpression[object]) -> SQLColumnExpression[object]:
    """Give what is claimed of an organization's members, by the best of its claims of coverage; a dataset's ends some day."""
    one = aliased(Coverage)
    best = select(func.max(case((and_(one.complete, one.dataset.is_(None)), 1), else_=0))).where(one.organization_id == owner)
    found = best.correlate(correlated(owner)).scalar_subquery()
    words = (CoverageClaim.NONE, CoverageClaim.COMPLETE, CoverageClaim.PARTIAL)
    none, complete, partial = (literal(word.value) for word in words)
    return case((found.is_(None), none), (found == 1, complete), else_=partial)


def _bound() -> Resource:
    o, label = aliased(Organization), aliased(Label)
    cited, to_evidence = evidence(o, o.id)
    return Resource(
        spec=SPEC,
        model=Organization,
        table=o,
        id=o.id,
        columns=merged(
            {"id": (o.id,), "name": (label.name,), "acronym": (label.acronym,), "names": (names(o.id),), "kind": (o.type,)},
            dated(o, "founded", "dissolved"),
            {"founded_by": (o.founded_by,), "website": (o.website,), "codes": (codes(o.id),)},
            {"coverage": (_coverage(o.id),)},
            place("seat", o),
            {"predecessors": (_succession(o.id, before=True),), "successors": (_succession(o.id, before=False),)},
            cited,
        ),
        joins=(Join(label, label.id == o.id), *to_evidence),
        bindings={
            "founded": imprecise(o, "start"),
            "dissolved": imprecise(o, "end"),
            "member": Many(o.id, Membership.organization_id, Membership.member_id, (Membership.preferred.is_(True),)),
            **evidence_filters(o),
        },
        interval=interval(o),
        includes=claim_includes(o.id),
        owners={"name": o.id},
        point=spot(o),
    )


ORGANIZATIONS = _bound()


def full_organization(owner: SQLColumnExpression[object]) -> SQLColumnExpression[object]:
    """Give the organization that a row names as one nested object."""
    inner = _bound()
    fields = inner.spec.default_fields
    exprs = [expr for one in fields for expr in inner.columns[one.path]]
    statement = inner.joined(select(structure(inner.columns, fields)), exprs).where(inner.id == owner)
    return statement.correlate(correlated(owner)).scalar_subquery()
