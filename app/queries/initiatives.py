"""Initiatives and topics bound to the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.models import Initiative, Involvement, Label, Topic
from app.queries.columns import (
    Join,
    claim_includes,
    correlated,
    dated,
    evidence,
    linked,
    linked_filter,
    merged,
    names,
)
from app.queries.json_sql import json_array
from app.queries.predicates import Many, imprecise, interval
from app.queries.resource import Resource, evidence_filters
from app.schemas.common import fields_of
from app.schemas.initiatives import INITIATIVES as INITIATIVE_SPEC
from app.schemas.initiatives import TOPICS as TOPIC_SPEC
from app.schemas.initiatives import InvolvementOut

if TYPE_CHECKING:
    from sqlalchemy import SQLColumnExpression

_i, _label = aliased(Initiative), aliased(Label)
_evidence, _to_evidence = evidence(_i, _i.id)


def _participants(owner: SQLColumnExpression[object]) -> SQLColumnExpression[object]:
    part, actor = aliased(Involvement), aliased(Label)
    exprs = merged(
        {"id": (part.id,), "role": (part.role,)},
        {"actor.id": (part.actor_id,), "actor.name": (actor.name,), "actor.kind": (part.actor_kind,)},
        dated(part),
    )
    source = (
        select()
        .select_from(part)
        .outerjoin(actor, actor.id == part.actor_id)
        .where(part.initiative_id == owner)
        .correlate(correlated(owner))
    )
    return json_array(exprs, fields_of(InvolvementOut), source, (part.id,))


INITIATIVES = Resource(
    spec=INITIATIVE_SPEC,
    model=Initiative,
    table=_i,
    id=_i.id,
    columns=merged(
        {"id": (_i.id,), "name": (_label.name,), "names": (names(_i.id),), "kind": (_i.type,), "status": (_i.status,)},
        {"description": (_i.description,), "participants": (_participants(_i.id),)},
        dated(_i),
        {"organizations": (linked(_i.id, "organization", acronym=True),), "topics": (linked(_i.id, "topic"),)},
        {"agreements": (linked(_i.id, "agreement", name="title"),)},
        _evidence,
    ),
    joins=(Join(_label, _label.id == _i.id), *_to_evidence),
    bindings={
        "participant": Many(_i.id, Involvement.initiative_id, Involvement.actor_id),
        **{one: linked_filter(_i.id, one) for one in ("agreement", "organization", "topic")},
        "start": imprecise(_i, "start"),
        "end": imprecise(_i, "end"),
        **evidence_filters(_i),
    },
    interval=interval(_i),
    includes=claim_includes(_i.id),
    owners={"name": _i.id},
)

_t, _topic_label = aliased(Topic), aliased(Label)
_t_evidence, _to_t_evidence = evidence(_t, _t.id)

TOPICS = Resource(
    spec=TOPIC_SPEC,
    model=Topic,
    table=_t,
    id=_t.id,
    columns=merged(
        {"id": (_t.id,), "name": (_topic_label.name,), "names": (names(_t.id),), "description": (_t.description,)},
        _t_evidence,
    ),
    joins=(Join(_topic_label, _topic_label.id == _t.id), *_to_t_evidence),
    bindings=evidence_filters(_t),
    includes=claim_includes(_t.id),
    owners={"name": _t.id},
)
