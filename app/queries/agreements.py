"""Agreements, acts and parties bound to the database."""

from __future__ import annotations

from sqlalchemy.orm import aliased

from app.models import Act, Agreement, Label, Party
from app.queries.columns import (
    Join,
    actor,
    claim_includes,
    dated,
    evidence,
    home,
    linked,
    linked_filter,
    merged,
    moment,
    place,
    reference,
    spot,
)
from app.queries.predicates import Held, Many, Scalar, imprecise, interval
from app.queries.resource import Resource, embedded, evidence_filters
from app.schemas.agreements import ACTS as ACT_SPEC
from app.schemas.agreements import AGREEMENTS as AGREEMENT_SPEC
from app.schemas.agreements import PARTIES as PARTY_SPEC

_c = aliased(Act)
_c_agreement, _to_c_agreement = reference("agreement", _c.agreement_id, name="title")
_c_actor, _to_c_actor = actor("actor", _c, "actor")
_c_person, _to_c_person = reference("person", _c.person_id)
_c_evidence, _to_c_evidence = evidence(_c, _c.id)
_c_point, _to_c_point = home(_c.actor_id)

ACTS = Resource(
    spec=ACT_SPEC,
    model=Act,
    table=_c,
    id=_c.id,
    columns=merged(
        {"id": (_c.id,)}, _c_agreement, _c_actor, _c_person, {"act": (_c.act,)}, moment("date", _c, "start"), _c_evidence
    ),
    joins=(_to_c_agreement, _to_c_actor, _to_c_person, *_to_c_evidence, *_to_c_point),
    bindings={
        "agreement": Scalar(_c.agreement_id),
        "actor": Scalar(_c.actor_id),
        "person": Scalar(_c.person_id),
        "date": imprecise(_c, "start"),
        **evidence_filters(_c),
    },
    interval=interval(_c),
    includes=claim_includes(_c.id),
    owners={"actor.name": _c.actor_id, "person.name": _c.person_id},
    point=_c_point,
)

_y = aliased(Party)
_y_agreement, _to_y_agreement = reference("agreement", _y.agreement_id, name="title")
_y_actor, _to_y_actor = actor("actor", _y, "actor")
_y_evidence, _to_y_evidence = evidence(_y)
_y_point, _to_y_point = home(_y.actor_id)

PARTIES = Resource(
    spec=PARTY_SPEC,
    model=Party,
    table=_y,
    id=_y.id,
    columns=merged(
        {"id": (_y.id,)},
        _y_agreement,
        _y_actor,
        {one: (getattr(_y, one),) for one in ("status", "rule", "started_by", "ended_by")},
        dated(_y),
        _y_evidence,
    ),
    joins=(_to_y_agreement, _to_y_actor, *_to_y_evidence, *_to_y_point),
    bindings={
        "agreement": Scalar(_y.agreement_id),
        "actor": Scalar(_y.actor_id),
        "start": imprecise(_y, "start"),
        "end": imprecise(_y, "end"),
        **evidence_filters(_y),
    },
    interval=interval(_y),
    includes=claim_includes(_y.started_by),
    owners={"actor.name": _y.actor_id},
    point=_y_point,
)

_a, _label = aliased(Agreement), aliased(Label)
_a_organization, _to_a_organization = reference("organization", _a.organization_id, extra={"acronym": "acronym"})
_a_evidence, _to_a_evidence = evidence(_a, _a.id)

AGREEMENTS = Resource(
    spec=AGREEMENT_SPEC,
    model=Agreement,
    table=_a,
    id=_a.id,
    columns=merged(
        {"id": (_a.id,), "title": (_label.name,), "kind": (_a.type,), "status": (_a.status,)},
        dated(_a, "signed", "terminated"),
        moment("in_force", _a, "in_force"),
        place("place", _a),
        _a_organization,
        {"depositary": (_a.depositary,), "topics": (linked(_a.id, "topic"),)},
        _a_evidence,
    ),
    joins=(Join(_label, _label.id == _a.id), _to_a_organization, *_to_a_evidence),
    bindings={
        "party": Many(_a.id, Party.agreement_id, Party.actor_id),
        "signed": imprecise(_a, "start"),
        "in_force": imprecise(_a, "in_force"),
        "terminated": imprecise(_a, "end"),
        "in_force_at": Held(interval(_a, "in_force", "end"), _a.in_force),
        "organization": Scalar(_a.organization_id),
        "topic": linked_filter(_a.id, "topic"),
        **evidence_filters(_a),
    },
    interval=interval(_a),
    includes={
        **claim_includes(_a.id),
        "acts": lambda: embedded(ACTS, _a.id, _c.agreement_id == _a.id, without="agreement"),
        "parties": lambda: embedded(PARTIES, _a.id, _y.agreement_id == _a.id, without="agreement"),
    },
    owners={"title": _a.id, "organization.name": _a.organization_id},
    point=spot(_a),
)
