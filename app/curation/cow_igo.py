"""The seed against the Correlates of War's IGO file, year by year.

A year is all the file has. As its first coded year is the calendar year of joining and its last the year of leaving or the
one before, a year agrees with any status that the seed holds on some day of it, and with none where the seed's status ends in it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

from app.curation.differences import Comparison, Difference, runs
from app.ingest.readers.cow_igo import Extent
from app.vocabulary import PENDING_STATUSES, Scheme, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.curation.holdings import Holdings
    from app.ingest.readers.cow_igo import Cell
    from app.ingest.readers.cow_states import Spell

FILE = "cow-igo"
FIRST, LAST = 1991, 2014
WORDS = {0: "none", 1: "member", 2: "associate", 3: "observer"}
_FULL = (Status.MEMBER, Status.SUSPENDED, Status.FROZEN, Status.PARTICIPANT)
_CODE = dict.fromkeys(_FULL, 1) | {Status.ASSOCIATE_MEMBER: 2, Status.OBSERVER: 3}
_STATUS = {"member": Status.MEMBER, "associate": Status.ASSOCIATE_MEMBER, "observer": Status.OBSERVER}
"""Codebook of IGO v3.0; it has no suspension, and no partners: those count as no membership."""


def extent(holdings: Holdings) -> Extent:
    """Give what is read of the file: 1991 to 2014, the organizations that have a `cow-igo` code in the seed."""
    return Extent(FIRST, LAST, holdings.organization_codes(Scheme.COW_IGO))


def compare(holdings: Holdings, cells: Iterable[Cell], spells: Sequence[Spell]) -> Comparison:
    """Compare cells; with spells of statehood the years outside them are left out and states are named."""
    ours = holdings.organization_codes(Scheme.COW_IGO)
    names = {one.state: one.name for one in spells}
    found = Comparison(FILE, "")
    known: set[str] = set()
    differing: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for cell in cells:
        known.add(cell.organization)
        states = _states(holdings, cell, spells)
        if cell.code == -1 or states is None:
            found.left_out["a state outside COW's state system that year"] += 1
        elif cell.code not in WORDS:
            found.left_out["not known (-9)"] += 1
        elif not states:
            found.left_out[f"a state that the seed does not hold: {names.get(cell.state, cell.state)}"] += 1
        elif (own := _differing(holdings, cell, ours[cell.organization], states)) is None:
            found.agreements += 1
        else:
            found.cells += 1
            differing[ours[cell.organization][0], states[-1]].append((cell.year, WORDS[cell.code], own))
    for (organization, state), years in sorted(differing.items()):
        found.differences += runs(sorted(years), partial(_difference, holdings, organization, state))
    found.scope = f"{len(known)} organizations held by both, {FIRST}-{LAST}"
    found.left_out |= {f"no rows in the file for the code {code}": 1 for code in ours if code not in known}
    return found


def _states(holdings: Holdings, cell: Cell, spells: Sequence[Spell]) -> list[str] | None:
    """Give the seed's states behind a COW number in a year; None when no spell of statehood meets the year."""
    first, last = date(cell.year, 1, 1), date(cell.year, 12, 31)
    if spells and not any(one.state == cell.state and one.first <= last and first <= one.last for one in spells):
        return None
    return holdings.coded(Scheme.COW, str(cell.state), first, last)


def _differing(holdings: Holdings, cell: Cell, organizations: Sequence[str], states: Sequence[str]) -> str | None:
    """Give the seed's word for the year when it differs from the cell, else None."""
    first, last = date(cell.year, 1, 1), date(cell.year, 12, 31)
    held = [one for pair in product(organizations, states) for one in holdings.during(*pair, first, last)]
    settled = [(one, _CODE.get(one.record.status, 0)) for one in held if one.record.status not in PENDING_STATUSES]
    codes = {code for _, code in settled}
    lasting = {code for one, code in settled if one.certainly_on(last)}
    if cell.code in codes or (cell.code == 0 and lasting <= {0}):
        return None
    return WORDS[min(codes - {0}, default=0)]


def _difference(holdings: Holdings, organization: str, state: str, years: tuple[int, int], said: tuple[str, str]) -> Difference:
    theirs, ours = said
    claims = tuple(claim for one in holdings.spells(organization, state) for claim in one.claims)
    gap = ours == "none" and not holdings.complete(organization, _STATUS[theirs])
    return Difference(organization, state, *years, theirs, ours, claims=claims, gap=gap)
