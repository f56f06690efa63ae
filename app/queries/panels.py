"""Panels: computed block by block from spells read once, so that a panel of any size needs the memory of one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import orjson

from app.dates import Match
from app.dates.spans import common, year_window, years_of
from app.errors import BadQueryError
from app.queries.coding import CodedYear
from app.queries.computed import Block, Computation, Computed, arguments
from app.queries.dyad_years import Pairs
from app.queries.holdings import Selection, read_holdings, shown
from app.queries.judging import NOWHERE, ground
from app.schemas.panels import DYAD_YEAR, MAX_CELLS, ORG_YEAR, STATE_COUNT, STATE_YEAR, AbsenceReason, PanelRule
from app.schemas.questions import Certainty
from app.schemas.tables import Field, FieldType
from app.schemas.values import parse_years
from app.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from app.db.sessions import Snapshot
    from app.queries.holdings import Holdings, Subject
    from app.queries.judging import Land
    from app.schemas.questions import Question
    from app.schemas.tables import Row


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel's question and what was read for it."""

    holdings: Holdings
    selection: Selection
    rule: PanelRule
    years: range
    sure: bool

    def grounds(self, organization: Subject) -> Mapping[int, Land]:
        """Set up every year of an organization, from what is known of its days or from what datasets say of the year."""
        coding, rule, sure = self.holdings.coding, self.rule, self.sure
        if coding:
            return {year: CodedYear(coding, organization.id, year, year_window(year), rule, sure) for year in self.years}
        covered = {one: self.holdings.covered.get((organization.id, one), []) for one in self.selection.statuses}
        life = organization.life.possible if organization.life else NOWHERE
        blind = self.holdings.blind.get(organization.id, {})
        return {year: ground((rule, sure), year_window(year), life, (covered, blind)) for year in self.years}

    def lived(self, a: Subject, b: Subject) -> Sequence[int]:
        """Give the years in which two states existed on a same day, or are coded as having existed."""
        if self.holdings.coding:
            first, second = (self.holdings.coding.lived(one.id, self.years) for one in (a, b))
            return sorted({*first} & {*second})
        both = common(a.life, b.life) if a.life and b.life else None
        return years_of(both.possible, self.years) if both else ()

    def existed(self, state: Subject, year: int) -> bool:
        """Give whether a state existed on some day of a year, or is coded as having existed."""
        if self.holdings.coding:
            return year in self.holdings.coding.lived(state.id, range(year, year + 1))
        return state.life is not None and bool(years_of(state.life.possible, range(year, year + 1)))


def _panel(snapshot: Snapshot, question: Question) -> Panel:
    given = arguments(question)
    words = {name: tuple(str(value) for value in values) for name, values in given.items()}
    asked = set(words.get("status", (Status.MEMBER.value,)))
    selection = Selection(
        words.get("organizations", ()),
        words.get("actors", ()),
        [one.value for one in Status if one.value in asked],
        words.get("source", ()),
        question.codes,
        question.lang,
    )
    years = parse_years("years", words["years"][0])
    sure = words.get("certainty") == (Certainty.CERTAIN.value,)
    return Panel(read_holdings(snapshot, selection, years), selection, PanelRule(words.get("rule", ("any",))[0]), years, sure)


def _bounded(cells: int, what: str) -> None:
    """Refuse a panel that nobody could read; BadQueryError says how to narrow it."""
    if cells > MAX_CELLS:
        message = (
            f"this panel has {cells} cells ({what}); at most {MAX_CELLS} are given: name actors=, organizations= or fewer years="
        )
        raise BadQueryError.at("years", "too-many-cells", message)


def reference_fields(path: str, codes: Sequence[str]) -> tuple[Field, ...]:
    """Give the fields of a state: id, name, codes."""
    return Field(f"{path}.id"), Field(f"{path}.name"), *(Field(f"{path}.codes.{scheme}") for scheme in codes)


ORGANIZATION_FIELDS = (Field("organization.id"), Field("organization.name"), Field("organization.acronym"))


def _state_year(snapshot: Snapshot, question: Question) -> Computed:
    panel = _panel(snapshot, question)
    organizations, states = panel.holdings.organizations, panel.holdings.states
    size = len(states) * len(panel.years)
    _bounded(size * len(organizations), "actors x organizations x years")
    fields = (
        *reference_fields("actor", question.codes),
        *ORGANIZATION_FIELDS,
        Field("year", FieldType.INTEGER),
        *(Field(one) for one in ("status", "reason", "match")),
    )
    return Computed(fields, [Block(size, partial(_state_rows, panel, one)) for one in organizations])


def _state_rows(panel: Panel, organization: Subject) -> Iterator[Row]:
    grounds = panel.grounds(organization)
    spells = panel.holdings.spells.get(organization.id, {})
    reference = [organization.id, organization.name, organization.acronym]
    schemes, statuses = panel.selection.codes, panel.selection.statuses

    for state in panel.holdings.states:
        own = spells.get(state.id, {})
        for year, land in grounds.items():
            held = land.held(own, statuses) if own else None
            cells = [*shown(state, schemes, land.year), *reference, year]
            if held:
                yield [*cells, held[0], None, held[1].value]
            else:
                yield [*cells, None, land.absence(state, own).value, None]


