"""Relations and coverage on the wire."""

from __future__ import annotations

from pydantic import ConfigDict
from pydantic import Field as Describe

from app.schemas.common import ActorRef, DateOut, Evidence, OrganizationRef, Row, Shape
from app.schemas.filters import Filter, FilterType, choice, moment, reference, words
from app.schemas.resources import DATASET_FILTER, INTERVAL, actor_filter, spec
from app.schemas.sources import ClaimOut
from app.vocabulary import GapReason, Kind, RelationType, Status


class RelationOut(Row):
    """Read: `from` is the `type` of `to`; diplomatic relations have no direction."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True, validate_by_name=True)

    id: str | None = None
    type: str | None = Describe(None, examples=["successor"])
    from_: ActorRef | None = Describe(None, alias="from")
    to: ActorRef | None = None
    start: DateOut | None = None
    end: DateOut | None = None
    note: str | None = None
    evidence: Evidence | None = None
    claims: list[ClaimOut] | None = None


class VerificationOut(Shape):
    """What a claim of coverage rests on: counted from the memberships that it speaks of."""

    memberships: int | None = Describe(None, description="memberships held in this organization and status, at any time")
    sources: int | None = Describe(None, description="sources that they rest on")
    accessed: str | None = Describe(None, description="day on which a source of them was last read", examples=["2026-11-20"])


class CoverageOut(Row):
    """For one organization and status: what is held completely, and through which day it was checked.

    What a dataset covers is told the same way: for an organization, for an actor (the years that it codes), and where it says
    that it does not know, for both.
    """

    id: str | None = None
    organization: OrganizationRef | None = Describe(None, description="null: every organization of the dataset")
    member: ActorRef | None = Describe(None, description="null: every actor")
    status: str | None = Describe(None, description="null: every status that the dataset codes")
    start: DateOut | None = Describe(None, description="first day covered")
    end: DateOut | None = Describe(None, description="first day no longer covered: the day after the last check")
    through: DateOut | None = Describe(None, description="last day that was checked")
    complete: bool | None = Describe(
        None, description="whether every actor in this status is held; false: some are, others may not be"
    )
    reason: str | None = Describe(
        None, description="why a dataset holds nothing here: " + ", ".join(GapReason), examples=["not_known"]
    )
    dataset: str | None = Describe(None, description="id of the dataset that it is said of; null: the curated data")
    verification: VerificationOut | None = None
    note: str | None = None


RELATIONS = spec(
    "relations",
    Kind.RELATION,
    "Succession, renaming, mergers, organs, diplomatic relations",
    RelationOut,
    (
        choice("type", RelationType, "kind of relation"),
        actor_filter("from", "the one that is the type of the other"),
        actor_filter("to", "the other one"),
        actor_filter("actor", "either side", many=True),
    ),
    actors=("from", "to"),
    resolvable=INTERVAL,
)

COVERAGE = spec(
    "coverage",
    Kind.COVERAGE,
    "For which organizations, statuses and days the data claims to be complete",
    CoverageOut,
    (
        reference("organization", (Kind.ORGANIZATION,), "organization", example="sco"),
        actor_filter("member", "actor"),
        choice("status", Status, "status"),
        choice("reason", GapReason, "why a dataset holds nothing"),
        DATASET_FILTER,
        Filter("complete", FilterType.BOOLEAN, "whether it is claimed to be complete", example="true"),
        moment("through", "last day that was checked"),
        words("note", "note"),
    ),
    cited=False,
    actors=("organization", "member"),
)
