"""States bound to the database."""

from __future__ import annotations

from sqlalchemy.orm import aliased

from app.models import Label, State
from app.queries.columns import Join, claim_includes, codes, dated, evidence, merged, names
from app.queries.predicates import imprecise, interval
from app.queries.resource import Resource, evidence_filters
from app.schemas.states import STATES as SPEC

_s, _label = aliased(State), aliased(Label)
_evidence, _to_evidence = evidence(_s, _s.id)

STATES = Resource(
    spec=SPEC,
    model=State,
    table=_s,
    id=_s.id,
    columns=merged(
        {"id": (_s.id,), "name": (_label.name,), "names": (names(_s.id),), "codes": (codes(_s.id),)},
        {one: (getattr(_s, one),) for one in ("standing", "region", "subregion", "capital", "latitude", "longitude")},
        dated(_s),
        _evidence,
    ),
    joins=(Join(_label, _label.id == _s.id), *_to_evidence),
    bindings={"start": imprecise(_s, "start"), "end": imprecise(_s, "end"), **evidence_filters(_s)},
    interval=interval(_s),
    includes=claim_includes(_s.id),
    owners={"name": _s.id},
    point=(_s.latitude, _s.longitude),
)
