"""Any entity by its id alone: ids are unique over all kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.edge.addresses import own_address
from app.edge.answering import answer_item
from app.edge.asking import ask, read_given, read_parameters
from app.edge.context import context_of
from app.edge.documents import answer_page
from app.edge.previews import render_preview
from app.edge.security import PREVIEW_POLICY
from app.queries.catalog import RESOURCES
from app.queries.describing import describe
from app.routers.collections import other_formats, problem_content, responses
from app.routers.parameters import Schema, parameter, representation_parameters
from app.schemas.common import ItemOut
from app.vocabulary import PLURALS, SEARCHED_KINDS, Kind

if TYPE_CHECKING:
    from app.db.sessions import Snapshot

router = APIRouter(prefix="/v1")

_ID: Schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[^/\x00]+$"}
_ENTITY = parameter("id", "permanent id in any case, or a code with its scheme", _ID, "sco", where="path")


@router.get(
    "/reconcile/preview/{id}",
    operation_id="previewReconciliationEntity",
    tags=["reconciliation"],
    summary="A small page about an entity, to be shown in a frame",
    responses={
        200: {"content": {"text/html": {"schema": {"type": "string"}}}},
        404: {"description": "nothing has this id", **problem_content()},
    },
    openapi_extra={"parameters": [_ENTITY]},
)
async def preview(request: Request) -> Response:
    """Show the name, what it is and its codes: text without style or script, which any site may frame."""
    read_given(read_parameters(request), ())
    context, base = context_of(request), own_address(request)

    def work(snapshot: Snapshot) -> str:
        entity = context.resolver.resolve(snapshot, request.path_params["id"], SEARCHED_KINDS)
        return render_preview(describe(snapshot, [entity])[entity], base)

    return await answer_page(request, work, PREVIEW_POLICY)


@router.get(
    "/entities/{id}",
    operation_id="getEntity",
    tags=["entities"],
    summary="The entity with this id, whatever it is",
    responses=responses(ItemOut[dict[str, object]], more=other_formats()),
    openapi_extra={"parameters": [_ENTITY, *representation_parameters()]},
)
async def entity(request: Request) -> Response:
    """Give what its collection gives, whose address is in `Link: rel="canonical"`: ids are unique over all kinds."""
    context = context_of(request)

    def work(snapshot: Snapshot) -> tuple[str, Kind]:
        found = context.resolver.resolve(snapshot, request.path_params["id"], SEARCHED_KINDS)
        return found, describe(snapshot, [found])[found].kind

    found, kind = await context.read(work)
    resource = RESOURCES[PLURALS[kind]]
    return await answer_item(request, resource, found, ask(request, resource.spec))
