"""The two pages about the interface: Swagger UI at `/docs` to try it, a static reference at `/redoc` to read it.

Both are served from here and under a Content-Security-Policy that allows no inline script: nothing is fetched from
anywhere else. Swagger UI is swagger-ui-dist 5.35.0 from npm, unchanged, in `static/swagger` with its licence; only
`start.js` there is ours. `/redoc` is not Redoc, which does not run under such a policy and reports home.
"""

from __future__ import annotations

from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from app.edge.reference import render_reference
from app.edge.security import PAGE_POLICY

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

STATIC: Final = Path(__file__).parent / "static"
STATIC_URL: Final = "docs/static"  # relative: a proxy may put the service under a prefix

_SWAGGER_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}: try it</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{static}/swagger/swagger-ui.css">
<link rel="icon" type="image/png" href="{static}/swagger/favicon-32x32.png">
<script src="{static}/swagger/swagger-ui-bundle.js" defer></script>
<script src="{static}/swagger/start.js" defer></script>
</head>
<body>
<noscript><p>This page needs JavaScript; <a href="redoc">the reference</a> does not.</p></noscript>
<div id="swagger-ui" data-openapi="{openapi}"></div>
</body>
</html>
"""


def mount_docs(app: FastAPI) -> None:
    """Add `/docs`, `/redoc` and `/docs/static` to an application that was made without FastAPI's own pages.

    The pages have a strong ETag and may be kept for five minutes; the reference is rendered anew when the OpenAPI
    document is another one. None of them is part of that document.

    Raises:
        ValueError: the application has no OpenAPI document, or already has pages of FastAPI's making.

    """
    if app.docs_url or app.redoc_url:
        message = "FastAPI(docs_url=None, redoc_url=None) is needed: its own pages load scripts from elsewhere"
        raise ValueError(message)
    if not app.openapi_url:
        message = "FastAPI(openapi_url=...) is needed: the pages show that document"
        raise ValueError(message)
    openapi_url = app.openapi_url.lstrip("/")
    swagger = _SWAGGER_PAGE.format(title=escape(app.title), static=STATIC_URL, openapi=escape(openapi_url))
    rendered: list[tuple[object, str]] = []

    async def docs(request: Request) -> Response:
        return _page(request, swagger)

    async def redoc(request: Request) -> Response:
        document = app.openapi()
        if not rendered or rendered[0][0] is not document:
            rendered[:] = [(document, render_reference(document, openapi_url=openapi_url, static_url=STATIC_URL))]
        return _page(request, rendered[0][1])

    app.add_route("/docs", docs, include_in_schema=False)
    app.add_route("/redoc", redoc, include_in_schema=False)
    app.mount("/docs/static", StaticFiles(directory=STATIC), name="docs-static")


def _page(request: Request, html: str) -> Response:
    tag = f'"{sha256(html.encode()).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "public, max-age=300", "content-security-policy": PAGE_POLICY}
    known = {candidate.strip().removeprefix("W/") for candidate in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return HTMLResponse(html, headers=headers)
