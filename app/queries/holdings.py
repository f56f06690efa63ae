"""Who held what, when, what existed and what is covered: read once, a statement a kind of fact, as spans of days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.dates.spans import Span, Window, span
from app.models import Claim, Code, Label, Membership, Organization, State
from app.queries.coding import Coding, read_coding, read_covered
from app.queries.columns import localized
from app.vocabulary import ACTOR_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import SQLColumnExpression

    from app.db.sessions import Snapshot
    from app.queries.coding import Blind, Covered
    from app.schemas.tables import Value


@dataclass(frozen=True, slots=True)
class Subject:
    """A state or an organization: how it is called, how long it lives, and its codes with their time."""

    id: str
    name: str
    kind: str
    acronym: str | None = None
    life: Span | None = None
    codes: dict[str, list[tuple[Span, str]]] = field(default_factory=dict)

    def code(self, scheme: str, window: Window) -> str | None:
        """Give its code in a period, the youngest of several; where none is dated so, the last it had."""
        found = self.codes.get(scheme, [])
        held = [value for dates, value in found if dates.meets(window)]
        return held[-1] if held else found[-1][1] if found else None


@dataclass(frozen=True, slots=True)
class Selection:
    """What to read: ids (none: all), statuses in the order of their precedence, one source or any."""

    organizations: Sequence[str] = ()
    actors: Sequence[str] = ()
    statuses: Sequence[str] = ()
    sources: Sequence[str] = ()
    codes: Sequence[str] = ()
    lang: str = "en"


Spells = dict[str, list[Span]]
"""The spells of one actor in one organization, by status."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything a panel is computed from."""

    organizations: list[Subject]
    states: list[Subject]
    spells: dict[str, dict[str, Spells]]
    covered: Covered
    blind: Blind
    """When nothing is known of an actor in an organization."""
    coding: Coding
    """What the datasets that are asked for say of the years; of none, nothing."""


def read_holdings(snapshot: Snapshot, asked: Selection, years: range) -> Holdings:
    """Read spells, lives, names, codes and coverage: at most seven statements.

    Of datasets that say which years they cover, only the organizations and actors are read that they speak of.
    """
    codes = _codes(snapshot, asked.codes) if asked.codes else {}
    coding = read_coding(snapshot, asked, years) if asked.sources else Coding()
    organizations = _subjects(snapshot, Organization, asked.organizations or coding.organizations, (asked.lang, codes))
    states = _subjects(snapshot, State, asked.actors or coding.actors, (asked.lang, codes))
    covered, blind = ({}, {}) if asked.sources else read_covered(snapshot, asked.organizations)
    return Holdings(organizations, states, read_held(snapshot, asked, coded=bool(coding)), covered, blind, coding)


def read_members(snapshot: Snapshot, asked: Selection) -> dict[str, Subject]:
    """Read the names of the actors asked for, or of all states and organizations, by id: one or two statements."""
    codes = _codes(snapshot, asked.codes) if asked.codes else {}
    kinds = [kind.value for kind in ACTOR_KINDS]
    statement = select(Label.id, _named(asked.lang), Label.kind, Label.acronym).where(Label.kind.in_(kinds))
    if asked.actors:
        statement = statement.where(Label.id.in_(asked.actors))
    found = snapshot.execute(statement)
    return {row[0]: Subject(row[0], row[1], row[2], row[3], None, codes.get(row[0], {})) for row in found}


def _named(lang: str) -> SQLColumnExpression[object]:
    return Label.name if lang == "en" else localized(Label.id, Label.name, lang)


def _subjects(
    snapshot: Snapshot,
    table: type[Organization | State],
    ids: Sequence[str],
    asked: tuple[str, dict[str, dict[str, list[tuple[Span, str]]]]],
) -> list[Subject]:
    lang, codes = asked
    bounds = (table.start_earliest, table.start_latest, table.end_earliest, table.end_latest)
    statement = select(table.id, _named(lang), Label.acronym, *bounds).join(Label, Label.id == table.id)
    if ids:
        statement = statement.where(table.id.in_(ids))
    rows, kind = snapshot.execute(statement.order_by(table.id)), table.__tablename__
    return [Subject(row[0], row[1], kind, row[2], span(*row[3:7]), codes.get(row[0], {})) for row in rows]


def _codes(snapshot: Snapshot, schemes: Sequence[str]) -> dict[str, dict[str, list[tuple[Span, str]]]]:
    found: dict[str, dict[str, list[tuple[Span, str]]]] = defaultdict(lambda: defaultdict(list))
    bounds = (Code.start_earliest, Code.start_latest, Code.end_earliest, Code.end_latest)
    rows = snapshot.execute(select(Code.entity_id, Code.scheme, Code.value, *bounds).where(Code.scheme.in_(schemes)))
    for entity, scheme, value, *days in rows:
        found[entity][scheme].append((span(*days), value))
    for by_scheme in found.values():
        for dated in by_scheme.values():
            dated.sort()
    return found


def read_held(snapshot: Snapshot, asked: Selection, *, coded: bool = False) -> dict[str, dict[str, Spells]]:
    """Read the spells of the statuses asked for, by organization and member: one statement.

    Where several datasets speak of one membership, those of the preferred one; with sources, those that rest on them, which
    for datasets (`coded`) are those that came with them.
    """
    m = Membership
    bounds = (m.start_earliest, m.start_latest, m.end_earliest, m.end_latest)
    statement = select(m.organization_id, m.member_id, m.status, *bounds).where(m.status.in_(asked.statuses))
    if asked.organizations:
        statement = statement.where(m.organization_id.in_(asked.organizations))
    if asked.actors:
        statement = statement.where(m.member_id.in_(asked.actors))
    if coded:
        statement = statement.where(m.dataset.in_(asked.sources))
    elif asked.sources:
        statement = statement.where(m.id.in_(select(Claim.subject_id).where(Claim.source_id.in_(asked.sources))))
    else:
        statement = statement.where(m.preferred.is_(True))
    found: dict[str, dict[str, Spells]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for organization, member, status, *days in snapshot.execute(statement):
        found[organization][member][status].append(span(*days))
    return found


def shown(subject: Subject, schemes: Sequence[str], window: Window) -> list[Value]:
    """Give the cells of a reference to an actor: id, name, codes."""
    return [subject.id, subject.name, *(subject.code(scheme, window) for scheme in schemes)]
