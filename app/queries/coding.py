"""What datasets that code years say of each: of an organization, of an actor, of the two together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import or_, select

from app.dates import Match
from app.dates.spans import gaps, span
from app.models import Coverage, Membership
from app.queries.judging import met, strongest
from app.schemas.panels import AbsenceReason, PanelRule
from app.vocabulary import GapReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.dates.spans import Span, Window
    from app.db.sessions import Snapshot
    from app.queries.holdings import Selection, Spells, Subject

Whom: TypeAlias = tuple[str | None, str | None]
"""An organization and an actor; None is every one of the dataset."""

_REASONS = {
    GapReason.NOT_KNOWN.value: AbsenceReason.NOT_COVERED,
    GapReason.STATE_DID_NOT_EXIST.value: AbsenceReason.STATE_DID_NOT_EXIST,
    GapReason.ORGANIZATION_DID_NOT_EXIST.value: AbsenceReason.ORGANIZATION_DID_NOT_EXIST,
}
_NONE: dict[int, AbsenceReason] = {}


@dataclass(frozen=True)
class Coding:
    """The years that datasets speak of, by whom they speak of, and those of which they say why there is no status."""

    covered: dict[Whom, set[int]] = field(default_factory=lambda: defaultdict(set))
    missing: dict[Whom, dict[int, AbsenceReason]] = field(default_factory=lambda: defaultdict(dict))

    def __bool__(self) -> bool:
        """Give whether any year is spoken of."""
        return bool(self.covered or self.missing)

    @cached_property
    def organizations(self) -> list[str]:
        """The organizations spoken of."""
        return sorted({one for one, _ in (*self.covered, *self.missing) if one})

    @cached_property
    def actors(self) -> list[str]:
        """The actors spoken of."""
        return sorted({one for _, one in (*self.covered, *self.missing) if one})

    def absence(self, organization: str, actor: str, year: int) -> AbsenceReason:
        """Say why an actor has no status in a year: what the dataset says of it, else whether the year is covered at all."""
        said = self.said(organization, actor, year)
        if said:
            return said
        wide = [self.covered[whom] for whom in ((organization, None), (None, actor)) if whom in self.covered]
        seen = year in self.covered.get((organization, actor), ()) or (wide and all(year in years for years in wide))
        return AbsenceReason.NOT_A_MEMBER if seen else AbsenceReason.NOT_COVERED

    def said(self, organization: str, actor: str, year: int) -> AbsenceReason | None:
        """Give the reason that is coded for an actor, the narrowest where several are; None where it has a code or none."""
        for whom in ((organization, actor), (organization, None), (None, actor)):
            reason = self.missing.get(whom, _NONE).get(year)
            if reason:
                return reason
        return None

    def emptiness(self, organization: str, year: int) -> AbsenceReason:
        """Say why an organization has no members in a year."""
        reason = self.missing.get((organization, None), _NONE).get(year)
        if reason:
            return reason
        covered = self.covered.get((organization, None))
        unseen = covered is not None and year not in covered
        return AbsenceReason.NOT_COVERED if unseen else AbsenceReason.NOT_A_MEMBER

    def lived(self, actor: str, years: range) -> list[int]:
        """Give the years in which an actor is coded as there."""
        covered, missing = self.covered.get((None, actor)), self.missing.get((None, actor), _NONE)
        there = years if covered is None else [year for year in years if year in covered]
        return [year for year in there if missing.get(year) is not AbsenceReason.STATE_DID_NOT_EXIST]


@dataclass(frozen=True, slots=True)
class CodedYear:
    """One organization in one year, in the words of datasets.

    A dataset that codes years has no days: with the rule `any` a status holds in the years that are coded so, and in no other.
    """

    coding: Coding
    organization: str
    number: int
    year: Window
    rule: PanelRule
    sure: bool

    def held(self, spells: Spells, statuses: Iterable[str]) -> tuple[str, Match] | None:
        """Give the status that is coded; by a rule of days, the first that meets it."""
        found = strongest(self.rule, spells, statuses, self.year)
        return None if found and self._coded and found[1] is Match.possible else found

    def joint(self, spans: Sequence[Span], ours: Spells, theirs: Spells) -> Match | None:
        """Say whether both are coded as there; whether they were on a same day may be only possible."""
        match = met(self.rule, spans, self.year)
        if self.rule is not PanelRule.ANY:
            return None if self.sure and match is Match.possible else match
        return match if match and all(self.held(one, list(one)) for one in (ours, theirs)) else None

    def left_open(self, spans: Sequence[Span]) -> bool:
        """Say whether dates alone leave it open; a coded year is never open."""
        return self.sure and self.rule is not PanelRule.ANY and met(self.rule, spans, self.year) is Match.possible

    def absence(self, state: Subject, spells: Spells) -> AbsenceReason:
        """Give the dataset's own reason."""
        if spells and self.rule is not PanelRule.ANY and self.sure and strongest(self.rule, spells, list(spells), self.year):
            return AbsenceReason.ONLY_POSSIBLE
        return self.coding.absence(self.organization, state.id, self.number)

    def emptiness(self) -> AbsenceReason:
        """Give the dataset's reason for the organization."""
        return self.coding.emptiness(self.organization, self.number)

    def absent(self, present: Iterable[str]) -> dict[str, list[str]]:
        """Give the actors that the dataset codes as not there or not known; none in a year that it does not code at all."""
        if (self.organization, None) in self.coding.covered and self.number not in self.coding.covered[self.organization, None]:
            return {}
        known = set(present)
        found: dict[str, list[str]] = defaultdict(list)
        for actor in self.coding.actors:
            reason = None if actor in known else self.coding.said(self.organization, actor, self.number)
            if reason:
                found[reason.value].append(actor)
        return found

    @property
    def _coded(self) -> bool:
        return self.sure or self.rule is PanelRule.ANY


