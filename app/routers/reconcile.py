"""The W3C Reconciliation Service API 0.2, for OpenRefine and its kin: manifest, queries, suggestions, preview, data extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.edge.addresses import own_address
from app.edge.asking import FORM, read_form, read_given, read_parameters
from app.edge.documents import answer_document
from app.errors import BadQueryError
from app.folding import fold
from app.queries.describing import Described, describe, extend
from app.queries.naming import id_meanings, parse_asked
from app.queries.reconciling import Candidate, reconcile
from app.queries.searching import search, sought
from app.routers.collections import problem_content
from app.routers.parameters import Schema, parameter
from app.schemas.reconciled import ExtensionOut, ManifestOut, ProposalOut, ResultOut, SuggestionsOut, manifest
from app.schemas.reconciliation import (
    ACTOR,
    BATCH,
    PROPERTIES,
    TYPES,
    ExtensionIn,
    QueryIn,
    Value,
    known,
    parse_extension,
    parse_queries,
    properties_of,
    type_out,
)
from app.schemas.values import MAX_PHRASE
from app.vocabulary import SEARCHED_KINDS, Kind

if TYPE_CHECKING:
    from pydantic import BaseModel

    from app.db.sessions import Snapshot

router = APIRouter(prefix="/v1", tags=["reconciliation"])

SUGGESTED = 10
STRICT = ("any", "should", "all")
_TYPE = parameter("type", "a type", {"type": "string", "enum": list(TYPES)}, "state")
_JSON: Schema = {"type": "string", "minLength": 2, "contentMediaType": "application/json"}
_QUERIES = '{"q0": {"query": "Shanghai Cooperation Organization", "type": "organization"}}'
_EXTEND = '{"ids": ["AZE", "TKM"], "properties": [{"id": "iso2"}, {"id": "cow"}, {"id": "founded"}]}'


def _answers(model: type[BaseModel] | object, *more: int) -> dict[int | str, dict[str, object]]:
    told = {400: "the question is wrong", 404: "nothing has this id", 413: "too much at once", 415: "the body is no form",
            429: "asked too often", 503: "the store is away or the question took too long"}  # fmt: skip
    documented: dict[int | str, dict[str, object]] = {200: {"model": model, "description": "the answer"}}
    documented |= {304: {"description": "the answer has not changed"}}
    return documented | {status: {"description": told[status], **problem_content()} for status in (400, 429, 503, *more)}


@router.get(
    "/reconcile",
    operation_id="getReconciliation",
    summary="The manifest of the reconciliation service; with `queries` or `extend`, its answers",
    responses=_answers(ManifestOut | dict[str, ResultOut] | ExtensionOut, 413),
    openapi_extra={
        "parameters": [
            parameter("queries", f"a batch of at most {BATCH} reconciliation queries, as JSON", _JSON, _QUERIES),
            parameter("extend", "a data extension query, as JSON", _JSON),
        ]
    },
)
async def reconciliation(request: Request) -> Response:
    """Describe the service, or answer what is asked in the address; browsers of any origin may ask (CORS), there is no JSONP."""
    return await _serve(request, read_parameters(request))


@router.post(
    "/reconcile",
    operation_id="reconcile",
    summary="Match names to entities, or fetch values of entities that were matched",
    responses=_answers(dict[str, ResultOut] | ExtensionOut, 413, 415),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                FORM: {
                    "schema": {
                        "type": "object",
                        "properties": {"queries": {**_JSON, "example": _QUERIES}, "extend": {**_JSON, "example": _EXTEND}},
                        "minProperties": 1,
                        "maxProperties": 1,
                        "additionalProperties": False,
                    },
                    "example": {"queries": _QUERIES},
                }
            },
        }
    },
)
async def reconcile_form(request: Request) -> Response:
    """Answer a form with `queries` or `extend`.

    Types are kinds, and `actor` for states and organizations. Properties are codes, which weigh most, `date` (a day on which it
    existed) and what the properties service lists. A score is 0 to 100; `match` is true where one candidate is far ahead.
    """
    read_given(read_parameters(request), ())
    fields = await read_form(request)
    if not fields:
        raise BadQueryError.at("queries", "missing", "the form has neither 'queries' nor 'extend'")
    return await _serve(request, fields)


async def _serve(request: Request, pairs: list[tuple[str, str]]) -> Response:
    asked = read_given(pairs, ("queries", "extend"), longest=None)
    if len(asked) > 1:
        raise BadQueryError.at("extend", "not-together", "'queries' and 'extend' are asked one at a time")
    if "queries" in asked:
        batch = parse_queries(asked["queries"])
        return await answer_document(request, lambda snapshot: _results(snapshot, batch))
    if "extend" in asked:
        wanted = parse_extension(asked["extend"])
        return await answer_document(request, lambda snapshot: _extension(snapshot, wanted))
    told = manifest(own_address(request), request.app.title, request.app.version)
    return await answer_document(request, lambda _: told)


def _results(snapshot: Snapshot, batch: dict[str, QueryIn]) -> dict[str, object]:
    found = reconcile(snapshot, batch)
    return {key: {"result": [_candidate(one) for one in candidates]} for key, candidates in found.items()}


def _candidate(one: Candidate) -> dict[str, object]:
    return {
        "id": one.entity.id,
        "name": one.entity.name,
        "description": one.entity.description,
        "score": one.score,
        "match": one.match,
        "type": [type_out(one.entity.kind.value)],
        "features": [{"id": name, "value": value} for name, value in one.features.items()],
    }


def _extension(snapshot: Snapshot, wanted: ExtensionIn) -> dict[str, object]:
    properties = [PROPERTIES[one.id] for one in wanted.properties]
    meta = [
        {"id": one.id, "name": one.name} | ({"type": type_out(Kind.STATE.value)} if one.value is Value.STATE else {})
        for one in properties
    ]
    return {"meta": meta, "rows": extend(snapshot, wanted.ids, properties)}


_PREFIX = parameter("prefix", "what was typed", {"type": "string", "maxLength": MAX_PHRASE, "pattern": r"^[^\x00]*$"}, "sha")
_SKIP = parameter("cursor", "how many suggestions to skip", {"type": "integer", "minimum": 0, "maximum": 10000, "default": 0}, 0)
_MOST = parameter("limit", "most suggestions", {"type": "integer", "minimum": 1, "maximum": 50, "default": SUGGESTED}, SUGGESTED)
_STRICT = parameter("type_strict", "taken and not needed: a type is always kept to", {"type": "string", "enum": list(STRICT)})
_WORDS = ("prefix", "cursor", "limit", "type", "type_strict")


def _suggesting(request: Request) -> tuple[str, int, int, str | None]:
    """Give the prefix, how many to skip, how many to give, and the type."""
    given = read_given(read_parameters(request), _WORDS, may_be_empty=("prefix", "type", "type_strict"))
    kind = given.get("type") or None
    if kind is not None:
        known("type", kind, tuple(TYPES), "a type")
    known("type_strict", given.get("type_strict") or STRICT[0], STRICT, "a strictness")
    prefix = given.get("prefix", "")
    if len(prefix) > MAX_PHRASE:
        raise BadQueryError.at("prefix", "too-long", f"'prefix' has {len(prefix)} characters; at most {MAX_PHRASE} are read")
    return prefix, _number(given, "cursor", 0, 10_000), _number(given, "limit", SUGGESTED, 50), kind


def _number(given: dict[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name, str(default))
    least = min(default, 1)
    if not text.isascii() or not text.isdigit() or not least <= int(text[:9]) <= most:
        raise BadQueryError.at(name, "out-of-bounds", f"'{name}' is {text}; it goes from {least} to {most}")
    return int(text)


@router.get(
    "/reconcile/suggest/entity",
    operation_id="suggestReconciliationEntity",
    summary="Entities whose names begin so",
    responses=_answers(SuggestionsOut),
    openapi_extra={"parameters": [_PREFIX, _SKIP, _MOST, _TYPE, _STRICT]},
)
async def suggest_entity(request: Request) -> Response:
    """Suggest entities by a name or an id."""
    prefix, skip, limit, kind = _suggesting(request)
    kinds = TYPES[kind] if kind else SEARCHED_KINDS

    def work(snapshot: Snapshot) -> dict[str, object]:
        exact = (
            [one.id for one in id_meanings(snapshot, [parse_asked(prefix)]) if Kind(one.kind) in kinds]
            if prefix and ":" not in prefix
            else []
        )
        hits = search(snapshot, sought(prefix, [one.value for one in kinds]), skip + limit)
        ids = list(dict.fromkeys([*exact, *(hit.id for hit in hits)]))[skip : skip + limit]
        found = describe(snapshot, ids)
        return {"result": [_suggested(found[one]) for one in ids if one in found]}

    return await answer_document(request, work)


def _suggested(one: Described) -> dict[str, object]:
    return {"id": one.id, "name": one.name, "description": one.description, "notable": [type_out(one.kind.value)]}


def _beginning(prefix: str, listed: list[dict[str, object]]) -> list[dict[str, object]]:
    """Give those whose id, or a word of whose name, begins so; all of them for no prefix."""
    words = fold(prefix).split()
    texts = [f"{fold(str(one['id']))} {fold(str(one['name']))}".split() for one in listed]
    return [
        one
        for one, found in zip(listed, texts, strict=True)
        if all(any(part.startswith(word) for part in found) for word in words)
    ]


@router.get(
    "/reconcile/suggest/type",
    operation_id="suggestReconciliationType",
    summary="Types whose names begin so",
    responses=_answers(SuggestionsOut),
    openapi_extra={"parameters": [_PREFIX, _SKIP, _MOST]},
)
async def suggest_type(request: Request) -> Response:
    """Suggest types: the kinds, and `actor`."""
    prefix, skip, limit, _ = _suggesting(request)
    found = _beginning(prefix, [type_out(word, broader=True) for word in TYPES])[skip : skip + limit]
    return await answer_document(request, lambda _: {"result": found})


@router.get(
    "/reconcile/suggest/property",
    operation_id="suggestReconciliationProperty",
    summary="Properties whose names begin so",
    responses=_answers(SuggestionsOut),
    openapi_extra={"parameters": [_PREFIX, _SKIP, _MOST, _TYPE]},
)
async def suggest_property(request: Request) -> Response:
    """Suggest properties to match by."""
    prefix, skip, limit, kind = _suggesting(request)
    listed = list(PROPERTIES.values()) if kind is None else [*properties_of(kind), PROPERTIES["date"]]
    found = _beginning(prefix, [{"id": one.id, "name": one.name} for one in listed])[skip : skip + limit]
    return await answer_document(request, lambda _: {"result": found})


@router.get(
    "/reconcile/properties",
    operation_id="proposeReconciliationProperties",
    summary="Properties that can be fetched for entities of a type",
    responses=_answers(ProposalOut),
    openapi_extra={
        "parameters": [_TYPE, parameter("limit", "most properties", {"type": "integer", "minimum": 1, "maximum": 50})]
    },
)
async def propose_properties(request: Request) -> Response:
    """Propose what the data extension service can fetch."""
    given = read_given(read_parameters(request), ("type", "limit"), may_be_empty=("type",))
    kind = known("type", given["type"], tuple(TYPES), "a type") if given.get("type") else None
    limit = _number(given, "limit", SUGGESTED, 50) if "limit" in given else None
    properties = [{"id": one.id, "name": one.name} for one in properties_of(kind)][:limit]
    told = {"type": kind or ACTOR} | ({"limit": limit} if limit else {})
    return await answer_document(request, lambda _: {"properties": properties, **told})
