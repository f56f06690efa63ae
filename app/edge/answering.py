"""From a question to a response: validators before the store, one statement a page, streams that fail early."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.edge.addresses import address, descriptor, link_header, own_address, own_path, standing_links
from app.edge.blanks import PLACE, Blank
from app.edge.context import Context, context_of
from app.edge.envelopes import beside, for_body, refuse_beside, refuse_counting
from app.edge.errands import Errand, carry_out
from app.edge.mementos import is_past, memento_datetime
from app.edge.streaming import described, stream, whole
from app.edge.validators import coded, determined, etag_of, not_modified, sealed, validators
from app.formats.document import around
from app.formats.records import record_maker
from app.queries.catalog import TABLES
from app.queries.paging import Cursor, crawl, cursor_revision, fetch_item, fetch_page, read_cursor, row_reader
from app.schemas.citations import Citation, Edition, cite
from app.schemas.tables import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from app.db.sessions import Snapshot
    from app.edge.asking import Asked
    from app.edge.errands import Answer
    from app.queries.computed import Computation
    from app.queries.resource import Resource
    from app.schemas.questions import Question
    from app.schemas.tables import Counts

EMPTY = "nothing was known yet at that moment; /v1/revisions lists what was recorded and when"


@dataclass(frozen=True, slots=True)
class View:
    """A collection as one URL gives it: the question it always adds, and what to warn of."""

    resource: Resource | Computation
    warnings: tuple[str, ...] = ()
    narrow: Callable[[Snapshot, Question], Question] | None = None
    """What makes the question one about the thing in the path, which a snapshot has to know."""


async def answer_list(request: Request, view: View, asked: Asked) -> Response:
    """Answer a collection: a page with its envelope, or a stream of everything that matches."""
    return await carry_out(request, read_list(request, view, asked))


def read_list(request: Request, view: View, asked: Asked) -> Errand:
    """Say how a collection is answered."""
    context = context_of(request)
    refuse_beside(asked)

    def work(snapshot: Snapshot) -> Answer:
        known = _known(context, snapshot, asked)
        narrowed = asked.question if view.narrow is None else view.narrow(snapshot, asked.question)
        question = context.resolved(snapshot, known, view.resource, narrowed)
        cursor = _cursor(asked, question, context, known)
        etag = etag_of(
            known.revision, own_path(request), question.canonical(), question.limit if asked.paged else "all", asked.cursor,
            asked.format.name, asked.flat, coded(request), own_address(request), context.release_of(known),
        )  # fmt: skip
        final = cursor is not None or settled(snapshot, known, question)
        headers = {
            **validators(etag, known.revision, settled=final, today=bool({"at", "years"} & dict(asked.carried).keys())),
            **memento(request, context, known, question, negotiated=asked.negotiated),
        }
        if request.method == "POST":  # what was asked stands in the body, which no cache looks into
            headers = {**headers, "cache-control": "no-store"}
            del headers["etag"], headers["vary"], headers["cache-tag"]
        elif (unchanged := not_modified(request, etag, headers)) is not None:
            return unchanged
        if asked.paged:
            return _page(request, context, known, (view, asked, question, cursor), headers)
        citation = citation_of(request, known, question, carried=dict(asked.carried))
        links = link_header(standing_links(request, descriptor(request, asked, view.resource.spec)))
        form = None if asked.flat else asked.format
        groups = context.groups.page(known, view.resource, replace(question, limit=0), form, None)
        if groups is not None:
            return whole(asked, replace(groups.table, citation=citation), {**headers, **links})
        return partial(_stream, request, (view, asked, question), citation, {**headers, **links})

    return Errand(
        work,
        least=cursor_revision(asked.cursor) or 0 if asked.cursor else 0,
        brief=asked.paged or (bool(asked.question.group_by) and not coded(request)),
    )


def _known(context: Context, newest: Snapshot, asked: Asked) -> Snapshot:
    """Give the snapshot that the cursor, the release or the moment names, else the newest."""
    pinned = cursor_revision(asked.cursor) if asked.cursor else None
    if pinned is not None and 0 <= pinned <= newest.revision:
        return replace(newest, revision=pinned)
    return context.snapshot_of(newest, asked.question.known_at, asked.question.release)


def settled(newest: Snapshot, known: Snapshot, question: Question) -> bool:
    """Give whether the answer can never change: it is a release's, or that of a moment after which more was recorded."""
    moment = question.known_at
    return question.release is not None or (moment is not None and (known.revision < newest.revision or is_past(moment)))


