"""When `today` becomes another day: midnight UTC, and the minutes before it in which nobody may keep an answer for long.

A cache may give a live answer out for a minute, and for ten more while it asks anew (`LIVE`). One about today, kept at five to
midnight, would be yesterday's; so for the last eleven minutes of a day it may be kept but must be asked for every time.
"""

from __future__ import annotations

from time import time

LIVE = "public, max-age=60, stale-while-revalidate=600"
LATE = "public, no-cache"
DAY = 86_400
LAST = 660
"""Seconds that a cache may give out a live answer for."""


def phase_of(now: float) -> int:
    """Give the number of a part of a day: it changes at midnight UTC and `LAST` seconds before."""
    whole = int(now)
    return whole // DAY + (whole + LAST) // DAY


def next_phase(now: float) -> int:
    """Give the second at which the next part of a day begins."""
    whole = int(now)
    return whole + min(DAY - whole % DAY, DAY - (whole + LAST) % DAY)


def live(*, today: bool) -> str:
    """Give the `Cache-Control` of an answer of the newest data, which may be about today because no day was asked for."""
    now = time()
    return LATE if today and next_phase(now) % DAY == 0 else LIVE
