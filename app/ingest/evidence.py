"""Claims of a record as rows, and what they come to for the fact they speak of."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from app.vocabulary import Confidence, SourceType, Stance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.ingest.changes import RowValues
    from app.schemas.record_parts import ClaimIn

_CONFIDENCE = {Confidence.HIGH: 0, Confidence.MEDIUM: 1, Confidence.LOW: 2}
_WEIGHT = {
    SourceType.TREATY: 0,
    SourceType.OFFICIAL: 1,
    SourceType.PRESS: 2,
    SourceType.REFERENCE: 3,
    SourceType.DATASET: 4,
    SourceType.ARTICLE: 5,
}


def digest(*parts: str | None) -> str:
    """Give a short, stable id for something that is known by its content."""
    return hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()[:16]


def claim_rows(subject: str, kind: str, claims: Sequence[ClaimIn]) -> list[RowValues]:
    """Give the rows of a fact's claims, each known by its content."""
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
        }
    return list(rows.values())


def summary(claims: Sequence[RowValues], source_types: Mapping[str, str]) -> RowValues:
    """Give what a fact carries of its evidence; the rule that picks the best claim.

    Best is a supporting claim before an opinion or a contradiction, then the surer one, then the closer source (treaty, official,
    press, reference, dataset, article), then one with a quote, then the one the record names first.
    """

    def rank(placed: tuple[int, RowValues]) -> tuple[object, ...]:
        position, claim = placed
        kind = SourceType(source_types.get(str(claim["source_id"]), SourceType.REFERENCE.value))
        return (
            claim["stance"] != Stance.SUPPORTS.value,
            _CONFIDENCE[Confidence(str(claim["confidence"]))],
            _WEIGHT[kind],
            claim["quote"] is None,
            position,
        )

    best = min(enumerate(claims), key=rank)[1]
    conflict = any(claim["stance"] == Stance.CONTRADICTS.value for claim in claims)
    return {"claim_count": len(claims), "best_claim": best["id"], "conflict": conflict}
