"""The timeline bound to the database: one UNION of dated entries, asked as any collection is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from sqlalchemy import String, func, literal, null, select, true, type_coerce, union_all
from sqlalchemy.orm import aliased

from app.db.base import Base
from app.models import Act, Agreement, Claim, Event, Label, Link, Membership, Name, Organization, Participation, Relation
from app.queries.columns import correlated, evidence, merged, moment, reference
from app.queries.predicates import AnyOf, Either, Many, Scalar, imprecise, time_truth
from app.queries.resource import Resource
from app.schemas.filters import Operator
from app.schemas.questions import Condition
from app.schemas.tables import MOMENT_PARTS
from app.schemas.timelines import TIMELINE as SPEC
from app.schemas.timelines import TimelineKind
from app.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Select, SQLColumnExpression
    from sqlalchemy.orm import Mapped

    from app.db.base import Recorded
    from app.queries.columns import CitedTable
    from app.queries.predicates import Binding, Imprecise, Truth
    from app.schemas.questions import Question

_NOTHING = type_coerce(null(), String())
_ON_A_DAY = ("known", "scheduled")


@dataclass(frozen=True, slots=True)
class _Arm:
    """The entries of one kind of fact, and what each filter asks of the tables that they are read from."""

    entries: Select[*tuple[object, ...]]
    asked: Mapping[str, Binding]
    date: Imprecise


def _arm(
    kind: TimelineKind | SQLColumnExpression[str],
    subject: tuple[Kind, SQLColumnExpression[str], SQLColumnExpression[str]],
    title: SQLColumnExpression[str],
    held: tuple[type[Recorded], str, CitedTable],
    asked: Mapping[str, Binding],
    **columns: SQLColumnExpression[object],
) -> _Arm:
    """Give the entries of one kind of fact; a date that nobody knows has no place on the axis.

    `subject` is what an entry speaks of, its id, and what makes the entry's own id unique; `held` the table and the prefix of
    its date, and the table of its evidence.
    """
    table, prefix, cited = held
    word = literal(kind.value) if isinstance(kind, TimelineKind) else kind
    id_of = _text(word, ".", subject[2])
    days = {f"date{part}": getattr(table, f"{prefix}{part}") for part in MOMENT_PARTS}
    own = {name: columns.get(name, _NOTHING) for name in ("actor_id", "actor_kind", "other_id", "organization_id", "status")}
    own["preferred"] = columns.get("preferred", true())
    given = {"id": id_of, "kind": word, "title": title, "subject_kind": literal(subject[0].value), "subject_id": subject[1]}
    parts = {**given, **days, **own, **{name: getattr(cited, name) for name in ("claim_count", "best_claim", "conflict")}}
    on_a_day: ColumnElement[bool] = getattr(table, f"{prefix}_status").in_(_ON_A_DAY)
    date = imprecise(table, prefix)
    every: dict[str, Binding] = {
        "kind": Scalar(word),
        "date": date,
        "conflict": Scalar(cited.conflict),
        "source": Many(subject[1], Claim.subject_id, Claim.source_id),
    }
    return _Arm(select(*(part.label(name) for name, part in parts.items())).where(on_a_day), {**every, **asked}, date)


def _text(first: SQLColumnExpression[str], *rest: SQLColumnExpression[str] | str) -> SQLColumnExpression[str]:
    """Join texts by `||`, which both engines have."""
    for one in rest:
        first = first + one
    return first


def _spoken(column: SQLColumnExpression[str]) -> SQLColumnExpression[str]:
    return func.replace(column, "_", " ", type_=String())


def _called(owner: SQLColumnExpression[object]) -> SQLColumnExpression[str]:
    """Give the name of what has an id: looked up for the rows that are shown, and not joined to all that are passed by."""
    label = aliased(Label)
    return select(label.name).where(label.id == owner).correlate(correlated(owner)).scalar_subquery()


def _in_organization(id_: SQLColumnExpression[object]) -> Many:
    return Many(id_, Link.subject_id, Link.object_id, (Link.property == "organization",))


def _memberships(kind: TimelineKind, prefix: str, words: str) -> _Arm:
    m = aliased(Membership)
    title = _text(_called(m.member_id), words, _spoken(m.status), ", ", _called(m.organization_id))
    columns = {"actor_id": m.member_id, "actor_kind": m.member_kind, "organization_id": m.organization_id, "status": m.status}
    asked: dict[str, Binding] = {"actor": Scalar(m.member_id), "organization": Either((m.organization_id, m.member_id))}
    return _arm(kind, (Kind.MEMBERSHIP, m.id, m.id), title, (m, prefix, m), asked, preferred=m.preferred, **columns)


def _events() -> _Arm:
    e = aliased(Event)
    asked: dict[str, Binding] = {
        "actor": Many(e.id, Participation.event_id, Participation.actor_id),
        "organization": _in_organization(e.id),
    }
    return _arm(TimelineKind.EVENT, (Kind.EVENT, e.id, e.id), _called(e.id), (e, "start", e), asked, status=e.type)


def _acts() -> _Arm:
    c, a, g = aliased(Act), aliased(Agreement), aliased(Agreement)
    title = _text(_called(c.actor_id), ": ", _spoken(c.act), " of ", _called(c.agreement_id))
    columns = {"actor_id": c.actor_id, "actor_kind": c.actor_kind, "organization_id": a.organization_id, "status": a.status}
    asked: dict[str, Binding] = {
        "actor": Scalar(c.actor_id),
        "organization": AnyOf((Scalar(c.actor_id), Many(c.agreement_id, g.id, g.organization_id))),
        "kind": Scalar(c.act),
    }
    arm = _arm(c.act, (Kind.ACT, c.id, c.id), title, (c, "start", c), asked, **columns)
    return replace(arm, entries=arm.entries.join(a, a.id == c.agreement_id))


def _relations() -> _Arm:
    r = aliased(Relation)
    title = _text(_called(r.from_id), ", ", _called(r.to_id), ": ", _spoken(r.type))
    columns = {"actor_id": r.from_id, "actor_kind": r.from_kind, "other_id": r.to_id, "status": r.type}
    sides = Either((r.from_id, r.to_id))
    asked: dict[str, Binding] = {"actor": sides, "organization": sides}
    return _arm(TimelineKind.RELATION, (Kind.RELATION, r.id, r.id), title, (r, "start", r), asked, **columns)


def _renamings() -> _Arm:
    """Give the English names that an organization took after it was founded."""
    n, o = aliased(Name), aliased(Organization)
    title = _text(_called(o.id), ": name from then on: ", n.name)
    columns = {"actor_id": o.id, "actor_kind": literal(Kind.ORGANIZATION.value), "organization_id": o.id}
    subject = (Kind.ORGANIZATION, o.id, _text(o.id, ".", n.id))
    asked: dict[str, Binding] = {"actor": Scalar(n.entity_id), "organization": Scalar(n.entity_id)}
    arm = _arm(TimelineKind.RENAMED, subject, title, (n, "start", o), asked, **columns)
    entries = arm.entries.join(o, o.id == n.entity_id)
    return replace(
        arm, entries=entries.where(n.type.in_(("official", "former")), n.lang == "en", n.start_earliest > o.start_earliest)
    )


_ARMS = (
    _memberships(TimelineKind.MEMBERSHIP_START, "start", " becomes "),
    _memberships(TimelineKind.MEMBERSHIP_END, "end", " is no longer "),
    _events(),
    _acts(),
    _relations(),
    _renamings(),
)
_entries = union_all(*(one.entries for one in _ARMS)).subquery("entry")


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


def _bound(x: type[Entry]) -> Resource:
    actor, to_actor = reference("actor", x.actor_id)
    within, to_organization = reference("organization", x.organization_id, extra={"acronym": "acronym"})
    cited, to_evidence = evidence(cast("CitedTable", x))
    takes_part = Many(x.subject_id, Participation.event_id, Participation.actor_id)
    return Resource(
        spec=SPEC,
        model=cast("type[Recorded]", Entry),
        table=cast("type[Recorded]", x),
        id=x.id,
        columns=merged(
            {"id": (x.id,), "kind": (x.kind,), "title": (x.title,)},
            {"subject.kind": (x.subject_kind,), "subject.id": (x.subject_id,), "status": (x.status,)},
            moment("date", x, "date"),
            actor,
            {"actor.kind": (x.actor_kind,)},
            within,
            cited,
        ),
        joins=(to_actor, to_organization, *to_evidence),
        bindings={
            "actor": AnyOf((Either((x.actor_id, x.other_id)), takes_part)),
            "organization": AnyOf((Either((x.organization_id, x.actor_id, x.other_id)), _in_organization(x.subject_id))),
            "kind": Scalar(x.kind),
            "date": imprecise(x, "date"),
            "source": Many(x.subject_id, Claim.subject_id, Claim.source_id),
            "conflict": Scalar(x.conflict),
        },
        interval=imprecise(x, "date"),
        owners={"actor.name": x.actor_id, "organization.name": x.organization_id},
        preferred=x.preferred.is_(True),
        narrowed=_narrowed,
    )


def _narrowed(question: Question) -> Resource:
    """Bind the timeline to a union each of whose arms gives only what can answer the question.

    Its conditions stand outside as well, so an arm may let through more than it must, never less: a condition that is no plain
    one of those that all have to be met is left to the outside.
    """
    plain = [one for one in question.where.parts if isinstance(one, Condition) and one.operator is not Operator.NOT]
    if not plain and not question.times:
        return TIMELINE
    arms = []
    for arm in _ARMS:
        truths = [_least(arm.asked[one.field], one) for one in plain]
        truths += [time_truth(arm.date, one) for one in question.times]
        arms.append(arm.entries.where(*(one.possible for one in truths)))
    return _bound(aliased(Entry, union_all(*arms).subquery("entry"), adapt_on_names=True))


def _least(binding: Binding, condition: Condition) -> Truth:
    """Give what a condition asks at least: where every value is wanted, the first one."""
    slots = [str(slot) for slot in condition.values]
    if condition.operator is Operator.ALL:
        return binding.truth(Operator.EQ, slots[:1])
    return binding.truth(condition.operator, slots)


TIMELINE = _bound(aliased(Entry))
"""Not in the catalog: its entries are views of other facts and have no address of their own."""
