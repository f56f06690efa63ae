"""Roll calls of the United Nations General Assembly and how its members voted (Voeten's data, as in the package unvotes).

`NA` is Namibia, not a missing code. Codes are ISO alpha-2, withdrawn ones among them (`CS` is Czechoslovakia here, and was Serbia
and Montenegro later); three states have none, and their names speak. Absences are left out of the file, so that a member without
a vote may have been absent or not yet a member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import InvalidRecordError
from app.ingest.importers.base import Actor, EventSeen, Explained, Refused, VoteSeen
from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.values import UnreadableError, clean, day, each_row, required, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_FORMER = {
    "CS": "iso3:CSK",
    "DD": "iso3:DDR",
    "YD": "iso3:YMD",
    "YU": "iso3:YUG",
    "Federal Republic of Germany": "cow:260",
    "Yemen Arab Republic": "cow:678",
    "Zanzibar": "cow:511",
}
"""Withdrawn alpha-2 codes, and names that stand without one -> a code that means one state."""

_VOTES = {"yes": "yes", "no": "no", "abstain": "abstain"}
_DETAILS = ("session", "unres", "importantvote", "amend", "para", "descr")
_RCID = 1, 10_000_000


def read(tables: Sequence[Table]) -> Iterator[Reading]:
    """Give every roll call with its issues, then every vote.

    InvalidRecordError: votes without the file of roll calls.
    """
    issues: dict[str, list[str]] = {}
    years: dict[str, int] = {}
    for table in tables:
        if table.form is ISSUES:
            yield from each_row(table, _Issues(table.name, issues).issue)
        elif table.form is ROLL_CALLS:
            yield from each_row(table, _RollCalls(table.name, issues, years).roll_call)
        elif not years:
            raise InvalidRecordError(f"{table.name}: votes need their roll calls; expected {ROLL_CALLS.described} with them")
        else:
            yield from _votes(table, years)


class _Issues:
    def __init__(self, file: str, issues: dict[str, list[str]]) -> None:
        self.file = file
        self.issues = issues

    def issue(self, row: Line) -> Iterator[Explained]:
        cells = row.cells
        found = self.issues.setdefault(str(whole(cells, "rcid", *_RCID)), [])
        issue = required(cells, "issue", "an issue")
        if issue in found:
            yield Explained(self.file, row.number, "the roll call has the issue already")
        else:
            found.append(issue)


class _RollCalls:
    def __init__(self, file: str, issues: dict[str, list[str]], years: dict[str, int]) -> None:
        self.file = file
        self.issues = issues
        self.years = years

    def roll_call(self, row: Line) -> Iterator[EventSeen]:
        cells = row.cells
        number = str(whole(cells, "rcid", *_RCID))
        held = day(cells, "date")
        if not held:
            raise UnreadableError("date", "", "the day of the roll call, YYYY-MM-DD")
        if number in self.years:
            raise UnreadableError("rcid", number, "a roll call that the file has once")
        whole(cells, "session", 1, 999)
        for column in ("importantvote", "amend", "para"):
            if cells[column] not in {"", "0", "1"}:
                raise UnreadableError(column, cells[column], "0, 1 or nothing")
        self.years[number] = int(held[:4])
        told = [(one, clean(cells[one])) for one in _DETAILS if cells[one]]
        yield EventSeen(
            self.file,
            row.number,
            f"unvotes:{number}",
            clean(cells["short"]) or clean(cells["descr"]) or f"Roll call {number}",
            "roll_call",
            held,
            organization="UN",
            details=(*told, *(("issue", one) for one in self.issues.pop(number, []))),
        )


def _votes(table: Table, years: dict[str, int]) -> Iterator[VoteSeen | Explained | Refused]:
    file = table.name
    actors: dict[tuple[str, str, int], Actor] = {}
    places: dict[tuple[str, str], int] = {}
    voted = dict.fromkeys(years, 0)
    """For every roll call the countries that have voted in it, a bit each."""
    for line, cells in table.read():
        number, country, code = cells["rcid"], cells["country"], cells["country_code"]
        vote = _VOTES.get(cells["vote"])
        year = years.get(number)
        if vote is None or year is None:
            column, expected = ("vote", "yes, no or abstain") if vote is None else ("rcid", "a roll call of the other file")
            yield Refused(file, line, column, cells[column], expected)
            continue
        actor = actors.get((country, code, year)) or _actor(country, code, year)
        if actor is None:
            yield Refused(file, line, "country_code", code, "an ISO alpha-2 code, or a state's name that stands without one")
            continue
        actors[country, code, year] = actor
        bit = 1 << places.setdefault((country, code), len(places))
        if voted[number] & bit:
            yield Refused(file, line, "country", country, "one vote of a country in a roll call")
            continue
        voted[number] |= bit
        yield VoteSeen(file, line, f"unvotes:{number}", actor, vote)


def _actor(country: str, code: str, year: int) -> Actor | None:
    name = clean(country)
    key = _FORMER.get(code or name)
    if key is None and len(code) == len("NA") and code.isascii() and code.isalpha() and code.isupper():
        key = f"iso2:{code}"
    return Actor(key, name, year, year) if key and name else None


ISSUES = Form("issues", "un_roll_call_issues.csv: a row a roll call and issue", ("rcid", "short_name", "issue"), rows=5745)
ROLL_CALLS = Form(
    "roll_calls",
    "un_roll_calls.csv: a row a roll call",
    ("rcid", "session", "importantvote", "date", "unres", "amend", "para", "short", "descr"),
    rows=6203,
)
VOTES = Form(
    "votes",
    "un_votes.csv: a row a roll call and country",
    ("rcid", "country", "country_code", "vote"),
    rows=870_109,
)
_URL = "https://github.com/dgrtwo/unvotes"

UNVOTES = Importer(
    "unvotes",
    "United Nations General Assembly: roll calls and votes",
    f"{_URL} (data/*.rda, written as CSV with NA as empty; Voeten's own files: doi:10.7910/DVN/LEJUQZ)",
    (
        Dataset(
            "unvotes",
            "United Nations General Assembly Voting Data, as in unvotes 0.3.0",
            "Erik Voeten; David Robinson",
            _URL,
            "Voeten (2013), Data and Analyses of Voting in the UN General Assembly, Routledge Handbook of International "
            "Organization; Voeten, Strezhnev, Bailey (2009), doi:10.7910/DVN/LEJUQZ",
            "CC0 (source files); MIT (package)",
            "0.3.0",
            "2021-03-08",
            10,
            (ISSUES, ROLL_CALLS, VOTES),
            read,
        ),
    ),
)
