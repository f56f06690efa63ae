"""EDTF dates and half-open intervals of days: pure arithmetic on texts and `datetime.date`.

`edtf` turns a text into the days it can stand for; `intervals` joins a start and an end and says when something holds.
Everything is importable from here.
"""

from app.dates.edtf import (
    Bounds,
    DateError,
    DateStatus,
    Period,
    Precision,
    parse_day_range,
    parse_edtf,
    parse_end,
    parse_period,
    parse_start,
)
from app.dates.intervals import Interval, Match, days, holds, holds_throughout, interval, point

__all__ = [
    "Bounds",
    "DateError",
    "DateStatus",
    "Interval",
    "Match",
    "Period",
    "Precision",
    "days",
    "holds",
    "holds_throughout",
    "interval",
    "parse_day_range",
    "parse_edtf",
    "parse_end",
    "parse_period",
    "parse_start",
    "point",
]
