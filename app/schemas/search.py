"""Shapes of search, suggestions and resolving, and what can be asked of them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Describe

from app.schemas.common import DateOut, ListOut, Match, Shape, fields_of
from app.schemas.filters import Filter, FilterType, Spec, filters
from app.schemas.tables import Field
from app.vocabulary import Kind, SearchedKind

MAX_SUGGESTIONS = 20
SUGGESTIONS = 10

Use = Literal["name", "acronym", "official", "short", "former", "alias", "localized", "code", "place"]


class PartOut(Shape):
    """A part of the name that matched."""

    text: str = Describe(description="as it is written")
    match: bool = Describe(description="whether the query matched this part")


class HitOut(Shape):
    """One entity that a search found."""

    id: str | None = Describe(None, description="permanent id")
    kind: str | None = Describe(None, description="what it is")
    name: str | None = Describe(None, description="name it is shown by")
    acronym: str | None = Describe(None, description="acronym, if it has one")
    matched: str | None = Describe(None, description="the name that matched")
    highlight: list[PartOut] | None = Describe(
        None,
        description="`matched` cut into parts that matched and parts that did not; joined they are `matched`, without markup",
    )
    why: Use | None = Describe(None, description="what name that is")
    lang: str | None = Describe(None, description="its language (BCP 47), where it is known")
    fuzzy: bool | None = Describe(None, description="true where nothing matches exactly, and this is only spelled alike")
    score: float | None = Describe(None, description="how alike, 0 to 100; 100 for exact hits", ge=0, le=100)
    url: str | None = Describe(None, description="where it is")


class SuggestionOut(Shape):
    """One entity that a reader who types this may mean."""

    id: str | None = Describe(None, description="permanent id")
    kind: str | None = Describe(None, description="what it is")
    name: str | None = Describe(None, description="name it is shown by")
    acronym: str | None = Describe(None, description="acronym, if it has one")
    matched: str | None = Describe(None, description="the name that begins so")
    url: str | None = Describe(None, description="where it is")


class ResolvedOut(Shape):
    """One thing that a code or a name stands or stood for, and when."""

    asked: str | None = Describe(None, description="the code or name as it was asked")
    scheme: str | None = Describe(None, description="the scheme in which it stands for this: a code scheme, id, acronym or name")
    code: str | None = Describe(None, description="the code as the scheme writes it")
    id: str | None = Describe(None, description="permanent id")
    kind: str | None = Describe(None, description="what it is")
    name: str | None = Describe(None, description="name it is shown by")
    start: DateOut | None = Describe(None, description="from when the code stood for it; null: not bound to time")
    end: DateOut | None = Describe(None, description="from when no longer")
    url: str | None = Describe(None, description="where it is")
    match: Match | None = Describe(None, description="possible where an imprecise date leaves it open for the day asked")


class KindCountOut(Shape):
    """How many entities of a kind match."""

    value: str
    count: int


class SearchOut(ListOut[HitOut]):
    """A page of hits, and how many of each kind there are, whatever kinds were asked for."""

    facets: dict[Literal["kind"], list[KindCountOut]]


_PHRASE = "words in any script, case and spelling of diacritics; each is the beginning of a word"
_KIND = Filter("kind", FilterType.CHOICE, "only these kinds", choices=SearchedKind, example="organization", plain=True)
_QUERY = Filter("q", FilterType.PHRASE, _PHRASE, example="Turkic Council", plain=True, single=True, required=True)

SEARCH = Spec(
    name="search",
    kind=Kind.SOURCE,
    summary="Find anything by its names, without diacritics or case",
    out=HitOut,
    fields=fields_of(HitOut),
    filters=filters(_QUERY, _KIND),
    dated=False,
    shaping=frozenset({"fields", "lang", "limit", "known_at", "release"}),
)

SUGGEST = Spec(
    name="suggest",
    kind=Kind.SOURCE,
    summary="What a reader who types this may mean, for a typeahead",
    out=SuggestionOut,
    fields=fields_of(SuggestionOut),
    filters=filters(_QUERY, _KIND),
    dated=False,
    shaping=frozenset({"fields", "lang", "limit", "known_at", "release"}),
)

RESOLVE = Spec(
    name="resolve",
    kind=Kind.STATE,
    summary="What a code or a name stands for, and when",
    out=ResolvedOut,
    fields=(*fields_of(ResolvedOut), Field("match")),
    filters=filters(
        Filter(
            "code",
            FilterType.CODE,
            "codes, with their scheme (cow:365) or without (AZ, 373, SCO, Q227)",
            example="cow:365",
            plain=True,
        ),
        Filter("name", FilterType.PHRASE, "a whole name, without diacritics or case", example="Burma", plain=True, single=True),
        _KIND,
    ),
    default_sort="asked",
    shaping=frozenset({"at", "during", "throughout", "fields", "limit", "known_at", "release"}),
)
