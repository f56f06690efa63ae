"""Whose word comes first where several datasets speak of one actor in one organization.

The rows of the one with the lowest precedence are preferred, the curated ones before all (`source.precedence`). That is
settled when rows are written, so that a read has one column to look at; a change is a new version of a row like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, literal, not_, select, update

from app.ingest.changes import BOOKKEEPING, chunks
from app.models import Membership, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

_CURATED = 0


def settle(connection: Connection, revision: Callable[[], int]) -> int:
    """Let every current membership say whether it is preferred; give how many say otherwise than before."""
    imported = select(Membership.pk).where(Membership.dataset.is_not(None), Membership.recorded_to.is_(None)).limit(1)
    if connection.execute(imported).first() is None:
        return 0
    pair = (Membership.organization_id, Membership.member_id)
    rank = func.coalesce(Source.precedence, _CURATED)
    first = (rank == func.min(rank).over(partition_by=pair)).label("first")
    source = and_(Source.id == Membership.dataset, Source.recorded_to.is_(None))
    ranked = select(Membership.pk, Membership.preferred, first).outerjoin(Source, source).where(Membership.recorded_to.is_(None))
    held = ranked.subquery()
    wrong = connection.execute(select(held.c.pk).where(held.c.preferred != held.c.first)).scalars().all()
    for some in chunks(wrong):
        _turn(connection, some, revision())
    return len(wrong)


def _turn(connection: Connection, keys: list[int], revision: int) -> None:
    """Turn rows round: those of this revision in place, any other by a new version."""
    table = Membership.__table__
    these = table.c.pk.in_(keys)
    fresh = table.c.recorded_from == revision
    connection.execute(update(Membership).where(these, fresh).values(preferred=not_(table.c.preferred)))
    connection.execute(update(Membership).where(these, not_(fresh)).values(recorded_to=revision))
    same = [one.name for one in table.columns if one.name not in {*BOOKKEEPING, "preferred"}]
    turned = select(*(table.c[one] for one in same), not_(table.c.preferred), literal(revision)).where(these, not_(fresh))
    connection.execute(insert(Membership).from_select([*same, "preferred", "recorded_from"], turned))
