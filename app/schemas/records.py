"""Records of a seed file or a body: strict shapes of what CURATING.md describes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from app.dates import DateError, parse_edtf, parse_end, parse_start
from app.vocabulary import (
    ActType,
    AgreementStatus,
    AgreementType,
    Confidence,
    EventType,
    InitiativeStatus,
    InitiativeType,
    Level,
    NameType,
    OrganizationType,
    RelationType,
    Role,
    Scheme,
    SourceType,
    Stance,
    Standing,
    Status,
)

MAX_QUOTE_WORDS = 25


def _nfc(text: str) -> str:
    if unicodedata.normalize("NFC", text) != text:
        message = "text in Unicode NFC"
        raise ValueError(message)
    return text


def _start(text: str) -> str:
    return _dated(parse_start, text)


def _edtf(text: str) -> str:
    return _dated(parse_edtf, text)


def _end(text: str) -> str:
    return _dated(lambda one: parse_end(one, date.min), text)


def _dated(parse: Callable[[str], object], text: str) -> str:
    try:
        parse(text)
    except DateError as error:
        raise ValueError(str(error)) from error
    return text


def _short(text: str) -> str:
    if len(text.split()) > MAX_QUOTE_WORDS:
        message = f"a quote of at most {MAX_QUOTE_WORDS} words, this has {len(text.split())}"
        raise ValueError(message)
    return text


Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True), AfterValidator(_nfc)]
Slug: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=120)]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^([A-Z]{3}|[a-z0-9]+(-[a-z0-9]+)*)$", max_length=120)]
Start: TypeAlias = Annotated[str, AfterValidator(_start)]
End: TypeAlias = Annotated[str, AfterValidator(_end)]
Moment: TypeAlias = Annotated[str, AfterValidator(_edtf)]
Quote: TypeAlias = Annotated[Text, AfterValidator(_short)]


class Strict(BaseModel):
    """No unknown fields and no silent conversions; closed lists are given by their words."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ClaimIn(Strict):
    """One source's word."""

    source: Slug
    quote: Quote | None = None
    property: Text | None = None
    value: str | None = None
    stance: Stance = Stance.SUPPORTS
    locator: Text | None = None
    confidence: Confidence = Confidence.HIGH

    @model_validator(mode="after")
    def says_what(self) -> ClaimIn:
        """Refuse a contradiction that does not say what the source gives instead."""
        if self.stance is Stance.CONTRADICTS and (self.property is None or self.value is None):
            message = "property and value: what the contradicting source says instead"
            raise ValueError(message)
        return self


class NameIn(Strict):
    """A further name."""

    name: Text
    lang: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    type: NameType = NameType.ALIAS
    start: Start = ""
    end: End | None = None

    @property
    def until(self) -> str:
        """Give its end: a former name has ended, any other goes on, unless the record says otherwise."""
        if self.end is not None:
            return self.end
        return "XXXX" if self.type is NameType.FORMER else ".."


class PlaceIn(Strict):
    """A place with a representative point."""

    name: Text | None = None
    country: Id | None = None
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)


class ParticipationIn(Strict):
    """Who took part in an event."""

    actor: Id | None = None
    person: Slug | None = None
    role: Role = Role.PARTICIPANT
    level: Level | None = None
    claims: tuple[ClaimIn, ...] = ()

    @model_validator(mode="after")
    def someone(self) -> ParticipationIn:
        """Refuse a participation of nobody."""
        if self.actor is None and self.person is None:
            message = "an actor, a person, or both"
            raise ValueError(message)
        return self


class ActIn(Strict):
    """What an actor did to an agreement."""

    actor: Id
    person: Slug | None = None
    act: ActType
    date: Start = ""
    claims: tuple[ClaimIn, ...] = ()


class OfficeIn(Strict):
    """An office a person held."""

    title: Text
    holder: Id | None = None
    start: Start = ""
    end: End = ""
    claims: tuple[ClaimIn, ...] = ()


class InvolvementIn(Strict):
    """An actor's part in an initiative."""

    actor: Id
    role: Text = "participant"
    start: Start = ""
    end: End = ""
    claims: tuple[ClaimIn, ...] = ()


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
    """A state."""

    kind: Literal["state"]
    codes: dict[Scheme, Text] = {}
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
    """An organization."""

    kind: Literal["organization"]
    acronym: Text | None = None
    codes: dict[Scheme, Text] = {}
    type: OrganizationType = OrganizationType.INTERGOVERNMENTAL
    start: Start = ""
    end: End = ".."
    founded_by: Slug | None = None
    seat: PlaceIn | None = None
    website: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None


class PersonIn(NamedIn):
    """A person."""

    kind: Literal["person"]
    codes: dict[Scheme, Text] = {}
    offices: tuple[OfficeIn, ...] = ()


class TopicIn(NamedIn):
    """An area of cooperation."""

    kind: Literal["topic"]
    description: Text | None = None


class InitiativeIn(NamedIn):
    """A corridor, pipeline, programme or project."""

    kind: Literal["initiative"]
    codes: dict[Scheme, Text] = {}
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
    """An event."""

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
    """An agreement."""

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
    """A membership."""

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
    """A relation."""

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
