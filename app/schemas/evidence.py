"""How claims weigh: the one rule that picks the best of them, for the writer that applies it and for whoever explains it."""

from __future__ import annotations

from app.vocabulary import Confidence, SourceType, Stance

BEST_RULE = (
    "a supporting claim before an opinion or a contradiction, then the surer one, then the closer source (treaty, official, "
    "press, reference, dataset, article), then one with a quote, then the one the record names first"
)
"""The rule in words."""

_CONFIDENCE = list(Confidence)
_CLOSENESS = list(SourceType)


def rank(stance: str, confidence: str, source_type: str, *, quoted: bool) -> tuple[bool, int, int, bool]:
    """Give a claim's place in the order of `BEST_RULE`, the least being the best; equal ones stand in the record's order."""
    return (
        stance != Stance.SUPPORTS,
        _CONFIDENCE.index(Confidence(confidence)),
        _CLOSENESS.index(SourceType(source_type)),
        not quoted,
    )
