"""Every resource's two URLs, from its declaration: the collection and the single thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.edge.answering import View, read_item, read_list
from app.edge.asking import ask
from app.edge.errands import Endpoint, Errand, endpoint
from app.edge.posting import answer_query
from app.formats.registry import offered
from app.queries.catalog import RESOURCES
from app.routers.bodies import query_body
from app.routers.parameters import collection_parameters, cursor_parameter, identifier, item_parameters
from app.schemas.common import FlatItemOut, FlatListOut, GroupListOut, ItemOut, ListOut, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from app.queries.resource import Resource
    from app.schemas.filters import Spec

_PROBLEM = {"model": Problem, "content": {"application/problem+json": {}}}


def responses(
    model: type[BaseModel], spec: Spec | None = None, more: Mapping[str, object] | None = None
) -> dict[int | str, dict[str, object]]:
    """Give the documented responses of a read: the answer as JSON, for rows in each format and in `more`, and problems."""
    content = {**(other_formats(located=spec.located) if spec is not None else {}), **(more or {})}
    problems = {300: "the code stood for several things", 308: "the id was merged into another", 400: "the question is wrong",
                404: "nothing has this id", 406: "no such representation", 410: "this was withdrawn",
                414: "the address is too long", 429: "asked too often",
                503: "the store is away or the question took too long"}  # fmt: skip
    flat = (FlatItemOut if issubclass(model, ItemOut) else FlatListOut | GroupListOut) if spec is not None else model
    documented: dict[int | str, dict[str, object]] = {
        200: {"model": model | flat, "content": content, "description": "the answer"}
    }
    documented[304] = {"description": "the answer has not changed"}
    return documented | {status: {"description": text, **problem_content()} for status, text in problems.items()}


def other_formats(*, located: bool = True) -> dict[str, object]:
    """Give the documented content of an answer of rows in every format but JSON."""
    formats = offered(located=located).values()
    return {one.media_type: {"schema": dict(one.body)} for one in formats if not one.paged}


def json_responses(model: type[BaseModel]) -> dict[int | str, dict[str, object]]:
    """Give the documented responses of a read that has one representation: JSON, whatever `Accept` says."""
    documented = responses(model)
    del documented[406]
    return documented | {200: {"model": model, "description": "the answer"}}


def problem_content() -> dict[str, object]:
    """Give the content of a documented problem."""
    return {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def collections() -> APIRouter:
    """Give the router of all collections and single things."""
    router = APIRouter(prefix="/v1")
    for resource in RESOURCES.values():
        _add(router, resource)
    return router


def _add(router: APIRouter, resource: Resource) -> None:
    spec = resource.spec
    stem = "".join(part.capitalize() for part in spec.name.split("-"))
    router.add_api_route(
        f"/{spec.name}",
        _index(resource),
        operation_id=f"list{stem}",
        tags=[spec.name],
        summary=spec.summary,
        responses=responses(ListOut[spec.out], spec),  # type: ignore[name-defined]
        openapi_extra={"parameters": collection_parameters(spec)},
    )
    router.add_api_route(
        f"/{spec.name}/query",
        _query(resource),
        methods=["POST"],
        operation_id=f"query{stem}",
        tags=[spec.name],
        summary=f"Asked with and, or, not in a body: {spec.summary[0].lower()}{spec.summary[1:]}",
        responses=query_responses(ListOut[spec.out], spec),  # type: ignore[name-defined]
        openapi_extra={"parameters": [cursor_parameter()], "requestBody": query_body(spec)},
    )
    router.add_api_route(
        f"/{spec.name}/{{id}}",
        _show(resource),
        operation_id=f"get{stem}",
        tags=[spec.name],
        summary=f"One of: {spec.summary[0].lower()}{spec.summary[1:]}",
        responses=responses(ItemOut[spec.out], spec),  # type: ignore[name-defined]
        openapi_extra={"parameters": [identifier(spec), *item_parameters(spec)]},
    )


def query_responses(model: type[BaseModel], spec: Spec) -> dict[int | str, dict[str, object]]:
    """Give the documented responses of a question in a body: it has no validator, and what is wrong with it is a 422."""
    documented = {status: one for status, one in responses(model, spec).items() if status not in {304, 308}}
    return documented | {422: {"description": "the body does not fit", **problem_content()}}


def _index(resource: Resource) -> Endpoint:
    def index(request: Request) -> Errand:
        return read_list(request, View(resource), ask(request, resource.spec))

    return endpoint(index)


def _query(resource: Resource) -> Endpoint:
    async def query(request: Request) -> Response:
        return await answer_query(request, resource)

    return query


def _show(resource: Resource) -> Endpoint:
    def show(request: Request) -> Errand:
        return read_item(request, resource, request.path_params["id"], ask(request, resource.spec))

    return endpoint(show)
