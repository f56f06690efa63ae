"""Why a fact is held as it is: one URL below every thing that rests on claims."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.edge.explaining import answer_explanation, explaining_parameters
from app.queries.catalog import RESOURCES
from app.routers.collections import json_responses
from app.routers.parameters import as_of_parameters, collection_parameters, identifier
from app.schemas.common import ItemOut
from app.schemas.explaining import ExplanationOut

if TYPE_CHECKING:
    from app.queries.resource import Resource

Endpoint = Callable[[Request], Awaitable[Response]]


def explanations() -> APIRouter:
    """Give the router of the explanations of everything that rests on claims."""
    router = APIRouter(prefix="/v1")
    for resource in RESOURCES.values():
        if "claims" in resource.spec.includes:
            _add(router, resource)
    return router


def _add(router: APIRouter, resource: Resource) -> None:
    spec, known = resource.spec, explaining_parameters(resource)
    stem = "".join(part.capitalize() for part in spec.name.split("-"))
    parameters = [one for one in collection_parameters(spec) if one["name"] in known] + as_of_parameters()
    router.add_api_route(
        f"/{spec.name}/{{id}}/explain",
        _explain(resource),
        operation_id=f"explain{stem}",
        tags=[spec.name],
        summary="The claims for and against, the rule, the result",
        responses=json_responses(ItemOut[ExplanationOut]),
        openapi_extra={"parameters": [identifier(spec), *parameters]},
    )


def _explain(resource: Resource) -> Endpoint:
    async def explain(request: Request) -> Response:
        return await answer_explanation(request, resource)

    return explain
