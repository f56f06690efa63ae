"""Votes bound to the database."""

from __future__ import annotations

from sqlalchemy.orm import aliased

from app.models import Event, Vote
from app.queries.columns import Join, actor, merged, moment, reference
from app.queries.predicates import Scalar, imprecise, interval
from app.queries.resource import Resource
from app.schemas.votes import VOTES as SPEC

_v, _of = aliased(Vote), aliased(Event)
_event, _to_event = reference("event", _v.event_id, name="title")
_actor, _to_actor = actor("actor", _v, "actor")

VOTES = Resource(
    spec=SPEC,
    model=Vote,
    table=_v,
    id=_v.id,
    columns=merged(
        {"id": (_v.id,)},
        _event,
        _actor,
        {"vote": (_v.vote,), "dataset": (_v.dataset,), "locator": (_v.locator,)},
        {"session": (_of.session,), "resolution": (_of.resolution,)},
        moment("date", _of, "start"),
    ),
    joins=(_to_event, _to_actor, Join(_of, _of.id == _v.event_id, sure=True)),
    bindings={
        "event": Scalar(_v.event_id),
        "actor": Scalar(_v.actor_id),
        "actor_kind": Scalar(_v.actor_kind),
        "date": imprecise(_of, "start", sought=True),
        "source": Scalar(_v.dataset),
    },
    interval=interval(_of, sought=True),
    owners={"actor.name": _v.actor_id},
)
