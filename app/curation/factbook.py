"""The seed against the World Factbook's list of participations, as of the year of the edition.

The list has no dates and lags by years: an entry agrees with any status of the same meaning that the seed holds on some day of
the year. Both directions are compared: what the Factbook lists and the seed does not hold, and the other way round.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from app.curation.differences import Comparison, Difference
from app.vocabulary import PENDING_STATUSES, Scheme, Standing, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.curation.holdings import Holdings
    from app.ingest.readers.factbook import Participation

FILE = "factbook"

ABBREVIATIONS: dict[str, str | None] = {
    "C": "commonwealth",
    "CE": "coe",
    "Commonwealth of Nations": "commonwealth",
    "EAEC": "eurasec",
    "EEU": "eaeu",
    "EMU": "euro-area",
    "G-20": "g20",
    "G-7": "g7",
    "G-77": "g77",
    "IDB": "isdb",
    "ICCt": "icc-court",
    "Schengen Convention": "schengen",
    "ICC": None,
    "CAN": None,
    "CP": None,
}
"""The Factbook's abbreviation -> our organization, where ours has another acronym; None where ours stands for something else.

Source: the Factbook's appendix of abbreviations; its ICC is the International Chamber of Commerce, its IDB the Islamic bank.
"""

_MEMBER = frozenset({Status.MEMBER, Status.PARTICIPANT})
_SUSPENDED = frozenset({Status.SUSPENDED, Status.FROZEN})
_PARTNER = frozenset({Status.PARTNER, Status.DIALOGUE_PARTNER, Status.SECTORAL_DIALOGUE_PARTNER, Status.DEVELOPMENT_PARTNER})
MEANINGS: dict[str, frozenset[Status]] = {
    "": _MEMBER,
    "nonregional member": _MEMBER,
    "nonregional members": _MEMBER,
    "regional": _MEMBER,
    "permanent": _MEMBER,
    "Chinese Taipei": _MEMBER,
    "de facto member": frozenset({Status.MEMBER, Status.PARTICIPANT, Status.ASSOCIATE_MEMBER}),
    "observer": frozenset({Status.OBSERVER}),
    "associate": frozenset({Status.ASSOCIATE_MEMBER}),
    "associate member": frozenset({Status.ASSOCIATE_MEMBER}),
    "associated member": frozenset({Status.ASSOCIATE_MEMBER}),
    "associate observer": frozenset({Status.OBSERVER}),
    "partner": _PARTNER,
    "partners": _PARTNER,
    "dialogue partner": _PARTNER,
    "dialogue member": _PARTNER | _MEMBER,
    "sectoral dialogue partner": _PARTNER,
    "suspended": _SUSPENDED,
    "temporarily suspended": _SUSPENDED,
    "excluded from formal participation since 1962": _SUSPENDED,
    "candidate country": frozenset({Status.CANDIDATE}),
    "candidates": frozenset({Status.CANDIDATE, Status.ACCEDING}),
    "candidate": frozenset({Status.CANDIDATE, Status.APPLICANT}),
    "accession candidate": frozenset({Status.CANDIDATE, Status.ACCEDING, Status.APPLICANT}),
    "pending member": frozenset({Status.ACCEDING, Status.APPLICANT, Status.INVITED}),
    "signatory": frozenset({Status.OBSERVER, Status.ASSOCIATE_MEMBER}),
}
"""The Factbook's word in parentheses -> our statuses; a word that is not here begins with one that is, or is left out."""


def compare(holdings: Holdings, entries: Iterable[Participation]) -> Comparison:
    """Compare the organizations that both hold, by acronym or by `ABBREVIATIONS`."""
    found = Comparison(FILE, "")
    organizations = _organizations(holdings)
    listed: dict[str, dict[str, Participation]] = defaultdict(dict)
    edition = 0
    for one in entries:
        edition = one.edition
        organization = organizations.get(one.abbreviation.casefold())
        state = _actor(holdings, one)
        if organization is None:
            found.left_out["an organization that the seed does not hold"] += 1
        elif state is None:
            found.left_out[f"a country that the seed does not hold: {one.country}"] += 1
        elif _meaning(one.standing) is None:
            found.left_out[f"a standing without a counterpart: ({one.standing})"] += 1
        else:
            listed[organization][state] = one
    for organization, entered in sorted(listed.items()):
        actors = sorted({*entered, *(one for one in holdings.members(organization) if _listable(holdings, one))})
        for state in actors:
            _judge(holdings, (organization, state, edition), entered.get(state), found)
    found.scope = f"edition {edition}, {len(listed)} organizations held by both"
    return found


def _organizations(holdings: Holdings) -> dict[str, str]:
    known = {one.acronym.casefold(): one.id for one in holdings.organizations.values() if one.acronym}
    for abbreviation, organization in ABBREVIATIONS.items():
        known.pop(abbreviation.casefold(), None)
        if organization in holdings.organizations:
            known[abbreviation.casefold()] = organization
    return known


def _actor(holdings: Holdings, one: Participation) -> str | None:
    """Give the actor by its alpha-2 code, else by its name (Kosovo, the European Union)."""
    year = date(one.edition, 1, 1), date(one.edition, 12, 31)
    found = holdings.coded(Scheme.ISO2, one.iso2, *year) if one.iso2 else []
    named = [actor.id for actor in (*holdings.states.values(), *holdings.organizations.values()) if actor.name == one.country]
    return next(iter(found or named), None)


def _listable(holdings: Holdings, actor: str) -> bool:
    """Tell whether the Factbook has a row for the actor: it has none for organizations but the EU, nor for former states."""
    state = holdings.states.get(actor)
    return actor == "eu" or (state is not None and state.standing is not Standing.FORMER and Scheme.ISO2 in state.codes)


def _meaning(standing: str) -> frozenset[Status] | None:
    if standing in MEANINGS:
        return MEANINGS[standing]
    return next((MEANINGS[word] for word in MEANINGS if word and standing.startswith(f"{word},")), None)


def _judge(holdings: Holdings, key: tuple[str, str, int], entry: Participation | None, found: Comparison) -> None:
    organization, state, year = key
    days = date(year, 1, 1), date(year, 12, 31)
    held = holdings.during(organization, state, *days)
    statuses = {one.record.status for one in held}
    lasting = {one.record.status for one in held if one.certainly_during(*days)} - PENDING_STATUSES
    meaning = _meaning(entry.standing) if entry else None
    if (meaning is None and not lasting) or (meaning is not None and statuses & meaning):
        found.agreements += 1
        return
    found.cells += 1
    theirs = "none" if entry is None else entry.standing or "member"
    ours = ", ".join(sorted(statuses)) or "none"
    claims = tuple(claim for one in holdings.spells(organization, state) for claim in one.claims)
    gap = meaning is not None and not any(holdings.complete(organization, one) for one in meaning)
    found.differences.append(Difference(organization, state, year, year, theirs, ours, claims=claims, gap=gap))
