"""Pairs of states by years: the memberships they share and the days in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import orjson

from app.dates import Match
from app.dates.spans import Span, Window, common, length, year_window
from app.queries.computed import Block
from app.queries.holdings import shown
from app.schemas.panels import AbsenceReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from app.queries.holdings import Spells, Subject
    from app.queries.judging import Land
    from app.schemas.tables import Row, Value


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of some states, the smaller id first, in the years in which both existed on some same day.

    `lived` gives these years.
    """

    states: Sequence[Subject]
    spells: Mapping[str, Mapping[str, Spells]]
    grounds: Mapping[str, Mapping[int, Land]]
    lived: Callable[[Subject, Subject], Sequence[int]]
    schemes: Sequence[str]
    _answers: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)

    def blocks(self) -> list[Block]:
        """Give a block for each pair that ever coexisted."""
        found: list[Block] = []
        for n, a in enumerate(self.states):
            for b in self.states[n + 1 :]:
                lived = self.lived(a, b)
                if lived:
                    found.append(Block(len(lived), partial(self._rows, a, b, lived)))
        return found

    def _rows(self, a: Subject, b: Subject, years: Sequence[int]) -> Iterator[Row]:
        shared = self._shared(a.id, b.id)
        for year in years:
            window = year_window(year)
            listed = [(one, spans, match) for one, spans, own in shared if (match := self.grounds[one][year].joint(spans, *own))]
            cells: list[Value] = [*shown(a, self.schemes, window), *shown(b, self.schemes, window), year, len(listed)]
            members = [{"organization": one, **_days(spans, window), "match": match.value} for one, spans, match in listed]
            every = [one for _, spans, _ in listed for one in spans]
            sure = all(match is Match.certain for _, _, match in listed)
            open_ones = not listed and any(self.grounds[one][year].left_open(spans) for one, spans, _ in shared)
            absence = AbsenceReason.ONLY_POSSIBLE if open_ones else None if listed else self._absence(a, b, year)
            reason = absence and absence.value
            verdict = (Match.certain if sure else Match.possible).value if listed else None
            yield [*cells, orjson.dumps(members).decode(), *_days(every, window).values(), reason, verdict]

    def _shared(self, a: str, b: str) -> list[tuple[str, list[Span], tuple[Spells, Spells]]]:
        """Give the spans that two states share, by organization, and the spells of either."""
        found: list[tuple[str, list[Span], tuple[Spells, Spells]]] = []
        for organization in self.grounds:
            spells = self.spells.get(organization, {})
            if a in spells and b in spells:
                ours, theirs = ([one for spans in spells[state].values() for one in spans] for state in (a, b))
                joint = [both for one in ours for other in theirs if (both := common(one, other))]
                if joint:
                    found.append((organization, joint, (spells[a], spells[b])))
        return found

    def _absence(self, a: Subject, b: Subject, year: int) -> AbsenceReason:
        """Say whether two states are known to share nothing, or some organization's members were not looked at."""
        (held_a, open_a), (held_b, open_b) = self._masks(a, year), self._masks(b, year)
        unknown = (held_a | open_a) & (held_b | open_b) & (open_a | open_b)
        return AbsenceReason.NOT_COVERED if unknown else AbsenceReason.NOT_A_MEMBER

    def _masks(self, state: Subject, year: int) -> tuple[int, int]:
        """Give in which organizations a state has a status in a year, and in which it was not looked at, as bits."""
        known = self._answers.get((state.id, year))
        if known is not None:
            return known
        held = unseen = 0
        for n, (organization, years) in enumerate(self.grounds.items()):
            land = years[year]
            own = self.spells.get(organization, {}).get(state.id, {})
            if own and land.held(own, list(own)):
                held |= 1 << n
            elif land.absence(state, own) is AbsenceReason.NOT_COVERED:
                unseen |= 1 << n
        self._answers[state.id, year] = held, unseen
        return held, unseen


def _days(spans: Sequence[Span], window: Window) -> dict[str, int]:
    return {
        "days": length([one.certain for one in spans], window),
        "days_possible": length([one.possible for one in spans], window),
    }
