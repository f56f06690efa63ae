"""Reads of this API asked from inside, at a revision: how a receipt is made, replayed and verified, whatever it asks.

A read is sent through the application's own routes with its revision pinned (`app.edge.context.PINNED`), so every collection and
view, and every one that will be added, can have a receipt without knowing of it.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
from pydantic import BaseModel

from app.edge.context import PINNED
from app.edge.negotiation import split_suffix
from app.errors import AppError, FieldError, InvalidBodyError, nearest
from app.queries.catalog import RESOURCES
from app.schemas.parsing import MAX_LIMIT, TIME_PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.requests import Request
    from starlette.types import Message, Scope

    from app.schemas.receipts import Answer

MAX_ROWS = 100_000
DELIVERY = frozenset({"format", "shape", "cursor"})
"""Parameters that say how an answer is given, not what it is; of what has pages, `limit` too."""

_APART = re.compile(r"^/v1/(queries(/.*)?|.*/stream)$")


@dataclass(frozen=True, slots=True)
class Read:
    """A read in its canonical form: its path, and its parameters in order."""

    path: str
    pairs: tuple[tuple[str, str], ...]
    paged: bool
    timed: bool

    @property
    def text(self) -> str:
        """The canonical question."""
        return self.path + (f"?{urlencode(self.pairs, safe=',:/.')}" if self.pairs else "")


def read_question(request: Request, text: str) -> Read:
    """Understand the address of a read; InvalidBodyError points at `/query` where it is none of ours."""
    base = f"{request.url.scheme}://{request.url.netloc}"
    try:
        parts = urlsplit(text.removeprefix(base))
        pairs = parse_qsl(parts.query, keep_blank_values=True, errors="strict", max_num_fields=64)
    except ValueError as error:
        message = f"'{text}' is not an address of this API: {error}"
        raise _wrong(message) from error
    path, _ = split_suffix(parts.path)
    if parts.scheme or parts.netloc or parts.fragment or not path.startswith("/v1/"):
        message = f"'{text}' is not a read of this API; it begins with /v1/"
        raise _wrong(message, "/v1/memberships")
    known = _parameters(request.app.openapi(), path)
    paged = "cursor" in known
    dropped = DELIVERY | {"limit"} if paged else DELIVERY
    kept = sorted((name, _ordered(path, name, value)) for name, value in pairs if name not in dropped)
    return Read(path, tuple(kept), paged, "at" in known)


def _wrong(message: str, suggestion: str | None = None) -> InvalidBodyError:
    return InvalidBodyError.at("/query", "bad-query", message, suggestion)


def _parameters(document: Mapping[str, dict[str, dict[str, dict[str, object]]]], path: str) -> set[str]:
    """Give the names of the parameters of the read at a path; InvalidBodyError where there is none that could have a receipt."""
    reads = {template: one["get"] for template, one in document["paths"].items() if "get" in one and not _APART.match(template)}
    for template, operation in reads.items() if not _APART.match(path) else ():  # /v1/changes/{id} would match the endless stream
        if re.fullmatch(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template)), path):
            listed = operation.get("parameters")
            return {str(one["name"]) for one in listed} if isinstance(listed, list) else set()
    suggestion = nearest(path, [one for one in reads if "{" not in one])
    hint = f"; did you mean {suggestion}?" if suggestion else ""
    message = f"there is no read at {path} that could have a receipt{hint}"
    raise _wrong(message, suggestion)


def _ordered(path: str, name: str, value: str) -> str:
    """Sort the values of a collection's filter: either of two is the same in either order."""
    resource = RESOURCES.get(path.removeprefix("/v1/"))
    if resource is None or name.partition("__")[0] not in resource.spec.filters or '"' in value:
        return value
    return ",".join(sorted(dict.fromkeys(part.strip() for part in value.split(","))))


@contextmanager
def pinned(revision: int) -> Iterator[None]:
    """Let a revision stand for the newest one."""
    token = PINNED.set(revision)
    try:
        yield
    finally:
        PINNED.reset(token)


def scope_of(request: Request, path: str, query: str, headers: list[tuple[bytes, bytes]]) -> Scope:
    """Give the scope of a read from inside; failures come back as exceptions, not as responses."""
    state = {name: value for name, value in request.scope.get("state", {}).items() if name != "suffix"}
    left = {"starlette.exception_handlers", "path_params", "endpoint", "route", "router"}
    kept = {name: value for name, value in request.scope.items() if name not in left}
    asked = {"method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": headers}
    return {**kept, **asked, "state": state}


async def answer_of(request: Request, read: Read, revision: int) -> tuple[Answer, Read]:
    """Give every row of a read at a revision, and the read with the day it means where it named none.

    InvalidBodyError points at `/query` for whatever is wrong with the question, or when it has more than 100,000 rows.
    """
    pairs = [*read.pairs, *([("limit", str(MAX_LIMIT))] if read.paged else [])]
    rows: Answer = []
    query: str | None = urlencode(pairs, safe=",:/.")
    while query is not None:
        answer = await _read(request, read.path, query, revision)
        rows += answer.rows
        if len(rows) > MAX_ROWS:
            message = f"the answer has more than {MAX_ROWS} rows; narrow the question"
            raise _wrong(message)
        query = urlsplit(answer.next).query if answer.next else None
        read = _timed(read, answer.at)
    return rows, read


def _timed(read: Read, at: str | None) -> Read:
    """Give the read with the day that the answer says it is of, so that it means the same day tomorrow."""
    given = {name for name, _ in read.pairs}
    if not read.timed or not at or given & {*TIME_PARAMETERS, "history"}:
        return read
    return replace(read, pairs=tuple(sorted((*read.pairs, ("at", at)))))


class _Page(BaseModel):
    """What is read of a JSON answer: its rows, where it goes on, the day it is of."""

    data: list[dict[str, object]] | dict[str, object]
    page: dict[str, object] | None = None
    meta: dict[str, object]

    @property
    def rows(self) -> list[dict[str, object]]:
        return self.data if isinstance(self.data, list) else [self.data]

    @property
    def next(self) -> str | None:
        found = (self.page or {}).get("next")
        return found if isinstance(found, str) else None

    @property
    def at(self) -> str | None:
        found = self.meta.get("at")
        return found if isinstance(found, str) else None


async def _read(request: Request, path: str, query: str, revision: int) -> _Page:
    chunks: list[bytes] = []
    types: list[str] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        types.extend(value.decode("latin-1") for name, value in message.get("headers", ()) if name == b"content-type")
        if types == ["application/json"]:
            chunks.append(message.get("body", b""))

    headers = [(b"host", request.url.netloc.encode()), (b"accept", b"application/json")]
    try:
        with pinned(revision):
            await request.app.router(scope_of(request, path, query, headers), receive, send)
    except AppError as error:
        if error.status >= 500:  # noqa: PLR2004 - the server's fault, not the question's
            raise
        found = error.errors or [FieldError(error.code, error.detail)]
        raise InvalidBodyError(error.detail, errors=[replace(one, parameter=None, pointer="/query") for one in found]) from error
    if not chunks:
        message = f"the answer of {path} is {types[0] if types else 'empty'}; a receipt is of rows in JSON"
        raise _wrong(message)
    return _Page.model_validate(orjson.loads(b"".join(chunks)))
