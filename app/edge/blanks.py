"""Answers to one question about many single things, written once but for the thing: its id and its record are filled in.

Who asks for one record after the other asks the same each time, and of an answer only the record, the id in the links and the
citation, and the validator differ. All else, which is most of the work, is made by the same functions as any answer, for an id
that stands for all of them (`PLACE`), and cut where that one stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.edge.caching import Entry, written_lines
from app.edge.validators import sealed

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.db.sessions import Snapshot
    from app.edge.caching import Fields

PLACE = "0-any-thing-0"
"""Stands for the id of any thing; a question that says it itself has no blank."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What is the same in all answers to a question about single things."""

    record: Callable[[Snapshot, str], bytes | None]
    """Gives the record of an id; None where that is no thing's own id, or the thing's no more."""
    determined: bytes
    """What determines an answer (`app.edge.validators`), with `PLACE`."""
    fields: Fields
    """The fields of an answer, but for its validator and its length, with `PLACE`."""
    ends: tuple[bytes, bytes]
    """What stands before a record and after it, with `PLACE`."""


class Printed:
    """A blank that answers are made from; `fields` are its own and those that every answer goes out with."""

    def __init__(self, blank: Blank, fields: Fields, route: str) -> None:
        """Cut where the id stands."""
        self._record, self._route = blank.record, route
        self._determined, self._lines, self._before, self._after = (
            text.split(PLACE.encode()) for text in (blank.determined, written_lines(fields), *blank.ends)
        )

    def filled(self, snapshot: Snapshot, identifier: str, path: str) -> Entry | None:
        """Give the answer about a thing, which was asked by a path; None where the id has no record."""
        record = self._record(snapshot, identifier)
        if record is None:
            return None
        own = identifier.encode()
        body = own.join(self._before) + record + own.join(self._after)
        etag = sealed(own.join(self._determined)).encode()
        lines = b"%betag: %b\r\ncontent-length: %d\r\n" % (own.join(self._lines), etag, len(body))
        return Entry(lines, body, etag, self._route, path)
