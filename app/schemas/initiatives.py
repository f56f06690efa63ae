"""Initiatives and topics on the wire."""

from __future__ import annotations

from pydantic import Field as Describe

from app.schemas.common import ActorRef, DateOut, Evidence, NameOut, OrganizationRef, Ref, Row, Shape, TitleRef
from app.schemas.filters import choice, reference, words
from app.schemas.resources import INTERVAL, actor_filter, spec
from app.schemas.sources import ClaimOut
from app.vocabulary import InitiativeStatus, InitiativeType, Kind


class InvolvementOut(Shape):
    """One actor's part in an initiative, for a time."""

    id: str | None = None
    actor: ActorRef | None = None
    role: str | None = None
    start: DateOut | None = None
    end: DateOut | None = None


class InitiativeOut(Row):
    """A corridor, pipeline, programme or project."""

    id: str | None = Describe(None, examples=["middle-corridor"])
    name: str | None = None
    names: list[NameOut] | None = None
    kind: str | None = Describe(None, examples=["corridor"])
    status: str | None = Describe(None, examples=["operating"])
    description: str | None = None
    start: DateOut | None = None
    end: DateOut | None = None
    participants: list[InvolvementOut] | None = None
    organizations: list[OrganizationRef] | None = None
    agreements: list[TitleRef] | None = None
    topics: list[Ref] | None = None
    evidence: Evidence | None = None
    claims: list[ClaimOut] | None = None


class TopicOut(Row):
    """An area of cooperation."""

    id: str | None = Describe(None, examples=["transport"])
    name: str | None = None
    names: list[NameOut] | None = None
    description: str | None = None
    evidence: Evidence | None = None
    claims: list[ClaimOut] | None = None


INITIATIVES = spec(
    "initiatives",
    Kind.INITIATIVE,
    "Corridors, pipelines, programmes and projects",
    InitiativeOut,
    (
        words("name", "name", example="Middle Corridor"),
        choice("kind", InitiativeType, "kind of undertaking"),
        choice("status", InitiativeStatus, "how far it has come"),
        actor_filter("participant", "state or organization that takes part", many=True),
        reference("agreement", (Kind.AGREEMENT,), "document behind it", many=True),
        reference("organization", (Kind.ORGANIZATION,), "organization behind it", many=True),
        reference("topic", (Kind.TOPIC,), "area of cooperation", many=True, example="transport"),
    ),
    example="middle-corridor",
    resolvable=INTERVAL,
)

TOPICS = spec(
    "topics",
    Kind.TOPIC,
    "Areas of cooperation",
    TopicOut,
    (words("name", "name", example="transport"),),
    dated=False,
    example="transport",
)
