"""Parties from acts: who is bound by an agreement, from when until when, and by which rule.

Rules follow the Vienna Convention on the Law of Treaties: a signature alone binds to nothing but good faith (article 18);
consent to be bound is expressed by definitive signature, ratification, acceptance, approval, accession or succession
(articles 11 to 16); a treaty binds from its entry into force, for a later party from its own (article 24); provisional
application is article 25; withdrawal and denunciation end it (articles 54 to 56).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.dates import DateError, interval
from app.vocabulary import ActType, AgreementStatus, PartyStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.dates import Bounds, Interval

_CONSENT = {
    ActType.RATIFICATION,
    ActType.ACCESSION,
    ActType.ACCEPTANCE,
    ActType.APPROVAL,
    ActType.SUCCESSION,
    ActType.DEFINITIVE_SIGNATURE,
    ActType.CONSENT_TO_BE_BOUND,
}
_END = {ActType.WITHDRAWAL, ActType.DENUNCIATION}
_SIGNED = {ActType.SIGNATURE, ActType.INITIALLING}


@dataclass(frozen=True, slots=True)
class DatedAct:
    """One act of one actor with the interval of its day."""

    id: str
    act: ActType
    date: Bounds


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows: a status over an interval, the rule, and the acts at its ends."""

    status: PartyStatus
    interval: Interval
    rule: str
    started_by: str
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agreement says of itself: its form, its entry into force, its end."""

    status: AgreementStatus
    in_force: Bounds | None
    terminated: Bounds


def derive(acts: Sequence[DatedAct], terms: Terms, until: Bounds) -> Iterator[Derived]:
    """Give what one actor, which is there `until` a date, is to one agreement, in order of time.

    signature or initialling alone -> signatory; provisional application -> provisional; consent before entry into force ->
    contracting (article 2.1 f), from then on party (2.1 g); a political document has signatories only. What is after a
    withdrawal or denunciation is a spell of its own. A spell ends with it, with the agreement or with the actor,
    whichever is first.
    """
    ordered = sorted(acts, key=lambda one: (one.date.earliest is None, str(one.date.earliest), one.act.value))
    for spell in _spells(ordered):
        leaving = spell[-1] if spell[-1].act in _END else None
        ends = [*([leaving.date] if leaving else []), terms.terminated, until]
        final = min(ends, key=lambda one: one.earliest or date.max)
        stages = list(_stages(spell, terms))
        for n, (status, start, rule, act) in enumerate(stages):
            following = stages[n + 1] if n + 1 < len(stages) else None
            end = following[1] if following else final
            closing = following[3] if following else leaving if leaving and leaving.date is final else None
            try:
                yield Derived(status, interval(start, end), rule, act.id, closing.id if closing else None)
            except DateError:
                continue


def _spells(ordered: Sequence[DatedAct]) -> Iterator[list[DatedAct]]:
    """Cut acts in order of time behind the last of each run of acts that end it."""
    spell: list[DatedAct] = []
    for one in ordered:
        if spell and spell[-1].act in _END and one.act not in _END:
            yield spell
            spell = []
        spell.append(one)
    yield spell


def _stages(ordered: Sequence[DatedAct], terms: Terms) -> Iterator[tuple[PartyStatus, Bounds, str, DatedAct]]:
    signed = next((one for one in ordered if one.act in _SIGNED), None)
    consent = next((one for one in ordered if one.act in _CONSENT), None)
    provisional = next((one for one in ordered if one.act is ActType.PROVISIONAL_APPLICATION), None)
    own = next((one for one in ordered if one.act is ActType.ENTRY_INTO_FORCE), None)
    if signed:
        rule = (
            "political document: a signature, no treaty obligation"
            if terms.status is AgreementStatus.POLITICAL
            else signed.act.value
        )
        yield PartyStatus.SIGNATORY, signed.date, rule, signed
    if provisional:
        yield PartyStatus.PROVISIONAL, provisional.date, "provisional application", provisional
    if own:
        if consent and _before(consent.date, own.date):
            yield PartyStatus.CONTRACTING, consent.date, consent.act.value, consent
        yield PartyStatus.PARTY, own.date, "entry into force for the actor", own
        return
    if consent is None:
        if signed and terms.in_force and terms.status is AgreementStatus.IN_FORCE:
            yield (
                PartyStatus.PARTY,
                terms.in_force,
                "signature and entry into force of the agreement; no ratification is held",
                signed,
            )
        return
    if terms.in_force is None:
        yield PartyStatus.CONTRACTING, consent.date, f"{consent.act.value}; no entry into force is held", consent
    elif _before(consent.date, terms.in_force):
        yield PartyStatus.CONTRACTING, consent.date, consent.act.value, consent
        yield PartyStatus.PARTY, terms.in_force, f"{consent.act.value} and entry into force of the agreement", consent
    else:
        yield PartyStatus.PARTY, consent.date, f"{consent.act.value} after entry into force of the agreement", consent


def _before(first: Bounds, second: Bounds) -> bool:
    return first.latest is not None and second.earliest is not None and first.latest < second.earliest
