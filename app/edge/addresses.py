"""Addresses of ours as clients see them: of what was asked, and of the same with some parameters changed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.datastructures import URL

from app.edge.asking import COLUMN_PARAMETERS, read_parameters, written_parameter, written_parameters
from app.edge.context import context_of
from app.queries.catalog import TABLES
from app.schemas.citations import LICENSE_URL

if TYPE_CHECKING:
    from starlette.requests import Request

    from app.edge.asking import Asked
    from app.schemas.filters import Spec

Links = list[tuple[str, str]]
"""Relation and address (RFC 8288)."""

_PLAIN = re.compile(r"[A-Za-z0-9/._~:,@!$&'()*+;=-]+")
"""Paths that an address has as they are."""


def own_address(request: Request) -> str:
    """Give the scheme and host that clients see."""
    found: str | None = request.scope.get("address")
    if found is None:
        host = next((value for name, value in request.scope["headers"] if name == b"host"), None)
        found = context_of(request).settings.public_url.rstrip("/")
        found = found or _address_of(request.scope["scheme"], host, tuple(request.scope.get("server") or ()))
        request.scope["address"] = found
    return found


@lru_cache(1024)
def _address_of(scheme: str, host: bytes | None, server: tuple[str | int, ...]) -> str:
    headers = [] if host is None else [(b"host", host)]
    return f"{scheme}://{URL(scope={'scheme': scheme, 'server': server or None, 'path': '/', 'headers': headers}).netloc}"


def own_path(request: Request) -> str:
    """Give the path that was asked, as an address has it."""
    path: str = request.scope["path"]
    return path if _PLAIN.fullmatch(path) else request.url.path


def address(request: Request, **changes: str | None) -> str:
    """Give the address that was asked with some parameters changed; without `format`, without a suffix too."""
    query = request.scope["query_string"]
    written = [text for name, text in written_parameters(query) if name not in changes] if query else []
    written += [written_parameter(name, value) for name, value in changes.items() if value is not None]
    suffix = None if "format" in changes else request.scope.get("state", {}).get("suffix")
    path = f"{own_path(request)}.{suffix}" if suffix else own_path(request)
    return f"{own_address(request)}{path}" + (f"?{'&'.join(written)}" if written else "")


def descriptor(request: Request, asked: Asked, spec: Spec) -> str:
    """Give the path of what describes an answer: its columns' Table Schema, or else the whole interface."""
    if not asked.format.tabular or spec.name not in TABLES or asked.question.group_by:
        return "/openapi.json"
    shaping = [(name, value) for name, value in read_parameters(request) if name in COLUMN_PARAMETERS]
    query = f"?{urlencode(shaping, safe=',:/')}" if shaping else ""
    return f"/v1/{spec.name}/schema.json{query}"


def standing_links(request: Request, described: str = "/openapi.json", *, canonical: str | None = None) -> Links:
    """Give the addresses that every answer names; `canonical` where it is not the one that was asked."""
    return [
        ("canonical", canonical or address(request, cursor=None, format=None, shape=None)),
        ("original timegate", address(request, cursor=None, known_at=None, release=None)),
        ("describedby", f"{own_address(request)}{described}"),
        ("license", LICENSE_URL),
    ]


def link_header(links: Links) -> dict[str, str]:
    """Write links as a header."""
    return {"link": ", ".join([f'<{target}>; rel="{relation}"' for relation, target in links])}
