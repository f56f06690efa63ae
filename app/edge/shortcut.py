"""The way to reads that are asked most: found by the parts of their path, without walking through every route.

FastAPI tries its routes one after the other, and prepares for dependencies and bodies that a read of this API does not have:
three times the cost of the read's own parsing. The endpoints are the same, and so is what they are given.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
_Pattern: TypeAlias = "tuple[str | None, ...]"


class Shortcut:
    """Give reads of `routes` to their endpoints at once; everything else goes on to the router."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute], others: Iterable[str]) -> None:
        """Wrap a router; `others` are paths of its other routes, whose literal parts win over an id in the same place."""
        self.app = app
        self._routes: dict[_Pattern, tuple[BaseRoute, Endpoint]] = {}
        for one in routes:
            if "GET" in (getattr(one, "methods", None) or ()):
                self._routes[_pattern(one.path)] = one, one.endpoint  # type: ignore[attr-defined]  # every route of ours has them
        self._taken = {_pattern(path) for path in others} - set(self._routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        found = self._find(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        (route, endpoint), identifier = found
        scope["route"], scope["endpoint"], scope["path_params"] = (
            route,
            endpoint,
            {} if identifier is None else {"id": identifier},
        )
        response = await endpoint(Request(scope, receive, send))
        await response(scope, receive, send)

    def _find(self, scope: Scope) -> tuple[tuple[BaseRoute, Endpoint], str | None] | None:
        parts = tuple(scope["path"].split("/"))
        if (found := self._routes.get(parts)) is not None:
            return found, None
        if len(parts) < _WITH_ID or not parts[3]:
            return None
        pattern = (*parts[:3], None, *parts[4:])
        found = self._routes.get(pattern)
        return None if found is None or parts in self._taken else (found, parts[3])


_WITH_ID = 4
"""Parts of `/v1/states/AZE`, the one before the first slash included."""


def _pattern(path: str) -> _Pattern:
    return tuple(None if part.startswith("{") else part for part in path.split("/"))
