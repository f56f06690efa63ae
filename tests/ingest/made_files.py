"""Small files in the published forms, made for a test: a cell here, a row there."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.db.base import Base
from app.ingest.changes import Reason
from app.ingest.importers.catalog import IMPORTERS
from app.ingest.importers.cow_igo import IGO_YEAR, STATE_YEAR
from app.ingest.importing import Imported, import_dataset, remove_dataset
from app.ingest.readers.cow_columns import STATE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from app.db.sessions import Store


Members = dict[str, dict[int, int]]
"""COW codes by state column and year; a state that is not named has 0."""

_CLAIM = {"source": "page", "quote": "It was so."}


def _state(entity: str, cow: str, start: str, end: str = "..", **more: object) -> dict[str, Any]:
    row = {"kind": "state", "id": entity, "name": entity.title(), "standing": "un_member", "start": start, "end": end}
    return {**row, "codes": {"cow": cow, "iso3": entity}, "claims": [_CLAIM], **more}


COUNCIL: dict[str, Any] = {
    "kind": "organization", "id": "coe", "name": "Council of Europe", "acronym": "CoE", "start": "1949-05-05",
    "codes": {"cow-igo": "COE"}, "claims": [_CLAIM],
}  # fmt: skip
WORLD: list[dict[str, Any]] = [
    {"kind": "source", "id": "page", "title": "A page", "url": "https://example.org/page", "type": "official"},
    _state("AZE", "373", "1991-10-18"),
    _state("DEU", "255", "1949-05-23", past_codes=[{"scheme": "cow", "value": "260", "start": "1955-05-05", "end": "1990-10-03"}]),
    _state("GBR", "200", "[..1816-01-01]"),
    _state("RUS", "365", "1991-12-25"),
    _state("SUN", "365", "1922-12-30", "1991-12-26", standing="former"),
    COUNCIL,
    {**COUNCIL, "id": "cis", "name": "Commonwealth of Independent States", "acronym": "CIS", "start": "1991-12-08", "codes": {"cow-igo": "CIS"}},
    {**COUNCIL, "id": "c5", "name": "Consultative Meeting", "acronym": "C5", "start": "2018-03-15", "codes": {}},
    {"kind": "membership", "id": "coe-gbr-member", "organization": "coe", "member": "GBR", "status": "member", "start": "1949-05-05", "end": "..",
     "claims": [_CLAIM]},
]  # fmt: skip
"""States and organizations that the files of a test are matched with."""

WHY = Reason("test", "test", "a file of a test", "2026-11-24T13:00:00.000000Z")


def igo_year(path: Path, organizations: Mapping[str, Members], *, names: Mapping[str, str] | None = None) -> Path:
    """Write a file of organization-years, plain or gzip by its name."""
    lines = ["\t".join(IGO_YEAR.columns)]
    for organization, members in organizations.items():
        years = sorted({year for one in members.values() for year in one})
        for year in years:
            row = dict.fromkeys(IGO_YEAR.columns, "") | dict.fromkeys(STATE_COLUMNS, "0")
            row |= {column: str(one.get(year, 0)) for column, one in members.items()}
            name = (names or {}).get(organization, f"The {organization}")
            row |= {"ioname": organization, "orgname": name, "longorgname": name, "year": str(year), "sdate": str(years[0])}
            row |= {"ionum": "9990", "version": "3", "imputed": "0"}
            lines.append("\t".join(row[column] for column in IGO_YEAR.columns))
    return written(path, "\n".join(lines) + "\n")


def state_year(path: Path, states: Mapping[str, Mapping[str, Mapping[int, int]]]) -> Path:
    """Write a file of state-years: codes by state, organization and year."""
    organizations = sorted({one for by in states.values() for one in by})
    lines = [",".join([*STATE_YEAR.columns, *organizations])]
    for state, by in states.items():
        for year in sorted({year for one in by.values() for year in one}):
            codes = [str(by.get(one, {}).get(year, 0)) for one in organizations]
            lines.append(",".join([str(STATE_COLUMNS[state]), str(year), state, *codes]))
    return written(path, "\n".join(lines) + "\n")


def written(path: Path, text: str) -> Path:
    """Write a text, compressed where the name says so."""
    content = text.encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def held(years: range, code: int = 1) -> dict[int, int]:
    """Give the same code for every year."""
    return dict.fromkeys(years, code)


def bring_in(store: Store, name: str, *paths: Path, keep: bool = True, why: Reason = WHY) -> list[Imported]:
    """Import files as the command line does; a dry run keeps nothing."""
    with store.writing() as connection:
        done = [import_dataset(connection, one, tables, why) for one, tables in IMPORTERS[name].assign(paths)]
        if not keep:
            connection.rollback()
    return done


def take_out(store: Store, name: str) -> Imported:
    """Remove a dataset as the command line does."""
    with store.writing() as connection:
        return remove_dataset(connection, name, WHY)


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Give everything that is current, by table, without the numbers of rows and revisions; the register keeps all ids."""
    found = {}
    with store.engine.connect() as connection:
        for name, table in sorted(Base.metadata.tables.items()):
            if "recorded_to" in table.c:
                columns = [one for one in table.columns if one.name not in {"pk", "recorded_from", "recorded_to"}]
                rows = connection.execute(select(*columns).where(table.c.recorded_to.is_(None)))
                found[name] = sorted((tuple(one) for one in rows), key=repr)
    return found
