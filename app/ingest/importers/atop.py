"""Alliance Treaty Obligations and Provisions 4.01: alliances, and their members' days of entry and exit.

A member has a row in every phase of an alliance: a revised treaty ends for all on a day and begins again on it, so phases that
touch or overlap are one spell, and only its last day is an exit. Entry is dated by signature: a member of the first day signs
definitively, a later one accedes. An exit on the alliance's own last day is its end, not a withdrawal. An exit of 0/0/0 means
"still in effect when the data end", in 2016; an empty day is not known.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from app.dates import parse_edtf
from app.ingest.importers.base import Actor, ActSeen, AgreementSeen, Explained, Noticed, Refused
from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.values import UnreadableError, each_row, edtf, whole
from app.vocabulary import ActType, AgreementStatus, AgreementType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_LAST = 2016
_AFTER = f"[{_LAST + 1}-01-01..]"
_COW = 2, 999
_OBLIGATIONS = {
    "defense": "defense",
    "offense": "offense",
    "neutral": "neutrality",
    "nonagg": "nonaggression",
    "consul": "consultation",
}


class Alliance(NamedTuple):
    """An alliance's first day, and its last, empty while it is in effect."""

    begun: str
    ended: str


class Stay(NamedTuple):
    """One row of a member: entry and exit, the exit empty while it is in effect."""

    line: int
    alliance: str
    actor: int
    entry: str
    exit: str


def read(tables: Sequence[Table]) -> Iterator[Reading]:
    """Give every alliance, then the acts of its members; an alliance that only members name comes with them."""
    alliances: dict[str, Alliance] = {}
    for table in tables:
        if table.form is ALLIANCES:
            yield from each_row(table, _Alliances(table.name, alliances).alliance)
        else:
            rows: list[Refused | Stay] = []
            for key, found in groupby(_stays(table, rows), lambda one: one.alliance):
                yield from _members(table.name, key, list(found), alliances)
                yield from (one for one in rows if isinstance(one, Refused))
                rows.clear()
            yield from (one for one in rows if isinstance(one, Refused))


class _Alliances:
    def __init__(self, file: str, alliances: dict[str, Alliance]) -> None:
        self.file = file
        self.alliances = alliances

    def alliance(self, row: Line) -> Iterator[AgreementSeen]:
        cells = row.cells
        key = str(whole(cells, "atopid", 1000, 99999))
        if key in self.alliances:
            raise UnreadableError("atopid", key, "an alliance that the file has once")
        obligations = [word for column, word in _OBLIGATIONS.items() if whole(cells, column, 0, 1)]
        held = Alliance(_day(cells, ("begyr", "begmo", "begday")), _last_day(cells, ("endyr", "endmo", "endday")))
        _in_order(held.begun, held.ended, "endyr")
        self.alliances[key] = held
        yield _agreement(self.file, row.number, key, held, obligations)


def _stays(table: Table, rows: list[Refused | Stay]) -> Iterator[Stay]:
    for row in table.read():
        try:
            yield _stay(row)
        except UnreadableError as error:
            rows.append(Refused(table.name, row.number, error.column, error.value, error.expected))


def _stay(row: Line) -> Stay:
    cells = row.cells
    key, member = str(whole(cells, "atopid", 1000, 99999)), whole(cells, "member", 1, 99999)
    if not _COW[0] <= member <= _COW[1]:
        raise UnreadableError("member", cells["member"], "a COW state number, from 2 to 999")
    entry, left = _day(cells, ("yrent", "moent", "dayent")), _last_day(cells, ("yrexit", "moexit", "dayexit"))
    _in_order(entry, left, "yrexit")
    return Stay(row.number, key, member, entry, left)


def _members(file: str, key: str, stays: Sequence[Stay], alliances: dict[str, Alliance]) -> Iterator[Reading]:
    if key not in alliances:
        exits = {one.exit for one in stays}
        alliances[key] = Alliance(min(one.entry for one in stays), exits.pop() if len(exits) == 1 else "")
        yield _agreement(file, stays[0].line, key, alliances[key], [])
    held = alliances[key]
    ordered = sorted(stays, key=lambda one: (one.actor, _first(one.entry), one.line))
    for member, rows in groupby(ordered, lambda one: one.actor):
        spells, repeated = _joined(rows)
        yield from (Explained(file, one.line, f"goes on from line {first.line}: another phase") for first, one in repeated)
        for spell in spells:
            actor = Actor(f"cow:{member}", "", int(spell.entry[:4]), int((spell.exit or str(_LAST))[:4]))
            act = ActType.DEFINITIVE_SIGNATURE if spell.entry == held.begun else ActType.ACCESSION
            yield ActSeen(file, spell.line, f"atop:{key}", actor, act.value, spell.entry, f"line {spell.line}, entry")
            if _first(spell.entry) < _first(held.begun):
                yield Noticed(file, spell.line, "yrent", f"{spell.entry}; {held.begun}", "entry before the alliance began")
            if spell.exit and spell.exit != held.ended:
                withdrawal = ActType.WITHDRAWAL.value
                yield ActSeen(file, spell.line, f"atop:{key}", actor, withdrawal, spell.exit, f"line {spell.line}, exit")


