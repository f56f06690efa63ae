"""Sources and claims bound to the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.models import Claim, Label, Source
from app.queries.columns import Join, claim_exprs, correlated, source_exprs
from app.queries.json_sql import structure
from app.queries.predicates import Scalar, imprecise
from app.queries.resource import Resource
from app.schemas.sources import CLAIMS as CLAIM_SPEC
from app.schemas.sources import SOURCES as SOURCE_SPEC
from app.vocabulary import Stance

if TYPE_CHECKING:
    from sqlalchemy import SQLColumnExpression

_s, _title = aliased(Source), aliased(Label)

SOURCES = Resource(
    spec=SOURCE_SPEC,
    model=Source,
    table=_s,
    id=_s.id,
    columns=source_exprs(_s, _title),
    joins=(Join(_title, _title.id == _s.id),),
    bindings={"published": imprecise(_s, "published")},
)

_c, _source, _source_title = aliased(Claim), aliased(Source), aliased(Label)
_contradicted = select(Claim.subject_id).where(Claim.stance == Stance.CONTRADICTS.value).correlate(None)


def _full_source(owner: SQLColumnExpression[object]) -> SQLColumnExpression[object]:
    source, title = aliased(Source), aliased(Label)
    record = structure(source_exprs(source, title), SOURCE_SPEC.default_fields)
    return (
        select(record)
        .select_from(source)
        .join(title, title.id == source.id)
        .where(source.id == owner)
        .correlate(correlated(owner))
        .scalar_subquery()
    )


CLAIMS = Resource(
    spec=CLAIM_SPEC,
    model=Claim,
    table=_c,
    id=_c.id,
    columns=claim_exprs(_c, _source, _source_title),
    joins=(Join(_source, _source.id == _c.source_id), Join(_source_title, _source_title.id == _c.source_id)),
    bindings={
        "subject": Scalar(_c.subject_id),
        "source": Scalar(_c.source_id),
        "conflict": Scalar(_c.subject_id.in_(_contradicted)),
    },
    includes={"source": lambda: _full_source(_c.source_id)},
)
