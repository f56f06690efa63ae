"""Who is in which of several organizations on a day: a matrix of actors by organizations."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from app.dates import Match
from app.queries.computed import Computation, Computed, arguments, listed
from app.queries.facts import actor_fields
from app.queries.holdings import Selection, read_held, read_members
from app.queries.judging import strongest
from app.schemas.comparisons import OVERLAP
from app.schemas.panels import PanelRule
from app.schemas.tables import Field, FieldType
from app.vocabulary import Status

if TYPE_CHECKING:
    from app.db.sessions import Snapshot
    from app.queries.holdings import Spells
    from app.schemas.questions import Question
    from app.schemas.tables import Row, Value


def _overlap(snapshot: Snapshot, question: Question) -> Computed:
    given = {name: tuple(str(one) for one in values) for name, values in arguments(question).items()}
    organizations = given["organizations"]
    asked = set(given.get("statuses", (Status.MEMBER.value,)))
    statuses = [one.value for one in Status if one.value in asked]
    selection = Selection(organizations, given.get("actors", ()), statuses, (), question.codes, question.lang)
    window = _window(question)
    members = read_members(snapshot, selection)
    held = read_held(snapshot, selection)
    by_actor: dict[str, dict[str, Spells]] = defaultdict(dict)
    for organization in organizations:
        for actor, spells in held.get(organization, {}).items():
            by_actor[actor][organization] = spells
    rows: list[Row] = []
    for actor in sorted(by_actor, key=lambda one: (members[one].kind != "state", one)):
        found = [strongest(PanelRule.ANY, by_actor[actor].get(one, {}), statuses, window) for one in organizations]
        if any(found):
            subject = members[actor]
            codes = (subject.code(scheme, window) for scheme in question.codes)
            cells: list[Value] = [actor, subject.name, subject.kind, *codes, *(one and one[0] for one in found)]
            match = Match.possible if any(one and one[1] is Match.possible for one in found) else Match.certain
            rows.append([*cells, sum(1 for one in found if one), match.value])
    columns = [Field(f"organizations.{one}") for one in organizations]
    fields = (*actor_fields("actor", question.codes), *columns, Field("shared", FieldType.INTEGER), Field("match"))
    return listed(fields, rows, question.certainty)


def _window(question: Question) -> tuple[int, int]:
    """Give the days of `at`; of a month or a year, a status on some day of it counts."""
    time = question.times[0]
    return date.fromisoformat(time.first).toordinal(), date.fromisoformat(time.last).toordinal() + 1


OVERLAPS = Computation(OVERLAP, _overlap)
