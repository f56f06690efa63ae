"""The data set itself, vocabularies, and whether the service lives."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson
from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.edge.asking import read_known
from app.edge.context import context_of
from app.edge.plain_values import answer_values
from app.errors import FieldError, NotFoundError, UnavailableError, nearest
from app.queries.dataset import count_collections, count_imported, count_memberships
from app.queries.revisions import get_moment
from app.routers.collections import responses
from app.routers.parameters import as_of_parameters, parameter
from app.schemas.common import ItemOut, ListOut
from app.schemas.service import DatasetOut, VocabularyOut
from app.vocabulary import CODE_LICENSE, DATA_LICENSE, SCHEME_AUTHORITIES, VOCABULARIES, Scheme

if TYPE_CHECKING:
    from app.db.sessions import Snapshot

router = APIRouter(prefix="/v1")
health = APIRouter(tags=["health"])

NAME = "Foreign Policy API"
ABOUT = "Dated, evidenced facts about states, organizations, memberships, events and agreements."


@router.get(
    "/dataset",
    operation_id="getDataset",
    tags=["dataset"],
    summary="What is held, under which licence",
    responses=responses(ItemOut[DatasetOut]),
    openapi_extra={"parameters": as_of_parameters()},
)
async def dataset(request: Request) -> Response:
    """Count every collection, the memberships of each organization with the share known to the day, and what was imported."""
    read_known(request, ())
    context = context_of(request)

    def work(snapshot: Snapshot) -> dict[str, object]:
        return context.once("dataset", snapshot, _held)

    return await answer_values(request, work)


def _held(snapshot: Snapshot) -> dict[str, object]:
    newest = get_moment(snapshot.connection, snapshot.revision)
    return {
        "name": NAME,
        "description": ABOUT,
        "revision": newest.id,
        "recorded_at": newest.recorded_at,
        "data_license": DATA_LICENSE,
        "code_license": CODE_LICENSE,
        "citation": f"{NAME}, data revision {newest.id} of {(newest.recorded_at or 'no date')[:10]}",
        "collections": {
            name: {"rows": one.rows, "day_precise": one.day_precise} for name, one in count_collections(snapshot).items()
        },
        "organizations": {
            one.organization: {"memberships": one.memberships, "day_precise": one.day_precise, "claims": one.claims}
            for one in count_memberships(snapshot)
        },
        "imported": [asdict(one) for one in count_imported(snapshot)],
    }


def _vocabulary(name: str) -> dict[str, object]:
    words = VOCABULARIES[name]
    listed = []
    for word in words:
        label = {"value": word.value, "label": word.value.replace("_", " ")}
        listed.append(label | ({"authority": SCHEME_AUTHORITIES[word]} if isinstance(word, Scheme) else {}))
    return {"name": name, "description": (words.__doc__ or "").strip(), "words": listed}


@router.get(
    "/vocabularies",
    operation_id="listVocabularies",
    tags=["vocabularies"],
    summary="Every closed list",
    responses=responses(ListOut[VocabularyOut]),
    openapi_extra={"parameters": as_of_parameters()},
)
async def vocabularies(request: Request) -> Response:
    """Give every closed list with its words."""
    read_known(request, ())
    return await answer_values(request, lambda _: [_vocabulary(name) for name in VOCABULARIES], len(VOCABULARIES))


@router.get(
    "/vocabularies/{name}",
    operation_id="getVocabulary",
    tags=["vocabularies"],
    summary="One closed list",
    responses=responses(ItemOut[VocabularyOut]),
    openapi_extra={
        "parameters": [
            parameter("name", "name of the list", {"type": "string", "enum": list(VOCABULARIES)}, "statuses", where="path"),
            *as_of_parameters(),
        ]
    },
)
async def vocabulary(request: Request) -> Response:
    """Give one closed list with its words."""
    read_known(request, ())
    name = request.path_params["name"]
    if name not in VOCABULARIES:
        suggestion = nearest(name, list(VOCABULARIES))
        message = f"'{name}' is not a vocabulary; there are {', '.join(VOCABULARIES)}"
        raise NotFoundError(message, errors=[FieldError("unknown-value", message, suggestion=suggestion)])
    return await answer_values(request, lambda _: _vocabulary(name))


@health.get("/livez", operation_id="getLiveness", summary="Whether the process answers", response_class=PlainTextResponse)
async def livez() -> Response:
    """Answer as long as the process runs."""
    return PlainTextResponse("ok", headers={"cache-control": "no-store"})


@health.get("/readyz", operation_id="getReadiness", summary="Whether the store answers and holds data")
async def readyz(request: Request) -> Response:
    """Answer 200 when the store can be read and holds a revision, else 503."""
    revision = await context_of(request).read(lambda snapshot: snapshot.revision)
    if revision == 0:
        detail = "the store is empty: load a seed with `python -m app seed`"
        raise UnavailableError(detail, headers={"retry-after": "5"})
    return Response(
        orjson.dumps({"status": "ready", "revision": revision}),
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )


@health.get("/metrics", operation_id="getMetrics", summary="Counters for Prometheus", response_class=PlainTextResponse)
async def metrics(request: Request) -> Response:
    """Give the process's counters in the Prometheus text format."""
    request.app.state.ledger.write()
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"})
