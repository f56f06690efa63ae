"""Moments in UTC as text that sorts as it reads (RFC 3339 with microseconds and Z)."""

from __future__ import annotations

from datetime import UTC, datetime


def instant_text(moment: datetime) -> str:
    """Write an aware datetime as `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def now_text() -> str:
    """Give the present moment."""
    return instant_text(datetime.now(UTC))
