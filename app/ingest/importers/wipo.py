"""Parties to treaties of the World Intellectual Property Organization: signature, instrument and entry into force.

The file names treaties in short; a treaty is in force when it is for anyone. A declaration of continued application is a new
state's succession in the law of treaties (VCSST 1978, article 2).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.ingest.importers.base import Actor, ActSeen, AgreementSeen, Explained
from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.values import UnreadableError, chosen, day, each_row, required
from app.vocabulary import ActType, AgreementType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_NAMES = {
    "Beijing": "Beijing Treaty on Audiovisual Performances",
    "Berne": "Berne Convention for the Protection of Literary and Artistic Works",
    "Brussels": "Brussels Convention Relating to the Distribution of Programme-Carrying Signals Transmitted by Satellite",
    "Madrid": "Madrid Agreement for the Repression of False or Deceptive Indications of Source on Goods",
    "Marrakesh": "Marrakesh Treaty to Facilitate Access to Published Works for Persons Who Are Blind, Visually Impaired or "
    "Otherwise Print Disabled",
    "Nairobi": "Nairobi Treaty on the Protection of the Olympic Symbol",
    "Paris": "Paris Convention for the Protection of Industrial Property",
    "Patent": "Patent Law Treaty",
    "Phonograms": "Convention for the Protection of Producers of Phonograms Against Unauthorized Duplication of Their Phonograms",
    "Riyadh": "Riyadh Design Law Treaty",
    "Rome": "Rome Convention for the Protection of Performers, Producers of Phonograms and Broadcasting Organizations",
    "Singapore": "Singapore Treaty on the Law of Trademarks",
    "Trademark": "Trademark Law Treaty",
    "WIPO GRATK Treaty": "WIPO Treaty on Intellectual Property, Genetic Resources and Associated Traditional Knowledge",
    "Washington": "Washington Treaty on Intellectual Property in Respect of Integrated Circuits",
}
"""The file's short names -> titles of the treaties (WIPO-Administered Treaties); others stand as they are in the file."""

_INSTRUMENTS = {
    "": "",
    "Acceptance": ActType.ACCEPTANCE.value,
    "Accession": ActType.ACCESSION.value,
    "Declaration of Continued Application": ActType.SUCCESSION.value,
    "Declaration/Notification of Succession": ActType.SUCCESSION.value,
    "Ratification": ActType.RATIFICATION.value,
}
_COLUMNS = ("Contracting Party", "Treaty", "Signature Date", "Instrument Type", "Instrument Date", "Entry Into Force Date")
_AS_OF = 2026
"""States stand under the names of the year of the list, whatever they were called when they acted."""
_ORGANIZATION = re.compile(r"(?P<name>.+) \([A-Z]{2,6}\)")


def read(tables: Sequence[Table]) -> Iterator[Reading]:
    """Give every treaty with its acts, in the file's order of treaties; the parties of one are held until all have come."""
    for table in tables:
        treaties: dict[str, tuple[int, list[ActSeen]]] = {}
        for one in each_row(table, _Acts(table.name).acts):
            if isinstance(one, ActSeen):
                treaties.setdefault(one.agreement, (one.line, []))[1].append(one)
            else:
                yield one
        for key, (line, acts) in treaties.items():
            yield _agreement(table.name, line, key, acts)
            yield from acts


class _Acts:
    def __init__(self, file: str) -> None:
        self.file = file
        self.seen: dict[tuple[str, ...], int] = {}

    def acts(self, row: Line) -> Iterator[ActSeen | Explained]:
        cells = row.cells
        treaty, party = required(cells, "Treaty"), required(cells, "Contracting Party", "a party's name")
        signed, instrument, force = (day(cells, one) for one in ("Signature Date", "Instrument Date", "Entry Into Force Date"))
        kind = chosen(cells, "Instrument Type", _INSTRUMENTS)
        if bool(kind) != bool(instrument):
            raise UnreadableError("Instrument Date", instrument, "a day where there is a type of instrument, and none else")
        first = self.seen.setdefault(tuple(cells.values()), row.number)
        if first != row.number:
            yield Explained(self.file, row.number, f"repeats line {first}")
            return
        told = ((ActType.SIGNATURE.value, signed, ""), (kind, instrument, cells["Instrument Type"]))
        dated = [one for one in (*told, (ActType.ENTRY_INTO_FORCE.value, force, "")) if one[1]]
        if not dated:
            yield Explained(self.file, row.number, "no date")
        for act, date, word in dated:
            locator = f"line {row.number}, {word}" if word else f"line {row.number}"
            yield ActSeen(self.file, row.number, f"wipo:{treaty}", _actor(party), act, date, locator)


def _actor(party: str) -> Actor:
    key, organization = f"wipo-name:{party}", _ORGANIZATION.fullmatch(party)
    if organization:
        return Actor(key, organization["name"], kind="organization")
    return Actor(key, party, _AS_OF, _AS_OF)


def _agreement(file: str, line: int, key: str, acts: Sequence[ActSeen]) -> AgreementSeen:
    short = key.partition(":")[2]
    name = _NAMES.get(short, re.sub(r" \([A-Z]+\)$", "", short))
    kind = next((one for one in ("convention", "treaty", "agreement") if one in name.lower()), "treaty")
    in_force = any(one.act == ActType.ENTRY_INTO_FORCE for one in acts)
    return AgreementSeen(file, line, key, name, type=AgreementType(kind).value, status="in_force" if in_force else "signed")


_URL = "https://github.com/datasets/membership-to-copyright-treaties"

WIPO = Importer(
    "wipo",
    "Parties to 17 treaties administered by WIPO",
    f"{_URL} (data/membership-to-copyright-treaties.csv)",
    (
        Dataset(
            "wipo-treaties",
            "Membership to Copyright Treaties",
            "World Intellectual Property Organization; DataHub",
            _URL,
            "World Intellectual Property Organization, Contracting parties of WIPO-administered treaties; Membership to "
            "Copyright Treaties (2026), DataHub",
            "ODC-PDDL 1.0",
            "2026-03-06",
            "2026-03-06",
            10,
            (Form("parties", "membership-to-copyright-treaties.csv: a row a party and treaty", _COLUMNS, rows=1501),),
            read,
        ),
    ),
)
