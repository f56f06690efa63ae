"""Making a release: the newest revision is written to files under a name, once and for all."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import insert

from app.errors import BadQueryError, ConflictError, UnavailableError
from app.formats.registry import FORMATS
from app.models import Release
from app.publishing.citing import Named
from app.publishing.database import write_database
from app.publishing.package import descriptor
from app.queries.catalog import RESOURCES
from app.queries.paging import fetch_all
from app.queries.releases import revisions_by_release
from app.schemas.questions import Question
from app.schemas.releases import StoredFile
from app.vocabulary import DATA_LICENSE

if TYPE_CHECKING:
    from pathlib import Path

    from app.db.sessions import Snapshot, Store
    from app.queries.resource import Resource
    from app.schemas.tables import Table

PUBLISHED = ("csv", "jsonl", "parquet")
"""The formats that every collection is written in, where they can be."""

DATABASE = "foreign-policy.sqlite"
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}", re.ASCII)
_MEDIA_TYPES = {
    "sqlite": "application/vnd.sqlite3",
    "json": "application/json",
    "bib": "application/x-bibtex",
    "cff": "application/yaml",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a release shall be called and say; `at` is the UTC moment it is made, `base` the scheme and host of its URL."""

    id: str
    title: str
    notes: str | None
    at: str
    base: str = ""


def make_release(store: Store, folder: Path, wish: Wish) -> tuple[int, tuple[StoredFile, ...]]:
    """Write the newest revision's files to `folder/id` and record the release; give its revision and files.

    BadQueryError for an id that is no name of a folder, ConflictError for one that is taken, UnavailableError for an empty store.
    """
    if not _NAME.fullmatch(wish.id):
        message = f"'{wish.id}' is no name of a release; letters, digits, dot, dash and underscore, such as 2026.11"
        raise BadQueryError(message)
    staging = folder / f".{wish.id}.part"
    shutil.rmtree(staging, ignore_errors=True)
    with store.reading() as snapshot:
        _refuse_taken(snapshot, wish)
        staging.mkdir(parents=True)
        files = _write(snapshot, staging, wish)
    with store.writing() as connection:
        _refuse_taken(replace(snapshot, connection=connection), wish)
        told = orjson.dumps([asdict(one) for one in files]).decode()
        values = {"id": wish.id, "revision": snapshot.revision, "created_at": wish.at, "title": wish.title, "notes": wish.notes}
        connection.execute(insert(Release).values(**values, files=told))
        shutil.rmtree(folder / wish.id, ignore_errors=True)  # left by one that was never recorded
        staging.rename(folder / wish.id)
    return snapshot.revision, files


def _refuse_taken(snapshot: Snapshot, wish: Wish) -> None:
    if wish.id in revisions_by_release(snapshot.connection):
        message = f"release '{wish.id}' is there already; a release is never changed, give the new one another name"
        raise ConflictError(message)
    if snapshot.revision == 0:
        message = "the store is empty: load a seed with `python -m app seed` before releasing it"
        raise UnavailableError(message)


def _write(snapshot: Snapshot, folder: Path, wish: Wish) -> tuple[StoredFile, ...]:
    url = f"{wish.base.rstrip('/')}/v1/releases/{wish.id}" if wish.base else ""
    named = Named(wish.id, wish.title, snapshot.revision, wish.at[:10], url)
    files = [one for resource in RESOURCES.values() for one in _write_formats(snapshot, folder, resource)]
    about = {"title": wish.title, "release": wish.id, "revision": str(snapshot.revision), "created_at": wish.at}
    about |= {"license": DATA_LICENSE, "citation": named.text(), "url": url}
    write_database(folder / DATABASE, (_rows(snapshot, one) for one in RESOURCES.values()), about)
    (folder / "CITATION.cff").write_text(named.cff(), "utf-8")
    (folder / "citation.bib").write_text(named.entry.bibtex(), "utf-8")
    (folder / "citation.csl.json").write_bytes(orjson.dumps([named.entry.csl()], option=orjson.OPT_INDENT_2))
    files += [_described(folder / one) for one in (DATABASE, "CITATION.cff", "citation.bib", "citation.csl.json")]
    tables = {name: (one.spec, _rows(snapshot, one).fields) for name, one in RESOURCES.items()}
    package = folder / "datapackage.json"
    package.write_bytes(orjson.dumps(descriptor(named, files, tables), option=orjson.OPT_INDENT_2))
    files.append(_described(package))
    sums = folder / "SHA256SUMS"
    sums.write_text("".join(f"{one.sha256}  {one.name}\n" for one in files), "utf-8")
    files.append(_described(sums))
    for one in files:
        (folder / one.name).chmod(0o444)
    return tuple(files)


def _write_formats(snapshot: Snapshot, folder: Path, resource: Resource) -> list[StoredFile]:
    found = []
    for form in (FORMATS[name] for name in PUBLISHED if FORMATS[name].available):
        path = folder / f"{resource.spec.name}.{form.name}"
        with path.open("wb") as file:
            file.writelines(form.write(_rows(snapshot, resource)))
        found.append(_described(path, form.media_type))
    return found


def _rows(snapshot: Snapshot, resource: Resource) -> Table:
    """Give every row of a collection as it is held, without `match`, which only a question about time decides."""
    table = fetch_all(snapshot, resource, Question(resource.spec.name))
    fields = tuple(one for one in table.fields if one.path != "match")
    width = sum(one.width for one in fields)
    return replace(table, fields=fields, rows=(row[:width] for row in table.rows))


def _described(path: Path, media_type: str | None = None) -> StoredFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kind = media_type or _MEDIA_TYPES.get(path.suffix.removeprefix("."), "text/plain")
    return StoredFile(path.name, path.stat().st_size, digest, kind)
