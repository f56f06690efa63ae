"""People bound to the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.models import Label, Office, Participation, Person
from app.queries.columns import Join, claim_includes, codes, correlated, dated, evidence, merged, names
from app.queries.json_sql import json_array
from app.queries.predicates import Many
from app.queries.resource import Resource, evidence_filters
from app.schemas.common import fields_of
from app.schemas.people import PEOPLE as SPEC
from app.schemas.people import OfficeOut

if TYPE_CHECKING:
    from sqlalchemy import SQLColumnExpression

_p, _label = aliased(Person), aliased(Label)
_evidence, _to_evidence = evidence(_p, _p.id)


def _offices(owner: SQLColumnExpression[object]) -> SQLColumnExpression[object]:
    office, holder = aliased(Office), aliased(Label)
    exprs = merged(
        {"id": (office.id,), "title": (office.title,)},
        {"holder.id": (office.holder_id,), "holder.name": (holder.name,), "holder.kind": (office.holder_kind,)},
        dated(office),
    )
    source = (
        select()
        .select_from(office)
        .outerjoin(holder, holder.id == office.holder_id)
        .where(office.person_id == owner)
        .correlate(correlated(owner))
    )
    return json_array(exprs, fields_of(OfficeOut), source, (office.start_earliest, office.id))


PEOPLE = Resource(
    spec=SPEC,
    model=Person,
    table=_p,
    id=_p.id,
    columns=merged(
        {"id": (_p.id,), "name": (_label.name,), "names": (names(_p.id),), "codes": (codes(_p.id),)},
        {"offices": (_offices(_p.id),)},
        _evidence,
    ),
    joins=(Join(_label, _label.id == _p.id), *_to_evidence),
    bindings={
        "holder": Many(_p.id, Office.person_id, Office.holder_id),
        "event": Many(_p.id, Participation.person_id, Participation.event_id),
        **evidence_filters(_p),
    },
    includes=claim_includes(_p.id),
    owners={"name": _p.id},
)
