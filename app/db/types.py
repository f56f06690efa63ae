"""Column types that read the same on SQLite and PostgreSQL: ISO 8601 text in Python, the engine's own type inside."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Date, DateTime, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.dates.instants import instant_text

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Day(TypeDecorator[str]):
    """A calendar day as `YYYY-MM-DD`; text on SQLite (sorts as it reads), DATE on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[date] | TypeEngine[str]:
        """Give DATE where the engine has one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Date())
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | date | None:
        """Pass text through on SQLite; make a date for PostgreSQL."""
        if value is None or dialect.name != "postgresql":
            return value
        return date.fromisoformat(value)

    def process_result_value(self, value: str | date | None, dialect: Dialect) -> str | None:
        """Give ISO text on both engines."""
        del dialect
        return value.isoformat() if isinstance(value, date) else value


class Instant(TypeDecorator[str]):
    """A moment in UTC as `YYYY-MM-DDTHH:MM:SS.ffffffZ`; text on SQLite, TIMESTAMPTZ on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        """Give TIMESTAMPTZ where the engine has one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | datetime | None:
        """Pass text through on SQLite; make an aware datetime for PostgreSQL."""
        if value is None or dialect.name != "postgresql":
            return value
        return datetime.fromisoformat(value)

    def process_result_value(self, value: str | datetime | None, dialect: Dialect) -> str | None:
        """Give ISO text with microseconds and Z on both engines."""
        del dialect
        return instant_text(value) if isinstance(value, datetime) else value
