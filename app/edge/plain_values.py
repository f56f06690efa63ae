"""Answers that are no rows of a collection: plain values made from a snapshot, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response

from app.edge.addresses import link_header, standing_links
from app.edge.answering import citation_of, memento, meta_of, settled
from app.edge.asking import read_parameters
from app.edge.context import context_of
from app.edge.mementos import NAME, as_of
from app.edge.validators import coded, etag_of, not_modified, validators
from app.schemas.questions import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from app.db.sessions import Snapshot


async def answer_values(request: Request, work: Callable[[Snapshot], object], limit: int | None = None) -> Response:
    """Answer with plain values made from the snapshot that the request names: a list with its page, or one object."""
    context = context_of(request)
    asked = as_of(request.headers.get(NAME), dict(read_parameters(request)))
    question = Question("", known_at=asked.known_at, release=asked.release)

    def run(newest: Snapshot) -> Response:
        snapshot = context.snapshot_of(newest, asked.known_at, asked.release)
        etag = etag_of(
            snapshot.revision,
            request.url,
            question.canonical(),
            coded(request),
            context.release_of(snapshot),
        )
        final = settled(newest, snapshot, question)
        headers = {
            **validators(etag, snapshot.revision, settled=final),
            **memento(request, context, snapshot, question, negotiated=asked.negotiated),
        }
        headers |= link_header(standing_links(request))
        if (unchanged := not_modified(request, etag, headers)) is not None:
            return unchanged
        data = work(snapshot)
        meta = meta_of(citation_of(request, snapshot, question), question)
        page = {"page": {"limit": limit, "next": None, "total": len(data)}} if isinstance(data, list) else {}
        return Response(orjson.dumps({"data": data, **page, "meta": meta}), headers=headers, media_type="application/json")

    return await context.read(run)
