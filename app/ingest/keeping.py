"""What has to stay when a dataset goes: states and organizations that it brought and that others speak of by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select, union

from app.models import (
    Act,
    Agreement,
    Claim,
    Code,
    Coverage,
    Event,
    Involvement,
    Link,
    Membership,
    Name,
    Office,
    Organization,
    Participation,
    Party,
    Relation,
    SearchEntry,
    State,
    Vote,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import InstrumentedAttribute

    from app.db.base import Recorded

_POINTING = (
    Membership.organization_id, Membership.member_id, Act.actor_id, Party.actor_id, Participation.actor_id, Vote.actor_id,
    Coverage.organization_id, Coverage.member_id, Relation.from_id, Relation.to_id, Link.object_id, Agreement.organization_id,
    Office.holder_id, Involvement.actor_id, Organization.place_country, Event.place_country, Agreement.place_country,
)  # fmt: skip
_OWNERS: dict[type[Recorded], InstrumentedAttribute[str]] = {
    Name: Name.entity_id,
    Code: Code.entity_id,
    SearchEntry: SearchEntry.entity_id,
    Claim: Claim.subject_id,
    Link: Link.subject_id,
}


def owner_column(table: type[Recorded]) -> InstrumentedAttribute[str]:
    """Give the column that names the entity whose row or part a row is."""
    found: InstrumentedAttribute[str] = _OWNERS.get(table) or table.id  # type: ignore[attr-defined] # every table has one
    return found


def kept_entities(connection: Connection, dataset: str) -> set[str]:
    """Give the actors that came with a dataset and that rows of others point to, and with any of them the dataset's source."""
    actors = union(
        *(select(one.id).where(one.dataset == dataset, one.recorded_to.is_(None)) for one in (State, Organization))
    ).subquery()
    kept: set[str] = set()
    for column in _POINTING:
        table = column.class_
        others = or_(table.dataset.is_(None), table.dataset != dataset)
        found = select(column).where(table.recorded_to.is_(None), others, column.in_(select(actors.c.id))).distinct()
        kept.update(filter(None, connection.execute(found).scalars()))
    return kept | {dataset} if kept else kept
