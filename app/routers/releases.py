"""Releases: named revisions with their files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app.edge.addresses import own_address
from app.edge.asking import read_known
from app.edge.context import context_of
from app.edge.plain_values import answer_values
from app.edge.validators import IMMUTABLE, not_modified
from app.errors import BadQueryError, UnavailableError
from app.publishing.citing import Named
from app.queries.releases import get_file, get_release, list_releases
from app.routers.collections import problem_content, responses
from app.routers.parameters import as_of_parameters, parameter
from app.schemas.common import ItemOut, ListOut
from app.schemas.releases import ReleaseOut
from app.vocabulary import DATA_LICENSE

if TYPE_CHECKING:
    from app.queries.releases import StoredRelease
    from app.schemas.releases import StoredFile

router = APIRouter(prefix="/v1", tags=["releases"])

_ID = parameter(
    "id",
    "name of the release",
    {"type": "string", "maxLength": 40, "pattern": "^[0-9A-Za-z][0-9A-Za-z._-]*$"},
    "2026.11",
    where="path",
)


def _told(one: StoredRelease, base: str) -> dict[str, object]:
    url = f"{base}/v1/releases/{one.id}"
    named = Named(one.id, one.title, one.revision, one.created_at[:10], url)
    return {
        **{name: getattr(one, name) for name in ("id", "revision", "recorded_at", "created_at", "title", "notes")},
        "license": DATA_LICENSE,
        "citation": {"text": named.text(), "bibtex": named.entry.bibtex(), "csl": named.entry.csl()},
        "url": url,
        "files": [{**asdict(file), "url": f"{url}/files/{file.name}"} for file in one.files],
    }


@router.get(
    "/releases",
    operation_id="listReleases",
    summary="Named revisions with their files, newest first",
    responses=responses(ListOut[ReleaseOut]),
    openapi_extra={"parameters": as_of_parameters()},
)
async def releases(request: Request) -> Response:
    """List every release; the first is the newest."""
    read_known(request, ())
    base = own_address(request)
    return await answer_values(request, lambda snapshot: [_told(one, base) for one in list_releases(snapshot)])


@router.get(
    "/releases/{id}",
    operation_id="getRelease",
    summary="One release: files, checksums, citation, licence",
    responses=responses(ItemOut[ReleaseOut]),
    openapi_extra={"parameters": [_ID, *as_of_parameters()]},
)
async def release(request: Request) -> Response:
    """Give one release by its name."""
    read_known(request, ())
    base = own_address(request)
    return await answer_values(request, lambda snapshot: _told(get_release(snapshot, request.path_params["id"]), base))


@router.get(
    "/releases/{id}/files/{name}",
    operation_id="getReleaseFile",
    summary="One file of a release; parts of it by Range",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "the file"},
        206: {"content": {"application/octet-stream": {}}, "description": "a part of the file"},
        304: {"description": "the file never changes"},
        400: {"description": "the question is wrong", **problem_content()},
        404: {"description": "no such release or file", **problem_content()},
        416: {"description": "no such part"},
        503: {"description": "the file is not on this server", **problem_content()},
    },
    openapi_extra={
        "parameters": [
            _ID,
            parameter(
                "name",
                "name of the file",
                {"type": "string", "maxLength": 100, "pattern": "^[^/\\x00]+$"},
                "datapackage.json",
                where="path",
            ),
        ]
    },
)
async def file(request: Request) -> Response:
    """Give a file as it was written, for ever the same."""
    for name in request.query_params:
        raise BadQueryError.at(name, "unknown-parameter", f"'{name}' is not a parameter here; there are none")
    context = context_of(request)
    name, wanted = request.path_params["id"], request.path_params["name"]

    def find() -> tuple[StoredFile, Path]:
        with context.store.reading(seconds=context.engine_seconds) as snapshot:
            found = get_file(get_release(snapshot, name), wanted)
        path = Path(context.settings.releases_dir) / name / found.name
        if not path.is_file():
            message = "this server does not hold the files of its releases; RELEASES_DIR names their folder"
            raise UnavailableError(message)
        return found, path

    found, path = await context.in_thread(find)
    headers = {"cache-control": f"{IMMUTABLE}, no-transform", "etag": f'"{found.sha256}"'}
    if (unchanged := not_modified(request, headers["etag"], headers)) is not None:
        return unchanged
    return FileResponse(path, headers=headers, media_type=found.media_type, filename=found.name)
