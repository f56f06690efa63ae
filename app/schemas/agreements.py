"""Agreements, acts and parties on the wire."""

from __future__ import annotations

from pydantic import Field as Describe

from app.schemas.common import ActorRef, DateOut, Evidence, OrganizationRef, Place, Ref, Row, TitleRef
from app.schemas.filters import Filter, FilterType, choice, moment, reference, words
from app.schemas.resources import PLACE_FILTERS, actor_filter, spec
from app.schemas.sources import ClaimOut
from app.vocabulary import ActType, AgreementStatus, AgreementType, Kind, PartyStatus


class ActOut(Row):
    """What one actor did to one agreement."""

    id: str | None = None
    agreement: TitleRef | None = None
    actor: ActorRef | None = None
    person: Ref | None = None
    act: str | None = Describe(None, examples=["signature"])
    date: DateOut | None = None
    evidence: Evidence | None = None
    claims: list[ClaimOut] | None = None


class PartyOut(Row):
    """What the acts make of an actor, over [start, end)."""

    id: str | None = None
    agreement: TitleRef | None = None
    actor: ActorRef | None = None
    status: str | None = Describe(None, description="signatory, contracting, provisional or party")
    start: DateOut | None = None
    end: DateOut | None = None
    rule: str | None = Describe(None, description="how it follows from the acts")
    started_by: str | None = Describe(None, description="id of the act that started it")
    ended_by: str | None = Describe(None, description="id of the act that ended it")
    evidence: Evidence | None = None
    claims: list[ClaimOut] | None = None


class AgreementOut(Row):
    """A treaty, memorandum, declaration, charter or initialled text."""

    id: str | None = Describe(None, examples=["sco-charter-2002"])
    title: str | None = None
    kind: str | None = Describe(None, examples=["charter"])
    status: str | None = Describe(None, examples=["in_force"])
    signed: DateOut | None = None
    in_force: DateOut | None = Describe(None, description="day of entry into force; null: never, or not known")
    terminated: DateOut | None = None
    place: Place | None = None
    organization: OrganizationRef | None = None
    depositary: str | None = None
    topics: list[Ref] | None = None
    evidence: Evidence | None = None
    acts: list[ActOut] | None = None
    parties: list[PartyOut] | None = None
    claims: list[ClaimOut] | None = None


AGREEMENTS = spec(
    "agreements",
    Kind.AGREEMENT,
    "Treaties, memoranda, declarations, charters and initialled texts",
    AgreementOut,
    (
        words("title", "title", example="Charter"),
        choice("kind", AgreementType, "form of the document"),
        choice("status", AgreementStatus, "how far it has come"),
        actor_filter("party", "actor whose acts bind it, or who signed", many=True, example="ARM"),
        moment("signed", "day of signature or adoption"),
        moment("in_force", "day of entry into force"),
        moment("terminated", "day of its end"),
        Filter("in_force_at", FilterType.HELD_AT, "in force on this day", example="2026-01-01"),
        reference("organization", (Kind.ORGANIZATION,), "organization it belongs to", example="sco"),
        reference("topic", (Kind.TOPIC,), "area of cooperation", many=True, example="transport"),
        *PLACE_FILTERS,
    ),
    default_sort="signed",
    includes={"acts": "every act on it", "parties": "every party"},
    actors=("organization",),
    located=True,
    example="sco-charter-2002",
    resolvable={"signed": "signed", "in_force": "in_force", "terminated": "end"},
)

ACTS = spec(
    "acts",
    Kind.ACT,
    "Signatures, ratifications, accessions and other acts on agreements",
    ActOut,
    (
        reference("agreement", (Kind.AGREEMENT,), "agreement", example="sco-charter-2002"),
        actor_filter("actor", "state or organization"),
        reference("person", (Kind.PERSON,), "person who acted", example="elmar-mammadyarov"),
        choice("act", ActType, "what was done"),
        moment("date", "day it was done"),
    ),
    default_sort="date",
    actors=("actor",),
    located=True,
)

PARTIES = spec(
    "parties",
    Kind.PARTY,
    "Who is bound by an agreement, derived from the acts with the rule",
    PartyOut,
    (
        reference("agreement", (Kind.AGREEMENT,), "agreement", example="sco-charter-2002"),
        actor_filter("actor", "state or organization"),
        choice("status", PartyStatus, "what the acts make of it"),
        words("rule", "how it was derived"),
    ),
    actors=("actor",),
    located=True,
)