def memento(request: Request, context: Context, known: Snapshot, question: Question, *, negotiated: bool) -> dict[str, str]:
    """Give the headers of RFC 7089 for an answer of an earlier moment, none for the newest."""
    recorded_at = context.moment_of(known).recorded_at
    if recorded_at is None or not (question.known_at or question.release):
        return {}
    headers = {"memento-datetime": memento_datetime(recorded_at)}
    return {**headers, "content-location": address(request, known_at=question.known_at)} if negotiated else headers


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
    page = context.groups.page(snapshot, view.resource, question, None if asked.flat else asked.format, cursor)
    page = page or (context.rows.page if ready else fetch_page)(snapshot, view.resource, question, cursor)
    after = page.next.sign(question.canonical(), context.secret) if page.next else None
    carried = dict(asked.carried)
    following = address(request, **carried, cursor=after) if after else None
    links = [("next", following)] if following else []
    standing = standing_links(request, descriptor(request, asked, view.resource.spec))
    links += [("first", address(request, **carried, cursor=None)), *standing]
    bounds: dict[str, object] = {"limit": question.limit, "next": following, "total": page.counts.total}
    place = {} if page.table.single else {"page": {**bounds, **for_body(request, after)}}
    own = {**page.table.meta, **(beside(snapshot, view.resource, question) if cursor is None else {})}
    warnings = (*view.warnings, *cast("Sequence[str]", own.pop("warnings", ())))
    citation = citation_of(request, snapshot, question, carried=carried)
    meta = meta_of(citation, question, page.table.counts, warnings)
    counted = {"facets": own.pop("facets")} if "facets" in own else {}
    table = replace(page.table, meta={**place, **counted, "meta": {**meta, **own}}, citation=citation)
    return whole(asked, table, {**headers, **link_header(links)})


async def answer_item(request: Request, resource: Resource, identifier: str | int, asked: Asked) -> Response:
    """Answer a single thing by its id or any of its codes."""
    return await carry_out(request, read_item(request, resource, identifier, asked))


def read_item(request: Request, resource: Resource, identifier: str | int, asked: Asked) -> Errand:
    """Say how a single thing is answered."""
    context = context_of(request)
    refuse_counting(asked.question)

    def work(snapshot: Snapshot) -> Response:
        known = context.snapshot_of(snapshot, asked.question.known_at, asked.question.release)
        days = next(((time.first, time.last) for time in asked.question.times), None)
        kinds = resource.spec.kinds
        entity = context.resolve(snapshot, known, str(identifier), kinds, days) if kinds else identifier
        question = replace(asked.question, times=()) if asked.question.times else asked.question
        about = _About(request, resource, asked, context.resolved(snapshot, known, resource, question), known, entity)
        etag = sealed(about.determined)
        headers = about.headers(etag, snapshot)
        if (unchanged := not_modified(request, etag, headers)) is not None:
            return unchanged
        table = fetch_item(known, resource, about.question, entity)
        return whole(asked, about.described(table), {**headers, **about.links})

    def blank(snapshot: Snapshot) -> Blank | None:
        """Give it for plain questions about the newest data."""
        question = asked.question
        json = asked.format.name == "json" and not asked.flat
        if not json or question != question.shown() or not resource.spec.kinds or PLACE.encode() in request.scope["query_string"]:
            return None
        path = f"/v1/{resource.spec.name}/{PLACE}"
        anything = Request({**request.scope, "path": path, "raw_path": path.encode()})
        return _blank(_About(anything, resource, asked, question, snapshot, PLACE), snapshot)

    return Errand(work, blank=blank)


@dataclass(frozen=True, slots=True)
class _About:
    """A question about a single thing, as it was understood, and what its answer says beside the record."""

    request: Request
    resource: Resource
    asked: Asked
    question: Question
    known: Snapshot
    entity: str | int

    @property
    def determined(self) -> bytes:
        return determined(
            self.known.revision, self.resource.spec.name, self.entity, self.question.canonical(), self.asked.format.name,
            self.asked.flat, coded(self.request), own_address(self.request), context_of(self.request).release_of(self.known),
        )  # fmt: skip

    def headers(self, etag: str, newest: Snapshot) -> dict[str, str]:
        final = settled(newest, self.known, self.question)
        past = memento(self.request, context_of(self.request), self.known, self.question, negotiated=self.asked.negotiated)
        return {**validators(etag, self.known.revision, settled=final), **past}

    @property
    def links(self) -> dict[str, str]:
        canonical = f"{own_address(self.request)}/v1/{self.resource.spec.name}/{self.entity}"
        described = descriptor(self.request, self.asked, self.resource.spec)
        return link_header(standing_links(self.request, described, canonical=canonical))

    def described(self, table: Table) -> Table:
        citation = citation_of(self.request, self.known, self.question, self.entity)
        meta = {"meta": meta_of(citation, self.question)}
        return replace(table, meta=meta, single=not self.question.history, citation=citation)


def _blank(about: _About, newest: Snapshot) -> Blank:
    """Make a blank of the answer about `PLACE`."""
    fields, read = row_reader(about.resource, about.question)
    table = about.described(Table(about.resource.spec.name, fields, ()))
    response = Response(headers=described(about.asked, table, {**about.headers("", newest), **about.links}))
    own = [one for one in response.raw_headers if one[0] not in {b"etag", b"content-length"}]
    make = record_maker(fields)

    def record(snapshot: Snapshot, identifier: str) -> bytes | None:
        row = read(snapshot, identifier)
        return None if row is None else orjson.dumps(make(row))

    return Blank(record, about.determined, own, around(table.meta))


def _stream(request: Request, asking: tuple[View, Asked, Question], citation: Citation, headers: dict[str, str]) -> Response:
    """Answer with everything that matches, read page by page as it is sent."""
    view, asked, question = asking
    context = context_of(request)
    reading = partial(context.store.reading, citation.edition.revision, seconds=context.engine_seconds, sparing=True)
    rows = crawl if asked.flat else partial(context.rows.crawl, form=asked.format)
    return stream(request, asked, replace(rows(reading, view.resource, question), citation=citation), headers)


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
    return replace(citation, path=address(request, **changes).removeprefix(citation.base))


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
