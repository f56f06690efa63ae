"""What flat and linked answers are made of: a Table Schema for each collection, the context of the linked format."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.edge.addresses import own_address
from app.edge.asking import COLUMN_PARAMETERS, read_given, read_parameters
from app.edge.validators import etag_of, not_modified
from app.formats.linked import JsonLd
from app.formats.terms import context
from app.queries.catalog import TABLES
from app.queries.statements import answer_fields
from app.routers.collections import problem_content
from app.routers.parameters import column_parameters
from app.schemas.parsing import parse_question
from app.schemas.table_schema import TableSchemaOut, table_schema

if TYPE_CHECKING:
    from app.queries.resource import Resource

Endpoint = Callable[[Request], Awaitable[Response]]

CONSTANT = "public, max-age=86400"
"""These change with the code alone."""

_RESPONSES: dict[int | str, dict[str, object]] = {
    304: {"description": "it has not changed"},
    400: {"description": "a parameter is unknown or wrong", **problem_content()},
}


class _Linked(Response):
    media_type = JsonLd.media_type


def describing() -> APIRouter:
    """Give the router of everything that describes answers."""
    router = APIRouter(prefix="/v1")
    for resource in TABLES.values():
        spec = resource.spec
        stem = "".join(part.capitalize() for part in spec.name.split("-"))
        router.add_api_route(
            f"/{spec.name}/schema.json",
            _schema(resource),
            operation_id=f"get{stem}Schema",
            tags=[spec.name],
            summary=f"Table Schema of the columns that {spec.name} have in csv and parquet",
            response_class=JSONResponse,
            responses=_RESPONSES | {200: {"model": TableSchemaOut, "description": "the descriptor"}},
            openapi_extra={"parameters": column_parameters(spec)},
        )
    router.add_api_route(
        "/context.jsonld",
        _context,
        operation_id="getLinkedContext",
        tags=["dataset"],
        summary="JSON-LD context: which standard's terms our words are",
        response_class=_Linked,
        responses=_RESPONSES
        | {200: {"content": {JsonLd.media_type: {"schema": {"type": "object"}}}, "description": "the context"}},
    )
    return router


def _schema(resource: Resource) -> Endpoint:
    async def schema(request: Request) -> Response:
        given = read_given(read_parameters(request), COLUMN_PARAMETERS)
        question = parse_question(resource.spec, given.items())
        columns = table_schema(resource.spec, answer_fields(resource, question), versions=question.history)
        return _constant(request, {"name": resource.spec.name, **columns}, "application/json")

    return schema


async def _context(request: Request) -> Response:
    """Give the context that every JSON-LD answer carries, with the addresses of this service."""
    read_given(read_parameters(request), ())
    return _constant(request, {"@context": context(own_address(request))}, JsonLd.media_type)


def _constant(request: Request, document: dict[str, object], media_type: str) -> Response:
    body = orjson.dumps(document)
    headers = {
        "cache-control": CONSTANT,
        "etag": etag_of(body, request.headers.get("accept-encoding")),
        "vary": "Accept-Encoding",
    }
    return not_modified(request, headers["etag"], headers) or Response(body, headers=headers, media_type=media_type)
