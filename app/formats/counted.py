"""Groups that are written as JSON already, each up to its numbers: those are put in for every answer."""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING

import orjson

from app.formats.records import record_maker
from app.schemas.counting import COUNTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.schemas.tables import Field, Row

_WEIGHT = 50
"""Bytes that a text takes beside its own."""


class _Ends(dict[tuple[int, int], bytes]):
    """The numbers of groups as records end with them, by the rows of a group and those that hold for certain."""

    def __missing__(self, numbers: tuple[int, int]) -> bytes:
        count, certain = numbers
        end = self[numbers] = b'%d,"certain":%d,"possible":%d}' % (count, certain, count - certain)
        return end


_NONE = tuple(0 for _ in COUNTS)


class WrittenGroups:
    """The beginnings of groups' records, by the number of the group."""

    def __init__(self, fields: tuple[Field, ...], rows: Iterable[Row]) -> None:
        """Write rows that lack their last three values, a group's numbers."""
        make, cut = record_maker(fields), -len(_Ends()[0, 0])
        self._opened = [orjson.dumps(make((*row, *_NONE)))[:cut] for row in rows]
        self.size = sum(map(len, self._opened)) + _WEIGHT * len(self._opened)
        """Bytes that this takes."""

    def records(self, groups: Sequence[int], counts: Iterable[int], certain: Iterable[int]) -> list[bytes]:
        """Give whole records, of each group by its number."""
        return list(map(add, map(self._opened.__getitem__, groups), map(_Ends().__getitem__, zip(counts, certain, strict=True))))
