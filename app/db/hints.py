"""What an engine's planner has to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler


class Unsought(FunctionElement[int]):
    """A whole number that no index is to be sought by.

    Nearly every row is the current one. SQLite counts on none of that: it would rather look for rows by when they ended than
    read a table, or an index of another column, in its order.
    """

    type = Integer()
    inherit_cache = True


@compiles(Unsought)
def _plain(element: Unsought, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.clauses, **options)


@compiles(Unsought, "sqlite")
def _signed(element: Unsought, compiler: SQLCompiler, **options: object) -> str:
    return f"+{compiler.process(element.clauses, **options)}"
