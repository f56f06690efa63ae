"""Compression of answers, but for the files of releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette_compress import CompressMiddleware

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Compression:
    """Zstandard, Brotli or gzip for what is made on the way; a file goes out as it lies on the disk.

    Its validator and its ranges are of those bytes: a download that was broken off compressed could not be resumed.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._plain = app
        self._compressed = CompressMiddleware(app, minimum_size=1000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        fixed = scope["type"] == "http" and scope["path"].startswith("/v1/releases/") and "/files/" in scope["path"]
        await (self._plain if fixed else self._compressed)(scope, receive, send)
