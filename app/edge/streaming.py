"""From a table to the body of a response: whole, or as a stream that fails before its head is sent or not at all quietly."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

from app.edge.context import context_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.requests import Request

    from app.edge.asking import Asked
    from app.edge.context import Context
    from app.schemas.tables import Table


def whole(asked: Asked, table: Table, headers: dict[str, str]) -> Response:
    """Answer with a table that is in memory already: a page, or a single thing."""
    body = b"".join(asked.format.write(_shaped(asked, table)))
    return Response(body, headers=described(asked, table, headers))


def stream(request: Request, asked: Asked, table: Table, headers: dict[str, str]) -> Response:
    """Answer with a table that is read as it is sent; call it in a thread, for the first chunk is made before the head.

    So what is wrong with the question or the store is a problem document. A failure later on breaks the connection off: a
    client never takes a part for the whole. A chunk is made only when the client has taken the one before, in one of the
    application's threads, and no connection to the store is held in between (`app.queries.paging.crawl`): a slow reader
    costs its socket alone, until `app.edge.protocol` has waited long enough.
    """
    chunks = asked.format.write(_shaped(asked, table))
    first = next(chunks, b"")
    rest = iter(()) if request.scope.get("state", {}).get("bodiless") else chunks
    return StreamingResponse(_chunks(context_of(request), first, rest), headers=described(asked, table, headers))


async def _chunks(context: Context, first: bytes, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    while (chunk := await context.in_thread(partial(next, rest, None))) is not None:
        yield chunk


def _shaped(asked: Asked, table: Table) -> Table:
    return table.flattened() if asked.flat else table


def described(asked: Asked, table: Table, headers: dict[str, str]) -> dict[str, str]:
    """Give the fields of an answer with those that say what it is."""
    kind = asked.format.media_type
    named = {} if asked.format.paged else {"content-disposition": f'inline; filename="{table.name}.{asked.format.suffix}"'}
    return {**headers, **named, "content-type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind}
