"""Which representation an answer has: `format=`, a suffix of the path, or `Accept` (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.errors import BadQueryError, NotAcceptableError, nearest
from app.formats.registry import FORMATS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from app.formats.base import Format

_SUFFIX = re.compile(rf"^(/v1/.+)\.({'|'.join(FORMATS)})$")
_DEFAULT = next(iter(FORMATS.values()))


class PathSuffix:
    """Let `/v1/memberships.csv` be `/v1/memberships` in CSV: the suffix moves from the path to the request's state."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP passes through."""
        if scope["type"] == "http" and (match := _SUFFIX.match(scope["path"])):
            scope = {
                **scope,
                "path": match[1],
                "raw_path": match[1].encode(),
                "state": {**scope.get("state", {}), "suffix": match[2]},
            }
        await self.app(scope, receive, send)


def negotiate(asked: str | None, suffix: str | None, accept: str) -> Format:
    """Give the format; BadQueryError for an unknown `format=`, NotAcceptableError when `Accept` names none of ours."""
    if asked is not None:
        if asked not in FORMATS:
            suggestion = nearest(asked, list(FORMATS))
            hint = f"did you mean '{suggestion}'? " if suggestion else ""
            message = f"'{asked}' is not a format; {hint}there are {', '.join(FORMATS)}"
            raise BadQueryError.at("format", "unknown-value", message, suggestion)
        return FORMATS[asked]
    if suffix is not None:
        return FORMATS[suffix]
    return _accepted(accept)


def _accepted(accept: str) -> Format:
    """Give the acceptable format with the greatest weight, the earlier of equal ones; no header accepts all."""
    if not accept.strip():
        return _DEFAULT
    ranges = [_range(one) for one in accept.split(",")]
    best = max(FORMATS.values(), key=lambda one: _weight(one, ranges))
    if _weight(best, ranges) <= 0:
        message = f"'Accept: {accept}' names none of {', '.join(one.media_type for one in FORMATS.values())}"
        raise NotAcceptableError(message)
    return best


def _range(text: str) -> tuple[str, float]:
    kind, *parameters = (part.strip().lower() for part in text.split(";"))
    weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
    try:
        return kind, float(weight)
    except ValueError:
        return kind, 0.0


def _weight(one: Format, ranges: list[tuple[str, float]]) -> float:
    """Give the weight of the most specific range that covers a format."""
    names = (one.media_type, f"{one.media_type.partition('/')[0]}/*", "*/*")
    aliases = {"application/jsonl": ("application/x-ndjson", "application/ndjson", "application/jsonlines")}
    for name in (*names[:1], *aliases.get(one.media_type, ()), *names[1:]):
        for kind, weight in ranges:
            if kind == name:
                return weight
    return 0.0
