"""Releases: the named revisions, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import select

from app.errors import FieldError, NotFoundError, nearest
from app.models import Release, Revision
from app.schemas.releases import StoredFile

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from app.db.sessions import Snapshot


@dataclass(frozen=True, slots=True)
class StoredRelease:
    """A release as it stands in the store, with its files in the order of their names."""

    id: str
    revision: int
    recorded_at: str
    created_at: str
    title: str
    notes: str | None
    files: tuple[StoredFile, ...]


def revisions_by_release(connection: Connection) -> dict[str, int]:
    """Give the revision of each release, the newest release first."""
    query = select(Release.id, Release.revision).order_by(Release.created_at.desc(), Release.id.desc())
    return {str(name): int(number) for name, number in connection.execute(query)}


def list_releases(snapshot: Snapshot) -> list[StoredRelease]:
    """Give the releases of revisions that are known, the newest first."""
    query = (
        select(
            Release.id, Release.revision, Revision.recorded_at, Release.created_at, Release.title, Release.notes, Release.files
        )
        .join(Revision, Revision.id == Release.revision)
        .where(Release.revision <= snapshot.revision)
        .order_by(Release.created_at.desc(), Release.id.desc())
    )
    return [StoredRelease(*row[:6], _files(row[6])) for row in snapshot.connection.execute(query)]


def get_release(snapshot: Snapshot, name: str) -> StoredRelease:
    """Give one release; NotFoundError names the nearest."""
    found = {one.id: one for one in list_releases(snapshot)}
    if name not in found:
        suggestion = nearest(name, list(found)) or next(iter(found), None)
        message = f"there is no release '{name}'" + (f"; did you mean '{suggestion}'?" if suggestion else "; there are none yet")
        raise NotFoundError(message, errors=[FieldError("unknown-release", message, suggestion=suggestion)])
    return found[name]


def get_file(release: StoredRelease, name: str) -> StoredFile:
    """Give one file of a release; NotFoundError names the nearest."""
    found = {one.name: one for one in release.files}
    if name not in found:
        suggestion = nearest(name, list(found))
        message = f"release {release.id} has no file '{name}'" + (f"; did you mean '{suggestion}'?" if suggestion else "")
        raise NotFoundError(message, errors=[FieldError("unknown-file", message, suggestion=suggestion)])
    return found[name]


def _files(text: str) -> tuple[StoredFile, ...]:
    return tuple(StoredFile(**one) for one in orjson.loads(text))