def read_coding(snapshot: Snapshot, asked: Selection, years: range) -> Coding:
    """Read what datasets say of some years, one statement; nothing of sources that are no datasets.

    What is said of organizations and actors that were not asked for is left out.
    """
    c = Coverage
    statement = select(c.organization_id, c.member_id, c.complete, c.reason, c.start_earliest, c.end_earliest)
    for column, ids in ((c.organization_id, asked.organizations), (c.member_id, asked.actors)):
        if ids:
            statement = statement.where(or_(column.is_(None), column.in_(ids)))
    coding = Coding()
    for organization, actor, complete, reason, *days in snapshot.execute(statement.where(c.dataset.in_(asked.sources))):
        spoken_of = _years(days, years)
        if complete:
            coding.covered[organization, actor].update(spoken_of)
        else:
            coding.missing[organization, actor].update(dict.fromkeys(spoken_of, _REASONS[reason]))
    return coding


def _years(days: Sequence[str | None], years: range) -> range:
    """Give the years of a half-open interval that begins and ends with years."""
    first, after = (int(day[:4]) if day else None for day in days)
    return range(max(first or years.start, years.start), min(years.stop if after is None else after, years.stop))


Covered: TypeAlias = "dict[tuple[str, str], list[Window]]"
"""Days by organization and status."""
Blind: TypeAlias = "dict[str, dict[str, list[Window]]]"
"""Days by organization and actor."""


def read_covered(snapshot: Snapshot, organizations: Sequence[str]) -> tuple[Covered, Blind]:
    """Give the days for which completeness is claimed, of some organizations or all, and those on which an actor is not known.

    A partial date of a claim means all of its days. Of an organization that nothing is claimed of here, it is the days that
    datasets cover, without those of which they say that nothing is known. One statement, one more where there are datasets.
    """
    c = Coverage
    bounds = (c.start_earliest, c.start_latest, c.end_earliest, c.end_latest)
    statement = select(c.dataset, c.organization_id, c.member_id, c.status, c.complete, c.reason, *bounds)
    if organizations:
        statement = statement.where(c.organization_id.in_(organizations))
    curated: set[str] = set()
    found: Covered = defaultdict(list)
    blind: Blind = defaultdict(lambda: defaultdict(list))
    opened: Covered = defaultdict(list)
    closed: Covered = defaultdict(list)
    for dataset, organization, actor, status, complete, reason, *days in snapshot.execute(
        statement.where(c.organization_id.is_not(None)).order_by(c.dataset.is_not(None))
    ):
        window = span(*days)
        if dataset is None:
            curated.add(organization)
            found[organization, status] += [window.possible] if complete else []
        elif organization not in curated:
            years = window.start_earliest, window.end_earliest
            if actor is None:
                (opened if complete else closed)[dataset, organization].append(years)
            elif reason == GapReason.NOT_KNOWN.value:
                blind[organization][actor].append(years)
    coded = _coded_statuses(snapshot) if opened else {}
    for (dataset, organization), windows in opened.items():
        seen = [part for one in windows for part in gaps(closed.get((dataset, organization), []), one)]
        for status in coded.get(dataset, ()):
            found[organization, status] += seen
    return found, blind


def _coded_statuses(snapshot: Snapshot) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    m = Membership
    for dataset, status in snapshot.execute(select(m.dataset, m.status).where(m.dataset.is_not(None)).distinct()):
        found[dataset].append(status)
    return found
