"""Search, suggestions and resolving: from words and codes to ids."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request

from app.edge.answering import View, read_list
from app.edge.asking import ask
from app.edge.errands import Errand, endpoint
from app.errors import BadQueryError
from app.queries.naming import RESOLVING
from app.queries.searching import SEARCHING, SUGGESTING
from app.routers.collections import responses
from app.routers.parameters import Schema, collection_parameters, parameter
from app.schemas.common import ListOut
from app.schemas.search import MAX_SUGGESTIONS, SUGGESTIONS, ResolvedOut, SearchOut, SuggestionOut

router = APIRouter(prefix="/v1", tags=["search"])


def _suggestion_parameters() -> list[Schema]:
    limit: Schema = {"type": "integer", "minimum": 1, "maximum": MAX_SUGGESTIONS, "default": SUGGESTIONS}
    kept = [one for one in collection_parameters(SUGGESTING.spec) if one["name"] not in {"limit", "cursor"}]
    return [*kept, parameter("limit", "most rows", limit, SUGGESTIONS)]


@router.get(
    "/search",
    operation_id="search",
    summary=SEARCHING.spec.summary,
    responses=responses(SearchOut, SEARCHING.spec),
    openapi_extra={"parameters": collection_parameters(SEARCHING.spec)},
)
@endpoint
def search_everything(request: Request) -> Errand:
    """Find entities by their names, acronyms, former names and places, in any script.

    Every word of the query must begin a word of one name. Only where nothing does, names that are spelled alike are given, each
    with `fuzzy: true` and its `score`. `facets.kind` counts the hits of every kind, whatever kinds are asked for.
    """
    return read_list(request, View(SEARCHING), ask(request, SEARCHING.spec))


@router.get(
    "/suggest",
    operation_id="suggest",
    summary=SUGGESTING.spec.summary,
    responses=responses(ListOut[SuggestionOut], SUGGESTING.spec),
    openapi_extra={"parameters": _suggestion_parameters()},
)
@endpoint
def suggest(request: Request) -> Errand:
    """Suggest at most twenty entities, the likeliest first; there is no next page. Sources only with `kind=source`."""
    asked = ask(request, SUGGESTING.spec)
    given = "limit" in request.query_params
    if given and asked.question.limit > MAX_SUGGESTIONS:
        message = f"'limit' is {asked.question.limit}; it goes from 1 to {MAX_SUGGESTIONS}"
        raise BadQueryError.at("limit", "out-of-bounds", message)
    if asked.cursor is not None:
        raise BadQueryError.at("cursor", "unknown-parameter", "'cursor' is not a parameter here; suggestions have one page")
    limit = asked.question.limit if given else SUGGESTIONS
    return read_list(request, View(SUGGESTING), replace(asked, question=replace(asked.question, limit=limit)))


@router.get(
    "/resolve",
    operation_id="resolve",
    summary=RESOLVING.spec.summary,
    responses=responses(ListOut[ResolvedOut], RESOLVING.spec),
    openapi_extra={"parameters": collection_parameters(RESOLVING.spec)},
)
@endpoint
def resolve(request: Request) -> Errand:
    """List everything that codes or a name stand or stood for: one row, several over time, or none.

    A code without a scheme is looked up in all of them, and as an id and an acronym. What stands for nothing is named in
    `meta.warnings`, and what was probably meant in `meta.near`.
    """
    return read_list(request, View(RESOLVING), ask(request, RESOLVING.spec))
