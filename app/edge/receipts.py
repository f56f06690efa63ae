"""Receipts over HTTP: kept, replayed, verified, cited."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.datastructures import MutableHeaders
from starlette.responses import Response

from app.dates.instants import instant_text
from app.edge.addresses import own_address
from app.edge.answering import citation_of, meta_of
from app.edge.asking import read_given, read_parameters
from app.edge.context import context_of
from app.edge.replaying import answer_of, pinned, read_question, scope_of
from app.edge.validators import IMMUTABLE
from app.errors import InvalidBodyError, NotFoundError, nearest
from app.ingest.receipts import keep_receipt
from app.queries.receipts import Held, get_receipt
from app.schemas.bodies import read_body
from app.schemas.citations import PUBLISHER
from app.schemas.citing import Entry
from app.schemas.questions import Question
from app.schemas.receipts import compare, digest_of, receipt_id

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Message, Receive, Scope, Send

    from app.db.sessions import Snapshot


async def keep(request: Request) -> Response:
    """Answer `POST /v1/queries`: 201 with a new receipt, 200 with the one there is for this question at this revision."""
    read_given(read_parameters(request), ())
    context = context_of(request)
    read = read_question(request, _query_of(read_body(await request.body())))
    revision = await context.read(lambda snapshot: snapshot.revision)
    rows, read = await answer_of(request, read, revision)
    held = Held(receipt_id(read.text, revision), read.text, revision, len(rows), digest_of(rows), instant_text(datetime.now(UTC)))
    created = await context.in_thread(lambda: keep_receipt(context.store, asdict(held)))
    if not created:
        held = await _held(request, held.id)
    shown = _shown(request, held)
    headers = {"location": shown["replay"], "cache-control": "no-store"}
    return await _answer(request, shown, held, headers, 201 if created else 200)


def _query_of(body: dict[str, object]) -> str:
    for name in body:
        if name != "query":
            suggestion = nearest(name, ["query"])
            raise InvalidBodyError.at(
                f"/{name}", "unknown-member", f"'{name}' is not a member here; there is 'query'", suggestion
            )
    query = body.get("query")
    if not isinstance(query, str) or not 1 <= len(query) <= 4000:  # noqa: PLR2004 - the bound that ReceiptIn documents
        message = (
            "'query' is the path and parameters of a read, such as /v1/memberships?organization=sco, in at most 4000 characters"
        )
        raise InvalidBodyError.at("/query" if "query" in body else "", "missing" if query is None else "bad-type", message)
    return query


async def _held(request: Request, key: str) -> Held:
    """Give a receipt; one that a replica does not hold yet is the primary's."""
    context = context_of(request)

    def held(snapshot: Snapshot) -> Held:
        return get_receipt(snapshot.connection, key)

    try:
        return await context.read(held)
    except NotFoundError:
        if not context.store.replicated:
            raise
        return await context.read(held, current=True)


def _shown(request: Request, held: Held) -> dict[str, str]:
    address = f"{own_address(request)}/v1/queries/{held.id}"
    return {**asdict(held), "replay": address, "verify": f"{address}/verify", "cite": f"{address}/cite"}


async def _answer(request: Request, value: object, held: Held, headers: dict[str, str], status: int = 200) -> Response:
    context = context_of(request)
    question = Question("")
    meta = await context.read(lambda snapshot: meta_of(citation_of(request, snapshot, question), question), held.revision)
    return Response(orjson.dumps({"data": value, "meta": meta}), status, headers, media_type="application/json")


async def replay(request: Request) -> Response:
    """Answer `GET /v1/queries/{id}` with the answer as it was, in any format; JSON carries the receipt beside it."""
    given = read_given(read_parameters(request), ("format", "shape", "limit"))
    held = await _held(request, request.path_params["id"])
    return Replay(request, held, list(given.items()))


class Replay(Response):
    """The answer of a receipt's question at its revision, sent as it is made."""

    def __init__(self, request: Request, held: Held, added: list[tuple[str, str]]) -> None:
        """Hold what to ask again, and how it shall be given."""
        super().__init__()
        self.request, self.held = request, held
        path, _, query = held.query.partition("?")
        stored = [(name, value) for name, value in parse_qsl(query) if name not in dict(added)]
        headers = [(name, value) for name, value in request.scope["headers"] if name != b"accept-datetime"]
        self.scope = scope_of(request, path, urlencode([*stored, *added], safe=",:/."), headers)
        self.scope["state"] = request.scope.get("state", {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send one answer: JSON with its receipt, anything else as it comes."""
        del scope
        head: list[Message] = []
        chunks: list[bytes] = []

        async def forward(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers["cache-control"] = IMMUTABLE
                if headers.get("content-type") == "application/json":
                    head.append(message)
                    return
            elif head:
                chunks.append(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._finish(head[0], b"".join(chunks), send)
                return
            await send(message)

        with pinned(self.held.revision):
            await self.request.app.router(self.scope, receive, forward)

    async def _finish(self, head: Message, body: bytes, send: Send) -> None:
        body = orjson.dumps({**orjson.loads(body), "receipt": _shown(self.request, self.held)})
        MutableHeaders(raw=head["headers"])["content-length"] = str(len(body))
        await send(head)
        await send({"type": "http.response.body", "body": body})


async def verify(request: Request) -> Response:
    """Answer `GET /v1/queries/{id}/verify`: whether the question has the same answer today, and what changed."""
    read_given(read_parameters(request), ())
    held = await _held(request, request.path_params["id"])
    read = read_question(request, held.query)
    then, _ = await answer_of(request, read, held.revision)
    newest = await context_of(request).read(lambda snapshot: snapshot.revision)
    side: dict[str, object] = {"revision": newest}
    try:
        now, _ = await answer_of(request, read, newest)
        side |= {"row_count": len(now), "sha256": digest_of(now)}
        verdict = compare(then, now)
    except InvalidBodyError as error:
        side["problem"] = error.detail
        verdict = {**compare(then, []), "same": False}
    before = {"revision": held.revision, "row_count": held.row_count, "sha256": held.sha256}
    intact = digest_of(then) == held.sha256
    shown = {"id": held.id, "query": held.query, "intact": intact, "then": before, "now": side, **verdict}
    return await _answer(request, shown, held, {"cache-control": "no-store"})


async def cite(request: Request) -> Response:
    """Answer `GET /v1/queries/{id}/cite` with a sentence, a BibTeX entry and a CSL-JSON item."""
    read_given(read_parameters(request), ())
    held = await _held(request, request.path_params["id"])
    day, proof = held.created_at[:10], f"{held.row_count} rows; SHA-256 {held.sha256}"
    entry = Entry(
        key=held.id,
        kind="dataset",
        title=f"Answer to {held.query}",
        publisher=PUBLISHER,
        url=_shown(request, held)["replay"],
        issued=day,
        accessed=day,
        version=f"data revision {held.revision}",
        note=proof,
    )
    text = f"{PUBLISHER} ({day[:4]}). {entry.title}. {entry.version}; {proof}. Retrieved {day} from {entry.url}"
    shown = {"text": text, "bibtex": entry.bibtex(), "csl": entry.csl()}
    return await _answer(request, shown, held, {"cache-control": IMMUTABLE})
