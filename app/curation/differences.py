"""A difference between the seed and a file of others, and what explains it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from app.errors import InvalidRecordError
from app.schemas.record_parts import Strict, Text
from app.vocabulary import Stance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from app.schemas.record_parts import ClaimIn

REASONS = Path(__file__).resolve().parents[2] / "crosscheck_reasons.json"


class Explanation(StrEnum):
    """Where the words stand that explain a difference."""

    CLAIM = "claim"
    COVERAGE = "coverage"
    REASON = "reason"
    NONE = "unexplained"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a file says of a state (or any actor) in an organization (or an agreement) in some years, and what the seed says."""

    organization: str
    state: str
    first: int
    last: int
    theirs: str
    ours: str
    claims: tuple[ClaimIn, ...] = ()
    """Claims of the records that the seed's answer rests on."""
    gap: bool = False
    """The seed itself says that it does not hold all of this."""

    @property
    def years(self) -> str:
        """Give the years as text."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


class Reason(Strict):
    """Why a file and the seed differ: for an organization, states (`FRA DEU`) and years (`1993`, `1991-2014`), `*` being any.

    `theirs` and `ours` narrow it to what the file and the seed say (`none`, `member`).
    """

    file: Text
    organization: Text
    state: Text
    years: Annotated[str, StringConstraints(pattern=r"^(\*|\d{4}(-\d{4})?)$")]
    theirs: Text | None = None
    ours: Text | None = None
    reason: Annotated[Text, Field(min_length=20)]

    def covers(self, one: Difference) -> bool:
        """Tell whether it speaks of the whole difference."""
        first, _, last = self.years.partition("-")
        in_years = self.years == "*" or (int(first) <= one.first and one.last <= int(last or first))
        named = one.state in self.state.split() or self.state == "*"
        named = named and self.organization in {"*", one.organization}
        return in_years and named and self.theirs in {None, one.theirs} and self.ours in {None, one.ours}


_REASONS: TypeAdapter[tuple[Reason, ...]] = TypeAdapter(tuple[Reason, ...])


def read_reasons(path: Path, file: str) -> list[Reason]:
    """Read the reasons for one file; none when there is no reasons file. InvalidRecordError names the entry that is wrong."""
    if not path.exists():
        return []
    try:
        return [one for one in _REASONS.validate_json(path.read_bytes()) if one.file == file]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise InvalidRecordError(f"{path.name}, entry {place}: {first['msg']}") from error


@dataclass(slots=True)
class Comparison:
    """What comparing a file came to; counts are of cells, entries or acts, as the file has them."""

    file: str
    scope: str
    agreements: int = 0
    cells: int = 0
    """Cells that differ; neighbouring years make one difference."""
    differences: list[Difference] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """What could not be compared, by why."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A difference with its explanation; `words` are the claim's or the reason's."""

    difference: Difference
    by: Explanation
    words: str = ""


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """A comparison with every difference explained as far as it can be, and the reasons that explain nothing."""

    comparison: Comparison
    explained: list[Explained]
    idle: list[Reason]

    def count(self, by: Explanation) -> int:
        """Count the differences with one explanation."""
        return sum(one.by is by for one in self.explained)


def explain(comparison: Comparison, reasons: Iterable[Reason]) -> CrossCheck:
    """Explain each difference by the first of: a contradicting claim in the seed, a gap it names, a reason."""
    given = list(reasons)
    used: set[int] = set()
    found: list[Explained] = []
    for one in comparison.differences:
        number = next((n for n, reason in enumerate(given) if reason.covers(one)), None)
        claim = next((claim for claim in one.claims if _says(claim, one)), None)
        if number is not None:
            used.add(number)
        if claim is not None:
            found.append(Explained(one, Explanation.CLAIM, f"{claim.source} says {claim.property} {claim.value}"))
        elif number is not None:
            found.append(Explained(one, Explanation.REASON, given[number].reason))
        elif one.gap:
            found.append(Explained(one, Explanation.COVERAGE, "the seed's coverage says that not all of these are held"))
        else:
            found.append(Explained(one, Explanation.NONE))
    return CrossCheck(comparison, found, [reason for n, reason in enumerate(given) if n not in used])


def _says(claim: ClaimIn, one: Difference) -> bool:
    """Tell whether a contradicting claim gives a year at an edge of the difference, or the file's own word."""
    if claim.stance is not Stance.CONTRADICTS or claim.value is None:
        return False
    years = {int(year) for year in re.findall(r"\d{4}", claim.value)}
    return claim.value == one.theirs or not years.isdisjoint({one.first, one.last, one.last + 1})


def runs(
    cells: Iterable[tuple[int, str, str]], make: Callable[[tuple[int, int], tuple[str, str]], Difference]
) -> list[Difference]:
    """Join neighbouring years in which both sides say the same: cells are (year, theirs, ours), ascending."""
    joined: list[tuple[int, int, str, str]] = []
    for year, theirs, ours in cells:
        if joined and joined[-1][1:] == (year - 1, theirs, ours):
            joined[-1] = (joined[-1][0], year, theirs, ours)
        else:
            joined.append((year, year, theirs, ours))
    return [make((first, last), (theirs, ours)) for first, last, theirs, ours in joined]
