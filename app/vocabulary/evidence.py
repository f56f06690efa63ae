"""Closed lists of evidence and change."""

from __future__ import annotations

from enum import StrEnum


class SourceType(StrEnum):
    """What kind of publication a source is."""

    TREATY = "treaty"
    OFFICIAL = "official"
    PRESS = "press"
    REFERENCE = "reference"
    DATASET = "dataset"
    ARTICLE = "article"


class Stance(StrEnum):
    """What a source's word means for the fact it speaks of; an opinion is a judgement and never a fact."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    OPINION = "opinion"


class Confidence(StrEnum):
    """How far a claim can be relied on, in the curator's judgement."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ChangeKind(StrEnum):
    """Why the data changed: the world did, the record was wrong, or more evidence came."""

    WORLD = "world"
    CORRECTION = "correction"
    SOURCE_ADDED = "source_added"


class ChangeType(StrEnum):
    """What a revision did to one thing."""

    ADDED = "added"
    CHANGED = "changed"
    CLOSED = "closed"


class GapReason(StrEnum):
    """Why a dataset holds nothing of an actor or an organization for a time."""

    NOT_KNOWN = "not_known"
    STATE_DID_NOT_EXIST = "state_did_not_exist"
    ORGANIZATION_DID_NOT_EXIST = "organization_did_not_exist"
