"""The data package of a release: a descriptor (Frictionless Data Package v1) with the schema of each table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.schemas.citations import LICENSE_URL
from app.schemas.filters import FilterType
from app.schemas.table_schema import table_schema
from app.vocabulary import DATA_LICENSE, PLURALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.publishing.citing import Named
    from app.schemas.filters import Spec
    from app.schemas.releases import StoredFile
    from app.schemas.tables import Field

LICENSE = {
    "name": DATA_LICENSE,
    "title": "Creative Commons Attribution 4.0",
    "path": LICENSE_URL,
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
        return {**tabular, **found, "schema": {**table_schema(spec, fields), "foreignKeys": _foreign_keys(spec, fields)}}
    name = re.sub(r"[^a-z0-9]+", "-", file.name.lower()).strip("-")
    return {"name": name, "type": "file", "profile": "data-resource", **found}


def _foreign_keys(spec: Spec, fields: Sequence[Field]) -> list[dict[str, object]]:
    columns = {one.path: one.flat[0].path for one in fields}
    found: list[dict[str, object]] = []
    for one in spec.filters.values():
        column = columns.get(f"{one.name}.id") or columns.get(one.name)
        if one.type is FilterType.REFERENCE and len(one.kinds) == 1 and one.name != "id" and column and not one.many:
            found.append({"fields": column, "reference": {"resource": PLURALS[one.kinds[0]], "fields": "id"}})
    return found
