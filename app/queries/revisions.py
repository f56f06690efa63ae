"""Revisions and what they changed; which one was the newest at a moment, and the moment of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from app.models import Change, Revision
from app.queries.columns import Join
from app.queries.predicates import Scalar
from app.queries.resource import Resource
from app.schemas.revisions import CHANGES as CHANGE_SPEC
from app.schemas.revisions import REVISIONS as REVISION_SPEC

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_r = aliased(Revision)

REVISIONS = Resource(
    spec=REVISION_SPEC,
    model=Revision,
    table=_r,
    id=_r.id,
    columns={one.path: (getattr(_r, one.path),) for one in REVISION_SPEC.fields},
    joins=(),
    bindings={},
    scope=_r.id <= bindparam("revision"),
)

_c, _of = aliased(Change), aliased(Revision)

CHANGES = Resource(
    spec=CHANGE_SPEC,
    model=Change,
    table=_c,
    id=_c.id,
    columns={
        **{one: (getattr(_c, one),) for one in ("id", "revision", "kind", "change", "before", "after")},
        **{one: (getattr(_of, one),) for one in ("recorded_at", "reason", "author")},
        "subject.kind": (_c.subject_kind,),
        "subject.id": (_c.subject_id,),
    },
    joins=(Join(_of, _of.id == _c.revision),),
    bindings={"subject": Scalar(_c.subject_id), "subject_kind": Scalar(_c.subject_kind)},
    scope=_c.revision <= bindparam("revision"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A revision's number and moment; number 0 is the empty store."""

    id: int
    recorded_at: str | None


def revision_at(connection: Connection, instant: str) -> int:
    """Give the newest revision recorded at or before a moment, 0 when there was none yet."""
    query = select(func.coalesce(func.max(Revision.id), 0)).where(Revision.recorded_at <= instant)
    return int(connection.execute(query).scalar_one())


def get_moment(connection: Connection, number: int) -> Moment:
    """Give the moment of a revision."""
    moment = connection.execute(select(Revision.recorded_at).where(Revision.id == number)).scalar_one_or_none()
    return Moment(number, moment)
