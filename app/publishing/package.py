"""The data package of a release: a descriptor (Frictionless Data Package v1) with the schema of each table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args, get_origin

from app.schemas.filters import FilterType
from app.schemas.tables import Field, FieldType
from app.vocabulary import DATA_LICENSE, PLURALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.publishing.citing import Named
    from app.schemas.filters import Spec
    from app.schemas.releases import StoredFile

_TYPES = {
    FieldType.INTEGER: "integer",
    FieldType.NUMBER: "number",
    FieldType.BOOLEAN: "boolean",
    FieldType.DAY: "date",
    FieldType.INSTANT: "datetime",
}
_MOMENT = (
    ("string", "EDTF (ISO 8601-2) text; .. goes on, empty is not known"),
    ("date", "first day it can mean; empty: no bound"),
    ("date", "last day it can mean; empty: no bound"),
    ("string", "day, month, season, year, decade, century or unspecified"),
    ("string", "known, ongoing, unknown, ended_unknown or scheduled"),
)
LICENSE = {
    "name": DATA_LICENSE,
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


def descriptor(
    named: Named, files: Iterable[StoredFile], tables: Mapping[str, tuple[Spec, Sequence[Field]]]
) -> dict[str, object]:
    """Give the content of `datapackage.json`: a tabular resource for each CSV, a plain one for every other file."""
    return {
        "profile": "data-package",
        "name": "foreign-policy-api",
        "title": named.title,
        "description": named.text(),
        "version": named.id,
        "created": f"{named.day}T00:00:00Z",
        "licenses": [LICENSE],
        "keywords": ["international organizations", "memberships", "treaties", "diplomacy"],
        **({"homepage": named.url} if named.url else {}),
        "resources": [_resource(one, tables) for one in files],
    }


def _resource(file: StoredFile, tables: Mapping[str, tuple[Spec, Sequence[Field]]]) -> dict[str, object]:
    stem, _, suffix = file.name.rpartition(".")
    found: dict[str, object] = {"path": file.name, "format": suffix, "mediatype": file.media_type, "bytes": file.bytes}
    found["hash"] = f"sha256:{file.sha256}"
    if suffix == "csv" and stem in tables:
        spec, fields = tables[stem]
        tabular = {"name": stem, "title": spec.summary, "profile": "tabular-data-resource", "encoding": "utf-8"}
        return {**tabular, **found, "schema": table_schema(spec, fields)}
    name = re.sub(r"[^a-z0-9]+", "-", file.name.lower()).strip("-")
    return {"name": name, "type": "file", "profile": "data-resource", **found}


def table_schema(spec: Spec, fields: Sequence[Field]) -> dict[str, object]:
    """Give the Table Schema of a collection's flat columns, with the collections that its references lead to."""
    described = [column for one in fields for column in _columns(spec, one)]
    return {"fields": described, "primaryKey": "id", "missingValues": [""], "foreignKeys": _foreign_keys(spec, fields)}


def _columns(spec: Spec, field: Field) -> list[dict[str, object]]:
    if field.type is FieldType.MOMENT:
        return [
            {"name": name, "type": kind, "description": text} for name, (kind, text) in zip(field.columns, _MOMENT, strict=True)
        ]
    column: dict[str, object] = {"name": field.columns[0], "type": _TYPES.get(field.type, "string")}
    if field.type is FieldType.JSON:
        column["type"] = "array" if _is_list(spec, field) else "object"
    if field.path == "id":
        column["constraints"] = {"required": True, "unique": True}
    text = _description(spec, field.path)
    return [column | ({"description": text} if text else {})]


def _description(spec: Spec, path: str) -> str | None:
    member = spec.out.model_fields.get(path)
    if member is not None and member.description:
        return member.description
    declared = spec.filters.get(path.removesuffix(".id"))
    return declared.description if declared else None


def _is_list(spec: Spec, field: Field) -> bool:
    member = spec.out.model_fields.get(field.path)
    return member is not None and any(get_origin(one) is list for one in (member.annotation, *get_args(member.annotation)))


def _foreign_keys(spec: Spec, fields: Sequence[Field]) -> list[dict[str, object]]:
    columns = {one.path: one.columns[0] for one in fields}
    found: list[dict[str, object]] = []
    for one in spec.filters.values():
        column = columns.get(f"{one.name}.id") or columns.get(one.name)
        if one.type is FilterType.REFERENCE and len(one.kinds) == 1 and one.name != "id" and column and not one.many:
            found.append({"fields": column, "reference": {"resource": PLURALS[one.kinds[0]], "fields": "id"}})
    return found
