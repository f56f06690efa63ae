"""Claims of a record as rows, and what they come to for the fact they speak of."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.dates import DateError, DateStatus, parse_end, parse_start
from app.schemas.evidence import rank
from app.vocabulary import SourceType, Stance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.ingest.changes import RowValues
    from app.schemas.record_parts import ClaimIn

_STARTS = {"start", "founded", "signed", "in_force"}
_ENDS = {"end", "dissolved", "terminated"}


def digest(*parts: str | None) -> str:
    """Give a short, stable id for something that is known by its content."""
    return hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()[:16]


def claim_rows(subject: str, kind: str, claims: Sequence[ClaimIn], today: date) -> list[RowValues]:
    """Give the rows of a fact's claims, each known by its content; `today` decides which ends are still scheduled."""
    rows: dict[str, RowValues] = {}
    for one in claims:
        key = "c" + digest(subject, one.source, one.property, one.value, one.stance, one.quote, one.locator)
        rows[key] = {
            "id": key,
            "subject_id": subject,
            "subject_kind": kind,
            "source_id": one.source,
            "property": one.property,
            "value": one.value,
            "stance": one.stance.value,
            "quote": one.quote,
            "locator": one.locator,
            "confidence": one.confidence.value,
            **_days(one, today),
        }
    return list(rows.values())


def _days(claim: ClaimIn, today: date) -> RowValues:
    """Give the days that a claimed date can mean, so that `resolve=` can compare it; of any other value, none.

    As for every interval that is held, an end without `earliest` goes on: one that is only known to be no later than a day gets
    the calendar's second day.
    """
    none: RowValues = dict.fromkeys(("value_earliest", "value_latest", "value_precision", "value_status"))
    if not claim.value or claim.value == "XXXX" or claim.property not in _STARTS | _ENDS:
        return none
    try:
        bounds = parse_start(claim.value) if claim.property in _STARTS else parse_end(claim.value, today)
    except DateError:
        return none
    earliest = bounds.earliest
    if claim.property in _ENDS and bounds.status is not DateStatus.ongoing:
        earliest = earliest or date.min + timedelta(days=1)
    return {
        "value_earliest": earliest and earliest.isoformat(),
        "value_latest": bounds.latest and bounds.latest.isoformat(),
        "value_precision": bounds.precision.value,
        "value_status": bounds.status.value,
    }


def summary(claims: Sequence[RowValues], source_types: Mapping[str, str]) -> RowValues:
    """Give what a fact carries of its evidence; `app.schemas.evidence.BEST_RULE` picks the best claim."""

    def place(placed: tuple[int, RowValues]) -> tuple[object, ...]:
        position, claim = placed
        kind = source_types.get(str(claim["source_id"]), SourceType.REFERENCE.value)
        order = rank(str(claim["stance"]), str(claim["confidence"]), kind, quoted=claim["quote"] is not None)
        return (*order, position)

    best = min(enumerate(claims), key=place)[1]
    conflict = any(claim["stance"] == Stance.CONTRADICTS.value for claim in claims)
    return {"claim_count": len(claims), "best_claim": best["id"], "conflict": conflict}
