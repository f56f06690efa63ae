"""Security headers on every answer, after the OWASP Secure Headers Project and its REST cheat sheet.

Pages may load from their own origin only, and no inline script or style; data may load nothing at all. An answer that
carries one of these headers already keeps its own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_DATA = DATA_POLICY.encode("ascii")
_POLICY = b"content-security-policy"
_UNFRAMED = b"frame-ancestors 'none'"
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)

PREVIEW_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""For a page that others are to show in a frame of theirs: it loads and runs nothing at all."""

# What a browser runs, styles or shows as a document of its own; a worker's script carries its worker's policy.
_ACTIVE_TYPES = frozenset(
    {b"text/html", b"application/xhtml+xml", b"image/svg+xml", b"text/css", b"text/javascript", b"application/javascript"}
)


class SecurityHeaders:
    """Add `X-Content-Type-Options`, `Referrer-Policy`, `X-Frame-Options`, the two cross-origin policies and the CSP.

    `Cross-Origin-Resource-Policy` is open, as the data are for everybody. `Strict-Transport-Security` (RFC 6797) is
    sent over HTTPS alone, and only with a positive `hsts_seconds`: a host cannot take it back.
    """

    def __init__(self, app: ASGIApp, *, page_policy: str = PAGE_POLICY, hsts_seconds: int = 0) -> None:
        """Wrap `app`; `page_policy` is the Content-Security-Policy of HTML, SVG, scripts and style sheets."""
        self.app = app
        self.page_policy = page_policy.encode("ascii")
        self.hsts = f"max-age={hsts_seconds}".encode("ascii") if hsts_seconds > 0 else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with the headers; anything but HTTP passes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *self.missing(message["headers"], secure=scope.get("scheme") == "https"),
                ]
            await send(message)

        await self.app(scope, receive, send_secured)

    def missing(self, headers: Iterable[tuple[bytes, bytes]], *, secure: bool) -> list[tuple[bytes, bytes]]:
        """Give what is missing; where the policy of an answer lets others frame it, `X-Frame-Options` is left out."""
        held = {name.lower(): value for name, value in headers}
        media_type, policy = held.get(b"content-type", b""), held.get(_POLICY)
        return [one for one in self._wanted(media_type, policy, secure=secure) if one[0] not in held]

    @lru_cache(256)  # noqa: B019 - there are two of them, and they stay to the end
    def _wanted(self, content_type: bytes, policy: bytes | None, *, secure: bool) -> list[tuple[bytes, bytes]]:
        """Give what an answer of a type and with a policy has to carry."""
        if policy is None:
            media_type = content_type.partition(b";")[0].strip().lower()
            policy = self.page_policy if media_type in _ACTIVE_TYPES else _DATA
        wanted = [*_ALWAYS, (_POLICY, policy)]
        if b"frame-ancestors" not in policy or _UNFRAMED in policy:
            wanted.append((b"x-frame-options", b"DENY"))
        if self.hsts and secure:
            wanted.append((b"strict-transport-security", self.hsts))
        return wanted
