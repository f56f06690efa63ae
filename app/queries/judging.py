"""A year under a rule: whether spells of a status meet it, and why not where they do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from app.dates import Match
from app.dates.spans import Span, Window, gaps, length, union
from app.schemas.panels import AbsenceReason, PanelRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from app.queries.holdings import Spells, Subject

NOWHERE: Window = (0, 0)


def looked_at(rule: PanelRule, year: Window) -> Window:
    """Give the days that a rule looks at: one of them, or the whole year."""
    first, after = year
    if rule is PanelRule.FIRST_DAY:
        return first, first + 1
    return (after - 1, after) if rule is PanelRule.LAST_DAY else year


def needed(rule: PanelRule, year: Window) -> int:
    """Give on how many of those days a status must hold: all 365 or 366, more than half of them, or one."""
    days = year[1] - year[0]
    if rule is PanelRule.FULL_YEAR:
        return days
    return days // 2 + 1 if rule is PanelRule.MAJORITY else 1


def met(rule: PanelRule, spans: Sequence[Span], year: Window) -> Match | None:
    """Say whether spells meet a rule whatever their dates are, for some of them, or not at all.

    Ends of different spells are independent: the fewest days are those of the certain windows, the most those of the
    possible ones, and both are attained.
    """
    window = looked_at(rule, year)
    if rule in {PanelRule.FULL_YEAR, PanelRule.MAJORITY}:
        least = needed(rule, year)
        if length([one.certain for one in spans], window) >= least:
            return Match.certain
        return Match.possible if length([one.possible for one in spans], window) >= least else None
    best: Match | None = None
    for one in spans:
        match = one.meets(window)
        if match is Match.certain:
            return match
        best = match or best
    return best


def strongest(rule: PanelRule, spells: Spells, statuses: Iterable[str], year: Window) -> tuple[str, Match] | None:
    """Give the status of a year: the first that holds for certain, else the first that possibly does.

    The order is that of the vocabulary, a member before an observer, as the Correlates of War code one status a year.
    """
    likely: tuple[str, Match] | None = None
    for status in statuses:
        spans = spells.get(status)
        match = met(rule, spans, year) if spans else None
        if match is Match.certain:
            return status, match
        if match is not None and likely is None:
            likely = status, match
    return likely


class Land(Protocol):
    """One organization in one year, as a panel is asked about it."""

    @property
    def year(self) -> Window:
        """The days of the year."""

    def held(self, spells: Spells, statuses: Iterable[str]) -> tuple[str, Match] | None:
        """Give the status that an actor with these spells has."""

    def joint(self, spans: Sequence[Span], ours: Spells, theirs: Spells) -> Match | None:
        """Say whether two actors with these spells, and these spans in common, belong to it together."""

    def left_open(self, spans: Sequence[Span]) -> bool:
        """Say whether spans in common are left out for no reason but that they only possibly meet the rule."""

    def absence(self, state: Subject, spells: Spells) -> AbsenceReason:
        """Say why a state with these spells has no status."""

    def emptiness(self) -> AbsenceReason:
        """Say why there is nobody in it, or not everybody."""

    def absent(self, present: Iterable[str]) -> dict[str, list[str]] | None:
        """Give whom the data name as not there, or as not known, by reason; None where they name nobody."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One organization in one year: when it can have existed, and when each status was not looked at.

    `blind` are the actors of whom nothing is known in the year. With `sure`, a status that holds only possibly is none.
    """

    rule: PanelRule
    year: Window
    life: Window
    unseen: dict[str, list[Window]]
    blind: AbstractSet[str] = frozenset()
    sure: bool = False
    _blank: dict[Window, AbsenceReason] = field(default_factory=dict)

    def held(self, spells: Spells, statuses: Iterable[str]) -> tuple[str, Match] | None:
        """Give the first status that meets the rule."""
        found = strongest(self.rule, spells, statuses, self.year)
        return None if found and self.sure and found[1] is Match.possible else found

    def joint(self, spans: Sequence[Span], ours: Spells, theirs: Spells) -> Match | None:
        """Say whether spans in common meet the rule."""
        del ours, theirs
        match = met(self.rule, spans, self.year)
        return None if self.sure and match is Match.possible else match

    def left_open(self, spans: Sequence[Span]) -> bool:
        """Say whether dates alone leave it open."""
        return self.sure and met(self.rule, spans, self.year) is Match.possible

    def absence(self, state: Subject, spells: Spells) -> AbsenceReason:
        """Say why a state has no status; without spells, those that exist on the same days of the year share the answer."""
        life = state.life.possible if state.life else NOWHERE
        if spells or state.id in self.blind:
            if self.sure and strongest(self.rule, spells, list(spells), self.year):
                return AbsenceReason.ONLY_POSSIBLE
            found = self._absence(life, spells)
            unknown = state.id in self.blind and found is AbsenceReason.NOT_A_MEMBER
            return AbsenceReason.NOT_COVERED if unknown else found
        window = max(life[0], self.year[0]), min(life[1], self.year[1])
        reason = self._blank.get(window)
        if reason is None:
            reason = self._blank[window] = self._absence(window, spells)
        return reason

    def emptiness(self) -> AbsenceReason:
        """Say why an actor that exists as long as the organization has no status in it."""
        return self._absence(self.life, {})

    def absent(self, present: Iterable[str]) -> None:
        """Name nobody."""

    def _absence(self, state: Window, spells: Spells) -> AbsenceReason:
        """Say why a state that can have existed in a window has no status.

        It was not there long enough for the rule; or the days that nobody looked at would do, with those on which it
        possibly held the status; or it is known that it had none.
        """
        if not self._enough([self.life]):
            return AbsenceReason.ORGANIZATION_DID_NOT_EXIST
        if not self._enough([state]):
            return AbsenceReason.STATE_DID_NOT_EXIST
        both = max(self.life[0], state[0]), min(self.life[1], state[1])
        if not self._enough([both]):
            return AbsenceReason.ORGANIZATION_DID_NOT_EXIST
        for status, days in self.unseen.items():
            open_days = [*union(days, both), *(one.possible for one in spells.get(status, ()))]
            if union(days, both) and self._enough(open_days):
                return AbsenceReason.NOT_COVERED
        return AbsenceReason.NOT_A_MEMBER

    def _enough(self, windows: Sequence[Window]) -> bool:
        return length(windows, looked_at(self.rule, self.year)) >= needed(self.rule, self.year)


Days: TypeAlias = "Mapping[str, Sequence[Window]]"


def ground(asked: tuple[PanelRule, bool], year: Window, life: Window, known: tuple[Days, Days]) -> Ground:
    """Set up an organization's year from the days that are covered, by status, and those not known of an actor, by actor."""
    (rule, sure), (covered, blind) = asked, known
    window = looked_at(rule, year)
    unseen = {status: gaps(windows, window) for status, windows in covered.items()}
    return Ground(rule, year, life, unseen, {actor for actor, days in blind.items() if union(days, window)}, sure)
