"""The way to reads that are asked most: found by the parts of their path, without walking through every route.

FastAPI tries its routes one after the other, and prepares for dependencies and bodies that a read of this API does not have:
three times the cost of the read's own parsing. The endpoints are the same, and so is what they are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from starlette.requests import Request

from app.edge.errands import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp, Receive, Scope, Send

    from app.edge.errands import Endpoint, Reader

_Pattern: TypeAlias = "tuple[str | None, ...]"


class Way(NamedTuple):
    """A route, its endpoint, and what that one reads, if it only reads."""

    route: BaseRoute
    path: str
    endpoint: Endpoint
    reader: Reader | None


class Shortcut:
    """Give reads of `routes` to their endpoints at once; everything else goes on to the router."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute], others: Iterable[str]) -> None:
        """Wrap a router; `others` are paths of its other routes, whose literal parts win over an id in the same place."""
        self.app = app
        self._ways: dict[_Pattern, Way] = {}
        for one in routes:
            if "GET" in (getattr(one, "methods", None) or ()):
                path, found = one.path, one.endpoint  # type: ignore[attr-defined]  # every route of ours has them
                self._ways[_pattern(path)] = Way(one, path, found, reader_of(found))
        self._taken = {_pattern(path) for path in others} - set(self._ways)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        found = self.find(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        response = await found.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)

    def find(self, scope: Scope) -> Way | None:
        """Give the way of a request, and put into its scope what the router would; None where the router has to look."""
        parts = tuple(scope["path"].split("/"))
        identifier = None
        found = self._ways.get(parts)
        if found is None:
            if len(parts) < _WITH_ID or not parts[3]:
                return None
            found, identifier = self._ways.get((*parts[:3], None, *parts[4:])), parts[3]
            if found is None or parts in self._taken:
                return None
        scope["route"], scope["endpoint"] = found.route, found.endpoint
        scope["path_params"] = {} if identifier is None else {"id": identifier}
        return found


_WITH_ID = 4
"""Parts of `/v1/states/AZE`, the one before the first slash included."""


def _pattern(path: str) -> _Pattern:
    return tuple(None if part.startswith("{") else part for part in path.split("/"))
