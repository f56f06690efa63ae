"""What the data set holds: rows by collection, how precise the memberships of each organization are, what was imported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select

from app.dates import DateStatus, Precision
from app.db.base import Dated, Recorded
from app.models import Label, Membership, Source
from app.queries.catalog import RESOURCES

if TYPE_CHECKING:
    from sqlalchemy import Case

    from app.db.sessions import Snapshot


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of a collection, and the share of intervals known to the day (None where it has no intervals)."""

    rows: int
    day_precise: float | None


@dataclass(frozen=True, slots=True)
class OrganizationCount:
    """Memberships of one organization."""

    organization: str
    memberships: int
    day_precise: float
    claims: int


@dataclass(frozen=True, slots=True)
class Imported:
    """A dataset that was imported, and how many rows of each collection came with it."""

    id: str
    title: str
    publisher: str | None
    url: str | None
    version: str | None
    citation: str | None
    terms: str | None
    precedence: int | None
    rows: dict[str, int] = field(default_factory=dict)


def count_imported(snapshot: Snapshot) -> list[Imported]:
    """Count the rows of each dataset, the one that is preferred first: a statement a collection, where there are datasets."""
    s = Source
    statement = (
        select(s.id, Label.name, s.publisher, s.url, s.version, s.citation, s.terms, s.precedence)
        .join(Label, Label.id == s.id)
        .where(s.dataset == s.id)
        .order_by(s.precedence, s.id)
    )
    found = {str(row[0]): Imported(*row) for row in snapshot.execute(statement)}
    for name, resource in RESOURCES.items() if found else ():
        model = resource.model
        if issubclass(model, Recorded):
            counts = select(model.dataset, func.count()).where(model.dataset.is_not(None)).group_by(model.dataset)
            for dataset, number in snapshot.execute(counts):
                found[str(dataset)].rows[name] = int(number)
    return list(found.values())


def count_collections(snapshot: Snapshot) -> dict[str, Count]:
    """Count each collection."""
    found: dict[str, Count] = {}
    for name, resource in RESOURCES.items():
        model = resource.model
        precise = _to_the_day(model) if issubclass(model, Dated) else None
        columns = [func.count()] + ([func.avg(precise)] if precise is not None else [])
        row = snapshot.execute(select(*columns).select_from(model)).one()
        share = None if precise is None or row[1] is None else round(float(row[1]), 4)
        found[name] = Count(int(row[0]), share)
    return found


def _to_the_day(dated: type[Dated]) -> Case[float]:
    """Give 1 where an interval's start is known to the day and so is its end, or it goes on; 0 elsewhere."""
    ends = or_(dated.end_status == DateStatus.ongoing, dated.end_precision == Precision.day)
    return case((and_(dated.start_precision == Precision.day, ends), 1.0), else_=0.0)


def count_memberships(snapshot: Snapshot) -> list[OrganizationCount]:
    """Count the memberships of each organization that are shown by default."""
    precise = func.avg(_to_the_day(Membership))
    statement = (
        select(Membership.organization_id, func.count(), precise, func.sum(Membership.claim_count))
        .where(Membership.preferred.is_(True))
        .group_by(Membership.organization_id)
        .order_by(Membership.organization_id)
    )
    return [OrganizationCount(row[0], int(row[1]), round(float(row[2]), 4), int(row[3])) for row in snapshot.execute(statement)]
