"""JSON schemas of the Reconciliation Service API 0.2, written from the text of its Final Community Group Report."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
URI: Schema = {"type": "string", "pattern": "^https?://"}
TEMPLATE: Schema = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}


def shape(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """Describe an object with these members and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def listed(items: Schema) -> Schema:
    """Describe an array of one kind of things."""
    return {"type": "array", "items": items}


TYPE = shape({"id": TEXT, "name": TEXT}, {"description": TEXT, "broader": listed(shape({"id": TEXT, "name": TEXT}))})
SERVICE = shape({"service_url": URI, "service_path": TEXT}, {"flyout_service_url": URI, "flyout_service_path": TEXT})
MANIFEST = shape(
    {"versions": {**listed(TEXT), "contains": {"const": "0.2"}}, "name": TEXT, "identifierSpace": URI, "schemaSpace": URI},
    {
        "defaultTypes": {**listed(TYPE), "uniqueItems": True},
        "documentation": URI,
        "logo": URI,
        "serviceVersion": TEXT,
        "view": shape({"url": TEMPLATE}),
        "feature_view": shape({"url": TEMPLATE}),
        "preview": shape({"url": TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}}),
        "suggest": shape({}, {"entity": SERVICE, "property": SERVICE, "type": SERVICE}),
        "extend": shape({}, {"propose_properties": SERVICE, "property_settings": listed({"type": "object"})}),
        "batchSize": {"type": "integer", "minimum": 1},
        "authentication": {"type": "object"},
    },
)
FEATURE = shape({"id": TEXT, "value": {"type": ["boolean", "number"]}})
CANDIDATE = shape(
    {"id": TEXT, "name": TEXT, "score": {"type": "number"}},
    {"description": {"type": "string"}, "match": {"type": "boolean"}, "type": listed(TYPE), "features": listed(FEATURE)},
)
RESULTS: Schema = {"type": "object", "additionalProperties": shape({"result": listed(CANDIDATE)})}
ENTITIES = shape(
    {"result": listed(shape({"id": TEXT, "name": TEXT}, {"description": {"type": "string"}, "notable": listed(TYPE)}))}
)
PROPERTIES = shape({"result": listed(shape({"id": TEXT, "name": TEXT}, {"description": {"type": "string"}}))})
TYPES = shape({"result": listed(TYPE)})
PROPOSAL = shape({"properties": listed(shape({"id": TEXT, "name": TEXT})), "type": TEXT}, {"limit": {"type": "number"}})
MOMENT: Schema = {"type": "string", "pattern": r"^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"}
VALUE: Schema = {
    "oneOf": [
        shape({}),
        shape({"id": TEXT, "name": TEXT}, {"description": {"type": "string"}}),
        shape({"str": {"type": "string"}}),
        shape({"float": {"type": "number"}}),
        shape({"int": {"type": "integer"}}),
        shape({"date": MOMENT}),
    ]
}
EXTENSION = shape(
    {
        "meta": listed(shape({"id": TEXT, "name": TEXT}, {"type": TYPE, "service": URI})),
        "rows": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": listed(VALUE)}},
    }
)
