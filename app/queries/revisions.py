"""Revisions: which one was the newest at a moment, and what one was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.models import Revision

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class RevisionInfo:
    """A revision's number and moment; number 0 is the empty store."""

    id: int
    recorded_at: str | None


def revision_at(connection: Connection, instant: str) -> int:
    """Give the newest revision recorded at or before a moment, 0 when there was none yet."""
    query = select(func.coalesce(func.max(Revision.id), 0)).where(Revision.recorded_at <= instant)
    return int(connection.execute(query).scalar_one())


def get_revision(connection: Connection, number: int) -> RevisionInfo:
    """Give what is known of a revision."""
    moment = connection.execute(select(Revision.recorded_at).where(Revision.id == number)).scalar_one_or_none()
    return RevisionInfo(number, moment)
