"""UK Treaties Online: treaties of the United Kingdom signed from 1703 on, and who else is a party.

All dates are the treaty's. Two states that conclude a bilateral treaty sign it on its day; for a party to a multilateral one
no day is known. Names in mixed case are territories to which a treaty extends, and no parties.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from app.ingest.importers.base import Actor, ActSeen, AgreementSeen, Noticed
from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.fcdo_names import CODES, ORGANIZATION
from app.ingest.importers.values import UnreadableError, clean, each_row, required
from app.vocabulary import ActType, AgreementStatus, AgreementType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_TYPES = {
    "convention": AgreementType.CONVENTION, "protocol": AgreementType.PROTOCOL, "treaty": AgreementType.TREATY,
    "declaration": AgreementType.DECLARATION, "memorandum": AgreementType.MEMORANDUM, "charter": AgreementType.CHARTER,
    "constitution": AgreementType.CHARTER, "statute": AgreementType.CHARTER, "communiqué": AgreementType.COMMUNIQUE,
    "agreement": AgreementType.AGREEMENT, "exchange": AgreementType.AGREEMENT,
}  # fmt: skip
_PLACES = {"": False, "BI": True, "MULTI": False}
_AS_OF = 2022
"""A party to a multilateral treaty joined it some time between its day and the year of the list."""
_DAY = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")


def read(tables: Sequence[Table]) -> Iterator[Reading]:
    """Give every treaty, and what its parties did to it."""
    for table in tables:
        yield from each_row(table, _Treaties(table.name).treaty)


class _Treaties:
    def __init__(self, file: str) -> None:
        self.file = file
        self.seen: dict[str, int] = {}

    def treaty(self, row: Line) -> Iterator[AgreementSeen | ActSeen | Noticed]:
        cells = row.cells
        number, title = required(cells, "lb_document_id"), required(cells, "title", "a treaty's title")
        if cells["field3"] not in _PLACES:
            raise UnreadableError("field3", cells["field3"], "BI, MULTI or nothing")
        first = self.seen.setdefault(number, row.number)
        if first != row.number:
            raise UnreadableError("lb_document_id", number, f"a treaty that the file has once; line {first} has it")
        signed = _day(cells, "signed_event_date") or _day(cells, "adopted_event_date")
        provisional = _day(cells, "provisional_eif_event_date")
        force = _day(cells, "definative_eif_event_effective_date") or _day(cells, "definative_eif_event_date")
        ended, column = _end(cells)
        if ended and signed and ended <= signed:
            raise UnreadableError(column, ended, f"an end after the signature, {signed}")
        key = f"uk:{number}"
        yield AgreementSeen(
            self.file,
            row.number,
            key,
            title,
            type=_type(title).value,
            status=_status(force, provisional, ended).value,
            signed=signed,
            in_force=force or None,
            terminated=ended,
            place=clean(cells["signed_event_location"]),
            details=tuple((one, clean(cells[one])) for one in ("subject", "references", "document_url") if cells[one]),
        )
        if force and signed and force < signed:
            yield Noticed(
                self.file, row.number, "definative_eif_event_date", f"{force}; {signed}", "in force before it was signed"
            )
        yield from self._parties(row, key, signed, bilateral=_PLACES[cells["field3"]])

    def _parties(self, row: Line, key: str, signed: str, *, bilateral: bool) -> Iterator[ActSeen | Noticed]:
        names = list(dict.fromkeys(name for one in row.cells["country_name"].split(" ; ") if (name := clean(one))))
        parties = [one for one in names if one == one.upper()]
        year = int(signed[:4]) if signed else None
        until = year if bilateral else _AS_OF
        act, date = (ActType.SIGNATURE, signed) if bilateral else (ActType.CONSENT_TO_BE_BOUND, "")
        for name in parties:
            kind = "organization" if ORGANIZATION.search(name) else "state"
            actor = Actor(CODES.get(name, f"fcdo-name:{name}"), name, year, until, kind)
            yield ActSeen(self.file, row.number, key, actor, act.value, date, f"line {row.number}, country_name")
        territories = "; ".join(one for one in names if one not in parties)
        if territories:
            yield Noticed(self.file, row.number, "country_name", territories, "territories to which it extends, no parties")


def _day(cells: dict[str, str], column: str) -> str:
    text = cells[column]
    if not text:
        return ""
    try:
        if _DAY.fullmatch(text):
            return datetime.strptime(text, "%d/%m/%Y").date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        pass
    raise UnreadableError(column, text, "a day of the calendar, DD/MM/YYYY")


def _end(cells: dict[str, str]) -> tuple[str, str]:
    columns = ("terminated_event_effective_date", "terminated_event_date", "withdrawn_event_date")
    return next(((day, one) for one in columns if (day := _day(cells, one))), ("", ""))


def _status(force: str, provisional: str, ended: str) -> AgreementStatus:
    if ended:
        return AgreementStatus.TERMINATED
    if force:
        return AgreementStatus.IN_FORCE
    return AgreementStatus.PROVISIONALLY_APPLIED if provisional else AgreementStatus.SIGNED


def _type(title: str) -> AgreementType:
    lower = title.lower()
    found = sorted((lower.find(word), word) for word in _TYPES if word in lower)
    return _TYPES[found[0][1]] if found else AgreementType.AGREEMENT


_COLUMNS = (
    "lb_document_id", "uuid", "title", "field3", "subject", "signed_event_date", "signed_event_location", "adopted_event_date",
    "provisional_eif_event_date", "definative_eif_event_date", "definative_eif_event_effective_date", "terminated_event_date",
    "terminated_event_effective_date", "withdrawn_event_date", "country_name", "references", "document_url",
)  # fmt: skip
_URL = "https://github.com/ukparliament/uk-treaties"

UK_TREATIES = Importer(
    "uk-treaties",
    "UK Treaties Online, records signed up to 1976",
    f"{_URL} (db/json, one row a treaty as CSV)",
    (
        Dataset(
            "uk-treaties",
            "UK Treaties Online",
            "Foreign, Commonwealth and Development Office; UK Parliament",
            _URL,
            "Foreign, Commonwealth and Development Office (2022), UK Treaties Online, as collected by the UK Parliament",
            "Crown copyright; none stated in the repository",
            "2022-03",
            "2026-03-03",
            10,
            (Form("treaties", "uk_treaties.csv: a row a treaty", _COLUMNS, rows=8134),),
            read,
        ),
    ),
)
