"""Shapes that every answer is made of, and how a resource's fields are read from its shape."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Generic, Literal, TypeAlias, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, WithJsonSchema
from pydantic import Field as Describe

from app.schemas.tables import Field, FieldType

T = TypeVar("T")

Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
"""A calendar day on the wire, `YYYY-MM-DD`: a date in the formats that have one."""

Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""A moment in UTC on the wire (RFC 3339): a timestamp in the formats that have one."""


class Shape(BaseModel):
    """A wire shape; `fields=` may leave any member out, so none is required."""

    model_config = ConfigDict(extra="forbid")


class DateOut(Shape):
    """A date that is never guessed: its EDTF text and the days it can mean."""

    edtf: str | None = Describe(None, description="ISO 8601-2 (EDTF) text; `..` goes on, empty is not known")
    earliest: Day | None = Describe(None, description="first day it can mean; null: no bound", examples=["2016-03-14"])
    latest: Day | None = Describe(None, description="last day it can mean; null: no bound", examples=["2016-03-14"])
    precision: str | None = Describe(None, description="day, month, season, year, decade, century or unspecified")
    status: str | None = Describe(None, description="known, ongoing, unknown, ended_unknown or scheduled")


class Ref(Shape):
    """A reference to an entity by id and name."""

    id: str | None = Describe(None, description="permanent id")
    name: str | None = Describe(None, description="name in the language asked for")


class TitleRef(Shape):
    """A reference to an event, agreement or source by id and title."""

    id: str | None = Describe(None, description="permanent id")
    title: str | None = Describe(None, description="title")


class OrganizationRef(Ref):
    """A reference to an organization."""

    acronym: str | None = Describe(None, description="acronym, if it has one")
    codes: dict[str, str | None] | None = Describe(
        None, description="codes asked for by `codes=`; null: it has none in that scheme"
    )


class ActorRef(Ref):
    """A reference to a state or an organization."""

    kind: str | None = Describe(None, description="state or organization")
    codes: dict[str, str | None] | None = Describe(
        None, description="codes asked for by `codes=`; null: it has none in that scheme"
    )


class BestClaim(Shape):
    """The claim that a fact rests on first."""

    id: str | None = Describe(None, description="id of the claim")
    source: str | None = Describe(None, description="id of the source")
    title: str | None = Describe(None, description="title of the source")
    publisher: str | None = Describe(None, description="publisher of the source")
    url: str | None = Describe(None, description="address of the source")
    quote: str | None = Describe(None, description="the source's own words, at most 25")


class Evidence(Shape):
    """What a fact rests on, in short; `include=claims.source` gives all of it."""

    claims: int | None = Describe(None, description="number of claims")
    conflict: bool | None = Describe(None, description="whether a source says otherwise")
    best: BestClaim | None = Describe(None, description="the best claim")


class Place(Shape):
    """A place with a representative point (WGS 84)."""

    name: str | None = Describe(None, description="city or site")
    country: str | None = Describe(None, description="id of the state it lies in")
    latitude: float | None = Describe(None, description="decimal degrees north", ge=-90, le=90)
    longitude: float | None = Describe(None, description="decimal degrees east", ge=-180, le=180)


class NameOut(Shape):
    """A name with its language, type and time."""

    name: str | None = None
    lang: str | None = Describe(None, description="BCP 47 language tag")
    type: str | None = Describe(None, description="official, short, former, alias or acronym")
    start: DateOut | None = None
    end: DateOut | None = None


