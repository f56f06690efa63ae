"""Relations and coverage bound to the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.models import Claim, Coverage, Membership, Relation, Source
from app.queries.columns import actor, claim_includes, correlated, dated, evidence, merged, moment, reference
from app.queries.predicates import Either, Scalar, imprecise, interval
from app.queries.resource import Resource, evidence_filters
from app.schemas.relations import COVERAGE as COVERAGE_SPEC
from app.schemas.relations import RELATIONS as RELATION_SPEC

if TYPE_CHECKING:
    from sqlalchemy import SQLColumnExpression

_r = aliased(Relation)
_from, _to_from = actor("from", _r, "from")
_to, _to_to = actor("to", _r, "to")
_evidence, _to_evidence = evidence(_r, _r.id)

RELATIONS = Resource(
    spec=RELATION_SPEC,
    model=Relation,
    table=_r,
    id=_r.id,
    columns=merged({"id": (_r.id,), "type": (_r.type,), "note": (_r.note,)}, _from, _to, dated(_r), _evidence),
    joins=(_to_from, _to_to, *_to_evidence),
    bindings={
        "from": Scalar(_r.from_id),
        "to": Scalar(_r.to_id),
        "actor": Either((_r.from_id, _r.to_id)),
        "start": imprecise(_r, "start"),
        "end": imprecise(_r, "end"),
        **evidence_filters(_r),
    },
    interval=interval(_r),
    includes=claim_includes(_r.id),
    owners={"from.name": _r.from_id, "to.name": _r.to_id},
)

_c = aliased(Coverage)
_organization, _to_organization = reference("organization", _c.organization_id, extra={"acronym": "acronym"})
_member, _to_member = reference("member", _c.member_id, extra={"kind": "kind"})


def _held(value: SQLColumnExpression[object]) -> SQLColumnExpression[object]:
    """Give something of the memberships that a claim of coverage speaks of, and of their sources."""
    statement = select(value).select_from(_held_membership)
    if value is not _number:
        claimed = statement.outerjoin(_held_claim, _held_claim.subject_id == _held_membership.id)
        statement = claimed.outerjoin(_held_source, _held_source.id == _held_claim.source_id)
    m = _held_membership
    spoken_of = (m.organization_id == _c.organization_id, m.status == func.coalesce(_c.status, m.status))
    same = (
        func.coalesce(m.dataset, "") == func.coalesce(_c.dataset, ""),
        m.member_id == func.coalesce(_c.member_id, m.member_id),
    )
    return statement.where(*spoken_of, *same).correlate(correlated(_c.organization_id)).scalar_subquery()


_held_membership, _held_claim, _held_source = aliased(Membership), aliased(Claim), aliased(Source)
_number = func.count(_held_membership.id)

COVERAGE = Resource(
    spec=COVERAGE_SPEC,
    model=Coverage,
    table=_c,
    id=_c.id,
    columns=merged(
        {"id": (_c.id,), "status": (_c.status,), "complete": (_c.complete,), "note": (_c.note,)},
        {"reason": (_c.reason,), "dataset": (_c.dataset,)},
        _organization,
        _member,
        dated(_c),
        moment("through", _c, "through"),
        {"verification.memberships": (_held(_number),)},
        {"verification.sources": (_held(func.count(_held_claim.source_id.distinct())),)},
        {"verification.accessed": (_held(func.max(_held_source.accessed)),)},
    ),
    joins=(_to_organization, _to_member),
    bindings={
        "organization": Scalar(_c.organization_id),
        "member": Scalar(_c.member_id),
        "through": imprecise(_c, "through"),
        "start": imprecise(_c, "start"),
        "end": imprecise(_c, "end"),
    },
    interval=interval(_c),
    owners={"organization.name": _c.organization_id, "member.name": _c.member_id},
)
