"""What ids stand for, and which kinds can be asked for what."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an id in the register stands for."""

    STATE = "state"
    ORGANIZATION = "organization"
    EVENT = "event"
    AGREEMENT = "agreement"
    INITIATIVE = "initiative"
    PERSON = "person"
    TOPIC = "topic"
    SOURCE = "source"
    MEMBERSHIP = "membership"
    PARTICIPATION = "participation"
    ACT = "act"
    PARTY = "party"
    OFFICE = "office"
    INVOLVEMENT = "involvement"
    RELATION = "relation"
    COVERAGE = "coverage"
    CLAIM = "claim"
    VOTE = "vote"


ACTOR_KINDS = (Kind.STATE, Kind.ORGANIZATION)
"""An actor can be a member, a party and a participant."""


PLURALS = {kind: f"{kind}s" for kind in Kind} | {
    Kind.PERSON: "people",
    Kind.PARTY: "parties",
    Kind.COVERAGE: "coverage",
}
"""The URL word of each kind."""


class SearchedKind(StrEnum):
    """What has names to be found by."""

    STATE = "state"
    ORGANIZATION = "organization"
    EVENT = "event"
    AGREEMENT = "agreement"
    INITIATIVE = "initiative"
    PERSON = "person"
    TOPIC = "topic"
    SOURCE = "source"


SEARCHED_KINDS = tuple(Kind(one.value) for one in SearchedKind)


CODED_KINDS = (Kind.STATE, Kind.ORGANIZATION, Kind.PERSON, Kind.INITIATIVE)
"""Kinds that have codes."""


class NameType(StrEnum):
    """What kind of name a name is."""

    OFFICIAL = "official"
    SHORT = "short"
    FORMER = "former"
    ALIAS = "alias"
    ACRONYM = "acronym"
    CLDR = "cldr"


class NameUse(StrEnum):
    """By which of its names a search found a thing."""

    NAME = "name"
    ACRONYM = "acronym"
    OFFICIAL = "official"
    SHORT = "short"
    FORMER = "former"
    ALIAS = "alias"
    LOCALIZED = "localized"
    CODE = "code"
    PLACE = "place"
