"""The timeline bound to the database: one UNION of dated entries, asked as any collection is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import String, func, literal, null, select, true, type_coerce, union_all
from sqlalchemy.orm import aliased

from app.db.base import Base
from app.models import Act, Agreement, Claim, Event, Label, Link, Membership, Name, Organization, Participation, Relation
from app.queries.columns import evidence, merged, moment, reference
from app.queries.predicates import AnyOf, Either, Many, Scalar, imprecise
from app.queries.resource import Resource
from app.schemas.tables import MOMENT_PARTS
from app.schemas.timelines import TIMELINE as SPEC
from app.schemas.timelines import TimelineKind
from app.vocabulary import Kind

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, SQLColumnExpression
    from sqlalchemy.orm import Mapped

    from app.db.base import Recorded
    from app.queries.columns import CitedTable

_NOTHING = type_coerce(null(), String())
_ON_A_DAY = ("known", "scheduled")
_member, _organization, _event, _agreement, _from, _to = (aliased(Label) for _ in range(6))


def _arm(
    kind: TimelineKind | SQLColumnExpression[str],
    subject: tuple[Kind, SQLColumnExpression[str], SQLColumnExpression[str]],
    title: SQLColumnExpression[str],
    dated: tuple[type[Recorded], str],
    cited: CitedTable,
    **columns: SQLColumnExpression[object],
) -> Select[*tuple[object, ...]]:
    """Give the entries of one kind of fact; a date that nobody knows has no place on the axis.

    `subject` is what an entry speaks of, its id, and what makes the entry's own id unique.
    """
    table, prefix = dated
    word = literal(kind.value) if isinstance(kind, TimelineKind) else kind
    id_of = _text(word, ".", subject[2])
    days = {f"date{part}": getattr(table, f"{prefix}{part}") for part in MOMENT_PARTS}
    own = {name: columns.get(name, _NOTHING) for name in ("actor_id", "actor_kind", "other_id", "organization_id", "status")}
    own["preferred"] = columns.get("preferred", true())
    given = {"id": id_of, "kind": word, "title": title, "subject_kind": literal(subject[0].value), "subject_id": subject[1]}
    parts = {**given, **days, **own, **{name: getattr(cited, name) for name in ("claim_count", "best_claim", "conflict")}}
    on_a_day: ColumnElement[bool] = getattr(table, f"{prefix}_status").in_(_ON_A_DAY)
    return select(*(part.label(name) for name, part in parts.items())).where(on_a_day)


def _text(first: SQLColumnExpression[str], *rest: SQLColumnExpression[str] | str) -> SQLColumnExpression[str]:
    """Join texts by `||`, which both engines have."""
    for one in rest:
        first = first + one
    return first


def _spoken(column: SQLColumnExpression[str]) -> SQLColumnExpression[str]:
    return func.replace(column, "_", " ", type_=String())


def _memberships(kind: TimelineKind, prefix: str, words: str) -> Select[*tuple[object, ...]]:
    m = aliased(Membership)
    title = _text(_member.name, words, _spoken(m.status), ", ", _organization.name)
    columns = {"actor_id": m.member_id, "actor_kind": m.member_kind, "organization_id": m.organization_id, "status": m.status}
    arm = _arm(kind, (Kind.MEMBERSHIP, m.id, m.id), title, (m, prefix), m, preferred=m.preferred, **columns)
    return arm.join(_member, _member.id == m.member_id).join(_organization, _organization.id == m.organization_id)


def _events() -> Select[*tuple[object, ...]]:
    e = aliased(Event)
    arm = _arm(TimelineKind.EVENT, (Kind.EVENT, e.id, e.id), _event.name, (e, "start"), e, status=e.type)
    return arm.join(_event, _event.id == e.id)


def _acts() -> Select[*tuple[object, ...]]:
    c, a = aliased(Act), aliased(Agreement)
    title = _text(_member.name, ": ", _spoken(c.act), " of ", _agreement.name)
    columns = {"actor_id": c.actor_id, "actor_kind": c.actor_kind, "organization_id": a.organization_id, "status": a.status}
    arm = _arm(c.act, (Kind.ACT, c.id, c.id), title, (c, "start"), c, **columns)
    arm = arm.join(a, a.id == c.agreement_id).join(_agreement, _agreement.id == a.id)
    return arm.join(_member, _member.id == c.actor_id)


def _relations() -> Select[*tuple[object, ...]]:
    r = aliased(Relation)
    title = _text(_from.name, ", ", _to.name, ": ", _spoken(r.type))
    columns = {"actor_id": r.from_id, "actor_kind": r.from_kind, "other_id": r.to_id, "status": r.type}
    arm = _arm(TimelineKind.RELATION, (Kind.RELATION, r.id, r.id), title, (r, "start"), r, **columns)
    return arm.join(_from, _from.id == r.from_id).join(_to, _to.id == r.to_id)


def _renamings() -> Select[*tuple[object, ...]]:
    """Give the English names that an organization took after it was founded."""
    n, o = aliased(Name), aliased(Organization)
    title = _text(_organization.name, ": name from then on: ", n.name)
    columns = {"actor_id": o.id, "actor_kind": literal(Kind.ORGANIZATION.value), "organization_id": o.id}
    arm = _arm(TimelineKind.RENAMED, (Kind.ORGANIZATION, o.id, _text(o.id, ".", n.id)), title, (n, "start"), o, **columns)
    arm = arm.join(o, o.id == n.entity_id).join(_organization, _organization.id == o.id)
    return arm.where(n.type.in_(("official", "former")), n.lang == "en", n.start_earliest > o.start_earliest)


_entries = union_all(
    _memberships(TimelineKind.MEMBERSHIP_START, "start", " becomes "),
    _memberships(TimelineKind.MEMBERSHIP_END, "end", " is no longer "),
    _events(),
    _acts(),
    _relations(),
    _renamings(),
).subquery("entry")


class Entry(Base):
    """A row of the union, mapped so that statements over it are restricted to a revision as all others are."""

    __table__ = _entries
    __mapper_args__ = {"primary_key": [_entries.c.id]}  # noqa: RUF012 - SQLAlchemy reads it from the class

    if TYPE_CHECKING:
        id: Mapped[str]
        kind: Mapped[str]
        title: Mapped[str]
        subject_kind: Mapped[str]
        subject_id: Mapped[str]
        status: Mapped[str | None]
        actor_id: Mapped[str | None]
        actor_kind: Mapped[str | None]
        other_id: Mapped[str | None]
        organization_id: Mapped[str | None]
        conflict: Mapped[bool]
        preferred: Mapped[bool]


_x = aliased(Entry)
_actor, _to_actor = reference("actor", _x.actor_id)
_in, _to_in = reference("organization", _x.organization_id, extra={"acronym": "acronym"})
_evidence, _to_evidence = evidence(cast("CitedTable", _x))

TIMELINE = Resource(
    spec=SPEC,
    model=cast("type[Recorded]", Entry),
    table=cast("type[Recorded]", _x),
    id=_x.id,
    columns=merged(
        {"id": (_x.id,), "kind": (_x.kind,), "title": (_x.title,)},
        {"subject.kind": (_x.subject_kind,), "subject.id": (_x.subject_id,), "status": (_x.status,)},
        moment("date", _x, "date"),
        _actor,
        {"actor.kind": (_x.actor_kind,)},
        _in,
        _evidence,
    ),
    joins=(_to_actor, _to_in, *_to_evidence),
    bindings={
        "actor": AnyOf((Either((_x.actor_id, _x.other_id)), Many(_x.subject_id, Participation.event_id, Participation.actor_id))),
        "organization": AnyOf(
            (
                Either((_x.organization_id, _x.actor_id, _x.other_id)),
                Many(_x.subject_id, Link.subject_id, Link.object_id, (Link.property == "organization",)),
            )
        ),
        "kind": Scalar(_x.kind),
        "date": imprecise(_x, "date"),
        "source": Many(_x.subject_id, Claim.subject_id, Claim.source_id),
        "conflict": Scalar(_x.conflict),
    },
    interval=imprecise(_x, "date"),
    owners={"actor.name": _x.actor_id, "organization.name": _x.organization_id},
    preferred=_x.preferred.is_(True),
)
"""Not in the catalog: its entries are views of other facts and have no address of their own."""
