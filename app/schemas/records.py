"""Records of a seed file or a body: strict shapes of what CURATING.md describes."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, TypeAdapter

from app.schemas.record_parts import (
    ActIn,
    ClaimIn,
    End,
    Id,
    InvolvementIn,
    Moment,
    NameIn,
    OfficeIn,
    ParticipationIn,
    PlaceIn,
    Slug,
    Start,
    Strict,
    Text,
)
from app.vocabulary import (
    AgreementStatus,
    AgreementType,
    EventType,
    InitiativeStatus,
    InitiativeType,
    OrganizationType,
    RelationType,
    Scheme,
    SourceType,
    Standing,
    Status,
)


class SourceIn(Strict):
    """A page or publication that can be named."""

    kind: Literal["source"]
    id: Slug
    title: Text
    publisher: Text | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)] | None = None
    published: Moment | None = None
    lang: str | None = None
    type: SourceType = SourceType.REFERENCE
    accessed: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None


class CitedIn(Strict):
    """A record that rests on at least one claim."""

    id: Id
    claims: tuple[ClaimIn, ...] = Field(min_length=1)


class NamedIn(CitedIn):
    """A record of an entity: its name in use, and further ones."""

    name: Text
    names: tuple[NameIn, ...] = ()


class CodeIn(Strict):
    """A code that stood for an actor for a time and does no longer."""

    scheme: Scheme
    value: Text
    start: Start = ""
    end: End


class StateIn(NamedIn):
    """A state, territory or state-like actor, with its codes and its standing."""

    kind: Literal["state"]
    codes: dict[Scheme, Text] = Field(default_factory=dict)
    past_codes: tuple[CodeIn, ...] = ()
    region: Text | None = None
    subregion: Text | None = None
    standing: Standing
    start: Start = ""
    end: End = ".."
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    capital: Text | None = None


class OrganizationIn(NamedIn):
    """An organization, forum or treaty body, with its seat and founding."""

    kind: Literal["organization"]
    acronym: Text | None = None
    codes: dict[Scheme, Text] = Field(default_factory=dict)
    type: OrganizationType = OrganizationType.INTERGOVERNMENTAL
    start: Start = ""
    end: End = ".."
    founded_by: Slug | None = None
    seat: PlaceIn | None = None
    website: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None


class PersonIn(NamedIn):
    """An office holder, with the offices held."""

    kind: Literal["person"]
    codes: dict[Scheme, Text] = Field(default_factory=dict)
    offices: tuple[OfficeIn, ...] = ()


class TopicIn(NamedIn):
    """An area of cooperation."""

    kind: Literal["topic"]
    description: Text | None = None


class InitiativeIn(NamedIn):
    """A corridor, pipeline, programme or project."""

    kind: Literal["initiative"]
    codes: dict[Scheme, Text] = Field(default_factory=dict)
    type: InitiativeType
    status: InitiativeStatus
    start: Start = ""
    end: End = ".."
    description: Text | None = None
    topics: tuple[Slug, ...] = ()
    organizations: tuple[Slug, ...] = ()
    participants: tuple[InvolvementIn, ...] = ()
    agreements: tuple[Slug, ...] = ()


class EventIn(NamedIn):
    """A happening with its days, both inclusive, and who took part."""

    kind: Literal["event"]
    type: EventType
    series: Slug | None = None
    ordinal: int | None = Field(None, ge=1, le=10000)
    start: Moment
    last_day: Moment | None = None
    place: PlaceIn | None = None
    virtual: bool = False
    organizations: tuple[Slug, ...] = ()
    topics: tuple[Slug, ...] = ()
    agreements: tuple[Slug, ...] = ()
    initiatives: tuple[Slug, ...] = ()
    participations: tuple[ParticipationIn, ...] = ()


class AgreementIn(NamedIn):
    """A document with the acts of actors on it."""

    kind: Literal["agreement"]
    type: AgreementType
    organization: Slug | None = None
    place: PlaceIn | None = None
    signed: Moment | None = None
    in_force: Moment | None = None
    terminated: End = ".."
    status: AgreementStatus
    topics: tuple[Slug, ...] = ()
    depositary: Text | None = None
    acts: tuple[ActIn, ...] = ()


class MembershipIn(CitedIn):
    """One status of one actor in one organization over [start, end)."""

    kind: Literal["membership"]
    organization: Slug
    member: Id
    status: Status
    status_term: Text | None = None
    start: Start
    end: End
    started_by: Slug | None = None
    ended_by: Slug | None = None
    note: Text | None = None


class RelationIn(CitedIn):
    """Read: `from` is the `type` of `to`."""

    kind: Literal["relation"]
    type: RelationType
    from_: Id = Field(alias="from")
    to: Id
    start: Start = ""
    end: End = ".."
    note: Text | None = None


class CoverageIn(Strict):
    """What is held completely for an organization."""

    kind: Literal["coverage"]
    id: Slug
    organization: Slug
    statuses: tuple[Status, ...] = Field(min_length=1)
    start: Start
    through: Moment
    complete: bool
    note: Text | None = None


Record: TypeAlias = (
    SourceIn
    | StateIn
    | OrganizationIn
    | PersonIn
    | TopicIn
    | InitiativeIn
    | EventIn
    | AgreementIn
    | MembershipIn
    | RelationIn
    | CoverageIn
)

RECORD: TypeAdapter[Record] = TypeAdapter(Annotated[Record, Field(discriminator="kind")])
"""Reads one record of any kind; `kind` decides which."""
