"""Checks over all records together: what no single record can show and no constraint of the database sees."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from app.dates import DateError, Interval, interval, parse_end, parse_start
from app.schemas.records import MembershipIn, OrganizationIn, Record, StateIn
from app.vocabulary import PENDING_STATUSES, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_DAY = date.min


class Broken(NamedTuple):
    """A record that cannot be so beside the others, and the sentence that says why."""

    record: str
    sentence: str


def check(records: Sequence[Record]) -> list[Broken]:
    """Give each thing that cannot be: overlaps of exclusive statuses, memberships outside a life."""
    memberships = [one for one in records if isinstance(one, MembershipIn)]
    lives = {one.id: span(one.start, one.end) for one in records if isinstance(one, StateIn | OrganizationIn)}
    kinds: dict[str, str] = {one.id: one.kind for one in records}
    return [*_overlaps(memberships), *_outside(memberships, lives), *_misplaced(memberships, kinds)]


def span(start: str, end: str) -> Interval | None:
    """Give the interval of a record's texts, or None when they make none: the writer says so itself."""
    try:
        return interval(parse_start(start), parse_end(end, _DAY))
    except DateError:
        return None


def _overlaps(memberships: Iterable[MembershipIn]) -> Iterator[Broken]:
    """Two exclusive statuses that certainly hold on one day."""
    by_pair: dict[tuple[str, str], list[MembershipIn]] = defaultdict(list)
    for one in memberships:
        if one.status not in PENDING_STATUSES:
            by_pair[one.organization, one.member].append(one)
    for group in by_pair.values():
        for one, other in combinations(group, 2):
            if _certainly_together(span(one.start, one.end), span(other.start, other.end)):
                sentence = f"membership {one.id} ({one.start}/{one.end}) overlaps {other.id} ({other.start}/{other.end})"
                yield Broken(one.id, sentence)


def _certainly_together(one: Interval | None, other: Interval | None) -> bool:
    if one is None or other is None or one.start.latest is None or other.start.latest is None:
        return False
    begin = max(one.start.latest, other.start.latest)
    return all(end is None or begin < end for end in (one.end.earliest, other.end.earliest))


def _outside(memberships: Iterable[MembershipIn], lives: dict[str, Interval | None]) -> Iterator[Broken]:
    """Find memberships that certainly go on after the end of their organization or state.

    One that starts before is no impossibility, for colonies, union republics and predecessors held seats: `app.curation` asks
    for evidence.
    """
    for one in memberships:
        held = span(one.start, one.end)
        for owner in (one.organization, one.member):
            life = lives.get(owner)
            if held is None or life is None or life.end.latest is None:
                continue
            if held.end.earliest is None or held.end.earliest > life.end.latest:
                yield Broken(one.id, f"membership {one.id} ends {one.end}, after {owner} ended ({life.end.edtf})")


def _misplaced(memberships: Iterable[MembershipIn], kinds: dict[str, str]) -> Iterator[Broken]:
    for one in memberships:
        kind = kinds.get(one.organization)
        if kind not in {None, Kind.ORGANIZATION}:
            yield Broken(one.id, f"membership {one.id}: organization '{one.organization}' is a {kind}")
