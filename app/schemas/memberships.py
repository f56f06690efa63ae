"""Memberships on the wire."""

from __future__ import annotations

from pydantic import Field as Describe

from app.schemas.common import ActorRef, DateOut, Evidence, OrganizationRef, Row
from app.schemas.filters import choice, reference, words
from app.schemas.organizations import OrganizationOut
from app.schemas.resources import DATASET_FILTER, INTERVAL, actor_filter, spec
from app.schemas.sources import ClaimOut
from app.vocabulary import Kind, Status


class MembershipOut(Row):
    """One status of one actor in one organization over [start, end)."""

    id: str | None = Describe(None, examples=["sco-aze-dialogue-partner"])
    organization: OrganizationRef | OrganizationOut | None = None
    member: ActorRef | None = None
    status: str | None = Describe(None, description="status in effect", examples=["dialogue_partner"])
    status_term: str | None = Describe(None, description="the organization's own word")
    start: DateOut | None = Describe(None, description="first day in effect")
    end: DateOut | None = Describe(None, description="first day no longer in effect")
    started_by: str | None = Describe(None, description="id of the event or agreement that started it")
    ended_by: str | None = Describe(None, description="id of the event or agreement that ended it")
    note: str | None = None
    dataset: str | None = Describe(None, description="id of the dataset it was imported with; null: curated", examples=[None])
    preferred: bool | None = Describe(
        None,
        description="whether it is shown by default: of datasets that speak of one actor in one organization one comes first",
    )
    evidence: Evidence | None = None
    claims: list[ClaimOut] | None = None


MEMBERSHIPS = spec(
    "memberships",
    Kind.MEMBERSHIP,
    "Actor x organization x status x interval",
    MembershipOut,
    (
        reference("organization", (Kind.ORGANIZATION,), "organization", example="sco"),
        actor_filter("member", "state or organization that belongs to it"),
        words("member_kind", "state or organization", example="state"),
        choice("status", Status, "status in effect"),
        words("status_term", "the organization's own word"),
        reference("started_by", (Kind.EVENT, Kind.AGREEMENT), "event or agreement that started it"),
        reference("ended_by", (Kind.EVENT, Kind.AGREEMENT), "event or agreement that ended it"),
        DATASET_FILTER,
    ),
    includes={"organization": "the organization in full"},
    actors=("organization", "member"),
    located=True,
    example="sco-aze-dialogue-partner",
    resolvable=INTERVAL,
)
