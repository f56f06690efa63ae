"""Security headers on every answer, after the OWASP Secure Headers Project and its REST cheat sheet.

Pages may load from their own origin only, and no inline script or style; data may load nothing at all. An answer that
carries one of these headers already keeps its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_UNFRAMED = "frame-ancestors 'none'"

PREVIEW_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
"""For a page that others are to show in a frame of theirs: it loads and runs nothing at all."""

# What a browser runs, styles or shows as a document of its own; a worker's script carries its worker's policy.
_ACTIVE_TYPES = frozenset(
    {"text/html", "application/xhtml+xml", "image/svg+xml", "text/css", "text/javascript", "application/javascript"}
)


class SecurityHeaders:
    """Add `X-Content-Type-Options`, `Referrer-Policy`, `X-Frame-Options`, the two cross-origin policies and the CSP.

    `Cross-Origin-Resource-Policy` is open, as the data are for everybody. `Strict-Transport-Security` (RFC 6797) is
    sent over HTTPS alone, and only with a positive `hsts_seconds`: a host cannot take it back.
    """

    def __init__(self, app: ASGIApp, *, page_policy: str = PAGE_POLICY, hsts_seconds: int = 0) -> None:
        """Wrap `app`; `page_policy` is the Content-Security-Policy of HTML, SVG, scripts and style sheets."""
        self.app = app
        self.page_policy = page_policy
        self.always = {
            "x-content-type-options": "nosniff",
            "referrer-policy": "strict-origin-when-cross-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "cross-origin",
        }
        self.hsts = f"max-age={hsts_seconds}" if hsts_seconds > 0 else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with the headers; anything but HTTP passes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._secure(MutableHeaders(scope=message), str(scope.get("scheme", "http")))
            await send(message)

        await self.app(scope, receive, send_secured)

    def _secure(self, headers: MutableHeaders, scheme: str) -> None:
        """Add what is missing; where the policy of an answer lets others frame it, `X-Frame-Options` is left out."""
        for name, value in self.always.items():
            headers.setdefault(name, value)
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        policy = self.page_policy if media_type in _ACTIVE_TYPES else DATA_POLICY
        headers.setdefault("content-security-policy", policy)
        allowed = headers["content-security-policy"]
        if "frame-ancestors" not in allowed or _UNFRAMED in allowed:
            headers.setdefault("x-frame-options", "DENY")
        if self.hsts and scheme == "https":
            headers.setdefault("strict-transport-security", self.hsts)
