"""Datetime negotiation (RFC 7089): `Accept-Datetime` asks for what was known then, `Memento-Datetime` says when that was.

Every read is its own original resource and its own time gate; its memento has `known_at=` or `release=` in its URL.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from app.dates.instants import instant_text
from app.errors import BadQueryError
from app.schemas.parsing import parse_as_of

if TYPE_CHECKING:
    from collections.abc import Mapping


NAME = "Accept-Datetime"
_SETTLED = timedelta(minutes=5)
"""Longer than a revision takes from its moment to its commit: before that, nothing more can come to be known."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """What a request says of the revision it wants: a moment (UTC text) or a release; `negotiated` when by header."""

    known_at: str | None = None
    release: str | None = None
    negotiated: bool = False


def as_of(text: str | None, given: Mapping[str, str]) -> AsOf:
    """Read `known_at` or `release` from the parameters, else the text of `Accept-Datetime`; BadQueryError for a malformed one."""
    known_at, release = parse_as_of(given)
    if text is None:
        return AsOf(known_at, release)
    moment = _moment(text)
    return AsOf(known_at, release) if known_at or release else AsOf(moment, negotiated=True)


def _moment(text: str) -> str:
    """Give the last microsecond of an HTTP-date's second, so that the date of an answer asks for that answer again."""
    moment = None
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        moment = parsedate_to_datetime(text)
    if moment is None or moment.tzinfo is None or not text.rstrip().endswith("GMT"):
        message = f"'Accept-Datetime: {text}' is no HTTP-date (RFC 9110, 5.6.7), such as Tue, 24 Nov 2026 12:00:00 GMT"
        raise BadQueryError.at(NAME, "bad-instant", message)
    return instant_text(moment.replace(microsecond=999_999))


def memento_datetime(recorded_at: str) -> str:
    """Give a moment as the HTTP-date of a `Memento-Datetime`."""
    return format_datetime(datetime.fromisoformat(recorded_at).astimezone(UTC), usegmt=True)


def is_past(known_at: str) -> bool:
    """Give whether all that was known at a moment is settled, so that an answer to it never changes."""
    return datetime.fromisoformat(known_at) < datetime.now(UTC) - _SETTLED
