"""Closed lists and code schemes, each with the authority that defines it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.vocabulary.codes import CODE_LICENSE, DATA_LICENSE, LANGUAGES, SCHEME_AUTHORITIES, Scheme
from app.vocabulary.evidence import ChangeKind, ChangeType, Confidence, GapReason, SourceType, Stance
from app.vocabulary.facts import (
    PENDING_STATUSES,
    ActType,
    AgreementStatus,
    AgreementType,
    EventType,
    InitiativeStatus,
    InitiativeType,
    Level,
    OrganizationType,
    PartyStatus,
    RelationType,
    Role,
    Standing,
    Status,
    VoteChoice,
)
from app.vocabulary.kinds import ACTOR_KINDS, CODED_KINDS, PLURALS, SEARCHED_KINDS, Kind, NameType, NameUse, SearchedKind

if TYPE_CHECKING:
    from enum import StrEnum

VOCABULARIES: dict[str, type[StrEnum]] = {
    "statuses": Status,
    "standings": Standing,
    "organization-types": OrganizationType,
    "event-types": EventType,
    "roles": Role,
    "levels": Level,
    "votes": VoteChoice,
    "gap-reasons": GapReason,
    "agreement-types": AgreementType,
    "agreement-statuses": AgreementStatus,
    "acts": ActType,
    "party-statuses": PartyStatus,
    "relation-types": RelationType,
    "initiative-types": InitiativeType,
    "initiative-statuses": InitiativeStatus,
    "source-types": SourceType,
    "stances": Stance,
    "confidences": Confidence,
    "name-types": NameType,
    "name-uses": NameUse,
    "change-kinds": ChangeKind,
    "change-types": ChangeType,
    "schemes": Scheme,
    "kinds": Kind,
}
"""What `/v1/vocabularies` serves, by URL word."""

__all__ = [
    "ACTOR_KINDS",
    "CODED_KINDS",
    "CODE_LICENSE",
    "DATA_LICENSE",
    "LANGUAGES",
    "PENDING_STATUSES",
    "PLURALS",
    "SCHEME_AUTHORITIES",
    "SEARCHED_KINDS",
    "VOCABULARIES",
    "ActType",
    "AgreementStatus",
    "AgreementType",
    "ChangeKind",
    "ChangeType",
    "Confidence",
    "EventType",
    "GapReason",
    "InitiativeStatus",
    "InitiativeType",
    "Kind",
    "Level",
    "NameType",
    "NameUse",
    "OrganizationType",
    "PartyStatus",
    "RelationType",
    "Role",
    "Scheme",
    "SearchedKind",
    "SourceType",
    "Stance",
    "Standing",
    "Status",
    "VoteChoice",
]
