"""Rules on the order of things: acts on agreements, and memberships within the lives of what they join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dates import DateError, parse_edtf
from app.ingest.integrity import span
from app.schemas.records import AgreementIn, MembershipIn, OrganizationIn, StateIn
from app.vocabulary import PENDING_STATUSES, ActType, Stance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from app.curation.findings import Finding, Seed
    from app.dates import Bounds
    from app.ingest.seed import Given
    from app.schemas.record_parts import ActIn, ClaimIn

CONSENT = {
    ActType.RATIFICATION, ActType.ACCESSION, ActType.ACCEPTANCE, ActType.APPROVAL, ActType.SUCCESSION,
    ActType.DEFINITIVE_SIGNATURE, ActType.CONSENT_TO_BE_BOUND,
}  # fmt: skip
LEAVING = {ActType.WITHDRAWAL, ActType.DENUNCIATION}


def early_memberships(seed: Seed) -> Iterator[Finding]:
    """Find memberships that start before their organization or member began.

    With a claim that speaks of the start it is a warning: union republics, colonies and predecessors held seats. On the way in
    (applicant, acceding) an actor may well be before the organization is there.
    """
    lives: dict[str, StateIn | OrganizationIn] = {**seed.holdings.states, **seed.holdings.organizations}
    for one in seed.given:
        if not isinstance(one.record, MembershipIn):
            continue
        held = span(one.record.start, one.record.end)
        owners = (one.record.member,) if one.record.status in PENDING_STATUSES else (one.record.organization, one.record.member)
        for owner in owners:
            life = span(lives[owner].start, lives[owner].end) if owner in lives else None
            if held and life and _precedes(held.start, life.start):
                sentence = f"starts {one.record.start}, before {owner} began ({life.start.edtf})"
                if _claimed(one.record.claims, {"start", None}):
                    yield seed.warning("life", one, f"{sentence}, as a claim says")
                else:
                    yield seed.error("life", one, f"{sentence}, and no claim speaks of the start")


def acts_in_order(seed: Seed) -> Iterator[Finding]:
    """Find agreements in force or ended before they were signed, and acts out of the order of a treaty's life."""
    for one in seed.given:
        if isinstance(one.record, AgreementIn):
            yield from _course(seed, one, one.record)
            for actor in dict.fromkeys(act.actor for act in one.record.acts):
                yield from _acts(seed, one, [act for act in one.record.acts if act.actor == actor])


def _course(seed: Seed, one: Given, record: AgreementIn) -> Iterator[Finding]:
    signed, in_force, ended = (_day(text) for text in (record.signed, record.in_force, record.terminated))
    stages = (
        (in_force, signed, f"in force {record.in_force}, before it was signed ({record.signed})", {"in_force", "signed"}),
        (ended, signed, f"terminated {record.terminated}, before it was signed ({record.signed})", {"terminated", "signed"}),
        (
            ended,
            in_force,
            f"terminated {record.terminated}, before it was in force ({record.in_force})",
            {"terminated", "in_force"},
        ),
    )
    for later, earlier, sentence, properties in stages:
        if _precedes(later, earlier):
            claimed = _claimed(record.claims, properties)
            yield seed.warning("order", one, f"{sentence}, as a claim says") if claimed else seed.error("order", one, sentence)
    for act in record.acts:
        if act.act in CONSENT and _precedes(_day(act.date), signed):
            yield seed.warning(
                "order", one, f"{act.act} by {act.actor} on {act.date}, before the agreement was signed ({record.signed})"
            )


def _acts(seed: Seed, one: Given, acts: Sequence[ActIn]) -> Iterator[Finding]:
    """Compare the acts of one actor."""
    signatures = [act for act in acts if act.act is ActType.SIGNATURE]
    consents = [act for act in acts if act.act in CONSENT]
    for act in acts:
        sentence = f"{act.act} by {act.actor} on {act.date}"
        if act.act is ActType.ENTRY_INTO_FORCE and _before_all(act, signatures):
            claimed = _claimed(act.claims, {"date", "in_force", None})
            found = f"{sentence}, before its signature"
            yield seed.warning("order", one, f"{found}, as a claim says") if claimed else seed.error("order", one, found)
        if act.act in CONSENT and _before_all(act, signatures):
            yield seed.warning("order", one, f"{sentence}, before its signature")
        if act.act in LEAVING and _before_all(act, consents):
            yield seed.warning("order", one, f"{sentence}, before any consent to be bound")


def _before_all(act: ActIn, others: Sequence[ActIn]) -> bool:
    return bool(others) and all(_precedes(_day(act.date), _day(other.date)) for other in others)


def _day(text: str | None) -> Bounds | None:
    try:
        return parse_edtf(text) if text and text not in {"..", "XXXX"} else None
    except DateError:
        return None


def _precedes(one: Bounds | None, other: Bounds | None) -> bool:
    """Tell whether one date certainly lies before the other."""
    if one is None or other is None or one.latest is None or other.earliest is None:
        return False
    return one.latest < other.earliest


def _claimed(claims: Iterable[ClaimIn], properties: Collection[str | None]) -> bool:
    """Tell whether a supporting claim speaks of one of the properties; None stands for a quote that speaks of the whole fact."""
    supporting = [one for one in claims if one.stance is Stance.SUPPORTS]
    return any(one.property in properties and (one.property is not None or one.quote is not None) for one in supporting)
