"""Rows that a format has written, kept as bytes: an answer is put together from them as it is sent."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.schemas.tables import Found, KeptPage, Row

MATCHES = ("certain", "possible")
_WEIGHT = 130
"""Bytes that a row takes beside its text: its number, its place, and Python's own."""


class KeptText(ABC):
    """Rows as text, each as long as it does not depend on the question: what it ends with, `match`, follows when it is given."""

    def __init__(self) -> None:
        """Begin with none."""
        self.held: dict[int, bytes] = {}

    @abstractmethod
    def opened(self, rows: Sequence[Row]) -> list[bytes]:
        """Write rows up to their match."""

    def missing(self, found: Found) -> list[int]:
        """Give the numbers of the rows that are not kept."""
        return found.outside(self.held)

    def add(self, numbers: Sequence[int], rows: Sequence[Row]) -> int:
        """Write rows without match and keep them; give the bytes that this takes."""
        texts = self.opened(rows)
        self.held.update(zip(numbers, texts, strict=True))
        return sum(map(len, texts)) + _WEIGHT * len(texts)


def written(page: KeptPage, ends: Mapping[str, bytes], between: bytes = b"") -> bytes:
    """Give the rows of a page of text, each with the end that its match has; TypeError where another format keeps them.

    Where all rows have one end, as most answers have, it stands between them, and no row is copied but into the page.
    """
    kept, found = page
    if not isinstance(kept, KeptText):
        raise TypeError(kept)
    texts = list(map(kept.held.__getitem__, found.numbers))
    certain, possible = (ends[match] for match in MATCHES)
    if found.possible:
        places = frozenset(found.possible)
        return between.join([text + (possible if n in places else certain) for n, text in enumerate(texts)])
    if texts:
        texts[-1] += certain
    return (certain + between).join(texts)
