"""The W3C Reconciliation Service API 0.2 on the wire: types, properties, queries and answers.

Shapes and names are those of the Final Community Group Report of 10 April 2023; what it leaves open is said here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError, model_validator
from pydantic import Field as Describe

from app.errors import BadQueryError, TooLargeError, nearest
from app.schemas.values import MAX_PHRASE
from app.vocabulary import SCHEME_AUTHORITIES, SEARCHED_KINDS, Kind, Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BATCH = 50
"""Queries of one batch."""

MAX_CANDIDATES = 50
CANDIDATES = 10
MAX_IDS = 1000
"""Entities of one data extension."""

ACTOR = "actor"
TYPES: dict[str, tuple[Kind, ...]] = {kind.value: (kind,) for kind in SEARCHED_KINDS} | {ACTOR: (Kind.STATE, Kind.ORGANIZATION)}
"""Kinds by the type that stands for them; an actor is a state or an organization."""


def type_out(word: str, *, broader: bool = False) -> dict[str, object]:
    """Give a type with its name and, if wanted, the broader one."""
    found: dict[str, object] = {"id": word, "name": word.capitalize()}
    if broader and word in {Kind.STATE.value, Kind.ORGANIZATION.value}:
        found["broader"] = [type_out(ACTOR)]
    return found


class Value(StrEnum):
    """What values a property has."""

    CODE = "code"
    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    STATE = "state"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Property:
    """One property: what its values are, and in which field each kind has it."""

    id: str
    name: str
    value: Value
    fields: Mapping[Kind, str] = field(default_factory=dict)


_CODED = dict.fromkeys((Kind.STATE, Kind.ORGANIZATION, Kind.PERSON), "codes")
_FIRST = {
    Kind.STATE: "start",
    Kind.ORGANIZATION: "founded",
    Kind.EVENT: "start",
    Kind.AGREEMENT: "signed",
    Kind.INITIATIVE: "start",
}
_LAST = {
    Kind.STATE: "end",
    Kind.ORGANIZATION: "dissolved",
    Kind.EVENT: "end",
    Kind.AGREEMENT: "terminated",
    Kind.INITIATIVE: "end",
}
_FORMS = dict.fromkeys((Kind.ORGANIZATION, Kind.EVENT, Kind.AGREEMENT, Kind.INITIATIVE), "kind")
_SEATS = {Kind.ORGANIZATION: "seat", Kind.EVENT: "place", Kind.AGREEMENT: "place"}

DATE = "date"
PROPERTIES = {
    one.id: one
    for one in (
        *(Property(scheme.value, SCHEME_AUTHORITIES[scheme], Value.CODE, _CODED) for scheme in Scheme),
        Property("acronym", "Acronym", Value.TEXT, {Kind.ORGANIZATION: "acronym"}),
        Property("form", "Form: kind of organization, event, agreement or initiative", Value.TEXT, _FORMS),
        Property("standing", "Standing in the United Nations system", Value.TEXT, {Kind.STATE: "standing"}),
        Property("region", "Region (UN M49)", Value.TEXT, {Kind.STATE: "region"}),
        Property("subregion", "Subregion (UN M49)", Value.TEXT, {Kind.STATE: "subregion"}),
        Property("capital", "Capital", Value.TEXT, {Kind.STATE: "capital"}),
        Property("latitude", "Latitude, decimal degrees", Value.NUMBER, {Kind.STATE: "latitude"}),
        Property("longitude", "Longitude, decimal degrees", Value.NUMBER, {Kind.STATE: "longitude"}),
        Property("founded", "Founded, begun or signed", Value.MOMENT, _FIRST),
        Property("dissolved", "Dissolved, ended or terminated: the first day it was no longer", Value.MOMENT, _LAST),
        Property("in_force", "Entry into force", Value.MOMENT, {Kind.AGREEMENT: "in_force"}),
        Property("place", "Seat or place", Value.TEXT, {kind: f"{path}.name" for kind, path in _SEATS.items()}),
        Property(
            "country", "State the seat or place lies in", Value.STATE, {kind: f"{path}.country" for kind, path in _SEATS.items()}
        ),
        Property("website", "Website", Value.TEXT, {Kind.ORGANIZATION: "website"}),
        Property(DATE, "A day on which it existed; for matching only", Value.DAY),
    )
}


def properties_of(word: str | None = None) -> list[Property]:
    """Give the properties that entities of a type, or of any, have values of."""
    kinds = TYPES[word] if word is not None else SEARCHED_KINDS
    return [one for one in PROPERTIES.values() if any(kind in one.fields for kind in kinds)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


Text = Annotated[str, AfterValidator(lambda text: text.replace("\0", "\ufffd"))]
"""A cell of somebody's table, in which no engine takes NUL as a character."""


