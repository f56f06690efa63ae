"""What every format is: a name, a media type, and a way from a table to chunks of bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.schemas.tables import Table


class Format(ABC):
    """One representation of a table; adding one is one class and one line in the registry."""

    name: ClassVar[str]
    media_type: ClassVar[str]
    paged: ClassVar[bool] = False
    """Whether it gives a page with its envelope; the others give every row that matches."""

    @abstractmethod
    def write(self, table: Table) -> Iterator[bytes]:
        """Give the body in chunks, reading the table's rows once; memory does not grow with the answer."""
