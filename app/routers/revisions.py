"""Revisions, and what each of them changed: as a collection, as an Atom feed, as a stream of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.edge.addresses import own_address
from app.edge.answering import View, answer_item, answer_list
from app.edge.asking import ask, read_parameters
from app.edge.closing import closing_of
from app.edge.context import context_of
from app.edge.listening import EventStream, events
from app.errors import BadQueryError, NotFoundError
from app.formats.feeds import Atom
from app.formats.records import record_maker
from app.formats.registry import offered
from app.queries.paging import fetch_item, fetch_page
from app.queries.revisions import CHANGES, REVISIONS
from app.routers.collections import problem_content, responses
from app.routers.parameters import Schema, collection_parameters, identifier, item_parameters, parameter
from app.schemas.common import ItemOut, ListOut
from app.schemas.filters import Operator
from app.schemas.questions import Condition, Question
from app.schemas.revisions import ChangeOut, RevisionOut
from app.schemas.values import parse_instant

if TYPE_CHECKING:
    from app.db.sessions import Snapshot
    from app.queries.resource import Resource

router = APIRouter(prefix="/v1", tags=["changes"])

MAX_DIGITS = 9
TOLD = 100
"""Most changes that an event of the stream carries; the rest is at the address that it names."""

_EDGE: Schema = {"type": "string", "pattern": r"^(\d{1,9}|\d{4}-\d{2}(-\d{2})?)$"}
_BOUNDS = [
    parameter("since", "from this revision, or from this day or month on", _EDGE, "2026-11-01"),
    parameter("until", "up to this revision, or to the end of this day or month", _EDGE, "2026-12-31"),
]
_FORMATS = offered(located=False)
_FORMAT = parameter("format", "representation, before Accept", {"type": "string", "enum": [*_FORMATS, Atom.name]}, "json")
_ATOM = {Atom.media_type: {"schema": {"type": "string"}}}
_OPERATORS = {"since": Operator.GTE, "until": Operator.LTE}


def _bounded(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give `since` and `until` as what they mean: a bound of the revision, or of its moment."""
    return [_bound(name, text) if name in _OPERATORS else (name, text) for name, text in pairs]


def _bound(name: str, text: str) -> tuple[str, str]:
    operator = _OPERATORS[name]
    if text.isascii() and text.isdigit():
        if len(text) > MAX_DIGITS:
            raise BadQueryError.at(name, "out-of-bounds", f"'{name}' is {text}; a revision has at most {MAX_DIGITS} digits")
        return f"revision__{operator}", text
    return f"recorded_at__{operator}", parse_instant(name, text, first=operator is Operator.GTE)


def _changes_parameters() -> list[dict[str, object]]:
    return [*_BOUNDS, *(one for one in collection_parameters(CHANGES.spec) if one["name"] != "format")]


def _number(request: Request) -> int:
    text: str = request.path_params["id"]
    if not text.isascii() or not text.isdigit() or len(text) > MAX_DIGITS:
        message = f"'{text}' is not a number; these are numbered from 1"
        raise NotFoundError(message)
    return int(text)


@router.get(
    "/revisions",
    operation_id="listRevisions",
    summary=REVISIONS.spec.summary,
    responses=responses(ListOut[RevisionOut], REVISIONS.spec),
    openapi_extra={"parameters": collection_parameters(REVISIONS.spec)},
)
async def revisions(request: Request) -> Response:
    """List every revision: when, who, why, and how many rows it came to."""
    return await answer_list(request, View(REVISIONS), ask(request, REVISIONS.spec))


@router.get(
    "/revisions/{id}",
    operation_id="getRevision",
    summary="One revision",
    responses=responses(ItemOut[RevisionOut], REVISIONS.spec),
    openapi_extra={"parameters": [identifier(REVISIONS.spec), *item_parameters(REVISIONS.spec)]},
)
async def revision(request: Request) -> Response:
    """Give one revision by its number."""
    return await answer_item(request, REVISIONS, _number(request), ask(request, REVISIONS.spec))


@router.get(
    "/changes",
    operation_id="listChanges",
    summary=CHANGES.spec.summary,
    responses=responses(ListOut[ChangeOut], CHANGES.spec, _ATOM),
    openapi_extra={"parameters": [*_changes_parameters(), _FORMAT]},
)
async def changes(request: Request) -> Response:
    """List what changed, with the differing properties on either side; also as Atom, by Accept or `format=atom`."""
    return await _changes(request, read_parameters(request))


