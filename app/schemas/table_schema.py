"""Table Schema (Frictionless Data, Table Schema v1): what the columns of a flat answer are, for programs."""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Annotated, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic import Field as Describe

from app.schemas.common import Match
from app.schemas.filters import FilterType
from app.schemas.tables import Field, FieldType
from app.vocabulary import SCHEME_AUTHORITIES, Scheme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic.fields import FieldInfo

    from app.schemas.filters import Spec

SPEC_URL = "https://specs.frictionlessdata.io/schemas/table-schema.json"

_TYPES = {
    FieldType.TEXT: "string",
    FieldType.INTEGER: "integer",
    FieldType.NUMBER: "number",
    FieldType.BOOLEAN: "boolean",
    FieldType.DAY: "date",
    FieldType.INSTANT: "datetime",
}

_MOMENT = ("as EDTF (ISO 8601-2) text: `..` goes on, empty is not known", "first day it can be", "last day it can be",
           "precision of the date", "whether the date is known, ongoing, unknown, ended_unknown or scheduled")  # fmt: skip


class ConstraintsOut(BaseModel):
    """What the values of a column keep to."""

    required: bool | None = None
    unique: bool | None = None
    enum: list[str] | None = None
    minimum: float | None = None
    maximum: float | None = None


class ColumnOut(BaseModel):
    """One column of a flat answer."""

    name: str = Describe(description="name of the column", examples=["start_earliest"])
    type: str = Describe(description="Table Schema type; array and object are JSON text in the cell", examples=["date"])
    description: str
    constraints: ConstraintsOut | None = None


class TableSchemaOut(BaseModel):
    """A Table Schema descriptor: the columns in order; an empty cell is a missing value."""

    profile: str = Describe(alias="$schema")
    fields: list[ColumnOut]
    missing_values: list[str] = Describe(alias="missingValues")
    primary_key: list[str] | None = Describe(None, alias="primaryKey")


def table_schema(spec: Spec, fields: Sequence[Field], *, versions: bool = False) -> dict[str, object]:
    """Describe the columns of rows with these fields; with `versions` a row's id is not unique."""
    columns = [column for one in fields for column in _columns(spec, one, unique=not versions)]
    keyed = not versions and any(one.path == "id" for one in fields)
    key = {"primaryKey": ["id"]} if keyed else {}
    return {"$schema": SPEC_URL, "fields": columns, "missingValues": [""], **key}


def _columns(spec: Spec, field: Field, *, unique: bool) -> list[dict[str, object]]:
    described = _described(spec.out, field.path.split("."))
    text = (described.description if described is not None else None) or _words(field.path)
    if field.path == "id":
        constraints: dict[str, object] = {"required": True, **({"unique": True} if unique else {})}
    else:
        constraints = _bounds(described) | _choices(spec, field)
    found = []
    for n, column in enumerate(field.flat):
        words = f"{text}; {_MOMENT[n]}" if field.type is FieldType.MOMENT else text
        one: dict[str, object] = {"name": column.path, "type": _type(column, described), "description": words}
        found.append(one | ({"constraints": constraints} if constraints else {}))
    return found


def _words(path: str) -> str:
    """Say in words what a path names, where its shape says no more: `member.codes.cow` by the authority of the scheme."""
    *parents, leaf = path.split(".")
    if parents and parents[-1] == "codes":
        return " ".join([*parents[:-1], f"code by {SCHEME_AUTHORITIES[Scheme(leaf)]}"])
    return " ".join([*parents, leaf]).replace("_", " ")


def _type(column: Field, described: FieldInfo | None) -> str:
    if column.type is not FieldType.JSON:
        return _TYPES[column.type]
    kinds = [get_origin(one) for one in _alternatives(described.annotation)] if described is not None else []
    return "array" if list in kinds else "object"


def _choices(spec: Spec, field: Field) -> dict[str, object]:
    declared = spec.filters.get(field.path)
    if field.path == "match":
        return {"enum": list(get_args(Match))}
    if declared is None or declared.type is not FilterType.CHOICE or declared.choices is None:
        return {}
    return {"enum": [word.value for word in declared.choices]}


def _bounds(described: FieldInfo | None) -> dict[str, object]:
    found: dict[str, object] = {}
    for rule in described.metadata if described is not None else ():
        found |= {"minimum": rule.ge} if hasattr(rule, "ge") else {}
        found |= {"maximum": rule.le} if hasattr(rule, "le") else {}
    return found


def _described(shape: type[BaseModel], path: Sequence[str]) -> FieldInfo | None:
    """Find what a shape says of the member at a path; of several shapes a member can have, the first that knows it."""
    name, *rest = path
    found = next((one for own, one in shape.model_fields.items() if name in {own, one.alias}), None)
    if found is None or not rest:
        return found
    inner = (one for one in _alternatives(found.annotation) if isinstance(one, type) and issubclass(one, BaseModel))
    return next((deeper for one in inner if (deeper := _described(one, rest)) is not None), None)


def _alternatives(annotation: object) -> tuple[object, ...]:
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    return get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)
