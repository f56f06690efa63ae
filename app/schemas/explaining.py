"""Explanations on the wire: the claims for and against, the rule that picked the best, and why a time matches or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel
from pydantic import Field as Describe

from app.schemas.agreements import ActOut
from app.schemas.memberships import MembershipOut
from app.schemas.questions import TimeTest
from app.schemas.sources import ClaimOut

if TYPE_CHECKING:
    from app.schemas.questions import TimeCondition

DERIVATION = (
    "Parties are derived from acts after the Vienna Convention on the Law of Treaties: consent to be bound (articles 11 to 16), "
    "obligations before entry into force (18), entry into force (24), provisional application (25), withdrawal and denunciation "
    "(54 to 56)"
)
"""What the rules of parties follow; each party names its own."""


class WeighedOut(ClaimOut):
    """A claim with what it is weighed by."""

    best: bool = Describe(description="whether it is the best claim of the fact")
    source_type: str = Describe(description="how close the source is: treaty, official, press, reference, dataset or article")


class SidesOut(BaseModel):
    """The claims by what they mean for the fact, the weightiest first."""

    supports: list[WeighedOut]
    contradicts: list[WeighedOut]
    opinion: list[WeighedOut]


class DerivationOut(BaseModel):
    """How a party follows from acts."""

    rule: str = Describe(description="the rule that applied")
    authority: str = Describe(description="what the rules follow")
    acts: list[ActOut] = Describe(description="every act of the actor on the agreement, in order of time")


class TimeOut(BaseModel):
    """Why the fact does or does not match a time that was asked for."""

    asked: str = Describe(description="the parameter", examples=["at=2025-08-30"])
    match: str = Describe(description="certain, possible or no")
    why: list[str] = Describe(description="one sentence about the start and one about the end")


PREFERENCE = (
    "where several datasets speak of one actor in one organization, the rows of the one with the lowest precedence are shown, "
    "the curated data before all; source= shows those of a dataset"
)
"""The rule of datasets in words."""


class DatasetsOut(BaseModel):
    """What others say of the same actor in the same organization."""

    rule: str = Describe(description="the rule that picks whose rows are shown")
    memberships: list[MembershipOut] = Describe(description="rows of other datasets or of the curators, the preferred ones first")


class ExplanationOut(BaseModel):
    """Why a fact is held as it is."""

    subject: dict[str, str] = Describe(description="kind, id and url of what is explained")
    result: dict[str, object] = Describe(description="the fact as it is held, or as `resolve=` gives it")
    rule: str = Describe(description="the rule that picks the best claim")
    claims: SidesOut
    disputed: dict[str, list[str]] = Describe(description="by property, the values that sources give against the one held")
    derivation: DerivationOut | None = Describe(description="of a party: the rule and the acts; null for what is not derived")
    datasets: DatasetsOut | None = Describe(description="of a membership: what other datasets say; null for what is none")
    time: list[TimeOut] = Describe(description="one for each of at, during and throughout")


Bounds4 = tuple[str | None, str | None, str | None, str | None]
"""The four days of an interval: start earliest and latest, end earliest and latest; what None means, `app.dates` says."""


def explain_time(bounds: Bounds4, asked: TimeCondition) -> tuple[str, list[str]]:
    """Give `certain`, `possible` or `no` with its reasons: the twin of `app.queries.predicates.meets`, in words."""
    by, beyond = (asked.first, asked.last) if asked.test is TimeTest.THROUGHOUT else (asked.last, asked.first)
    started, of_start = _started(bounds[0], bounds[1], by)
    lasting, of_end = _lasting(bounds[2], bounds[3], beyond)
    least = min(started, lasting)
    return ("no", "possible", "certain")[least], [of_start, of_end]


def _started(earliest: str | None, latest: str | None, by: str) -> tuple[int, str]:
    if latest is not None and latest <= by:
        return 2, f"It had started by {by}: its start is {latest} at the latest."
    if earliest is None or earliest <= by:
        return (
            1,
            f"It may have started by {by}: its start lies between {earliest or 'no known day'} and {latest or 'no known day'}.",
        )
    return 0, f"It had not started by {by}: its start is {earliest} at the earliest."


def _lasting(earliest: str | None, latest: str | None, beyond: str) -> tuple[int, str]:
    if earliest is None:
        return 2, f"It still held on {beyond}: it goes on."
    if earliest > beyond:
        return 2, f"It still held on {beyond}: the first day on which it no longer holds is {earliest} at the earliest."
    if latest is None or latest > beyond:
        return 1, f"It may still have held on {beyond}: its end lies between {earliest} and {latest or 'no known day'}."
    return 0, f"It no longer held on {beyond}: the first day on which it no longer holds is {latest} at the latest."
