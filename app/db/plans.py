"""A statement as its driver takes it: compiled once, run without SQLAlchemy's machinery, for SQLite.

SQLAlchemy spends more on running a page's statement than SQLite does: it makes a key of every part of the statement to find
what it has compiled, and looks at each value for its type. On SQLite nearly every value comes as it is wanted (days and
moments are text there), so the SQL and the order of its values are all there is to keep.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Boolean
from sqlalchemy.exc import DatabaseError, OperationalError, StatementError
from sqlalchemy.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.engine import Dialect

Values: TypeAlias = "tuple[Any, ...]"  # type: ignore[explicit-any] # a statement made at run time says the types of its rows


@dataclass(frozen=True, slots=True)
class Plan:
    """SQL, the names of its values in order, those that it holds itself, and the columns that are truths."""

    sql: str
    names: tuple[str, ...]
    own: Mapping[str, object]
    truths: tuple[int, ...]

    def run(self, driver: sqlite3.Connection, values: Mapping[str, object]) -> list[Values]:
        """Give all rows; errors are SQLAlchemy's, as they are everywhere else."""
        held = {**self.own, **values}
        try:
            rows = driver.execute(self.sql, [held[name] for name in self.names]).fetchall()
        except sqlite3.OperationalError as error:
            raise OperationalError(self.sql, None, error) from error
        except sqlite3.Error as error:
            raise DatabaseError(self.sql, None, error) from error
        return [_truthful(row, self.truths) for row in rows] if self.truths else rows


def _truthful(row: Values, truths: Sequence[int]) -> Values:
    cells = list(row)
    for place in truths:
        cells[place] = None if cells[place] is None else bool(cells[place])
    return tuple(cells)


def plan_of(statement: Select[*tuple[object, ...]], dialect: Dialect) -> Plan | None:
    """Compile a statement, with the lists that it holds itself; None for one whose SQL depends on the values it is given."""
    compiled = statement.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(statement)
    if compiled.literal_execute_params:
        return None
    wanted = {name: None for name, one in compiled.binds.items() if one.required}
    try:
        state = compiled.construct_expanded_state(wanted, escape_names=False)
    except StatementError:
        return None
    types = [one.type for one in statement.selected_columns]
    truths = tuple(n for n, one in enumerate(types) if isinstance(one, Boolean))
    own = {name: value for name, value in state.parameters.items() if name not in wanted}
    return Plan(state.statement, tuple(state.positiontup or ()), own, truths)
