"""Nested JSON built by the database, spelled for each engine: one statement gives a row with its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from sqlalchemy import Text, and_, case, null, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import literal_column
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from app.schemas.tables import MOMENT_PARTS, Field, FieldType, presence, tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Select, SQLColumnExpression
    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler

    from app.schemas.tables import Tree


class JsonText(TypeDecorator[str]):
    """Compact JSON text, the same bytes from either engine."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: object, dialect: Dialect) -> str | None:
        """Take PostgreSQL's spaces away; SQLite writes compact JSON itself."""
        if value is None or dialect.name == "sqlite":
            return value if value is None else str(value)
        return orjson.dumps(orjson.loads(value) if isinstance(value, str | bytes) else value).decode()


class JsonObject(FunctionElement[str]):
    """An object from alternating keys and values."""

    type = JsonText()
    inherit_cache = True


class JsonList(FunctionElement[str]):
    """All rows of a group as an array, empty where there are none."""

    type = JsonText()
    inherit_cache = True


class JsonMap(FunctionElement[str]):
    """All rows of a group as one object: a key and a value a row."""

    type = JsonText()
    inherit_cache = True


class JsonValue(FunctionElement[str]):
    """JSON text inside more JSON: nested as it is, never quoted as a string."""

    type = JsonText()
    inherit_cache = True


class JsonNumber(FunctionElement[str]):
    """A number that keeps its decimal point: 9.0 and not 9, on either engine."""

    type = JsonText()
    inherit_cache = True


@compiles(JsonNumber)
def _number(element: JsonNumber, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.clauses, **options)


@compiles(JsonNumber, "postgresql")
def _number_postgresql(element: JsonNumber, compiler: SQLCompiler, **options: object) -> str:
    number = compiler.process(element.clauses, **options)
    return f"CASE WHEN {number} = trunc({number}) THEN (cast({number} AS text) || '.0')::json ELSE to_json({number}) END"


@compiles(JsonObject)
def _object(element: JsonObject, compiler: SQLCompiler, **options: object) -> str:
    return f"json_object({compiler.process(element.clauses, **options)})"


@compiles(JsonObject, "postgresql")
def _object_postgresql(element: JsonObject, compiler: SQLCompiler, **options: object) -> str:
    return f"json_build_object({compiler.process(element.clauses, **options)})"


@compiles(JsonList)
def _list(element: JsonList, compiler: SQLCompiler, **options: object) -> str:
    return f"json_group_array({compiler.process(element.clauses, **options)})"


@compiles(JsonList, "postgresql")
def _list_postgresql(element: JsonList, compiler: SQLCompiler, **options: object) -> str:
    return f"coalesce(json_agg({compiler.process(element.clauses, **options)}), '[]'::json)"


@compiles(JsonMap)
def _map(element: JsonMap, compiler: SQLCompiler, **options: object) -> str:
    return f"json_group_object({compiler.process(element.clauses, **options)})"


@compiles(JsonMap, "postgresql")
def _map_postgresql(element: JsonMap, compiler: SQLCompiler, **options: object) -> str:
    return f"coalesce(json_object_agg({compiler.process(element.clauses, **options)}), '{{}}'::json)"


@compiles(JsonValue)
def _value(element: JsonValue, compiler: SQLCompiler, **options: object) -> str:
    return f"json({compiler.process(element.clauses, **options)})"


@compiles(JsonValue, "postgresql")
def _value_postgresql(element: JsonValue, compiler: SQLCompiler, **options: object) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS json)"


def key(name: str) -> SQLColumnExpression[object]:
    """Give an object's key as a literal, so that PostgreSQL knows its type."""
    return literal_column(f"'{name}'", Text())


def json_object(members: Mapping[str, SQLColumnExpression[object]]) -> JsonObject:
    """Build an object from named values."""
    return JsonObject(*(part for name, value in members.items() for part in (key(name), value)))


def structure(columns: Mapping[str, Sequence[SQLColumnExpression[object]]], fields: Sequence[Field]) -> JsonObject:
    """Build a whole record as nested JSON: what `formats` builds from rows in Python, built by the database."""
    return json_object({name: _member(node, columns) for name, node in tree(fields).items()})


def _member(node: Field | Tree, columns: Mapping[str, Sequence[SQLColumnExpression[object]]]) -> SQLColumnExpression[object]:
    if isinstance(node, Field):
        return _leaf(node, columns[node.path])
    absent = and_(*(columns[one.path][0].is_(None) for one in presence(node)))
    inner = json_object({name: _member(one, columns) for name, one in node.items()})
    return JsonValue(case((absent, null()), else_=inner))


def _leaf(field: Field, exprs: Sequence[SQLColumnExpression[object]]) -> SQLColumnExpression[object]:
    if field.type is FieldType.MOMENT:
        parts = [part.removeprefix("_") or "edtf" for part in MOMENT_PARTS]
        inner = json_object(dict(zip(parts, exprs, strict=True)))
        return JsonValue(case((exprs[0].is_(None), null()), else_=inner))
    if field.type is FieldType.BOOLEAN:
        return JsonValue(case((exprs[0].is_(True), literal_column("'true'")), (exprs[0].is_(False), literal_column("'false'"))))
    if field.type is FieldType.NUMBER:
        return JsonNumber(exprs[0])
    return JsonValue(exprs[0]) if field.type is FieldType.JSON else exprs[0]


def json_array(
    columns: Mapping[str, Sequence[SQLColumnExpression[object]]],
    fields: Sequence[Field],
    source: Select[*tuple[object, ...]],
    order: Sequence[SQLColumnExpression[object]],
) -> SQLColumnExpression[object]:
    """Build an array of records from `source`, a select whose FROM, WHERE and correlation are set.

    In an order upwards what is missing is first, on PostgreSQL too.
    """
    flat = [(one, n) for one in fields for n in range(one.width)]
    inner = source.add_columns(*(columns[one.path][n].label(f"c{i}") for i, (one, n) in enumerate(flat)))
    rows = inner.order_by(*(key if isinstance(key, UnaryExpression) else key.asc().nulls_first() for key in order)).subquery()
    named: dict[str, list[SQLColumnExpression[object]]] = {}
    for i, (one, _) in enumerate(flat):
        named.setdefault(one.path, []).append(rows.c[f"c{i}"])
    return select(JsonList(structure(named, fields))).select_from(rows).scalar_subquery()
