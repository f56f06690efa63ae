"""UN Treaty Collection: an index of multilateral treaties, and one status table a treaty, as scraped in March 2015.

A cell is a day and a letter for the kind of act. What a letter means stands in the heading of its column, and its case matters:
`a` accession and `A` acceptance, `p` simplified procedure and `P` consent to be bound. Cells under headings that name no act
(resolutions, numbers of registration) are told apart; there is no entry into force for a party, and none for the treaty.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from app.errors import InvalidRecordError
from app.ingest.importers.base import Actor, ActSeen, AgreementSeen, Explained, Noticed, Refused
from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.untc_acts import Meaning, meanings
from app.ingest.importers.values import UnreadableError, clean, each_row, required
from app.vocabulary import AgreementType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_NUMBER = re.compile(r"mtdsg_no=(?P<number>[A-Z0-9a-z.-]+)")
_TITLE = re.compile(r"(?P<name>.+?)\*?\.\s*(?P<place>[^.0-9]+),\s*(?P<day>[0-9]{1,2} [A-Z][a-z]+ [0-9]{4})\s*\.?")
_CELL = re.compile(r"(?P<day>[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4})(?:\s+(?P<letter>[A-Za-z]{1,2}))?")
_FILE = re.compile(r"(?P<stem>[0-9]+-[0-9A-Za-z-]+)\.csv(?:\.gz)?")
_ORGANIZATION = re.compile(r"Organi[sz]ation|Community|Union|Council|Agency|Commission|Common Market|^United Nations")
_TYPES = {
    "convention": AgreementType.CONVENTION, "protocol": AgreementType.PROTOCOL, "agreement": AgreementType.AGREEMENT,
    "treaty": AgreementType.TREATY, "covenant": AgreementType.TREATY, "charter": AgreementType.CHARTER,
    "constitution": AgreementType.CHARTER, "statute": AgreementType.CHARTER, "declaration": AgreementType.DECLARATION,
}  # fmt: skip
_AS_OF = 2015
"""States stand under the UN's names of the year of scraping, whatever they were called when they acted."""


def read(tables: Sequence[Table]) -> Iterator[Reading]:
    """Give every treaty of the index, then the acts of every status table.

    InvalidRecordError: a status table without its index, or with a name that the index does not know.
    """
    index = _Index()
    for table in tables:
        if table.form is INDEX:
            yield from each_row(table, _IndexRows(table.name, index).treaty)
        else:
            yield from _acts(table, index.key(table.name))


class _Index:
    """Treaties by the name of their status table."""

    def __init__(self) -> None:
        self.treaties: dict[str, str] = {}

    def key(self, file: str) -> str:
        found = _FILE.fullmatch(file)
        stem = found["stem"] if found else ""
        if stem not in self.treaties:
            raise InvalidRecordError(
                f"{file}: expected the name <chapter>-<treaty>.csv of a treaty of index.csv, which is to be given with the tables"
            )
        return self.treaties[stem]


class _IndexRows:
    def __init__(self, file: str, index: _Index) -> None:
        self.file = file
        self.index = index

    def treaty(self, row: Line) -> Iterator[AgreementSeen | Noticed]:
        cells = row.cells
        found = _NUMBER.search(cells["url"])
        if not found:
            raise UnreadableError("url", cells["url"], "an address with the treaty's number, mtdsg_no=")
        stem = f"{required(cells, 'chapter_no')}-{required(cells, 'treaty_no').replace('.', '-')}"
        key = f"untc:{found['number']}"
        if stem in self.index.treaties or key in self.index.treaties.values():
            raise UnreadableError("treaty_no", cells["treaty_no"], "a treaty that the index has once")
        self.index.treaties[stem] = key
        title = required(cells, "treaty_name", "a treaty's title")
        said = _TITLE.fullmatch(title)
        name = said["name"] if said else title
        if not said:
            yield Noticed(self.file, row.number, "treaty_name", title[-80:], "no place and day at the end")
        kinds = sorted((name.lower().find(word), word) for word in _TYPES if word in name.lower())
        yield AgreementSeen(
            self.file,
            row.number,
            key,
            name,
            type=_TYPES[kinds[0][1]].value if kinds else AgreementType.AGREEMENT.value,
            signed=_day("treaty_name", said["day"], "%d %B %Y") if said else "",
            place=clean(said["place"]) if said else "",
            details=(("chapter_name", clean(cells["chapter_name"])), ("url", cells["url"])),
        )


def _acts(table: Table, key: str) -> Iterator[Reading]:
    headings = {column: meanings(column) for column in table.columns[1:]}
    seen: dict[str, int] = {}
    for row in table.read():
        name = clean(row.cells["Participant"])
        first = seen.setdefault(name, row.number)
        if not name or first != row.number:
            expected = "a participant's name, once in a table" if name else "a participant's name"
            yield Refused(table.name, row.number, "Participant", name, expected)
            continue
        try:
            found = list(_row(table.name, row, key, headings))
        except UnreadableError as error:
            yield Refused(table.name, row.number, error.column, error.value, error.expected)
        else:
            yield from found or [Explained(table.name, row.number, "no act")]


def _row(file: str, row: Line, key: str, headings: Mapping[str, Meaning]) -> Iterator[ActSeen | Explained]:
    name = clean(row.cells["Participant"])
    whom = f"un-name:{name}"
    actor = Actor(whom, name, kind="organization") if _ORGANIZATION.search(name) else Actor(whom, name, _AS_OF, _AS_OF)
    for column, meaning in headings.items():
        text = row.cells[column].strip()
        if not text:
            continue
        if not meaning:
            yield Explained(file, row.number, f"a heading that names no act: {column[:60]}")
            continue
        found = _CELL.fullmatch(text)
        if not found:
            raise UnreadableError(column, text, "a day and the letter of an act, such as 22 Mar 1956 a")
        letter = found["letter"] or ""
        if letter not in meaning:
            words = ", ".join(repr(one) for one in meaning)
            raise UnreadableError(column, text, f"one of the letters that the heading explains: {words}; case matters")
        act = meaning[letter]
        day = _day(column, found["day"], "%d %b %Y", text)
        if act is None:
            yield Explained(file, row.number, f"a kind of act without a counterpart here: {column[:60]}")
        else:
            yield ActSeen(file, row.number, key, actor, act.value, day, f"line {row.number}, {column[:60]}: {text}")


def _day(column: str, text: str, form: str, cell: str = "") -> str:
    try:
        return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise UnreadableError(column, cell or text, "a day of the calendar, such as 22 Mar 1956") from None


INDEX = Form(
    "index",
    "index.csv: a row a treaty",
    ("chapter_no", "treaty_no", "treaty_name", "url", "chapter_url", "chapter_name"),
    rows=401,
)
_URL = "https://github.com/zmjones/untreaties"

UNTC = Importer(
    "untc",
    "UN Treaty Collection: status of multilateral treaties",
    f"{_URL} (index.csv and the folder treaties/)",
    (
        Dataset(
            "untc",
            "Multilateral Treaties Deposited with the Secretary-General, status as of March 2015",
            "United Nations Treaty Collection; Zachary M. Jones",
            _URL,
            "United Nations Treaty Collection, Multilateral Treaties Deposited with the Secretary-General (scraped by Jones)",
            "none stated",
            "2015-03",
            "2015-03-14",
            10,
            (
                INDEX,
                Form("status", "treaties/<chapter>-<treaty>.csv: a row a participant", ("Participant",), open_ended=True),
            ),
            read,
        ),
    ),
)
