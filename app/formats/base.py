"""What every format is: a name, a media type, a suffix, and a way from a table to chunks of bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.schemas.tables import Field, Kept, Table


class Format(ABC):
    """One representation of a table; adding one is one class and one line in the registry."""

    name: ClassVar[str]
    """What `format=` calls it."""
    suffix: ClassVar[str]
    """What a path or a file that holds it ends with, without the dot."""
    media_type: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    """Media types that `Accept` may call it by as well."""
    body: ClassVar[Mapping[str, object]] = {"type": "string"}
    """JSON Schema of a whole answer, for the documentation."""
    shapes: ClassVar[tuple[str, ...]]
    """What `shape=` can ask of it, the default first; none where rows have no shape to choose."""
    paged: ClassVar[bool] = False
    """Whether it gives a page with its envelope; the others give every row that matches."""
    located: ClassVar[bool] = False
    """Whether it needs the point of each row, and is offered only where rows have one."""
    tabular: ClassVar[bool] = False
    """Whether it has one column for each value, which a Table Schema describes."""

    kept_as: ClassVar[str] = ""
    """What rows that it has written are kept as; the same for formats that write a row alike, empty where none can be kept."""
    at_once: ClassVar[int] = 2_500
    """Rows of a chunk of a long answer, where they are written already."""

    @property
    def available(self) -> bool:
        """Whether this installation can write it."""
        return True

    @abstractmethod
    def write(self, table: Table) -> Iterator[bytes]:
        """Give the body in chunks, reading the table's rows once; memory does not grow with the answer."""

    def keep(self, fields: tuple[Field, ...]) -> Kept:
        """Begin to keep rows with these fields, the last of which is `match`; TypeError where that cannot be."""
        raise TypeError(self.name, fields)
