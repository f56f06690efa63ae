"""What a check of the file finds: an error must be mended, a warning must be looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from app.curation.holdings import Holdings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.ingest.seed import Given


class Severity(StrEnum):
    """Whether the file may stay as it is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one record; `line` counts from 1 and is None where the sentence names the place itself."""

    severity: Severity
    rule: str
    sentence: str
    record: str = ""
    line: int | None = None

    def __str__(self) -> str:
        """Give it as a line: severity, rule, place, sentence."""
        place = f"line {self.line}, {self.record}: " if self.line is not None else ""
        return f"{self.severity} {self.rule}: {place}{self.sentence}"


@dataclass(frozen=True, slots=True)
class Seed:
    """The records of a file, with the line of each and what they hold together."""

    given: Sequence[Given]
    holdings: Holdings = field(init=False)

    def __post_init__(self) -> None:
        """Sort the records once for all rules."""
        object.__setattr__(self, "holdings", Holdings(one.record for one in self.given))

    def error(self, rule: str, one: Given, sentence: str) -> Finding:
        """Give an error at a record."""
        return Finding(Severity.ERROR, rule, sentence, one.record.id, one.line)

    def warning(self, rule: str, one: Given, sentence: str) -> Finding:
        """Give a warning at a record."""
        return Finding(Severity.WARNING, rule, sentence, one.record.id, one.line)


class Rule(Protocol):
    """Looks at all records and gives what is wrong with any."""

    def __call__(self, seed: Seed) -> Iterator[Finding]:
        """Give the findings, in the order of the file."""