class RecordedOut(Shape):
    """Which revisions held this version of a row; only with `history=true`."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True, validate_by_name=True)

    from_: int | None = Describe(None, alias="from", description="revision that wrote it")
    to: int | None = Describe(None, description="revision that replaced it; null: current")


class ResolvedOut(Shape):
    """Which rule picked the dates of this row where sources differ; only with `resolve=`."""

    rule: str | None = Describe(None, description="earliest, latest or source:ID", examples=["earliest"])
    claims: dict[str, str | None] | None = Describe(
        None, description="by date, the id of the claim that gave it; null: the curated date stands"
    )


Match = Literal["certain", "possible"]


class Row(Shape):
    """What every row of a collection can carry beside its own fields."""

    match: Match | None = Describe(None, description="possible where an imprecise date leaves the answer open")
    recorded: RecordedOut | None = Describe(None, description="with history=true")
    resolved: ResolvedOut | None = Describe(None, description="with resolve=earliest, latest or source:ID")


class PageOut(BaseModel):
    """Where this page stands in the whole answer."""

    limit: int | None = Describe(description="most rows a page holds; null where all are given")
    next: str | None = Describe(description="address of the next page; null on the last")
    cursor: str | None = Describe(
        None, description="of a question in a body: what its `cursor` is for the next page; null on the last"
    )
    total: int = Describe(description="rows that match, on all pages")


class MatchCounts(BaseModel):
    """How many rows hold for certain and how many only possibly."""

    certain: int
    possible: int


class Meta(BaseModel):
    """What the answer was computed from, and how to cite it."""

    model_config = ConfigDict(extra="allow")

    at: str | None = None
    known_at: str | None = None
    release: str | None = None
    revision: int
    match: MatchCounts | None = None
    license: str
    cite: str
    warnings: list[str]


class ListOut(BaseModel, Generic[T]):
    """A page of a collection."""

    data: list[T]
    page: PageOut
    meta: Meta


class ItemOut(BaseModel, Generic[T]):
    """A single thing; with `history=true` all its versions."""

    data: T | list[T]
    meta: Meta


FlatRow: TypeAlias = dict[str, str | int | float | bool | None]
"""A row with `shape=flat`: the columns of CSV, lists and objects as JSON text."""


class FlatListOut(BaseModel):
    """A page of a collection with `shape=flat`."""

    data: list[FlatRow]
    page: PageOut
    meta: Meta


class GroupOut(BaseModel):
    """One group of `group_by`: its keys, nested as in a row, and how many rows it has."""

    model_config = ConfigDict(extra="allow")

    count: int
    certain: int
    possible: int


class GroupListOut(BaseModel):
    """A page of the groups of a collection, with `group_by`."""

    data: list[GroupOut]
    page: PageOut
    meta: Meta


class FlatItemOut(BaseModel):
    """A single thing with `shape=flat`, or with `history=true` as well all its versions."""

    data: FlatRow | list[FlatRow]
    meta: Meta


class ProblemError(BaseModel):
    """One thing wrong with a request."""

    model_config = ConfigDict(extra="forbid")

    parameter: str | None = None
    pointer: str | None = None
    code: str
    message: str
    suggestion: str | None = None


class Problem(BaseModel):
    """RFC 9457 problem document."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[ProblemError] | None = None


_SCALARS: dict[object, FieldType] = {
    str: FieldType.TEXT,
    int: FieldType.INTEGER,
    float: FieldType.NUMBER,
    bool: FieldType.BOOLEAN,
    Day: FieldType.DAY,
    Instant: FieldType.INSTANT,
}


_ADDED = ("recorded.", "resolved.")
"""What a question adds to the fields of a row, whatever its resource."""


def fields_of(shape: type[BaseModel], prefix: str = "") -> tuple[Field, ...]:
    """Give the fields of a shape in order: scalars, moments, nested references by path, lists and maps as JSON."""
    found: list[Field] = []
    for name, described in shape.model_fields.items():
        path = f"{prefix}{described.alias or name}"
        found += _fields(path, _bare(described.annotation))
    own = (one for one in found if one.path != "match" and not one.path.startswith(_ADDED))
    return tuple(one for one in own if not one.path.endswith(".codes"))


def _fields(path: str, annotation: object) -> list[Field]:
    if annotation is DateOut:
        return [Field(path, FieldType.MOMENT)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return list(fields_of(annotation, f"{path}."))
    if get_origin(annotation) is Literal:
        return [Field(path)]
    return [Field(path, _SCALARS.get(annotation, FieldType.JSON))]


def _bare(annotation: object) -> object:
    """Take the None away from an optional type."""
    if get_origin(annotation) in {Union, UnionType}:
        return next(one for one in get_args(annotation) if one is not NoneType)
    return annotation
