"""Filters that most resources share, and the helper that makes a specification from a shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.schemas.common import fields_of
from app.schemas.filters import Filter, FilterType, Spec, moment, reference, words
from app.vocabulary import ACTOR_KINDS, Kind

if TYPE_CHECKING:
    from pydantic import BaseModel

CLAIM_INCLUDES = {
    "claims": "every claim the fact rests on",
    "claims.source": "every claim with its source in full",
}

SOURCE_FILTER = reference(
    "source", (Kind.SOURCE,), "facts that rest on this source", many=True, example="tass-2017-india-pakistan-sco"
)
DATASET_FILTER = reference(
    "dataset", (Kind.SOURCE,), "rows that this dataset was imported with; isnull=true: curated ones", example="cow-igo-year"
)
CONFLICT_FILTER = Filter("conflict", FilterType.BOOLEAN, "whether a source says otherwise", example="true")
INTERVAL = {"start": "start", "end": "end"}
"""The dates of a fact that holds over time, and what claims call them."""
START_FILTER = moment("start", "first day it holds")
END_FILTER = moment("end", "first day it no longer holds")
PLACE_FILTERS = (
    reference("place.country", (Kind.STATE,), "state the place lies in", example="CHN"),
    words("place.name", "city or site", example="Tianjin"),
)


def spec(  # noqa: PLR0913 - a declaration names all its parts
    name: str,
    kind: Kind,
    summary: str,
    out: type[BaseModel],
    filters: tuple[Filter, ...],
    *,
    default_sort: str = "id",
    includes: dict[str, str] | None = None,
    dated: bool = True,
    actors: tuple[str, ...] = (),
    cited: bool = True,
    located: bool = False,
    example: str = "",
    resolvable: dict[str, str] | None = None,
) -> Spec:
    """Declare a resource: the fields come from its shape, the evidence filters from its being cited.

    `resolvable` maps the dates that `resolve=` can take from a claim to the word that claims call them by.
    """
    own = (
        reference("id", (kind,), "permanent id or code", example=example),
        *filters,
        *((START_FILTER, END_FILTER) if dated and not _has_dates(filters) else ()),
    )
    evidence = (SOURCE_FILTER, CONFLICT_FILTER) if cited else ()
    return Spec(
        name=name,
        kind=kind,
        summary=summary,
        out=out,
        fields=fields_of(out),
        filters={one.name: one for one in (*own, *evidence)},
        default_sort=default_sort,
        includes={**(CLAIM_INCLUDES if cited else {}), **(includes or {})},
        dated=dated,
        actors=actors,
        located=located,
        example=example,
        resolvable=resolvable or {},
    )


def _has_dates(filters: tuple[Filter, ...]) -> bool:
    return any(one.type is FilterType.MOMENT for one in filters)


def actor_filter(name: str, description: str, *, many: bool = False, example: str = "AZE") -> Filter:
    """Declare a filter by a state or an organization."""
    return reference(name, ACTOR_KINDS, description, many=many, example=example)
