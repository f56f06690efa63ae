"""From a question to a response: validators before the store, one statement a page, streams that fail early."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

import orjson
from starlette.responses import Response

from app.edge.asking import COLUMN_PARAMETERS, Asked, read_parameters, written_parameters
from app.edge.context import Context, context_of
from app.edge.envelopes import beside, for_body, refuse_beside, refuse_counting
from app.edge.mementos import as_of, is_past, memento_datetime
from app.edge.streaming import stream, whole
from app.edge.validators import coded, etag_of, not_modified, validators
from app.queries.catalog import TABLES
from app.queries.paging import Cursor, crawl, cursor_revision, fetch_item, fetch_page, read_cursor
from app.schemas.citations import LICENSE_URL, Citation, Edition, cite
from app.schemas.questions import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request

    from app.db.sessions import Snapshot
    from app.queries.computed import Computation
    from app.queries.resource import Resource
    from app.schemas.filters import Spec
    from app.schemas.tables import Counts

EMPTY = "nothing was known yet at that moment; /v1/revisions lists what was recorded and when"


def own_address(request: Request) -> str:
    """Give the scheme and host that clients see."""
    found: str | None = request.scope.get("address")
    if found is None:
        found = context_of(request).settings.public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
        request.scope["address"] = found
    return found


@dataclass(frozen=True, slots=True)
class View:
    """A collection as one URL gives it: the question it always adds, and what to warn of."""

    resource: Resource | Computation
    warnings: tuple[str, ...] = ()
    narrow: Callable[[Snapshot, Question], Question] | None = None
    """What makes the question one about the thing in the path, which a snapshot has to know."""


async def answer_list(request: Request, view: View, asked: Asked) -> Response:
    """Answer a collection: a page with its envelope, or a stream of everything that matches."""
    context = context_of(request)
    refuse_beside(asked)

    def work(snapshot: Snapshot) -> Response | Callable[[], Response]:
        known = _known(context, snapshot, asked)
        narrowed = asked.question if view.narrow is None else view.narrow(snapshot, asked.question)
        question = context.resolved(snapshot, known, view.resource, narrowed)
        cursor = _cursor(asked, question, context, known)
        etag = etag_of(
            known.revision, request.url.path, question.canonical(), question.limit if asked.paged else "all", asked.cursor,
            asked.format.name, asked.flat, coded(request), own_address(request), context.release_of(known),
        )  # fmt: skip
        settled = cursor is not None or _settled(snapshot, known, question)
        headers = {
            **validators(etag, known.revision, settled=settled, today=bool({"at", "years"} & dict(asked.carried).keys())),
            **_memento(request, context, known, question, negotiated=asked.negotiated),
        }
        if request.method == "POST":  # what was asked stands in the body, which no cache looks into
            headers = {**headers, "cache-control": "no-store"}
            del headers["etag"], headers["vary"], headers["cache-tag"]
        elif (unchanged := not_modified(request, etag, headers)) is not None:
            return unchanged
        if asked.paged:
            return _page(request, context, known, (view, asked, question, cursor), headers)
        citation = citation_of(request, known, question, carried=dict(asked.carried))
        links = _link(_standing_links(request, _descriptor(request, asked, view.resource.spec)))
        return partial(_stream, request, (view, asked, question), citation, {**headers, **links})

    answer = await context.read(work, least=cursor_revision(asked.cursor or "") or 0, brief=asked.paged)
    return answer if isinstance(answer, Response) else await context.in_thread(answer)


def _known(context: Context, newest: Snapshot, asked: Asked) -> Snapshot:
    """Give the snapshot that the cursor, the release or the moment names, else the newest."""
    pinned = cursor_revision(asked.cursor) if asked.cursor else None
    if pinned is not None and 0 <= pinned <= newest.revision:
        return replace(newest, revision=pinned)
    return context.snapshot_of(newest, asked.question.known_at, asked.question.release)


def _settled(newest: Snapshot, known: Snapshot, question: Question) -> bool:
    """Give whether the answer can never change: it is a release's, or that of a moment after which more was recorded."""
    moment = question.known_at
    return question.release is not None or (moment is not None and (known.revision < newest.revision or is_past(moment)))


