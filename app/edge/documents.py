"""Answers whose shape another specification sets: a bare JSON document, or a page, without this API's envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response

from app.edge.context import context_of
from app.edge.days import LIVE
from app.edge.validators import VARY, coded, etag_of, not_modified

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from app.db.sessions import Snapshot


async def answer_document(request: Request, work: Callable[[Snapshot], object]) -> Response:
    """Answer with one JSON document made from the newest snapshot; an answer to POST is not kept by caches."""

    def run(snapshot: Snapshot) -> Response:
        if request.method == "POST":
            return _json(work(snapshot), {"cache-control": "no-store"})
        headers = _validators(request, snapshot)
        return not_modified(request, headers["etag"], headers) or _json(work(snapshot), headers)

    return await context_of(request).read(run)


async def answer_page(request: Request, work: Callable[[Snapshot], str], policy: str) -> Response:
    """Answer with one HTML page under a Content-Security-Policy of its own."""

    def run(snapshot: Snapshot) -> Response:
        headers = {**_validators(request, snapshot), "content-security-policy": policy}
        unchanged = not_modified(request, headers["etag"], headers)
        return unchanged or Response(work(snapshot), headers=headers, media_type="text/html")

    return await context_of(request).read(run)


def _validators(request: Request, snapshot: Snapshot) -> dict[str, str]:
    etag = etag_of(snapshot.revision, request.url, coded(request))
    return {"cache-control": LIVE, "vary": VARY, "etag": etag}


def _json(document: object, headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(document), headers=headers, media_type="application/json")