def _dyad_year(snapshot: Snapshot, question: Question) -> Computed:
    panel = _panel(snapshot, question)
    states = panel.holdings.states
    _bounded(len(states) * (len(states) - 1) // 2 * len(panel.years), "pairs of actors x years")
    grounds = {one.id: panel.grounds(one) for one in panel.holdings.organizations}
    pairs = Pairs(states, panel.holdings.spells, grounds, panel.lived, panel.selection.codes)
    numbers = [Field(one, FieldType.INTEGER) for one in ("days", "days_possible")]
    fields = (
        *reference_fields("a", question.codes),
        *reference_fields("b", question.codes),
        *(Field("year", FieldType.INTEGER), Field("joint", FieldType.INTEGER), Field("shared", FieldType.JSON)),
        *(*numbers, Field("reason"), Field("match")),
    )
    return Computed(fields, pairs.blocks())


def _org_year(snapshot: Snapshot, question: Question) -> Computed:
    panel = _panel(snapshot, question)
    organizations = panel.holdings.organizations
    _bounded(len(organizations) * len(panel.years) * max(1, len(panel.holdings.states)), "members x organizations x years")
    fields = (
        *ORGANIZATION_FIELDS,
        *(Field("year", FieldType.INTEGER), Field("members", FieldType.INTEGER)),
        *(Field("counts", FieldType.JSON), Field("actors", FieldType.JSON), Field("absent", FieldType.JSON)),
        *(Field("reason"), Field("match")),
    )
    return Computed(fields, [Block(len(panel.years), partial(_org_rows, panel, one)) for one in organizations])


def _org_rows(panel: Panel, organization: Subject) -> Iterator[Row]:
    reference = [organization.id, organization.name, organization.acronym]
    spells = panel.holdings.spells.get(organization.id, {})
    for year, land in panel.grounds(organization).items():
        found = [(member, land.held(own, panel.selection.statuses)) for member, own in sorted(spells.items())]
        held = [(member, *got) for member, got in found if got]
        absent = land.absent(member for member, _, _ in held)
        absence = AbsenceReason.NOT_COVERED if absent and AbsenceReason.NOT_COVERED in absent else land.emptiness()
        reason = absence.value if not held or absence is AbsenceReason.NOT_COVERED else None
        match = (Match.possible if any(one[2] is Match.possible for one in held) else Match.certain).value if held else None
        listed = orjson.dumps([{"id": one, "status": status, "match": how.value} for one, status, how in held]).decode()
        counts = Counter(status for _, status, _ in held)
        ordered = {status: counts[status] for status in panel.selection.statuses}
        named = None if absent is None else orjson.dumps(absent).decode()
        yield [*reference, year, len(held), orjson.dumps(ordered).decode(), listed, named, reason, match]


def _state_count(snapshot: Snapshot, question: Question) -> Computed:
    panel = _panel(snapshot, question)
    organizations, states = panel.holdings.organizations, panel.holdings.states
    _bounded(len(states) * len(organizations) * len(panel.years), "actors x organizations x years")
    grounds = {one.id: panel.grounds(one) for one in organizations}
    fields = (
        *reference_fields("actor", question.codes),
        *(Field("year", FieldType.INTEGER), Field("organizations", FieldType.INTEGER), Field("counts", FieldType.JSON)),
        *(Field("reason"), Field("match")),
    )
    return Computed(fields, [Block(len(panel.years), partial(_count_rows, panel, grounds, one)) for one in states])


def _count_rows(panel: Panel, grounds: Mapping[str, Mapping[int, Land]], state: Subject) -> Iterator[Row]:
    statuses = panel.selection.statuses
    own = {one: spells[state.id] for one, spells in panel.holdings.spells.items() if one in grounds and state.id in spells}
    for year in panel.years:
        held = [got for one, spells in own.items() if (got := grounds[one][year].held(spells, statuses))]
        counts = Counter(status for status, _ in held)
        ordered = orjson.dumps({status: counts[status] for status in statuses}).decode()
        reason = None if held else _nowhere(panel, grounds, state, year).value
        match = (Match.possible if any(how is Match.possible for _, how in held) else Match.certain).value if held else None
        yield [*shown(state, panel.selection.codes, year_window(year)), year, len(held), ordered, reason, match]


def _nowhere(panel: Panel, grounds: Mapping[str, Mapping[int, Land]], state: Subject, year: int) -> AbsenceReason:
    """Say why a state is in none of the organizations."""
    if not panel.existed(state, year):
        return AbsenceReason.STATE_DID_NOT_EXIST
    reasons = {years[year].absence(state, panel.holdings.spells.get(one, {}).get(state.id, {})) for one, years in grounds.items()}
    known = (AbsenceReason.ONLY_POSSIBLE, AbsenceReason.NOT_COVERED)
    return next((one for one in known if one in reasons), AbsenceReason.NOT_A_MEMBER)


PANELS = (
    Computation(STATE_YEAR, _state_year),
    Computation(DYAD_YEAR, _dyad_year),
    Computation(ORG_YEAR, _org_year),
    Computation(STATE_COUNT, _state_count),
)
