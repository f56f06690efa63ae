"""Which representation an answer has: `format=`, a suffix of the path, or `Accept` (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.errors import BadQueryError, NotAcceptableError, nearest
from app.formats.registry import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from app.formats.base import Format

_SUFFIX = re.compile(rf"^(/v1/(?!releases/[^/]+/files/).+)\.({'|'.join(FORMATS)})$")


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


def split_suffix(path: str) -> tuple[str, str | None]:
    """Split the path of a read from the suffix that names its representation, if it has one."""
    match = _SUFFIX.match(path)
    return (match[1], match[2]) if match else (path, None)


def negotiate(formats: Mapping[str, Format], asked: str | None, suffix: str | None, accept: str) -> Format:
    """Give the format; BadQueryError for an unknown `format=`, NotAcceptableError when `Accept` names none of ours."""
    if asked is not None:
        if asked not in formats:
            suggestion = nearest(asked, list(formats))
            hint = f"did you mean '{suggestion}'? " if suggestion else ""
            message = f"'{asked}' is not a format; {hint}there are {', '.join(formats)}"
            raise BadQueryError.at("format", "unknown-value", message, suggestion)
        return formats[asked]
    if suffix is not None:
        return formats[suffix]
    return _accepted(accept, formats)


def _accepted(accept: str, formats: Mapping[str, Format]) -> Format:
    """Give the acceptable format with the greatest weight, the earlier of equal ones; no header accepts all."""
    if not accept.strip():
        return next(iter(formats.values()))
    ranges = [_range(one) for one in accept.split(",")]
    best = max(formats.values(), key=lambda one: _weight(one, ranges))
    if _weight(best, ranges) <= 0:
        message = f"'Accept: {accept}' names none of {', '.join(one.media_type for one in formats.values())}"
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
