"""A file of records becomes one revision: read strictly, checked as a whole, applied at once or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson
from pydantic import ValidationError
from sqlalchemy import select

from app.errors import FieldError, InvalidRecordError, nearest
from app.ingest.changes import Batch, Reason, Report, apply
from app.ingest.integrity import check
from app.ingest.localities import add_localized_names
from app.ingest.preference import settle
from app.ingest.records import WRITERS, ActorKinds
from app.ingest.rows import Writer
from app.models import Revision
from app.schemas.records import RECORD, OrganizationIn, Record, SourceIn, StateIn

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Given:
    """A record and where it stands; `line` counts from 1, 0 is no line of a file."""

    record: Record
    where: str
    line: int = 0


def read_records(path: Path) -> list[Given]:
    """Read a seed file: a JSON array with one record a line.

    InvalidRecordError names the file, the line, the field, the value and what was expected, for every wrong record.
    """
    found: list[Given] = []
    errors: list[FieldError] = []
    for line, text in _lines(path):
        where = f"{path.name}, line {line}"
        try:
            found.append(Given(RECORD.validate_json(text), where, line))
        except ValidationError as error:
            errors.extend(_explain(error, where, text))
    if errors:
        raise InvalidRecordError(f"{len(errors)} errors; the first: {errors[0].message}", errors=errors)
    return found


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give each record's line, without the commas between them; the array's brackets stand on lines of their own."""
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        text = line.strip().rstrip(b",")
        if text not in {b"", b"[", b"]"}:
            yield number, text


def _explain(error: ValidationError, where: str, text: bytes) -> list[FieldError]:
    try:
        found = orjson.loads(text)
        name = f"{found.get('kind')} {found.get('id')}" if isinstance(found, dict) else "record"
    except orjson.JSONDecodeError:
        name = "record"
    problems = []
    for one in error.errors(include_url=False):
        steps = [str(step) for step in one["loc"]][1:] or ["record"]
        value = one["input"] if isinstance(one["input"], str | int | float | bool) else type(one["input"]).__name__
        message = f"{where}, {name}: field {'.'.join(steps)} is {value!r}: {one['msg']}"
        problems.append(FieldError(one["type"], message, pointer="/" + "/".join(steps)))
    return problems


def batch_of(given: Iterable[Given], today: date, known: dict[str, str] | None = None) -> Batch:
    """Turn records into rows; every id they name must be among them or known already."""
    held = list(given)
    kinds = {**(known or {}), **{one.record.id: one.record.kind for one in held}}
    sources = {one.record.id: one.record.type.value for one in held if isinstance(one.record, SourceIn)}
    writer = Writer(Batch(), today, sources)
    ends = {one.record.id: one.record.end for one in held if isinstance(one.record, StateIn | OrganizationIn)}
    actors = ActorKinds(kinds, ends)
    errors: list[FieldError] = []
    for one in held:
        try:
            _refer(one.record, kinds)
            WRITERS[type(one.record)](writer, one.record, actors)
        except InvalidRecordError as error:
            errors.append(FieldError("invalid-record", f"{one.where}: {error.detail}"))
    places = {one.record.id: one.where for one in held}
    broken = [] if errors else check([one.record for one in held])
    errors += [FieldError("integrity", f"{places[one.record]}: {one.sentence}") for one in broken]
    if errors:
        raise InvalidRecordError(f"{len(errors)} errors; the first: {errors[0].message}", errors=errors)
    add_localized_names(writer.batch)
    return writer.batch


def _refer(record: Record, kinds: dict[str, str]) -> None:
    """Refuse a record that names an id nobody defines, with the nearest one there is."""
    for path, entity in _named(record.model_dump(by_alias=True), ""):
        if entity not in kinds:
            suggestion = nearest(entity, list(kinds))
            hint = f"; did you mean '{suggestion}'?" if suggestion else ""
            message = f"{record.kind} {record.id}: field {path} names '{entity}', which is not defined{hint}"
            raise InvalidRecordError(message)


_REFERENCES = frozenset(
    {
        "source",
        "actor",
        "person",
        "holder",
        "organization",
        "member",
        "started_by",
        "ended_by",
        "founded_by",
        "from",
        "to",
        "country",
        "organizations",
        "topics",
        "agreements",
        "initiatives",
    }
)


def _named(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _REFERENCES and inner:
                yield from ((f"{path}{key}", str(one)) for one in (inner if isinstance(inner, tuple) else (inner,)))
            else:
                yield from _named(inner, f"{path}{key}.")
    elif isinstance(value, tuple):
        for one in value:
            yield from _named(one, path)


def load(
    connection: Connection, path: Path, reason: Reason, today: date, progress: Progress = lambda _name, _rows: None
) -> Report:
    """Load a seed file in the connection's transaction; the same file again changes nothing, and is not even read."""
    digest = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    newest = select(Revision.reason).where(Revision.origin == reason.origin).order_by(Revision.id.desc()).limit(1)
    if digest in (connection.execute(newest).scalar_one_or_none() or ""):
        return Report()
    marked = replace(reason, reason=f"{reason.reason}, {digest}")
    report = apply(connection, batch_of(read_records(path), today), marked, complete=True, progress=progress)
    if (revision := report.revision) is not None:
        settle(connection, lambda: revision)
    return report
