"""What the data set holds: rows by collection, and how precise the memberships of each organization are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select

from app.dates import DateStatus, Precision
from app.db.base import Dated
from app.models import Membership
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
    """Count the memberships of each organization."""
    precise = func.avg(_to_the_day(Membership))
    statement = (
        select(Membership.organization_id, func.count(), precise, func.sum(Membership.claim_count))
        .group_by(Membership.organization_id)
        .order_by(Membership.organization_id)
    )
    return [OrganizationCount(row[0], int(row[1]), round(float(row[2]), 4), int(row[3])) for row in snapshot.execute(statement)]
