"""The application: wires the rooms; the only file that sees all of them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from fastapi import FastAPI

from app.db.sessions import Store
from app.db.watching import watch_of
from app.edge.access_log import AccessLog
from app.edge.at_once import AtOnce
from app.edge.body_guard import BodyGuard
from app.edge.caching import Shelf
from app.edge.compression import Compression
from app.edge.context import Context
from app.edge.cors import CrossOrigin
from app.edge.docs import mount_docs
from app.edge.front import Front
from app.edge.heads import Heads
from app.edge.ledger import Ledger
from app.edge.negotiation import PathSuffix
from app.edge.problems import LastResort, handle_problems
from app.edge.request_id import RequestId
from app.edge.security import SecurityHeaders
from app.edge.shortcut import Shortcut
from app.edge.whole import READY
from app.routers import entities, queries, reconcile, releases, revisions, search, service
from app.routers.bodies import WHERE
from app.routers.collections import collections
from app.routers.comparisons import comparisons
from app.routers.describing import describing
from app.routers.explanations import explanations
from app.routers.views import views
from app.schemas.common import Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.types import Receive, Scope, Send

    from app.edge.caching import Fields
    from app.settings import Settings

EXPOSED = (
    "ETag",
    "Link",
    "RateLimit",
    "RateLimit-Policy",
    "Deprecation",
    "Sunset",
    "X-Request-Id",
    "Content-Disposition",
    "Retry-After",
    "Memento-Datetime",
    "Content-Location",
    "Accept-Ranges",
    "Content-Range",
)


def create_app(settings: Settings) -> Application:
    """Make the application for one configuration; the store must have been migrated."""
    store = Store(settings.database_url, pool_size=settings.pool_size, read_url=settings.read_database_url)

    watch, ledger = watch_of(store), Ledger()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, object]]:
        yield {READY: app.front} if app.front else {}
        ledger.write()
        watch.close()
        app.state.context.desk.close()
        store.close()

    app = Application(
        title=service.NAME,
        version=_version(),
        summary=service.ABOUT,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        license_info={"name": "Code Apache-2.0, data CC BY 4.0"},
        openapi_tags=None,
        redirect_slashes=False,
    )
    app.state.ledger = ledger
    app.state.context = Context(settings, store, CapacityLimiter(settings.pool_size))
    shortcut = _include_routers(app)
    handle_problems(app)
    mount_docs(app)
    _document_problems(app)
    shelf = Shelf(watch, settings.cache_bytes)
    _add_middleware(app, settings, shelf, ledger)
    if not settings.rate_limit:
        app.front = Front(app.answer, shelf, ledger, AtOnce(app, shortcut, app.state.context.desk, _dress(app)))
    return app


def _include_routers(app: FastAPI) -> Shortcut:
    """Add every URL; collections and views, which are asked most, are found without looking at all the others."""
    short = (views(), collections(), search.router)
    facts = (short[0], explanations(), comparisons(), describing(), short[1])
    data = (*facts, queries.router, search.router, reconcile.router, entities.router)
    every = (*data, revisions.router, releases.router, service.router, service.health)
    for router in every:
        app.include_router(router)
    paths = [str(getattr(route, "path", "")) for router in every for route in router.routes]
    shortcut = Shortcut(app.router.middleware_stack, [one for router in short for one in router.routes], paths)
    app.router.middleware_stack = shortcut
    return shortcut


class Application(FastAPI):
    """The application, behind a front that may answer for it."""

    front: Front | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await (self.front or self.answer)(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request without looking at what was answered before."""
        await super().__call__(scope, receive, send)


DESCRIPTION = """
Every status has an interval, every fact its evidence, and any question can be asked as of any day.

* `at=2025-08-30` asks for a day, `at=2025` for some day of a year, `during=A/B` and `throughout=A/B` for periods.
* A date that is not known to the day makes an answer only possible: each row carries `match`,
  and `certainty=certain` leaves such rows out.
* An unknown parameter, code or date is a 400 that names the nearest right one.
* Ids in paths and filters take codes with a scheme: `iso2:AZ`, `cow:373`, `wd:Q227`.
"""


def _version() -> str:
    try:
        return version("foreign-policy-api")
    except PackageNotFoundError:
        return "0.1.0"


def _add_middleware(app: FastAPI, settings: Settings, shelf: Shelf, ledger: Ledger) -> None:
    """Wrap the application; the last added is the outermost. Where requests are limited, hits are counted too."""
    app.add_middleware(PathSuffix)
    app.add_middleware(LastResort)
    app.add_middleware(BodyGuard, limit=settings.max_body_bytes)
    app.add_middleware(Compression)
    if settings.rate_limit:
        from app.edge.rate_limit import RateLimit  # noqa: PLC0415 - its libraries are loaded where there is a limit alone

        app.add_middleware(Front, shelf=shelf, ledger=None)
        app.add_middleware(RateLimit, limit=settings.rate_limit)
    app.add_middleware(Heads)
    app.add_middleware(CrossOrigin, methods=("GET", "HEAD", "POST", "OPTIONS"), exposed=EXPOSED)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AccessLog, note=ledger.note)
    app.add_middleware(RequestId)


def _dress(app: FastAPI) -> Callable[[Fields, str], Fields]:
    """Give what the middleware adds to the fields of an answer, for those that do not come through it."""
    opened, secured = CrossOrigin(app, methods=(), exposed=EXPOSED), SecurityHeaders(app)
    return lambda fields, scheme: [*opened.fields, *secured.missing(fields, secure=scheme == "https")]


def _document_problems(app: FastAPI) -> None:
    """Put the schema of problems into the OpenAPI document, which names it for every error."""
    original = app.openapi

    def openapi() -> dict[str, object]:
        document = original()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" not in schemas:
            schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(schema.pop("$defs", {}))
            schemas["Problem"] = schema
            schemas.update(WHERE)
        return document

    app.openapi = openapi  # type: ignore[method-assign]
