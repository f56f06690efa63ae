"""The timeline bound to the database: one UNION of dated entries, asked as any collection is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import String, and_, case, func, inspect, literal, null
from sqlalchemy import cast as typed
from sqlalchemy.orm import aliased

from app.db.base import Base
from app.models import Act, Agreement, Claim, Event, Label, Link, Membership, Name, Organization, Participation, Relation
from app.queries.columns import Join, evidence, merged, moment, reference
from app.queries.predicates import AnyOf, Either, Many, Scalar, imprecise
from app.queries.resource import Resource
from app.queries.statements import Shape
from app.queries.unions import put_together, united
from app.schemas.questions import Question
from app.schemas.timelines import TIMELINE as SPEC
from app.schemas.timelines import TimelineKind
from app.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import SQLColumnExpression, Subquery
    from sqlalchemy.orm import Mapped

    from app.db.base import Recorded
    from app.queries.columns import CitedTable
    from app.queries.predicates import Binding

_NOTHING = typed(null(), String())
_ON_A_DAY = ("known", "scheduled")
_PART = replace(SPEC, name="timeline-part", fields=SPEC.fields[:2])


class _Title(NamedTuple):
    """A title in parts: whose name it begins with, words, whose name follows, and words; names are looked up for rows shown."""

    head: SQLColumnExpression[str]
    words: SQLColumnExpression[str] = literal("")
    tail: SQLColumnExpression[str] = _NOTHING
    end: SQLColumnExpression[str] = literal("")


def _part(
    kind: SQLColumnExpression[str],
    subject: tuple[Kind, SQLColumnExpression[str], SQLColumnExpression[str]],
    title: _Title,
    held: tuple[type[Recorded], str, CitedTable],
    asked: Mapping[str, Binding],
    **columns: SQLColumnExpression[object],
) -> Resource:
    """Bind the entries of one kind of fact; a date that nobody knows has no place on the axis.

    `subject` is what an entry speaks of, its id, and what makes the entry's own id unique; `held` the table and the prefix of
    its date, and the table of its evidence.
    """
    (about, named, unique), (table, prefix, cited) = subject, held
    date, id_of = imprecise(table, prefix), _text(kind, ".", unique)
    exprs: dict[str, SQLColumnExpression[object]] = {"kind": kind, "subject_kind": literal(about.value), "subject_id": named}
    exprs |= {name: columns.get(name, _NOTHING) for name in ("actor_id", "actor_kind", "organization_id", "status")}
    exprs |= {**title._asdict(), **{name: getattr(cited, name) for name in ("claim_count", "best_claim", "conflict")}}
    return Resource(
        spec=_PART,
        model=inspect(table).mapper.class_,
        table=table,
        id=id_of,
        columns={**moment("date", table, prefix), "id": (id_of,), **{name: (expr,) for name, expr in exprs.items()}},
        joins=(),
        bindings={
            "kind": Scalar(kind),
            "date": date,
            "conflict": Scalar(cited.conflict),
            "source": Many(named, Claim.subject_id, Claim.source_id),
            **asked,
        },
        interval=date,
        scope=getattr(table, f"{prefix}_status").in_(_ON_A_DAY),
    )


def _text(first: SQLColumnExpression[str], *rest: SQLColumnExpression[str] | str) -> SQLColumnExpression[str]:
    """Join texts by `||`, which both engines have."""
    for one in rest:
        first = first + one
    return first


def _spoken(column: SQLColumnExpression[str]) -> SQLColumnExpression[str]:
    return func.replace(column, "_", " ", type_=String())


def _in_organization(id_: SQLColumnExpression[object]) -> Many:
    return Many(id_, Link.subject_id, Link.object_id, (Link.property == "organization",))


def _memberships(kind: TimelineKind, prefix: str, words: str) -> Resource:
    m = aliased(Membership)
    title = _Title(m.member_id, _text(literal(words), _spoken(m.status), ", "), m.organization_id)
    columns = {"actor_id": m.member_id, "actor_kind": m.member_kind, "organization_id": m.organization_id, "status": m.status}
    asked: dict[str, Binding] = {"actor": Either((m.member_id,)), "organization": Either((m.organization_id, m.member_id))}
    part = _part(literal(kind.value), (Kind.MEMBERSHIP, m.id, m.id), title, (m, prefix, m), asked, **columns)
    return replace(part, preferred=m.preferred.is_(True))


def _events() -> Resource:
    e = aliased(Event)
    asked: dict[str, Binding] = {
        "actor": Many(e.id, Participation.event_id, Participation.actor_id),
        "organization": _in_organization(e.id),
    }
    kind = literal(TimelineKind.EVENT.value)
    return _part(kind, (Kind.EVENT, e.id, e.id), _Title(e.id), (e, "start", e), asked, status=e.type)


def _acts() -> Resource:
    c, a, g = aliased(Act), aliased(Agreement), aliased(Agreement)
    title = _Title(c.actor_id, _text(literal(": "), _spoken(c.act), " of "), c.agreement_id)
    columns = {"actor_id": c.actor_id, "actor_kind": c.actor_kind, "organization_id": a.organization_id, "status": a.status}
    asked: dict[str, Binding] = {
        "actor": Either((c.actor_id,)),
        "organization": AnyOf((Scalar(c.actor_id), Many(c.agreement_id, g.id, g.organization_id))),
    }
    part = _part(c.act, (Kind.ACT, c.id, c.id), title, (c, "start", c), asked, **columns)
    return replace(part, joins=(Join(a, a.id == c.agreement_id, sure=True),))


def _relations() -> Resource:
    r = aliased(Relation)
    title = _Title(r.from_id, literal(", "), r.to_id, _text(literal(": "), _spoken(r.type)))
    columns = {"actor_id": r.from_id, "actor_kind": r.from_kind, "status": r.type}
    sides = Either((r.from_id, r.to_id))
    kind, asked = literal(TimelineKind.RELATION.value), {"actor": sides, "organization": sides}
    return _part(kind, (Kind.RELATION, r.id, r.id), title, (r, "start", r), asked, **columns)


def _renamings() -> Resource:
    """Give the English names that an organization took after it was founded."""
    n, o = aliased(Name), aliased(Organization)
    title = _Title(o.id, _text(literal(": name from then on: "), n.name))
    columns = {"actor_id": o.id, "actor_kind": literal(Kind.ORGANIZATION.value), "organization_id": o.id}
    subject = (Kind.ORGANIZATION, o.id, _text(o.id, ".", n.id))
    kind, asked = literal(TimelineKind.RENAMED.value), {"actor": Either((o.id,)), "organization": Either((o.id,))}
    part = _part(kind, subject, title, (n, "start", o), asked, **columns)
    taken = and_(n.type.in_(("official", "former")), n.lang == "en", n.start_earliest > o.start_earliest)
    return replace(
        part, joins=(Join(o, o.id == n.entity_id, sure=True),), scope=taken if part.scope is None else and_(part.scope, taken)
    )


PARTS = (
    _memberships(TimelineKind.MEMBERSHIP_START, "start", " becomes "),
    _memberships(TimelineKind.MEMBERSHIP_END, "end", " is no longer "),
    _events(),
    _acts(),
    _relations(),
    _renamings(),
)


class Entry(Base):
    """A row of the union, mapped so that statements over it are restricted to a revision as all others are."""

    __table__ = put_together(PARTS, Shape(Question(SPEC.name)))
    __mapper_args__ = {"primary_key": [__table__.c.id]}  # noqa: RUF012 - SQLAlchemy reads it from the class

    if TYPE_CHECKING:
        id: Mapped[str]
        kind: Mapped[str]
        subject_kind: Mapped[str]
        subject_id: Mapped[str]
        status: Mapped[str | None]
        actor_id: Mapped[str | None]
        actor_kind: Mapped[str | None]
        organization_id: Mapped[str | None]
        head: Mapped[str]
        words: Mapped[str]
        tail: Mapped[str | None]
        end: Mapped[str]
        certain: Mapped[bool]


def _bound(entries: Subquery) -> Resource:  # type: ignore[explicit-any] # SQLAlchemy's default
    x, head, tail = aliased(Entry, entries, adapt_on_names=True), aliased(Label), aliased(Label)
    title = _text(head.name, x.words, case((x.tail.is_(None), ""), else_=tail.name), x.end)
    actor, to_actor = reference("actor", x.actor_id)
    within, to_organization = reference("organization", x.organization_id, extra={"acronym": "acronym"})
    cited, to_evidence = evidence(cast("CitedTable", x), x.subject_id)
    return Resource(
        spec=SPEC,
        model=cast("type[Recorded]", Entry),
        table=cast("type[Recorded]", x),
        id=x.id,
        columns=merged(
            {"id": (x.id,), "kind": (x.kind,), "title": (title,)},
            {"subject.kind": (x.subject_kind,), "subject.id": (x.subject_id,), "status": (x.status,)},
            moment("date", x, "date"),
            actor,
            {"actor.kind": (x.actor_kind,)},
            within,
            cited,
        ),
        joins=(Join(head, head.id == x.head), Join(tail, tail.id == x.tail), to_actor, to_organization, *to_evidence),
        bindings={},
        owners={"actor.name": x.actor_id, "organization.name": x.organization_id},
        parts=PARTS,
        answered=x.certain.is_(True),
    )


_EVERY = _bound(Entry.__table__)

TIMELINE = replace(_EVERY, united=partial(united, _EVERY, _bound), answered=None)
"""Not in the catalog: its entries are views of other facts and have no address of their own."""
