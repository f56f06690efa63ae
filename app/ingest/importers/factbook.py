"""The World Factbook's "International organization participation": what a country is to organizations, by edition.

No dates: a status is one of the edition's year, began in or before it, and may have ended since. Entries that are no state's
participation ("NGOs", "national committees") and standings without a counterpart here are told apart, never made members.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ingest.importers.base import Actor, Explained, MembershipSpell, OrganizationSeen, Refused
from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.factbook_names import MISSIONS, NAMES, ONE_FOR_ALL
from app.ingest.importers.values import UnreadableError, clean, required, whole
from app.ingest.readers.factbook import entries, entry
from app.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_STATUSES = {
    "": Status.MEMBER,
    "nonregional member": Status.MEMBER,
    "nonregional members": Status.MEMBER,
    "regional": Status.MEMBER,
    "permanent": Status.MEMBER,
    "temporary": Status.MEMBER,
    "Chinese Taipei": Status.MEMBER,
    "de facto member": Status.PARTICIPANT,
    "participating member": Status.PARTICIPANT,
    "observer": Status.OBSERVER,
    "associate observer": Status.OBSERVER,
    "associate": Status.ASSOCIATE_MEMBER,
    "associate member": Status.ASSOCIATE_MEMBER,
    "associated member": Status.ASSOCIATE_MEMBER,
    "correspondent": Status.CORRESPONDENT,
    "partner": Status.PARTNER,
    "partners": Status.PARTNER,
    "dialogue partner": Status.DIALOGUE_PARTNER,
    "dialogue member": Status.DIALOGUE_PARTNER,
    "sectoral dialogue partner": Status.SECTORAL_DIALOGUE_PARTNER,
    "suspended": Status.SUSPENDED,
    "temporarily suspended": Status.SUSPENDED,
    "excluded from formal participation since 1962": Status.SUSPENDED,
    "candidate": Status.CANDIDATE,
    "candidates": Status.CANDIDATE,
    "candidate country": Status.CANDIDATE,
    "accession candidate": Status.CANDIDATE,
}
"""The Factbook's word in parentheses -> our status; what comes behind a comma is its comment."""

_NOT_STATES = frozenset({"NGOs", "national committees"})
_COLUMNS = ("edition", "gec", "name", "canonical_name", "iso2", "participation")
_EDITIONS = 1990, 2100
_MISCODED = {"Guernsey": "GG", "Isle of Man": "IM", "Jersey": "JE"}
"""Crown dependencies stand with the code of the United Kingdom, which is not who is meant; ISO 3166-1 has their own."""
_EUROPEAN_UNION = "EE"
"""The Factbook's own two-letter code of its one row that is no country."""


def read(tables: Sequence[Table]) -> Iterator[Reading]:
    """Give every organization when it is first named, and every entry as a membership."""
    organizations: set[str] = set()
    for table in tables:
        rows: dict[tuple[str, ...], int] = {}
        for row in table.read():
            first = rows.setdefault(tuple(row.cells.values()), row.number)
            if first != row.number:
                yield Explained(table.name, row.number, f"repeats line {first}")
                continue
            try:
                actor, edition = _actor(row)
            except UnreadableError as error:
                yield Refused(table.name, row.number, error.column, error.value, error.expected)
                continue
            yield from _entries(table.name, row, actor, edition, organizations)


def _actor(row: Line) -> tuple[Actor, int]:
    cells = row.cells
    edition = whole(cells, "edition", *_EDITIONS)
    name = required(cells, "canonical_name", "a country's name")
    code = _MISCODED.get(name, cells["iso2"])
    if code and not (code.isascii() and code.isalpha() and code.isupper() and len(code) == len("AZ")):
        raise UnreadableError("iso2", code, "ISO 3166-1 alpha-2, or nothing")
    kind = "organization" if cells["gec"] == _EUROPEAN_UNION else "state"
    return Actor(f"iso2:{code}" if code else f"factbook-name:{name}", name, edition, edition, kind), edition


def _entries(file: str, row: Line, actor: Actor, edition: int, organizations: set[str]) -> Iterator[Reading]:
    seen: set[tuple[str, str]] = set()
    for text in entries(row.cells["participation"]):
        found = entry(text)
        if found is None:
            yield Refused(file, row.number, "participation", text, "an abbreviation, and a standing in parentheses")
            continue
        abbreviation, standing = ONE_FOR_ALL.get(clean(found[0]), clean(found[0])), clean(found[1])
        status = _STATUSES.get(standing) or _STATUSES.get(standing.partition(",")[0])
        if abbreviation == "none":
            yield Explained(file, row.number, "participates in none")
        elif (abbreviation, standing) in seen:
            yield Explained(file, row.number, "the entry stands twice in the list")
        elif standing in _NOT_STATES:
            yield Explained(file, row.number, f"({standing}): no participation of the state")
        elif status is None:
            yield Explained(file, row.number, f"({standing}): a standing without a counterpart here")
        else:
            if abbreviation not in organizations:
                organizations.add(abbreviation)
                yield _organization(file, row, abbreviation)
            yield _spell(file, row, (actor, abbreviation), status, (standing, edition))
        seen.add((abbreviation, standing))


def _organization(file: str, row: Line, abbreviation: str) -> OrganizationSeen:
    kind = "agency" if abbreviation in MISSIONS else "intergovernmental"
    return OrganizationSeen(
        file, row.number, f"factbook:{abbreviation}", NAMES.get(abbreviation, abbreviation), acronym=abbreviation, type=kind
    )


def _spell(file: str, row: Line, pair: tuple[Actor, str], status: Status, said: tuple[str, int]) -> MembershipSpell:
    actor, abbreviation = pair
    standing, edition = said
    if not standing and abbreviation in MISSIONS:
        status = Status.PARTICIPANT
    return MembershipSpell(
        file,
        row.number,
        f"factbook:{abbreviation}",
        actor,
        status.value,
        f"[..{edition}]",
        f"[{edition}-01-02..]",
        f"line {row.number}, {abbreviation}{f' ({standing})' if standing else ''}",
        status_term=standing,
        years=(edition, edition),
    )


_URL = "https://github.com/MilkMp/CIA-World-Factbooks-Archive-1990-2025"

FACTBOOK = Importer(
    "factbook",
    "The World Factbook: International organization participation",
    f"{_URL} (the field of the last edition as CSV: edition, gec, name, canonical_name, iso2, participation)",
    (
        Dataset(
            "factbook",
            "The World Factbook, International organization participation",
            "United States Central Intelligence Agency",
            _URL,
            "Central Intelligence Agency (2025), The World Factbook, International organization participation",
            "Public domain (a work of the United States Government)",
            "2025",
            "2025",
            50,
            (Form("participation", "io_participation.csv: a row a country, one list in a cell", _COLUMNS, rows=238),),
            read,
        ),
    ),
)
