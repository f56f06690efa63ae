"""Memberships bound to the database."""

from __future__ import annotations

from sqlalchemy.orm import aliased

from app.models import Membership
from app.queries.columns import actor, claim_includes, dated, evidence, home, merged, reference
from app.queries.organizations import full_organization
from app.queries.predicates import Scalar, imprecise, interval
from app.queries.resource import Resource, evidence_filters
from app.schemas.memberships import MEMBERSHIPS as SPEC

_m = aliased(Membership)
_organization, _to_organization = reference("organization", _m.organization_id, extra={"acronym": "acronym"})
_member, _to_member = actor("member", _m, "member")
_evidence, _to_evidence = evidence(_m, _m.id)
_point, _to_point = home(_m.member_id)

MEMBERSHIPS = Resource(
    spec=SPEC,
    model=Membership,
    table=_m,
    id=_m.id,
    columns=merged(
        {"id": (_m.id,)},
        _organization,
        _member,
        {one: (getattr(_m, one),) for one in ("status", "status_term", "note", "dataset", "preferred")},
        {"started_by": (_m.started_by,), "ended_by": (_m.ended_by,)},
        dated(_m),
        _evidence,
    ),
    joins=(_to_organization, _to_member, *_to_evidence, *_to_point),
    bindings={
        "organization": Scalar(_m.organization_id),
        "member": Scalar(_m.member_id),
        "member_kind": Scalar(_m.member_kind),
        "start": imprecise(_m, "start"),
        "end": imprecise(_m, "end"),
        **evidence_filters(_m),
    },
    interval=interval(_m),
    includes={**claim_includes(_m.id), "organization": lambda: full_organization(_m.organization_id)},
    owners={"organization.name": _m.organization_id, "member.name": _m.member_id},
    point=_point,
    preferred=_m.preferred.is_(True),
    same=("organization_id", "member_id", "status"),
)