@router.get(
    "/changes.atom",
    operation_id="getChangesFeed",
    summary="What changed, as an Atom feed",
    response_class=Response,
    responses=responses(ListOut[ChangeOut]) | {200: {"content": _ATOM, "description": "the feed, RFC 4287"}},
    openapi_extra={"parameters": _changes_parameters()},
)
async def feed(request: Request) -> Response:
    """Give a page of changes as an Atom feed that links to the next page."""
    pairs = read_parameters(request)
    if any(name == "format" for name, _ in pairs):
        raise BadQueryError.at("format", "unknown-parameter", "'format' is not a parameter here; /v1/changes has it")
    return await _changes(request, [*pairs, ("format", Atom.name)])


_PARTIAL = frozenset({"fields", "group_by", "count_distinct"})
"""Parameters that leave less of a change than an entry of a feed says."""


async def _changes(request: Request, pairs: list[tuple[str, str]]) -> Response:
    atom = Atom(
        own_address(request), f"{own_address(request)}{request.url.path}" + (f"?{request.url.query}" if request.url.query else "")
    )
    asked = ask(request, CHANGES.spec, pairs=_bounded(pairs), formats={**_FORMATS, atom.name: atom})
    if asked.format is atom:
        for name in (name for name, _ in pairs if name in _PARTIAL):
            raise BadQueryError.at(name, "not-in-a-feed", f"'{name}' does not go with a feed, whose entries are whole changes")
    return await answer_list(request, View(CHANGES), asked)


@router.get(
    "/changes/stream",
    operation_id="streamChanges",
    summary="Revisions as they are recorded, as server-sent events",
    response_class=Response,
    responses={
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}, "description": "an event for each revision"},
        400: {"description": "the question is wrong", **problem_content()},
        503: {"description": "too many listeners, or the store is away", **problem_content()},
    },
    openapi_extra={
        "parameters": [
            parameter(
                "Last-Event-ID",
                "the last revision you have: every later one is sent; without it, those from now on",
                {"type": "string", "pattern": r"^[0-9]{0,9}$"},
                "1",
                where="header",
            )
        ]
    },
)
async def stream(request: Request) -> Response:
    """Send an event for each revision, `id:` being its number, with its first changes; a comment every 15 seconds of silence."""
    for name, _ in read_parameters(request):
        raise BadQueryError.at(name, "unknown-parameter", f"'{name}' is not a parameter here; there are none")
    context = context_of(request)
    last = _last(request)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    if request.scope.get("state", {}).get("bodiless"):
        return Response(headers=headers, media_type=EventStream.media_type)
    address = f"{own_address(request)}/v1/changes"

    async def told(number: int) -> bytes:
        return await context.read(lambda snapshot: _event(snapshot, address), number)

    return EventStream(context.watch, events(context.watch, last, told, closing_of(request)), headers)


def _last(request: Request) -> int | None:
    text = request.headers.get("last-event-id", "")
    if text and (not text.isascii() or not text.isdigit() or len(text) > MAX_DIGITS):
        raise BadQueryError.at("Last-Event-ID", "bad-number", f"'Last-Event-ID: {text}' is not the number of a revision")
    return int(text) if text else None


def _event(snapshot: Snapshot, address: str) -> bytes:
    number = snapshot.revision
    told = Question("changes", limit=TOLD).also(Condition("revision", Operator.EQ, (number,)))
    page = fetch_page(snapshot, CHANGES, told)
    record = _records(REVISIONS, fetch_item(snapshot, REVISIONS, Question("revisions"), number).rows)[0]
    record |= {"changes": _records(CHANGES, page.table.rows), "total": page.counts.total}
    record |= {"url": f"{address}?since={number}&until={number}"}
    return b"id: %d\nevent: revision\ndata: %b\n\n" % (number, orjson.dumps(record))


def _records(resource: Resource, rows: object) -> list[dict[str, object]]:
    make = record_maker(resource.spec.fields)
    return [make(row) for row in rows] if isinstance(rows, list) else []


@router.get(
    "/changes/{id}",
    operation_id="getChange",
    summary="One change",
    responses=responses(ItemOut[ChangeOut], CHANGES.spec),
    openapi_extra={"parameters": [identifier(CHANGES.spec), *item_parameters(CHANGES.spec)]},
)
async def change(request: Request) -> Response:
    """Give one change by its number."""
    return await answer_item(request, CHANGES, _number(request), ask(request, CHANGES.spec))
