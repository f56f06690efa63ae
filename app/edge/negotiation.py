"""Which representation an answer has: `format=`, a suffix of the path, or `Accept` (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.errors import BadQueryError, FieldError, NotAcceptableError, nearest
from app.formats.registry import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from app.formats.base import Format

SUFFIXES = {one.suffix: one.name for one in FORMATS.values()}
_SUFFIX = re.compile(rf"^(/v1/(?!releases/[^/]+/files/).+?)\.({'|'.join(map(re.escape, SUFFIXES))})$")
FILES = frozenset({"schema.json", "context.jsonld"})
"""Last parts of paths that are files by their own name: their ending is not taken for a suffix."""


SUFFIX = "."
"""What a path with a suffix has in it."""

EVERYTHING = frozenset({b"", b"*/*"})
"""The values of `Accept` that accept all there is: the default format answers them, as it does where there is none."""


class PathSuffix:
    """Let `/v1/memberships.csv` be `/v1/memberships` in CSV: the suffix moves from the path to the request's state."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP passes through."""
        path, suffix = split_suffix(scope["path"]) if scope["type"] == "http" else ("", None)
        if suffix is not None:
            state = {**scope.get("state", {}), "suffix": suffix}
            scope = {**scope, "path": path, "raw_path": path.encode(), "state": state}
        await self.app(scope, receive, send)


def split_suffix(path: str) -> tuple[str, str | None]:
    """Split the path of a read from the suffix that names its representation, if it has one."""
    match = _SUFFIX.match(path) if SUFFIX in path else None
    if match is None or path.rpartition("/")[2] in FILES:
        return path, None
    return match[1], match[2]


def negotiate(formats: Mapping[str, Format], asked: str | None, suffix: str | None, accept: str) -> Format:
    """Give one of the offered formats, the first being the default.

    Raises BadQueryError for a `format=` and NotAcceptableError for a suffix or an `Accept` that names none of them.
    """
    if asked is not None:
        if asked not in formats:
            message, suggestion = _refusal(formats, asked)
            raise BadQueryError(message, errors=[FieldError("unknown-value", message, "format", suggestion=suggestion)])
        return formats[asked]
    if suffix is not None:
        if SUFFIXES[suffix] not in formats:
            raise NotAcceptableError(_refusal(formats, SUFFIXES[suffix])[0])
        return formats[SUFFIXES[suffix]]
    return _accepted(formats, accept)


def _refusal(formats: Mapping[str, Format], asked: str) -> tuple[str, str | None]:
    """Give the sentence about a format that is not offered, and what was probably meant."""
    if asked in FORMATS:
        reason = "rows here have no place" if FORMATS[asked].located else "it is not offered here"
        return f"there is no {asked} of this: {reason}; there are {', '.join(formats)}", None
    suggestion = nearest(asked, [*formats, *(one.suffix for one in formats.values())])
    suggestion = SUFFIXES.get(suggestion, suggestion) if suggestion else None
    hint = f"did you mean '{suggestion}'? " if suggestion else ""
    return f"'{asked}' is not a format; {hint}there are {', '.join(formats)}", suggestion


def _accepted(formats: Mapping[str, Format], accept: str) -> Format:
    """Give the acceptable format with the greatest weight, the earlier of equal ones; no header accepts all."""
    if not accept.strip():
        return next(iter(formats.values()))
    ranges = dict(map(_range, accept.split(",")))
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


def _weight(one: Format, ranges: Mapping[str, float]) -> float:
    """Give the weight of the most specific range that covers a format; a range that says 0 refuses it."""
    names = (one.media_type, *one.aliases, f"{one.media_type.partition('/')[0]}/*", "*/*")
    return next((ranges[name] for name in names if name in ranges), 0.0)