def _joined(rows: Iterable[Stay]) -> tuple[list[Stay], list[tuple[Stay, Stay]]]:
    """Join the phases of one member that touch or overlap; give the spells, and the rows that went into another's."""
    spells: list[Stay] = []
    joined: list[tuple[Stay, Stay]] = []
    for row in rows:
        if spells and (not spells[-1].exit or _first(row.entry) <= _last(spells[-1].exit) + timedelta(days=1)):
            joined.append((spells[-1], row))
            exits = [spells[-1].exit, row.exit]
            spells[-1] = spells[-1]._replace(exit=max(exits, key=_last) if all(exits) else "")
        else:
            spells.append(row)
    return spells, joined


def _agreement(file: str, line: int, key: str, held: Alliance, obligations: Sequence[str]) -> AgreementSeen:
    told = f" ({', '.join(obligations)})" if obligations else ""
    return AgreementSeen(
        file,
        line,
        f"atop:{key}",
        f"Alliance of {held.begun[:4]}, ATOP {key}{told}",
        type=AgreementType.TREATY.value,
        status=(AgreementStatus.TERMINATED if held.ended else AgreementStatus.IN_FORCE).value,
        signed=held.begun,
        in_force=held.begun,
        terminated=held.ended or _AFTER,
        details=(("obligations", ", ".join(obligations)),) if obligations else (),
    )


def _day(cells: dict[str, str], columns: tuple[str, str, str]) -> str:
    """Give a day from three columns, or a month where the day is empty."""
    year, month = whole(cells, columns[0], 1000, _LAST + 2), whole(cells, columns[1], 1, 12)
    day = f"-{whole(cells, columns[2], 1, 31):02}" if cells[columns[2]] else ""
    written = "-".join(cells[one] for one in columns)
    return edtf(columns[0], f"{year}-{month:02}{day}", "a day of the calendar in three columns", written)


def _last_day(cells: dict[str, str], columns: tuple[str, str, str]) -> str:
    """Give a day, or an empty text for what was still in effect: 0/0/0, and `ineffect` says so."""
    still = [cells[one] for one in columns] == ["0", "0", "0"]
    if still != (whole(cells, "ineffect", 0, 1) == 1):
        raise UnreadableError("ineffect", cells["ineffect"], "1 where the last day is 0/0/0, and 0 elsewhere")
    return "" if still else _day(cells, columns)


def _in_order(first: str, last: str, column: str) -> None:
    if last and _last(last) <= _first(first):
        raise UnreadableError(column, last, f"a day after the first, {first}")


def _first(text: str) -> date:
    return parse_edtf(text).earliest or date.min


def _last(text: str) -> date:
    return parse_edtf(text).latest or date.max


_PROVISIONS = (
    "thirdcom noothall specthrt statthr1 statthr2 conwtin medarb milcon milaid intcom subord organ1 orgpurp1 organ2 orgpurp2 "
    "base contrib armred acqterr divgains demwith reflnun refothio natrefal compag nomicoop conres agprois conmen ecaid interv"
)
_TERMS = "estmode pubsecr secrart proadd futmem speclgth length renounce proren renewlgt term"
_DUTIES = "defense offense neutral nonagg consul active conditio defcon offcon neucon concon"
_MEMBERS = " ".join(f"mem{n}" for n in range(1, 60))
_ALLIANCE_COLUMNS = (
    f"atopid cowid cow4id begyr begmo begday endyr endmo endday ineffect bilat maxphase wartime {_TERMS} {_DUTIES} asymm "
    f"notaiden dipaid terrres seppeace {_PROVISIONS} {_MEMBERS} source new4 rev4 version hinst minst "
    "milorg milinst pubtreat formorg formal"
)
_MEMBER_COLUMNS = (
    "atopid cowid cow4id member cowsys yrent moent dayent yrexit moexit dayexit ineffect bilat phase maxphase wartime cowwar "
    f"{_TERMS} termmode termcaus {_DUTIES} defcoadv defcoloc defcocon defconum defcodem defconpr offcoadv offcoloc offcocon "
    "offconum offcodem neucoadv neucoloc neucocon neuconum neucodem neuconpr neucoatt concoadv concoloc concocon concoreq olimob "
    f"asymm obvary notaiden dipaid terrres seppeace {_PROVISIONS} source new4 rev4 version"
)
ALLIANCES = Form("alliances", "atop_alliance_level.csv: a row an alliance", tuple(_ALLIANCE_COLUMNS.split()), rows=745)
MEMBERS = Form("members", "atop_member_level.csv: a row an alliance, member and phase", tuple(_MEMBER_COLUMNS.split()), rows=2398)
_DYADS = Form(
    "dyads",
    "atop5_1_directed_dyad_year.csv: a row two states and a year",
    ("ccode1", "ccode2", "year", "atop_defense", "atop_offense", "atop_neutral", "atop_nonagg", "atop_consul"),
)
_URL = "https://www.atopdata.org"

ATOP = Importer(
    "atop",
    "Alliance Treaty Obligations and Provisions 4.01",
    f"{_URL} (atop-member-level.csv and atop-alliance-level.csv)",
    (
        Dataset(
            "atop",
            "Alliance Treaty Obligations and Provisions, version 4.01",
            "ATOP Project, Rice University",
            _URL,
            "Leeds, Ritter, Mitchell, Long (2002), Alliance Treaty Obligations and Provisions, 1815-1944, International "
            "Interactions 28(3), 237-260",
            "none stated in the files; cite the article",
            "4.01",
            "2018",
            10,
            (ALLIANCES, MEMBERS),
            read,
        ),
    ),
    ((_DYADS, "what two states owe each other in a year follows from the members; give the file of members"),),
)
