"""Views over several facts: differences, dyads, the timeline, overlaps, panels; each a declaration and one call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.edge.answering import View, answer_list
from app.edge.asking import Asked, ask
from app.edge.context import context_of
from app.queries.diffs import DIFFS
from app.queries.dyad_timelines import DYAD_TIMELINES
from app.queries.dyads import DYADS
from app.queries.overlaps import OVERLAPS
from app.queries.panels import PANELS
from app.queries.timelines import TIMELINE
from app.routers.collections import responses
from app.routers.parameters import collection_parameters, identifier
from app.schemas.common import ItemOut, ListOut
from app.schemas.filters import Operator
from app.schemas.parsing import parse_time
from app.schemas.questions import Condition, Question, TimeTest

if TYPE_CHECKING:
    from app.db.sessions import Snapshot
    from app.queries.computed import Computation
    from app.queries.resource import Resource

Endpoint = Callable[[Request], Awaitable[Response]]
Completed = tuple[Question, dict[str, str], tuple[str, ...]]
"""A question that leaves nothing out, what was added to it, and what to warn of."""

FIRST_YEAR = 1992
"""Where a panel begins when no years are asked for: the first full year of the states that followed the Soviet Union."""


def _as_asked(question: Question) -> Completed:
    return question, {}, ()


def _today(question: Question) -> Completed:
    """Let a question about no time be about today, and say so."""
    if question.times:
        return question, {}, ()
    today = parse_time(TimeTest.AT, datetime.now(UTC).date().isoformat())
    return (
        replace(question, times=(today,)),
        {"at": today.text},
        ("as of today, since no time was asked for; at= asks for another",),
    )


def _recent_years(question: Question) -> Completed:
    """Let a panel of no years be one of those since 1992, and say so."""
    if any(isinstance(one, Condition) and one.field == "years" for one in question.where.parts):
        return question, {}, ()
    text = f"{FIRST_YEAR}..{datetime.now(UTC).year}"
    return question.also(Condition("years", Operator.EQ, (text,))), {"years": text}, (f"years={text}, since none were asked for",)


@dataclass(frozen=True, slots=True)
class Address:
    """One URL: what answers it, which arguments its path holds, and what a question that leaves something out means."""

    path: str
    operation: str
    tag: str
    view: Computation | Resource
    arguments: Mapping[str, str] = field(default_factory=dict)
    completed: Callable[[Question], Completed] = _as_asked
    single: bool = False


_PAIR = {"a": "a", "b": "b"}

ADDRESSES = (
    Address("/organizations/{id}/diff", "diffOrganization", "organizations", DIFFS, {"id": "organization"}),
    Address("/dyads/{a}/{b}", "getDyad", "dyads", DYADS, _PAIR, single=True),
    Address("/dyads/{a}/{b}/timeline", "listDyadTimeline", "dyads", DYAD_TIMELINES, _PAIR),
    Address("/timeline", "listTimeline", "timeline", TIMELINE),
    Address("/overlap", "getOverlap", "overlap", OVERLAPS, completed=_today),
    *(
        Address(f"/panels/{one.spec.name}", operation, "panels", one, completed=_recent_years)
        for one, operation in zip(
            PANELS, ("panelStateYear", "panelDyadYear", "panelOrgYear", "panelStateYearCounts"), strict=True
        )
    ),
)


def comparisons() -> APIRouter:
    """Give the router of all views over several facts."""
    router = APIRouter(prefix="/v1")
    for one in ADDRESSES:
        spec = one.view.spec
        inside = [
            {**identifier(spec, name), "example": spec.filters[argument].example, "description": _PATH_TEXT}
            for name, argument in one.arguments.items()
        ]
        model = ItemOut[spec.out] if one.single else ListOut[spec.out]  # type: ignore[name-defined]
        router.add_api_route(
            one.path,
            _endpoint(one),
            operation_id=one.operation,
            tags=[one.tag],
            summary=spec.summary,
            responses=responses(model, spec),
            openapi_extra={"parameters": [*inside, *collection_parameters(spec, fixed=frozenset(one.arguments.values()))]},
        )
    return router


_PATH_TEXT = "permanent id in any case, or a code with its scheme (iso2:AZ, cow:373, wd:Q227)"


def _endpoint(address: Address) -> Endpoint:
    spec = address.view.spec
    fixed = frozenset(address.arguments.values())
    narrowed = replace(spec, filters={name: one for name, one in spec.filters.items() if name not in fixed})

    async def index(request: Request) -> Response:
        asked = ask(request, narrowed)
        question, added, warnings = address.completed(asked.question)
        asked = replace(asked, question=question, carried=(*asked.carried, *added.items()))
        if address.arguments:
            asked = await _named(request, address, asked)
        return await answer_list(request, View(address.view, warnings), asked)

    return index


async def _named(request: Request, address: Address, asked: Asked) -> Asked:
    """Put what the path names into the question; 404, 300, 308 or 410 where it names nothing that can be asked about."""
    context = context_of(request)
    filters = address.view.spec.filters

    def resolve(snapshot: Snapshot) -> list[Condition]:
        days = next(((time.first, time.last) for time in asked.question.times), None)
        known = context.snapshot_of(snapshot, asked.question.known_at, asked.question.release)
        found: list[Condition] = []
        for name, argument in address.arguments.items():
            entity = context.resolve(snapshot, known, request.path_params[name], filters[argument].kinds, days)
            found.append(Condition(argument, Operator.EQ, (entity,)))
        return found

    conditions = await context.read(resolve)
    return replace(asked, question=asked.question.also(*conditions))