def _memento(request: Request, context: Context, known: Snapshot, question: Question, *, negotiated: bool) -> dict[str, str]:
    """Give the headers of RFC 7089 for an answer of an earlier moment, none for the newest."""
    recorded_at = context.moment_of(known).recorded_at
    if recorded_at is None or not (question.known_at or question.release):
        return {}
    headers = {"memento-datetime": memento_datetime(recorded_at)}
    return {**headers, "content-location": _address(request, known_at=question.known_at)} if negotiated else headers


def _cursor(asked: Asked, question: Question, context: Context, known: Snapshot) -> Cursor | None:
    if asked.cursor is None:
        return None
    return read_cursor(asked.cursor, question.canonical(), context.secret, known.revision)


def _page(
    request: Request,
    context: Context,
    snapshot: Snapshot,
    asking: tuple[View, Asked, Question, Cursor | None],
    headers: dict[str, str],
) -> Response:
    view, asked, question, cursor = asking
    ready = asked.format.name == "json" and not asked.flat
    page = (context.rows.page if ready else fetch_page)(snapshot, view.resource, question, cursor)
    after = page.next.sign(question.canonical(), context.secret) if page.next else None
    carried = dict(asked.carried)
    following = _address(request, **carried, cursor=after) if after else None
    links = [("next", following)] if following else []
    standing = _standing_links(request, _descriptor(request, asked, view.resource.spec))
    links += [("first", _address(request, **carried, cursor=None)), *standing]
    bounds: dict[str, object] = {"limit": question.limit, "next": following, "total": page.counts.total}
    place = {} if page.table.single else {"page": {**bounds, **for_body(request, after)}}
    own = {**page.table.meta, **(beside(snapshot, view.resource, question) if cursor is None else {})}
    warnings = (*view.warnings, *cast("Sequence[str]", own.pop("warnings", ())))
    citation = citation_of(request, snapshot, question, carried=carried)
    meta = meta_of(citation, question, page.table.counts, warnings)
    counted = {"facets": own.pop("facets")} if "facets" in own else {}
    table = replace(page.table, meta={**place, **counted, "meta": {**meta, **own}}, citation=citation)
    return whole(asked, table, {**headers, **_link(links)})


async def answer_item(request: Request, resource: Resource, identifier: str | int, asked: Asked) -> Response:
    """Answer a single thing by its id or any of its codes."""
    context = context_of(request)
    refuse_counting(asked.question)

    def work(snapshot: Snapshot) -> Response:
        known = context.snapshot_of(snapshot, asked.question.known_at, asked.question.release)
        days = next(((time.first, time.last) for time in asked.question.times), None)
        kinds = resource.spec.kinds
        entity = context.resolve(snapshot, known, str(identifier), kinds, days) if kinds else identifier
        question = context.resolved(snapshot, known, resource, replace(asked.question, times=()))
        etag = etag_of(
            known.revision, resource.spec.name, entity, question.canonical(), asked.format.name, asked.flat,
            coded(request), own_address(request), context.release_of(known),
        )  # fmt: skip
        settled = _settled(snapshot, known, question)
        headers = {
            **validators(etag, known.revision, settled=settled),
            **_memento(request, context, known, question, negotiated=asked.negotiated),
        }
        if (unchanged := not_modified(request, etag, headers)) is not None:
            return unchanged
        table = fetch_item(known, resource, question, entity)
        standing = _standing_links(request, _descriptor(request, asked, resource.spec))[1:]
        links = [("canonical", f"{own_address(request)}/v1/{resource.spec.name}/{entity}"), *standing]
        citation = citation_of(request, known, question, entity)
        meta = meta_of(citation, question)
        table = replace(table, meta={"meta": meta}, single=not question.history, citation=citation)
        return whole(asked, table, {**headers, **_link(links)})

    return await context.read(work, brief=True)


def _stream(request: Request, asking: tuple[View, Asked, Question], citation: Citation, headers: dict[str, str]) -> Response:
    """Answer with everything that matches, read page by page as it is sent."""
    view, asked, question = asking
    context = context_of(request)
    reading = partial(context.store.reading, citation.edition.revision, seconds=context.engine_seconds, sparing=True)
    return stream(request, asked, replace(crawl(reading, view.resource, question), citation=citation), headers)


