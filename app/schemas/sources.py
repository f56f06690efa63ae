"""Sources and claims on the wire."""

from __future__ import annotations

from pydantic import Field as Describe

from app.schemas.common import DateOut, Day, Row, Shape
from app.schemas.filters import Filter, FilterType, choice, moment, reference, words
from app.schemas.resources import spec
from app.vocabulary import Confidence, Kind, SourceType, Stance


class SourceOut(Row):
    """A page or publication that can be named."""

    id: str | None = Describe(None, examples=["report-az-2016-sco-dialogue-partner"])
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: DateOut | None = None
    type: str | None = Describe(None, description="treaty, official, press, reference, dataset or article")
    lang: str | None = Describe(None, description="BCP 47 language tag of the text")
    accessed: Day | None = Describe(None, description="day it was read")
    version: str | None = Describe(None, description="of a dataset that was imported: its version")
    citation: str | None = Describe(None, description="how it wants to be cited")
    terms: str | None = Describe(None, description="on which terms it is given")
    precedence: int | None = Describe(
        None, description="of datasets that speak of one membership the least is preferred; the curated data have 0"
    )


class SubjectRef(Shape):
    """What a claim speaks of."""

    kind: str | None = None
    id: str | None = None


class SourceRef(Shape):
    """The source of a claim, in short."""

    id: str | None = None
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: DateOut | None = None


class ClaimOut(Row):
    """One source's word on one property of one fact or entity."""

    id: str | None = None
    subject: SubjectRef | None = None
    property: str | None = Describe(None, description="the property it speaks of; null: the whole")
    value: str | None = Describe(None, description="the value the source gives")
    stance: str | None = Describe(None, description="supports, contradicts or opinion")
    quote: str | None = Describe(None, description="the source's own words, at most 25")
    locator: str | None = Describe(None, description="article, page or section")
    confidence: str | None = None
    source: SourceRef | SourceOut | None = None


SOURCES = spec(
    "sources",
    Kind.SOURCE,
    "Publications that facts rest on",
    SourceOut,
    (
        choice("type", SourceType, "kind of publication"),
        words("publisher", "who published it", example="SCO Secretariat"),
        words("title", "title"),
        words("url", "address"),
        words("lang", "language of the text", example="en"),
        Filter("precedence", FilterType.INTEGER, "place among the datasets; isnull=false: those imported", example="20"),
        moment("published", "day of publication"),
    ),
    dated=False,
    cited=False,
    example="report-az-2016-sco-dialogue-partner",
)

_SUBJECT = tuple(kind for kind in Kind if kind not in {Kind.CLAIM, Kind.SOURCE, Kind.VOTE})

CLAIMS = spec(
    "claims",
    Kind.CLAIM,
    "What sources say of facts and entities, for and against",
    ClaimOut,
    (
        reference("subject", _SUBJECT, "fact or entity spoken of", example="sco-aze-dialogue-partner"),
        words("subject.kind", "kind of the subject", example="membership"),
        reference("source", (Kind.SOURCE,), "source", example="report-az-2016-sco-dialogue-partner"),
        choice("stance", Stance, "for, against, or a judgement"),
        words("property", "property spoken of", example="start"),
        words("value", "value given"),
        words("quote", "words quoted"),
        choice("confidence", Confidence, "how far it can be relied on"),
        Filter("conflict", FilterType.BOOLEAN, "whether some source contradicts another on the subject", example="true"),
    ),
    includes={"source": "the source in full"},
    dated=False,
    cited=False,
)
