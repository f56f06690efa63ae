"""Receipts of questions: kept, replayed, verified, cited."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.edge import receipts
from app.routers.collections import json_responses, other_formats, problem_content, responses
from app.routers.parameters import parameter, representation_parameters
from app.schemas.common import ItemOut
from app.schemas.parsing import MAX_LIMIT
from app.schemas.receipts import CitationOut, ReceiptIn, ReceiptOut, ReplayOut, VerdictOut

router = APIRouter(prefix="/v1/queries", tags=["queries"])

_ID = parameter(
    "id", "id of the receipt", {"type": "string", "pattern": "^q[0-9a-f]{22}$"}, "q0123456789abcdef012345", where="path"
)
_LIMIT = parameter("limit", "most rows of a page", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50}, 50)
_EXAMPLES = {
    "collection": {"summary": "A view", "value": {"query": "/v1/organizations/sco/dialogue-partners?at=2025-08-30"}},
    "nothing": {"summary": "An empty answer", "value": {"query": "/v1/memberships?organization=sco&member=USA"}},
}
_BODY = {
    "required": True,
    "content": {"application/json": {"schema": ReceiptIn.model_json_schema(), "examples": _EXAMPLES}},
}
_REASONS = {
    422: "the body, or the question in it, does not fit",
    429: "asked too often",
    503: "the store is away, or open for reading only",
}
_PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"description": text, **problem_content()} for status, text in _REASONS.items()
}


@router.post(
    "",
    operation_id="createQuery",
    summary="Keep a question: its answer can be replayed, verified and cited for ever",
    status_code=201,
    responses={
        201: {"model": ItemOut[ReceiptOut], "description": "kept"},
        200: {"model": ItemOut[ReceiptOut], "description": "it was kept already"},
        **_PROBLEMS,
    },
    openapi_extra={"requestBody": _BODY},
)
async def create_query(request: Request) -> Response:
    """Keep the canonical question with the revision, the row count and the SHA-256 of the sorted answer; an empty one too."""
    return await receipts.keep(request)


@router.get(
    "/{id}",
    operation_id="getQuery",
    summary="The answer as it was",
    responses=responses(ReplayOut, more=other_formats()),
    openapi_extra={"parameters": [_ID, _LIMIT, *representation_parameters()]},
)
async def get_query(request: Request) -> Response:
    """Replay a question at its revision, in any format it has; JSON carries the receipt as `receipt`."""
    return await receipts.replay(request)


@router.get(
    "/{id}/verify",
    operation_id="verifyQuery",
    summary="Whether the answer is the same today, and what changed",
    responses=json_responses(ItemOut[VerdictOut]),
    openapi_extra={"parameters": [_ID]},
)
async def verify_query(request: Request) -> Response:
    """Compare the answer as it was with today's: ids added, removed, changed."""
    return await receipts.verify(request)


@router.get(
    "/{id}/cite",
    operation_id="citeQuery",
    summary="A citation: text, BibTeX, CSL-JSON",
    responses=json_responses(ItemOut[CitationOut]),
    openapi_extra={"parameters": [_ID]},
)
async def cite_query(request: Request) -> Response:
    """Cite a question with its revision and digest, so that a reader can check it."""
    return await receipts.cite(request)
