"""Text without its case: the letters of every script, on either engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler


class Lowered(FunctionElement[str]):
    """One text in small letters."""

    type = Text()
    inherit_cache = True


@compiles(Lowered)
def _lowered(element: Lowered, compiler: SQLCompiler, **options: object) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(Lowered, "postgresql")
def _lowered_postgresql(element: Lowered, compiler: SQLCompiler, **options: object) -> str:
    """Ask for the letters of the database: those of a column, which is ordered by code point, are ASCII's alone."""
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "default")'