def citation_of(
    request: Request,
    snapshot: Snapshot,
    question: Question,
    entity: str | int = "",
    carried: Mapping[str, str] | None = None,
) -> Citation:
    """Cite the answer to a question, or to the question for one thing, as it is known at a snapshot.

    A question of rows is cited by its canonical address, a view by its own, with what was understood without being asked.
    """
    context = context_of(request)
    edition = Edition(snapshot.revision, context.moment_of(snapshot).recorded_at, context.release_of(snapshot))
    citation = cite(question, edition, own_address(request), str(entity))
    if question.resource in TABLES:
        return citation
    moment = None if question.release else question.known_at or edition.recorded_at
    left_out = dict.fromkeys(("format", "shape", "cursor", "limit"))
    changes = {**(carried or {}), **left_out, "known_at": moment}
    return replace(citation, path=_address(request, **changes).removeprefix(citation.base))


def meta_of(
    citation: Citation, question: Question, counts: Counts | None = None, warnings: tuple[str, ...] = ()
) -> dict[str, object]:
    """Give what the answer was computed from, and how to cite it."""
    asked = {time.test.value: time.text for time in question.times}
    match = {"certain": counts.certain, "possible": counts.possible} if counts else None
    return {
        "at": asked.get("at"),
        **{name: text for name, text in asked.items() if name != "at"},
        "known_at": question.known_at,
        "release": citation.edition.release,
        "revision": citation.edition.revision,
        "match": match,
        "license": citation.license,
        "cite": str(citation),
        "warnings": [*warnings, *([EMPTY] if citation.edition.revision == 0 and question.known_at else [])],
    }


def _address(request: Request, **changes: str | None) -> str:
    """Give the address that was asked with some parameters changed; without `format`, without a suffix too."""
    written = [text for name, text in written_parameters(request.scope["query_string"]) if name not in changes]
    written += [urlencode([(name, value)], safe=",:/") for name, value in changes.items() if value is not None]
    suffix = None if "format" in changes else request.scope.get("state", {}).get("suffix")
    path = f"{request.url.path}.{suffix}" if suffix else request.url.path
    return f"{own_address(request)}{path}" + (f"?{'&'.join(written)}" if written else "")


def _descriptor(request: Request, asked: Asked, spec: Spec) -> str:
    """Give the path of what describes an answer: its columns' Table Schema, or else the whole interface."""
    if not asked.format.tabular or spec.name not in TABLES or asked.question.group_by:
        return "/openapi.json"
    shaping = [(name, value) for name, value in read_parameters(request) if name in COLUMN_PARAMETERS]
    query = f"?{urlencode(shaping, safe=',:/')}" if shaping else ""
    return f"/v1/{spec.name}/schema.json{query}"


def _standing_links(request: Request, descriptor: str = "/openapi.json") -> list[tuple[str, str]]:
    return [
        ("canonical", _address(request, cursor=None, format=None, shape=None)),
        ("original timegate", _address(request, cursor=None, known_at=None, release=None)),
        ("describedby", f"{own_address(request)}{descriptor}"),
        ("license", LICENSE_URL),
    ]


def _link(links: list[tuple[str, str]]) -> dict[str, str]:
    return {"link": ", ".join(f'<{address}>; rel="{relation}"' for relation, address in links)}


async def answer_values(request: Request, work: Callable[[Snapshot], object], limit: int | None = None) -> Response:
    """Answer with plain values made from the snapshot that the request names: a list with its page, or one object."""
    context = context_of(request)
    asked = as_of(request, dict(read_parameters(request)))
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
        settled = _settled(newest, snapshot, question)
        headers = {
            **validators(etag, snapshot.revision, settled=settled),
            **_memento(request, context, snapshot, question, negotiated=asked.negotiated),
        }
        headers |= _link(_standing_links(request))
        if (unchanged := not_modified(request, etag, headers)) is not None:
            return unchanged
        data = work(snapshot)
        meta = meta_of(citation_of(request, snapshot, question), question)
        page = {"page": {"limit": limit, "next": None, "total": len(data)}} if isinstance(data, list) else {}
        return Response(orjson.dumps({"data": data, **page, "meta": meta}), headers=headers, media_type="application/json")

    return await context.read(run)
