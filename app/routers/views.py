"""Views of one thing: its members, parties, acts, participants; each is a collection with a condition set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request

from app.edge.answering import View, read_list
from app.edge.asking import ask
from app.edge.context import context_of
from app.edge.errands import Endpoint, Errand, endpoint
from app.queries.catalog import RESOURCES
from app.routers.collections import responses
from app.routers.parameters import collection_parameters, identifier
from app.schemas.common import ListOut
from app.schemas.filters import Operator
from app.schemas.parsing import parse_time
from app.schemas.questions import Condition, TimeTest
from app.vocabulary import Kind, Status

if TYPE_CHECKING:
    from app.db.sessions import Snapshot
    from app.schemas.questions import Question

TODAY = "as of today, since no time was asked for; at=, during= and throughout= ask for another, during=../.. for all"


@dataclass(frozen=True, slots=True)
class Nested:
    """One view: its path below an owner, the collection it narrows, and by what."""

    owner: str
    word: str
    operation: str
    summary: str
    collection: str
    key: str
    conditions: tuple[Condition, ...] = ()
    today: bool = False

    @property
    def fixed(self) -> frozenset[str]:
        """The filters that the view sets itself."""
        return frozenset({self.key, *(one.field for one in self.conditions)})


def _status(*words: Status) -> Condition:
    return Condition("status", Operator.EQ, tuple(word.value for word in words))


_STATES_ONLY = Condition("member_kind", Operator.EQ, (Kind.STATE.value,))

VIEWS = (
    Nested(
        "organizations",
        "members",
        "listOrganizationMembers",
        "Everyone in an organization, in every status",
        "memberships",
        "organization",
        today=True,
    ),
    Nested(
        "organizations",
        "member-states",
        "listOrganizationMemberStates",
        "Member states of an organization",
        "memberships",
        "organization",
        (_status(Status.MEMBER), _STATES_ONLY),
        today=True,
    ),
    Nested(
        "organizations",
        "observers",
        "listOrganizationObservers",
        "Observers of an organization",
        "memberships",
        "organization",
        (_status(Status.OBSERVER),),
        today=True,
    ),
    Nested(
        "organizations",
        "dialogue-partners",
        "listOrganizationDialoguePartners",
        "Dialogue partners of an organization",
        "memberships",
        "organization",
        (_status(Status.DIALOGUE_PARTNER),),
        today=True,
    ),
    Nested(
        "states",
        "memberships",
        "listStateMemberships",
        "What a state belongs to, in which status",
        "memberships",
        "member",
        today=True,
    ),
    Nested("agreements", "parties", "listAgreementParties", "Who is bound by an agreement", "parties", "agreement"),
    Nested("agreements", "acts", "listAgreementActs", "Every act on an agreement", "acts", "agreement"),
    Nested(
        "events", "participations", "listEventParticipations", "Everyone who took part in an event", "participations", "event"
    ),
    Nested("events", "votes", "listEventVotes", "Who voted how in a roll call", "votes", "event"),
)


def views() -> APIRouter:
    """Give the router of all views of one thing."""
    router = APIRouter(prefix="/v1")
    for one in VIEWS:
        resource = RESOURCES[one.collection]
        owner = RESOURCES[one.owner].spec
        parameters = [identifier(owner), *collection_parameters(resource.spec, fixed=one.fixed)]
        router.add_api_route(
            f"/{one.owner}/{{id}}/{one.word}",
            _endpoint(one),
            operation_id=one.operation,
            tags=[one.owner],
            summary=one.summary,
            responses=responses(ListOut[resource.spec.out], resource.spec),  # type: ignore[name-defined]
            openapi_extra={"parameters": parameters},
        )
    return router


def _endpoint(nested: Nested) -> Endpoint:
    resource, owner = RESOURCES[nested.collection], RESOURCES[nested.owner].spec
    narrowed = replace(
        resource.spec, filters={name: one for name, one in resource.spec.filters.items() if name not in nested.fixed}
    )

    def index(request: Request) -> Errand:
        asked = ask(request, narrowed)
        warnings: tuple[str, ...] = ()
        if nested.today and not asked.question.times and not asked.question.history:
            today = parse_time(TimeTest.AT, datetime.now(UTC).date().isoformat())
            question = replace(asked.question, times=(today,))
            asked, warnings = replace(asked, question=question, carried=(*asked.carried, ("at", today.text))), (TODAY,)
        context = context_of(request)

        def narrow(snapshot: Snapshot, question: Question) -> Question:
            days = next(((time.first, time.last) for time in question.times), None)
            known = context.snapshot_of(snapshot, question.known_at, question.release)
            found = context.resolve(snapshot, known, request.path_params["id"], owner.kinds, days)
            return question.also(Condition(nested.key, Operator.EQ, (found,)), *nested.conditions)

        return read_list(request, View(resource, warnings, narrow), asked)

    return endpoint(index)
