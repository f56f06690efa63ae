"""What an engine's planner has to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy import SQLColumnExpression
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine


T = TypeVar("T")


class Unsought(FunctionElement[T]):
    """A column that no index is to be sought by, though one may be read for it.

    Most rows are current, and most intervals are open on a side: what asks for a missing value or one beyond a bound lets through
    nearly all. SQLite takes such a pair for two rare things, looks for either in an index, and fetches row by row what it would
    have read in one go.
    """

    inherit_cache = True

    def __init__(self, column: SQLColumnExpression[object], kind: TypeEngine[T]) -> None:
        """Wrap a column of a type."""
        super().__init__(column)
        self.type = kind


@compiles(Unsought)
def _plain(element: Unsought[object], compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.clauses, **options)


@compiles(Unsought, "sqlite")
def _signed(element: Unsought[object], compiler: SQLCompiler, **options: object) -> str:
    return f"+{compiler.process(element.clauses, **options)}"
