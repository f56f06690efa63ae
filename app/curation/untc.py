"""The seed against status tables of the UN Treaty Collection: acts of the actors whose acts the seed holds.

An agreement is matched by the collection's number in the address of a source that it cites. Acts are compared by kind and day;
what a state's forerunner did stands in the collection under the successor's name, and counts for both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from app.curation.differences import Comparison, Difference
from app.dates import DateError, parse_edtf
from app.folding import fold
from app.ingest.readers.delimited import text_lines
from app.ingest.readers.untc import read_deeds
from app.vocabulary import ActType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from app.curation.holdings import Holdings
    from app.ingest.readers.untc import Deed, Treaty
    from app.schemas.record_parts import ActIn, ClaimIn
    from app.schemas.records import AgreementIn

FILE = "untc"
_NUMBER = re.compile(r"mtdsg_no=([A-Z0-9a-z.-]+)|/([IVX]+-[A-Z0-9a-z-]+)\.en\.(?:xml|pdf)")
_ACTS: dict[str, ActType] = {
    "ratification": ActType.RATIFICATION,
    "accession": ActType.ACCESSION,
    "acceptance": ActType.ACCEPTANCE,
    "approval": ActType.APPROVAL,
    "succession": ActType.SUCCESSION,
    "signature": ActType.SIGNATURE,
    "definitive signature": ActType.DEFINITIVE_SIGNATURE,
    "provisional application": ActType.PROVISIONAL_APPLICATION,
    "consent to be bound": ActType.CONSENT_TO_BE_BOUND,
    "formal confirmation": ActType.RATIFICATION,
    "succession to signature": ActType.SIGNATURE,
}
"""The collection's words -> our acts; formal confirmation is an organization's ratification (VCLT 1986, article 2)."""


def compare(holdings: Holdings, treaties: Iterable[Treaty]) -> Comparison:
    """Compare every treaty that the seed cites from the collection and the folder has a table of."""
    found = Comparison(FILE, "")
    cited = _cited(holdings)
    names = _names(holdings)
    tables = 0
    for treaty in treaties:
        agreement = cited.get(treaty.number)
        if agreement is None or not agreement.acts:
            found.left_out[
                "a treaty whose acts the seed does not hold" if agreement is None else "an agreement without acts"
            ] += 1
        elif treaty.table is None:
            found.left_out["no table in the folder"] += 1
        else:
            tables += 1
            held = _held(holdings, agreement)
            _compare_table(agreement, read_deeds(text_lines(treaty.table), treaty.table.name), (names, held), found)
    found.scope = f"{tables} tables of {len(cited)} agreements that cite the collection"
    return found


def _cited(holdings: Holdings) -> dict[str, AgreementIn]:
    cited: dict[str, AgreementIn] = {}
    for one in holdings.agreements.values():
        for claim in (*one.claims, *(claim for act in one.acts for claim in act.claims)):
            source = holdings.sources.get(claim.source)
            match = _NUMBER.search(source.url or "") if source else None
            if match:
                cited.setdefault(match[1] or match[2], one)
    return cited


def _names(holdings: Holdings) -> dict[str, str]:
    names: dict[str, str] = {}
    for actor in (*holdings.states.values(), *holdings.organizations.values()):
        for name in (actor.name, *(one.name for one in actor.names)):
            names.setdefault(fold(name), actor.id)
    return names


def act_of(deed: Deed) -> ActType | None:
    """Give the act that a cell stands for: its letter as the heading explains it, or the heading's word without a letter."""
    words = [part.strip() for part in deed.heading.split(",")]
    lettered = {match[2]: match[1] for word in words if (match := re.fullmatch(r"(.+?)\s*\((\w{1,2})\)", word))}
    plain = [word for word in words if not word.endswith(")")]
    word = lettered.get(deed.letter) if deed.letter else next(iter(plain), next(iter(lettered.values()), None))
    return _ACTS.get((word or "").lower())


def _held(holdings: Holdings, agreement: AgreementIn) -> dict[str, list[ActIn]]:
    """Give the acts on an agreement by actor, each with those of its forerunners."""
    own: dict[str, list[ActIn]] = defaultdict(list)
    for act in agreement.acts:
        own[act.actor].append(act)
    heirs = {heir for heir, forerunners in holdings.forerunners.items() if not forerunners.isdisjoint(own)}
    return {
        actor: [*own.get(actor, []), *(act for one in sorted(holdings.forerunners.get(actor, ())) for act in own.get(one, []))]
        for actor in {*own, *heirs}
    }


def _compare_table(
    agreement: AgreementIn, deeds: Iterable[Deed], known: tuple[dict[str, str], dict[str, list[ActIn]]], found: Comparison
) -> None:
    names, held = known
    listed = [(names.get(fold(deed.participant)), act_of(deed), deed) for deed in deeds]
    for actor, act, deed in listed:
        if actor is None or actor not in held:
            found.left_out["an act of an actor whose acts on the treaty the seed does not hold"] += 1
        elif act is None:
            found.left_out[f"a kind of act without a counterpart: {deed.heading[:40]}"] += 1
        elif any(_same(one, act, deed.day) for one in held[actor]):
            found.agreements += 1
        else:
            said = ", ".join(f"{one.act} {one.date}" for one in held[actor] if one.act is act) or "none"
            _differ(agreement, held[actor], (actor, deed.day.year, f"{act} {deed.day}", said), found)
    newest = max((deed.day for _, _, deed in listed), default=None)
    for one in agreement.acts if newest else ():
        day = _day(one)
        if one.act not in _ACTS.values() or day is None or newest is None or day > newest:
            continue
        if not any(one in held.get(actor or "", []) and _same(one, act or one.act, deed.day) for actor, act, deed in listed):
            _differ(agreement, held[one.actor], (one.actor, day.year, "none", f"{one.act} {one.date}"), found)


def _day(one: ActIn) -> date | None:
    try:
        return parse_edtf(one.date).latest if one.date else None
    except DateError:
        return None


def _same(one: ActIn, act: ActType, day: date) -> bool:
    try:
        bounds = parse_edtf(one.date) if one.date else None
    except DateError:
        return False
    return one.act is act and (bounds is None or ((bounds.earliest or day) <= day <= (bounds.latest or day)))


def _differ(agreement: AgreementIn, held: list[ActIn], said: tuple[str, int, str, str], found: Comparison) -> None:
    actor, year, theirs, ours = said
    found.cells += 1
    found.differences.append(Difference(agreement.id, actor, year, year, theirs, ours, claims=tuple(_claims(agreement, held))))


def _claims(agreement: AgreementIn, held: list[ActIn]) -> Iterator[ClaimIn]:
    yield from agreement.claims
    for one in held:
        yield from one.claims
