"""Treaties of the manytreaties package: what its datasets have in common, agreement by agreement.

A dataset's own number of a treaty is not unique: rows are one treaty where number, title and signature agree, and else another
with the same number (`ggo:GBR_2019O`, `ggo:GBR_2019O#2`). Parties find theirs by the same three, then by number and
signature, then by a number that stands for one; a treaty that only a party names comes with it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from app.dates import DateError, interval, parse_edtf, parse_end, parse_start
from app.ingest.importers.base import AgreementSeen, Explained, Noticed
from app.ingest.importers.messy import NEVER, PLACEHOLDER, messy
from app.ingest.importers.values import UnreadableError, clean, required, year
from app.vocabulary import AgreementStatus, AgreementType

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.ingest.importers.base import Pairs
    from app.ingest.readers.delimited import Line

_TYPES = {
    "agreement": AgreementType.AGREEMENT,
    "charter": AgreementType.CHARTER,
    "constitution": AgreementType.CHARTER,
    "convention": AgreementType.CONVENTION,
    "covenant": AgreementType.TREATY,
    "declaration": AgreementType.DECLARATION,
    "mou": AgreementType.MEMORANDUM,
    "protocol": AgreementType.PROTOCOL,
    "regulation": AgreementType.DECISION,
    "resolution": AgreementType.DECISION,
    "statute": AgreementType.CHARTER,
    "treaty": AgreementType.TREATY,
}
"""First word of `TypeAgree` -> type; other words (amendment, exchange of notes ...) are agreements, and stay in the details."""

CODED = date(2025, 10, 5)
"""When the files were published: an end by then has come."""
_DETAILS = ("TypeAgree", "TypeAmbit", "TypeDomain", "TypeSubject", "TypeGeo", "Grounds", "Depository", "Lineage", "TitleAlt")


class Source(NamedTuple):
    """How a dataset writes: its word in keys, the columns of its numbers (agreements, parties), and its dates.

    `years` says that a date is good to its year only: TREND and LABPTA write every one as the first of January.
    """

    scheme: str
    number: str
    party_number: str = ""
    years: bool = False


class Dates(NamedTuple):
    """Signature, entry into force and end of a treaty, as `AgreementSeen` has them."""

    signed: str
    in_force: str | None
    terminated: str


@dataclass(slots=True)
class Treaties:
    """The treaties of one dataset that have been given, by number, title and signature; keys are made here."""

    scheme: str
    exact: dict[tuple[str, str, str], str] = field(default_factory=dict)
    signed: dict[tuple[str, str], str] = field(default_factory=dict)
    numbered: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def find(self, number: str, title: str, signature: str) -> str | None:
        """Give the key of a treaty, or None when it is not among them."""
        found = self.exact.get((number, title, signature)) or self.signed.get((number, signature))
        keys = self.numbered.get(number, [])
        return found or (keys[0] if len(keys) == 1 else None)

    def add(self, number: str, title: str, signature: str) -> str | None:
        """Give the key of a new treaty, or None when there is such a one already."""
        if (number, title, signature) in self.exact:
            return None
        keys = self.numbered[number]
        key = f"{self.scheme}:{number}" + (f"#{len(keys) + 1}" if keys else "")
        keys.append(key)
        self.exact[number, title, signature] = key
        self.signed.setdefault((number, signature), key)
        return key


class Agreements:
    """Reads rows of an agreements file."""

    def __init__(self, file: str, source: Source, treaties: Treaties) -> None:
        """Hold what the rows are read into."""
        self.file = file
        self.source = source
        self.treaties = treaties
        self.lines: dict[tuple[str, str, str], int] = {}

    def agreement(self, row: Line) -> Iterator[AgreementSeen | Explained | Noticed]:
        """Give the treaty of a row; the second row of one (another river basin, a repeated row) gives nothing."""
        cells = row.cells
        found = seen(self.file, row.number, cells, (self.source, cells[self.source.number]), self.treaties)
        name = clean(cells[self.source.number]), clean(cells["Title"]), cells["Signature"]
        first = self.lines.setdefault(name, row.number)
        yield found or Explained(self.file, row.number, f"another row of the treaty of line {first}")
        if PLACEHOLDER.fullmatch(cells.get("Force", "")):
            yield Noticed(self.file, row.number, "Force", cells["Force"], "stands for no day")


def seen(file: str, line: int, cells: Mapping[str, str], told: tuple[Source, str], treaties: Treaties) -> AgreementSeen | None:
    """Give the treaty that a row speaks of, from the columns that it has; None when it was given before."""
    source, number = told
    if not clean(number):
        raise UnreadableError(source.number, number, "the number of a treaty")
    title = required(cells, "Title", "a treaty's title")
    dates = dates_of(cells, source)
    key = treaties.add(clean(number), title, cells["Signature"])
    if key is None:
        return None
    first = cells.get("TypeAgree", "").split("-")[0].split(" ")[0].lower()
    return AgreementSeen(
        file,
        line,
        key,
        title,
        type=_TYPES.get(first, AgreementType.AGREEMENT).value,
        status=_status(dates).value,
        signed=dates.signed,
        in_force=dates.in_force,
        terminated=dates.terminated,
        place=clean(cells.get("Location", "")),
        details=_details(cells),
    )


def dates_of(cells: Mapping[str, str], source: Source) -> Dates:
    """Give the dates of a treaty; UnreadableError: not a date, or an end before the treaty was signed."""
    if source.years:
        return Dates(_year(cells, "Signature"), _year(cells, "Force") or None, "")
    signed = messy("Signature", cells["Signature"])
    force = cells.get("Force", "")
    in_force = None if force == NEVER or PLACEHOLDER.fullmatch(force) else messy("Force", force) or None
    ends = [(one, cells[one]) for one in ("Term", "End") if cells.get(one)]
    terminated = ""
    for column, text in ends:
        read = ".." if text == NEVER else messy(column, text)
        terminated = terminated or read
        try:
            interval(parse_start(signed), parse_end(read, CODED))
        except DateError as error:
            raise UnreadableError(column, text, f"an end after the signature, {signed}") from error
    return Dates(signed, in_force, terminated)


def _year(cells: Mapping[str, str], column: str) -> str:
    """Give the year of a date that is written as the first of January."""
    text = cells[column]
    if text and not text.endswith("-01-01"):
        raise UnreadableError(column, text, "the first of January, as the dataset writes a year")
    return year({column: text[:4]}, column)


def _status(dates: Dates) -> AgreementStatus:
    ended = parse_edtf(dates.terminated) if dates.terminated not in {"", ".."} else None
    if ended and ended.earliest and ended.earliest <= CODED:
        return AgreementStatus.TERMINATED
    return AgreementStatus.IN_FORCE if dates.in_force else AgreementStatus.SIGNED


def _details(cells: Mapping[str, str]) -> Pairs:
    told = [(one, clean(cells[one])) for one in ("treatyID", *_DETAILS) if cells.get(one)]
    return tuple(told)
