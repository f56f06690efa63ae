"""Rules against holding one thing twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from app.folding import fold
from app.ingest.integrity import span
from app.schemas.records import AgreementIn, EventIn, MembershipIn, OrganizationIn

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from app.curation.findings import Finding, Seed
    from app.dates import Interval
    from app.schemas.records import Record


def repeated_records(seed: Seed) -> Iterator[Finding]:
    """One membership, one event: organization, member, status and start, or name and first day, are given once."""
    first: dict[Hashable, str] = {}
    for one in seed.given:
        key = _key(one.record)
        if key is None:
            continue
        if key in first:
            yield seed.error("duplicate", one, f"the same as {first[key]}: {', '.join(str(part) for part in key)}")
        first.setdefault(key, one.record.id)


def _key(record: Record) -> tuple[str, ...] | None:
    if isinstance(record, MembershipIn):
        return record.organization, record.member, record.status, record.start
    if isinstance(record, EventIn):
        return fold(record.name), record.start
    return None


def repeated_parts(seed: Seed) -> Iterator[Finding]:
    """No agreement has one act twice, no event one participation."""
    for one in seed.given:
        if isinstance(one.record, AgreementIn):
            parts = [f"{act.act} by {act.actor} on {act.date or 'an unknown day'}" for act in one.record.acts]
        elif isinstance(one.record, EventIn):
            parts = [f"{part.role} {part.actor or ''} {part.person or ''}".strip() for part in one.record.participations]
        else:
            continue
        yield from (
            seed.error("duplicate", one, f"{part}, given {times} times") for part, times in Counter(parts).items() if times > 1
        )


def shared_acronyms(seed: Seed) -> Iterator[Finding]:
    """Find acronyms of several organizations: an error if two may have lived at one time, else a warning."""
    taken: dict[str, list[tuple[str, Interval | None]]] = {}
    for one in seed.given:
        if not isinstance(one.record, OrganizationIn) or not one.record.acronym:
            continue
        held = span(one.record.start, one.record.end)
        others = taken.setdefault(one.record.acronym.casefold(), [])
        for other, life in others:
            sentence = f"acronym {one.record.acronym} is {other}'s too"
            yield seed.error("acronym", one, sentence) if _together(held, life) else seed.warning("acronym", one, sentence)
        others.append((one.record.id, held))


def _together(one: Interval | None, other: Interval | None) -> bool:
    if one is None or other is None:
        return True
    starts = [life.start.earliest for life in (one, other) if life.start.earliest]
    ends = [life.end.latest for life in (one, other) if life.end.latest]
    return not starts or not ends or max(starts) < min(ends)
