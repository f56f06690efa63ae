"""Events and participations bound to the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.models import Event, Label, Participation
from app.queries.columns import (
    Join,
    actor,
    claim_includes,
    correlated,
    dated,
    evidence,
    linked,
    linked_filter,
    merged,
    place,
    reference,
    spot,
)
from app.queries.json_sql import json_array
from app.queries.predicates import Many, Scalar, imprecise, interval
from app.queries.resource import Resource, embedded, evidence_filters
from app.schemas.events import EVENTS as EVENT_SPEC
from app.schemas.events import PARTICIPATIONS as PARTICIPATION_SPEC
from app.schemas.tables import Field

if TYPE_CHECKING:
    from sqlalchemy import SQLColumnExpression

_p, _of = aliased(Participation), aliased(Event)
_event, _to_event = reference("event", _p.event_id, name="title")
_actor, _to_actor = actor("actor", _p, "actor")
_person, _to_person = reference("person", _p.person_id)
_p_evidence, _to_p_evidence = evidence(_p, _p.id)

PARTICIPATIONS = Resource(
    spec=PARTICIPATION_SPEC,
    model=Participation,
    table=_p,
    id=_p.id,
    columns=merged({"id": (_p.id,)}, _event, _actor, _person, {"role": (_p.role,), "level": (_p.level,)}, _p_evidence),
    joins=(_to_event, _to_actor, _to_person, Join(_of, _of.id == _p.event_id), *_to_p_evidence),
    bindings={
        "event": Scalar(_p.event_id),
        "actor": Scalar(_p.actor_id),
        "actor_kind": Scalar(_p.actor_kind),
        "person": Scalar(_p.person_id),
        "start": imprecise(_of, "start"),
        "end": imprecise(_of, "end"),
        **evidence_filters(_p),
    },
    interval=interval(_of),
    includes=claim_includes(_p.id),
    owners={"actor.name": _p.actor_id, "person.name": _p.person_id},
    point=spot(_of),
)

_e, _label = aliased(Event), aliased(Label)
_e_evidence, _to_e_evidence = evidence(_e, _e.id)
_HOSTS = ("host", "co_host")


def _hosts(owner: SQLColumnExpression[object]) -> SQLColumnExpression[object]:
    part, label = aliased(Participation), aliased(Label)
    source = (
        select()
        .select_from(part)
        .join(label, label.id == part.actor_id)
        .where(part.event_id == owner, part.role.in_(_HOSTS))
        .distinct()
        .correlate(correlated(owner))
    )
    exprs = {"id": (part.actor_id,), "name": (label.name,), "kind": (part.actor_kind,)}
    return json_array(exprs, [Field(one) for one in exprs], source, (part.actor_id,))


EVENTS = Resource(
    spec=EVENT_SPEC,
    model=Event,
    table=_e,
    id=_e.id,
    columns=merged(
        {"id": (_e.id,), "title": (_label.name,), "kind": (_e.type,), "series": (_e.series,), "ordinal": (_e.ordinal,)},
        dated(_e),
        {one: (getattr(_e, one),) for one in ("last_day", "virtual", "session", "resolution", "description")},
        place("place", _e),
        {"organizations": (linked(_e.id, "organization", acronym=True),), "hosts": (_hosts(_e.id),)},
        {"topics": (linked(_e.id, "topic"),), "agreements": (linked(_e.id, "agreement", name="title"),)},
        {"initiatives": (linked(_e.id, "initiative"),)},
        _e_evidence,
    ),
    joins=(Join(_label, _label.id == _e.id), *_to_e_evidence),
    bindings={
        "participant": Many(_e.id, Participation.event_id, Participation.actor_id),
        "person": Many(_e.id, Participation.event_id, Participation.person_id),
        "host": Many(_e.id, Participation.event_id, Participation.actor_id, (Participation.role.in_(_HOSTS),)),
        **{one: linked_filter(_e.id, one) for one in ("organization", "topic", "agreement", "initiative")},
        "start": imprecise(_e, "start"),
        "end": imprecise(_e, "end"),
        **evidence_filters(_e),
    },
    interval=interval(_e),
    includes={
        **claim_includes(_e.id),
        "participations": lambda: embedded(PARTICIPATIONS, _e.id, _p.event_id == _e.id, without="event"),
    },
    owners={"title": _e.id},
    point=spot(_e),
)
