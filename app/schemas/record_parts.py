"""Parts of records: texts, dates and ids with their rules, and the facts nested in a record."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.dates import DateError, parse_edtf, parse_end, parse_start
from app.vocabulary import ActType, Confidence, Level, NameType, Role, Stance

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
