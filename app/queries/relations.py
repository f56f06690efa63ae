"""Relations and coverage bound to the database."""

from __future__ import annotations

from sqlalchemy.orm import aliased

from app.models import Coverage, Relation
from app.queries.columns import actor, claim_includes, dated, evidence, merged, reference
from app.queries.predicates import Either, Scalar, imprecise, interval
from app.queries.resource import Resource, evidence_filters
from app.schemas.relations import COVERAGE as COVERAGE_SPEC
from app.schemas.relations import RELATIONS as RELATION_SPEC

_r = aliased(Relation)
_from, _to_from = actor("from", _r, "from")
_to, _to_to = actor("to", _r, "to")
_evidence, _to_evidence = evidence(_r)

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

COVERAGE = Resource(
    spec=COVERAGE_SPEC,
    model=Coverage,
    table=_c,
    id=_c.id,
    columns=merged(
        {"id": (_c.id,), "status": (_c.status,), "complete": (_c.complete,), "note": (_c.note,)}, _organization, dated(_c)
    ),
    joins=(_to_organization,),
    bindings={
        "organization": Scalar(_c.organization_id),
        "start": imprecise(_c, "start"),
        "end": imprecise(_c, "end"),
    },
    interval=interval(_c),
    owners={"organization.name": _c.organization_id},
)
