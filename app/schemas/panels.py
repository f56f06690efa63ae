"""Panels on the wire: a row for every cell of actors, organizations and years, with a reason where it is empty."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field as Describe

from app.schemas.common import Match, OrganizationRef, Ref, Shape, fields_of
from app.schemas.filters import Filter, FilterType, Spec, filters
from app.vocabulary import Kind, Status


class PanelRule(StrEnum):
    """On which days of a year a status must hold to count for the year; a majority is more than half of its days."""

    ANY = "any"
    FIRST_DAY = "first_day"
    LAST_DAY = "last_day"
    FULL_YEAR = "full_year"
    MAJORITY = "majority"


class AbsenceReason(StrEnum):
    """Why a cell of a panel has no status: it is known that there was none, dates leave it open, or nobody looked."""

    NOT_A_MEMBER = "not_a_member"
    ORGANIZATION_DID_NOT_EXIST = "organization_did_not_exist"
    STATE_DID_NOT_EXIST = "state_did_not_exist"
    NOT_COVERED = "not_covered"
    ONLY_POSSIBLE = "only_possible"


class PanelCertainty(StrEnum):
    """Which statuses count: those that surely meet the rule, or also those that only possibly do."""

    CERTAIN = "certain"
    ANY = "any"


MAX_CELLS = 2_000_000
"""The most cells a panel may have."""

Reason = Literal["not_a_member", "organization_did_not_exist", "state_did_not_exist", "not_covered", "only_possible"]

_REASON = (
    "why there is no status: " + ", ".join(AbsenceReason) + "; not_covered means that nobody claims to have looked (or that the "
    "dataset asked for says it does not know), only_possible that certainty=certain leaves out a status that dates leave open"
)


class StateRef(Ref):
    """A reference to a state."""

    codes: dict[str, str | None] | None = Describe(None, description="codes asked for by `codes=`, as they were in the year")


class StateYearOut(Shape):
    """One state in one organization in one year."""

    actor: StateRef | None = None
    organization: OrganizationRef | None = None
    year: int | None = None
    status: str | None = Describe(None, description="the first of the statuses asked for that meets the rule")
    reason: Reason | None = Describe(None, description=_REASON)
    match: Match | None = Describe(None, description="possible where imprecise dates leave it open whether the rule is met")


class SharedOut(Shape):
    """A membership that two states share in a year."""

    organization: str
    days: int = Describe(description="days of the year on which both surely held it")
    days_possible: int = Describe(description="days on which both can have held it")
    match: Match


class DyadYearOut(Shape):
    """Two states in one year, the smaller id first; left out where they never existed on the same day of it."""

    a: StateRef | None = None
    b: StateRef | None = None
    year: int | None = None
    joint: int | None = Describe(None, description="number of organizations that both belong to by the rule")
    shared: list[SharedOut] | None = Describe(None, description="these organizations, with the days in common")
    days: int | None = Describe(None, description="days of the year on which they surely shared any of them")
    days_possible: int | None = Describe(None, description="days on which they can have shared any of them")
    reason: Literal["not_a_member", "not_covered", "only_possible"] | None = Describe(
        None,
        description="where they share none: not_covered if an organization's members were not looked at, only_possible if "
        "certainty=certain leaves out what they may have shared",
    )
    match: Match | None = Describe(None, description="possible where any of them is only possible")


class YearMemberOut(Shape):
    """An actor in an organization in a year."""

    id: str
    status: str
    match: Match


class OrganizationYearOut(Shape):
    """One organization in one year with its members: the unit of the COW file `igo_year_format`."""

    organization: OrganizationRef | None = None
    year: int | None = None
    members: int | None = Describe(None, description="number of actors in the statuses asked for")
    counts: dict[str, int] | None = Describe(None, description="the same number by status")
    actors: list[YearMemberOut] | None = Describe(None, description="the actors")
    absent: dict[str, list[str]] | None = Describe(
        None,
        description="of a dataset that codes years: the actors that it codes as not there or not known, by reason; every other "
        "actor of the dataset was no member. Null for all other data",
        examples=[{"state_did_not_exist": ["SUN"]}],
    )
    reason: Literal["not_a_member", "organization_did_not_exist", "state_did_not_exist", "not_covered"] | None = Describe(
        None, description="not_covered where more actors may have belonged to it; else why there are none"
    )
    match: Match | None = Describe(None, description="possible where any of them is only possible")


class StateCountOut(Shape):
    """One state in one year, and to how many organizations it belongs: what a state-year study adds to its rows."""

    actor: StateRef | None = None
    year: int | None = None
    organizations: int | None = Describe(
        None, description="number of organizations in which it has one of the statuses asked for"
    )
    counts: dict[str, int] | None = Describe(None, description="the same number by status; one status an organization")
    reason: Literal["not_a_member", "state_did_not_exist", "not_covered", "only_possible"] | None = Describe(
        None, description="where it is in none: not_covered if the members of an organization were not looked at"
    )
    match: Match | None = Describe(None, description="possible where any of the statuses is only possible")


_RULE_TEXT = "days of the year on which it must hold: any; the first; the last; the full year; a majority, more than half of them"

_ORGANIZATIONS = Filter(
    "organizations", FilterType.REFERENCE, "only these organizations", kinds=(Kind.ORGANIZATION,), example="sco,cis", plain=True
)
_ACTORS = Filter("actors", FilterType.REFERENCE, "only these states", kinds=(Kind.STATE,), example="AZE,KAZ", plain=True)
_MEMBERS = Filter(
    "actors", FilterType.REFERENCE, "only these members", kinds=(Kind.STATE, Kind.ORGANIZATION), example="AZE,KAZ", plain=True
)
_COMMON = (
    Filter(
        "years",
        FilterType.YEARS,
        "calendar years, from..through; 1992 to the present one if not given",
        example="1992..2024",
        plain=True,
        single=True,
    ),
    Filter("rule", FilterType.CHOICE, _RULE_TEXT, choices=PanelRule, example="any", plain=True, single=True),
    Filter("status", FilterType.CHOICE, "statuses that count; member if not given", choices=Status, example="member", plain=True),
    Filter(
        "certainty",
        FilterType.CHOICE,
        "any (if not given): a status that imprecise dates leave open counts, as its match says; certain: it does not",
        choices=PanelCertainty,
        example="certain",
        plain=True,
        single=True,
    ),
    Filter(
        "source",
        FilterType.REFERENCE,
        "only facts that rest on this source, every other cell is not_covered; of a dataset that says what it covers, its own "
        "cells (with rule=any, as they are coded) and its own reasons, for its organizations and states",
        kinds=(Kind.SOURCE,),
        example="tass-2017-india-pakistan-sco",
        plain=True,
    ),
)
_SHAPING = frozenset({"fields", "codes", "lang", "limit", "known_at", "release"})


def _panel(name: str, summary: str, out: type[Shape], own: tuple[Filter, ...], actors: tuple[str, ...]) -> Spec:
    return Spec(
        name=name,
        kind=Kind.MEMBERSHIP,
        summary=summary,
        out=out,
        fields=(*fields_of(out),),
        filters=filters(*own, *_COMMON),
        default_sort="year",
        dated=False,
        actors=actors,
        shaping=_SHAPING if actors else _SHAPING - {"codes"},
    )


STATE_YEAR = _panel(
    "state-year",
    "States by organizations by years, a reason in every empty cell",
    StateYearOut,
    (_ACTORS, _ORGANIZATIONS),
    ("actor",),
)
DYAD_YEAR = _panel(
    "dyad-year", "Pairs of states by years, with the memberships they share", DyadYearOut, (_ACTORS, _ORGANIZATIONS), ("a", "b")
)
STATE_COUNT = _panel(
    "state-year-counts",
    "States by years, with the number of organizations that each belongs to",
    StateCountOut,
    (_ACTORS, _ORGANIZATIONS),
    ("actor",),
)
ORG_YEAR = _panel("org-year", "Organizations by years, with their members", OrganizationYearOut, (_MEMBERS, _ORGANIZATIONS), ())
