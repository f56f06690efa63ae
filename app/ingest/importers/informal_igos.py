"""Informal intergovernmental organizations: bodies and their members, in years.

Begin and End are the body's, repeated for every member, so a member's own years are not known: it was one in 2017, where the
list ends, or in the last year of a body that ended before, and joined some time from the body's first year on. A body is told by
its title: the ids repeat (`CG`), are empty for two, and differ between the files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ingest.importers.actors import named
from app.ingest.importers.base import Explained, MembershipSpell, Noticed, OrganizationSeen
from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.values import UnreadableError, clean, each_row, required, year

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.ingest.importers.base import Reading, Seen
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_AS_OF = "2017"
_DETAILS = ("End_reason", "Regional", "Domain", "Follow-on IGO")


def read(tables: Sequence[Table]) -> Iterator[Reading]:
    """Give every body and every member of it."""
    bodies: set[str] = set()
    for table in tables:
        parse = _Bodies(table.name, bodies).body if table.form is ORGANIZATIONS else _Members(table.name, bodies).member
        yield from each_row(table, parse)


class _Bodies:
    def __init__(self, file: str, bodies: set[str]) -> None:
        self.file = file
        self.bodies = bodies

    def body(self, row: Line) -> Iterator[Seen | Explained]:
        title = required(row.cells, "Title", "a body's title")
        begin, end = _years(row.cells)
        if title in self.bodies:
            yield Explained(self.file, row.number, "repeats a title")
            return
        self.bodies.add(title)
        details = tuple((one, row.cells[one]) for one in _DETAILS if row.cells[one] not in {"", "0"})
        yield _organization(self.file, row, (title, begin, end), details)


class _Members:
    def __init__(self, file: str, bodies: set[str]) -> None:
        self.file = file
        self.bodies = bodies
        self.seen: dict[tuple[str, str], int] = {}

    def member(self, row: Line) -> Iterator[Seen | Explained | Noticed]:
        cells = row.cells
        title = required(cells, "Title", "a body's title")
        begin, end = _years(cells)
        if cells["Year"] != _AS_OF:
            raise UnreadableError("Year", cells["Year"], f"{_AS_OF}, the year of the list")
        last = end or _AS_OF
        actor = named(cells["stateID"], "stateID", (int(last), int(last)), required(cells, "StateName", "a state's name"))
        first = self.seen.setdefault((actor.key, title), row.number)
        if first != row.number:
            yield Explained(self.file, row.number, f"repeats line {first}")
            return
        if title not in self.bodies:
            self.bodies.add(title)
            yield _organization(self.file, row, (title, begin, end))
        if not actor.key.startswith("iso3:"):
            yield Noticed(self.file, row.number, "stateID", cells["stateID"], f"not an ISO code; the name {actor.name} speaks")
        joined = last if begin == last else f"[{begin}..{last}]"
        left = f"[{last}-01-02..{int(last) + 1}-01-01]" if end else f"[{last}-01-02..]"
        yield MembershipSpell(
            self.file,
            row.number,
            f"iigo:{title}",
            actor,
            "member",
            joined,
            left,
            f"line {row.number}",
            years=(int(last), int(last)),
        )


def _years(cells: dict[str, str]) -> tuple[str, str]:
    begin, end = year(cells, "Begin"), year(cells, "End")
    if begin and end and end < begin:
        raise UnreadableError("End", end, f"a year that is not before the first, {begin}")
    if (end or begin) > _AS_OF:
        raise UnreadableError("End" if end else "Begin", end or begin, f"a year up to {_AS_OF}, the year of the list")
    return begin, end


def _organization(
    file: str, row: Line, life: tuple[str, str, str], details: tuple[tuple[str, str], ...] = ()
) -> OrganizationSeen:
    title, begin, end = life
    return OrganizationSeen(
        file,
        row.number,
        f"iigo:{title}",
        title,
        acronym=clean(row.cells["igoID"]),
        type="forum",
        start=begin,
        end=f"[{end}-01-02..{int(end) + 1}-01-01]" if end else f"[{_AS_OF}-01-02..]",
        details=details,
    )


ORGANIZATIONS = Form(
    "organizations",
    "organizations_iigo.csv: a row a body",
    (
        "igoID", "Title", "Begin", "End", "End_reason", "Regional", "Nbr.", "Domain", "Nbr State Mbrs 2017 (or end)",
        "Ind. Sec. Year", "Formal Treaty Year", "Follow-on IGO",
    ),
    rows=149,
)  # fmt: skip
MEMBERS = Form(
    "memberships",
    "memberships_iigo.csv: a row a body and state",
    ("stateID", "StateName", "igoID", "Title", "Begin", "End", "Year"),
    rows=3502,
)
_URL = "https://github.com/globalgov/manyios"

INFORMAL_IGOS = Importer(
    "informal-igos",
    "Informal intergovernmental organizations (Roger, Vabulas, Snidal)",
    f"{_URL} (data/organizations.rda and memberships.rda, tables IIGO, written as CSV with NA as empty)",
    (
        Dataset(
            "informal-igos",
            "Informal Intergovernmental Organizations, as in manyios",
            "globalgov, Graduate Institute Geneva",
            _URL,
            "Vabulas and Snidal (2021), Cooperation under autonomy: Building and analyzing the Informal Intergovernmental "
            "Organizations 2.0 dataset, Journal of Peace Research 58(4), 859-869, doi:10.1177/0022343320943920",
            "CC BY 4.0 (manyios)",
            "2017",
            "2025-06-02",
            40,
            (ORGANIZATIONS, MEMBERS),
            read,
        ),
    ),
)
