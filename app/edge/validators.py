"""What caches keep an answer by: strong validators, made of what determines it and not of its bytes, and for how long."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from starlette.responses import Response

from app.edge.compression import coding_of
from app.edge.days import live

if TYPE_CHECKING:
    from starlette.requests import Request

IMMUTABLE = "public, max-age=31536000, immutable"
VARY = "Accept, Accept-Encoding, Accept-Language, Accept-Datetime"


def etag_of(*parts: object) -> str:
    """Give a strong validator from all that determines an answer: revision, canonical question, representation."""
    return sealed(determined(*parts))


def determined(*parts: object) -> bytes:
    """Write down all that determines an answer."""
    return "\n".join(map(str, parts)).encode()


def sealed(text: bytes) -> str:
    """Give the validator of an answer that is determined so."""
    return f'"{hashlib.sha256(text).hexdigest()[:32]}"'


def coded(request: Request) -> str:
    """Give the coding that the answer will have, however the client spells what it takes."""
    return coding_of(",".join(request.headers.getlist("accept-encoding")))


def not_modified(request: Request, etag: str, headers: dict[str, str]) -> Response | None:
    """Give 304 when the client holds this very answer (RFC 9110, 13.1.2)."""
    given = {one.strip() for one in request.headers.get("if-none-match", "").split(",")}
    return Response(status_code=304, headers={**headers, "etag": etag}) if {etag, "*"} & given else None


def validators(etag: str, revision: int, *, settled: bool, today: bool = False) -> dict[str, str]:
    """Give the fields by which caches keep an answer; a settled one never changes.

    The tag is what a content delivery network that is told of a new revision purges the answers of the last one by.
    """
    tag = "settled" if settled else f"revision-{revision}"
    return {"cache-control": IMMUTABLE if settled else live(today=today), "vary": VARY, "etag": etag, "cache-tag": tag}
