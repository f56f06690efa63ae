"""Every failure as an RFC 9457 problem document, and none of them says more than it should."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.errors import AppError, FieldError, UnavailableError, nearest, problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger("app.problems")
MEDIA_TYPE = "application/problem+json"


def problem_response(
    request: Request,
    error: AppError,
) -> Response:
    """Give the response for an expected failure."""
    document = problem(error.status, error.code, error.title, error.detail, request.url.path, error.errors)
    return _response(error.status, {**document, **error.extra}, error.headers)


def _response(status: int, document: dict[str, object], headers: dict[str, str]) -> Response:
    kept = {"cache-control": "no-store", **headers}
    return Response(orjson.dumps(document), status, kept, media_type=MEDIA_TYPE)


async def app_error(request: Request, error: Exception) -> Response:
    """Answer an expected failure."""
    return problem_response(request, error if isinstance(error, AppError) else AppError("The server made a mistake."))


async def http_error(request: Request, error: Exception) -> Response:
    """Answer what the router found: an unknown path with the nearest known one, a method with those that are allowed."""
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    headers = dict(error.headers or {})
    detail = str(error.detail)
    errors: list[FieldError] = []
    if status is HTTPStatus.NOT_FOUND:
        suggestion = nearest(request.url.path, _paths(request))
        detail = f"There is nothing at {request.url.path}" + (
            f"; did you mean {suggestion}?" if suggestion else "; /docs lists what there is."
        )
        errors = [FieldError("unknown-path", detail, suggestion=suggestion)] if suggestion else []
    elif status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["allow"] = _allowed(request, headers.get("Allow", headers.get("allow", "GET")))
        headers.pop("Allow", None)
        detail = f"{request.method} is not answered here; {headers['allow']} are."
    code = status.phrase.lower().replace(" ", "-").replace("'", "")
    return _response(status, problem(status, code, status.phrase, detail, request.url.path, errors), headers)


def _allowed(request: Request, found: str) -> str:
    """Give every method of a path: the router names those of the first of its routes only."""
    documented = request.app.openapi()["paths"].get(request.url.path, {})
    methods = {one.strip() for one in found.split(",")} | {one.upper() for one in documented}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set()) | {"OPTIONS"}))


def _paths(request: Request) -> list[str]:
    return [path for path in request.app.openapi()["paths"] if "{" not in path]


async def validation_error(request: Request, error: Exception) -> Response:
    """Answer a body or parameter that does not fit its schema, without echoing it (it may not be text at all)."""
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [_field_error(one["loc"], one["type"], one["msg"]) for one in error.errors()]
    detail = "; ".join(one.message for one in errors)
    document = problem(422, "invalid-body", "The body does not fit", detail, request.url.path, errors)
    return _response(422, document, {})


def _field_error(steps: Sequence[int | str], code: str, message: str) -> FieldError:
    where, *rest = [str(step).encode("utf-8", "replace").decode() for step in steps]
    if where == "body":
        return FieldError(code, message, pointer="/" + "/".join(rest))
    return FieldError(code, f"{'.'.join(rest)}: {message}", parameter=".".join(rest))


_MISTAKES = ("no such column", "no such table", "syntax error", "no such function", "ambiguous column")
"""What SQLite reports of our own mistakes under the name it also uses for a store that is away."""


async def store_error(request: Request, error: Exception) -> Response:
    """Answer that the store is away or the question ran past its deadline."""
    if any(sign in str(error) for sign in _MISTAKES):
        raise error
    _log.warning("store", error=str(error).splitlines()[0])
    interrupted = "interrupted" in str(error) or "statement timeout" in str(error)
    detail = "The question ran past its deadline; narrow it." if interrupted else "The store is away; try again."
    return problem_response(request, UnavailableError(detail, headers={"retry-after": "5"}))


class LastResort:
    """Answer 500 as a problem document for whatever nobody expected, inside of what names and logs requests."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; when the answer had begun already, the failure goes on to the server."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            _log.exception("unexpected")
            if started or scope["type"] != "http":
                raise
            document = problem(
                500, "internal-error", "Internal error", "The server made a mistake; it has been noted.", scope["path"]
            )
            await _response(500, document, {})(scope, receive, send)


def handle_problems(app: FastAPI) -> None:
    """Let an application answer every failure with a problem document."""
    app.add_exception_handler(AppError, app_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, validation_error)
    for kind in (OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(kind, store_error)
