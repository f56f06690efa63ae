"""Questions in bodies: the same answers as those of URLs, with errors that point into the body."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.edge.answering import View, answer_list
from app.edge.asking import ask, read_given, read_parameters
from app.errors import BadQueryError, InvalidCursorError
from app.schemas.bodies import parse_body, pointed, read_body

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from app.queries.resource import Resource


async def answer_query(request: Request, resource: Resource) -> Response:
    """Answer `POST /v1/{collection}/query`; `page.next` goes on when the same body is sent there again.

    Raises InvalidBodyError (422) for what is wrong with the body, BadQueryError (400) for any parameter but `cursor`.
    """
    given = read_given(read_parameters(request), ("cursor",))
    body = parse_body(resource.spec, read_body(await request.body()))
    pairs = {**dict(body.pairs), **given}
    try:
        asked = ask(request, resource.spec, pairs=list(pairs.items()))
        return await answer_list(request, View(resource), replace(asked, question=replace(asked.question, where=body.where)))
    except InvalidCursorError as error:
        raise error if given else pointed(error, ()) from error
    except BadQueryError as error:
        raise pointed(error, body.places) from error
