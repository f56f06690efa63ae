"""Every check of a file of records: what the loader refuses, and what a curator would not want to find later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.curation.chronology import acts_in_order, early_memberships
from app.curation.citations import links, orphans, repeated_claims, repeated_sources
from app.curation.findings import Finding, Seed, Severity
from app.curation.layout import layout
from app.curation.places import points
from app.curation.repetitions import repeated_parts, repeated_records, shared_acronyms
from app.errors import InvalidRecordError
from app.ingest.seed import batch_of, read_records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from app.curation.findings import Rule

RULES: Sequence[Rule] = (
    links, orphans, repeated_sources, repeated_claims, repeated_records, repeated_parts, shared_acronyms, early_memberships,
    acts_in_order, points,
)  # fmt: skip


def check_file(path: Path, today: date) -> list[Finding]:
    """Give everything found in a file, errors first; when its records cannot be read, only why not.

    The loader's own checks (shape, dates, NFC, quotes, ids that resolve, overlaps, lives) come before the rules of curation.
    """
    try:
        given = read_records(path)
    except InvalidRecordError as error:
        return _refusals("record", error)
    found: list[Finding] = []
    try:
        batch_of(given, today)
    except InvalidRecordError as error:
        found += _refusals("loader", error)
    seed = Seed(given)
    found += [one for rule in RULES for one in rule(seed)]
    found += layout(path)
    return sorted(found, key=lambda one: (one.severity is Severity.WARNING, one.line or 0))


def _refusals(rule: str, error: InvalidRecordError) -> list[Finding]:
    sentences = [one.message for one in error.errors] or [error.detail]
    return [Finding(Severity.ERROR, rule, sentence) for sentence in sentences]
