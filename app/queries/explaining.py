"""What explains a fact: itself, the claims on it, the acts it follows from, and the days of its interval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from sqlalchemy import bindparam, func, select

from app.models import Membership
from app.queries.agreements import ACTS, PARTIES
from app.queries.memberships import MEMBERSHIPS
from app.queries.paging import fetch_item, fetch_page
from app.queries.predicates import Interval
from app.queries.ruling import ruled
from app.queries.sources import CLAIMS
from app.queries.statements import slotted
from app.schemas.filters import Operator
from app.schemas.parsing import MAX_LIMIT
from app.schemas.questions import Condition, Question, Sort
from app.schemas.tables import Table

if TYPE_CHECKING:
    from app.db.sessions import Snapshot
    from app.queries.resource import Resource
    from app.schemas.explaining import Bounds4
    from app.schemas.tables import Value


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a fact rests on: its row, its claims with their sources in full, a party's acts, a dated fact's four days.

    `others` are what other datasets say of the same actor in the same organization, None of what is no membership.
    """

    fact: Table
    claims: Table
    acts: Table | None
    bounds: Bounds4 | None
    others: Table | None


def grounds_of(snapshot: Snapshot, resource: Resource, question: Question, entity: str) -> Grounds:
    """Read what explains one fact; NotFoundError when it is not held at this revision."""
    fact = fetch_item(snapshot, resource, replace(question, times=()), entity)
    held = _values(fact)
    subject = str(held["started_by"]) if resource is PARTIES else entity
    claims = _all(snapshot, CLAIMS, {"subject": subject}, Question("claims", include=("source",)))
    acts = None
    if resource is PARTIES:
        same = {"agreement": str(held["agreement.id"]), "actor": str(held["actor.id"])}
        acts = _all(snapshot, ACTS, same, Question("acts", sort=(Sort("date"),), lang=question.lang))
    others = _others(snapshot, held, question) if resource is MEMBERSHIPS else None
    return Grounds(fact, claims, acts, _bounds(snapshot, resource, question, entity), others)


def _values(table: Table) -> dict[str, Value]:
    row, found, position = next(iter(table.rows)), {}, 0
    for one in table.fields:
        found[one.path] = row[position]
        position += one.width
    return found


def _others(snapshot: Snapshot, held: dict[str, Value], question: Question) -> Table:
    """Read the memberships of the same pair that other datasets have, or the curators: the preferred ones first."""
    m = Membership
    same = select(m.id).where(m.organization_id == held["organization.id"], m.member_id == held["member.id"])
    other = func.coalesce(m.dataset, "") != (held["dataset"] or "")
    ids = tuple(snapshot.execute(same.where(other)).scalars())
    if not ids:
        return Table(MEMBERSHIPS.spec.name, (), ())
    order = (Sort("preferred", descending=True), Sort("dataset"), Sort("start"))
    named = Question("memberships", sort=order, lang=question.lang, limit=MAX_LIMIT).also(Condition("id", Operator.EQ, ids))
    return fetch_page(snapshot, MEMBERSHIPS, named).table


def _all(snapshot: Snapshot, resource: Resource, same: dict[str, str], question: Question) -> Table:
    narrowed = question.also(*(Condition(name, Operator.EQ, (value,)) for name, value in same.items()))
    return fetch_page(snapshot, resource, replace(narrowed, limit=MAX_LIMIT)).table


def _bounds(snapshot: Snapshot, resource: Resource, question: Question, entity: str) -> Bounds4 | None:
    rest, values = slotted(resource, question)
    picked = ruled(resource, rest)
    held = picked.interval
    if not isinstance(held, Interval):
        return None
    days = [held.start_earliest, held.start_latest, held.end_earliest, held.end_latest]
    statement = picked.joined(select(*(one.label(f"c{n}") for n, one in enumerate(days))), days)
    row = snapshot.execute(statement.where(resource.id == bindparam("entity")), {**values, "entity": entity}).one()
    return cast("Bounds4", tuple(row))