class EntityIn(_Given):
    """A value that was reconciled before."""

    id: Text
    name: str | None = None


Single = Text | int | float | bool | EntityIn


class PropertyIn(_Given):
    """A property and the values it may have."""

    model_config = ConfigDict(extra="ignore", strict=True)

    pid: str
    v: Single | list[Single]

    @property
    def texts(self) -> list[str]:
        """The values as text; a reconciled one is its id."""
        values = self.v if isinstance(self.v, list) else [self.v]
        return [one.id if isinstance(one, EntityIn) else str(one).strip() for one in values]


class QueryIn(_Given):
    """One reconciliation query: a name, properties, or both."""

    query: Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_PHRASE)] | None = None
    type: str | list[str] | None = None
    limit: int | None = Describe(None, ge=1)
    properties: list[PropertyIn] = Describe(default_factory=list, max_length=20)
    type_strict: Literal["any", "should", "all"] = "any"

    @model_validator(mode="after")
    def ask_for_something(self) -> QueryIn:
        """Refuse a query without a name and without properties."""
        if self.query is None and not self.properties:
            message = "a query has 'query' or 'properties'"
            raise ValueError(message)
        return self

    @property
    def types(self) -> list[str]:
        """The types asked for."""
        return [self.type] if isinstance(self.type, str) else self.type or []


class ExtensionPropertyIn(_Given):
    """A property to fetch."""

    id: str
    settings: dict[str, str | int | float | bool] = Describe(default_factory=dict)


class ExtensionIn(_Given):
    """Which properties of which entities."""

    ids: list[Text]
    properties: list[ExtensionPropertyIn]


_BATCHES: TypeAdapter[dict[str, QueryIn]] = TypeAdapter(dict[str, QueryIn])


def parse_queries(text: str) -> dict[str, QueryIn]:
    """Read a batch; BadQueryError where it is not one or names what there is not, TooLargeError beyond `BATCH` queries."""
    try:
        batch = _BATCHES.validate_json(text)
    except ValidationError as error:
        raise _refused("queries", error) from error
    if len(batch) > BATCH:
        message = f"the batch has {len(batch)} queries; at most {BATCH} are answered at once"
        raise TooLargeError(message)
    for one in batch.values():
        for word in one.types:
            known("queries", word, tuple(TYPES), "a type")
        for given in one.properties:
            known("queries", given.pid, tuple(PROPERTIES), "a property")
    return batch


def parse_extension(text: str) -> ExtensionIn:
    """Read a data extension query; BadQueryError where it is not one, TooLargeError beyond `MAX_IDS` entities."""
    try:
        found = ExtensionIn.model_validate_json(text)
    except ValidationError as error:
        raise _refused("extend", error) from error
    if len(found.ids) > MAX_IDS:
        message = f"{len(found.ids)} entities are asked for; at most {MAX_IDS} are answered at once"
        raise TooLargeError(message)
    for one in found.properties:
        known("extend", one.id, tuple(one.id for one in properties_of()), "a property with values")
    return found


def known(parameter: str, word: str, words: Sequence[str], what: str) -> str:
    """Give a word that is one of several; BadQueryError names the nearest."""
    if word not in words:
        suggestion = nearest(word, words)
        hint = f"did you mean '{suggestion}'?" if suggestion else f"there are {', '.join(words)}"
        raise BadQueryError.at(parameter, "unknown-value", f"'{word}' is not {what}; {hint}", suggestion)
    return word


def _refused(parameter: str, error: ValidationError) -> BadQueryError:
    first = error.errors(include_url=False, include_input=False)[0]
    where = "/".join(str(step) for step in first["loc"])
    return BadQueryError.at(parameter, "bad-json", f"'{parameter}' at /{where}: {first['msg']}")
