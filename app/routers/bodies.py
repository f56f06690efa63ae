"""OpenAPI bodies: the schema of a collection's query, made from its declaration, and examples that run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.routers.parameters import collection_parameters
from app.schemas.bodies import MAX_CONDITIONS, MAX_DEPTH, OPERATORS, members
from app.schemas.counting import COUNTED
from app.schemas.filters import FilterType
from app.schemas.parsing import MAX_VALUES

if TYPE_CHECKING:
    from app.routers.parameters import Schema
    from app.schemas.filters import Filter, Spec

_LISTS = ("sort", "fields", "include", "codes", *COUNTED)

_VALUE: Schema = {"type": ["string", "number", "boolean"]}

WHERE: dict[str, Schema] = {
    "Condition": {
        "type": "object",
        "description": "one filter of the collection, with its operator (`eq` when there is none) and its value or values",
        "required": ["field", "value"],
        "additionalProperties": False,
        "properties": {
            "field": {"type": "string", "description": "name of the filter, as in the URL"},
            "op": {"type": "string", "enum": list(OPERATORS), "default": "eq"},
            "value": {"oneOf": [_VALUE, {"type": "array", "items": _VALUE, "minItems": 1, "maxItems": MAX_VALUES}]},
        },
    },
    "Where": {
        "description": f"conditions joined by and, or, not: at most {MAX_CONDITIONS}, nested at most {MAX_DEPTH} levels deep",
        "oneOf": [
            {"$ref": "#/components/schemas/Condition"},
            *(
                {
                    "type": "object",
                    "required": [join],
                    "additionalProperties": False,
                    "properties": {join: {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Where"}}},
                }
                for join in ("and", "or")
            ),
            {
                "type": "object",
                "required": ["not"],
                "additionalProperties": False,
                "properties": {"not": {"$ref": "#/components/schemas/Where"}},
            },
        ],
    },
}
"""Components that the body of every query refers to."""


def query_body(spec: Spec) -> Schema:
    """Give the request body of a collection's query."""
    filters = ", ".join(f"{one.name} ({' '.join(one.operators)})" for one in spec.filters.values())
    shaping = {str(one["name"]): one for one in collection_parameters(spec)}
    properties: dict[str, object] = {
        "where": {"$ref": "#/components/schemas/Where", "description": f"The filters and their operators: {filters}"}
    }
    for name in members(spec)[1:]:
        properties[name] = _member(name, shaping[name])
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    examples = {"either": {"summary": "One value or another, and not a third", "value": _example(spec)}}
    return {"required": True, "content": {"application/json": {"schema": schema, "examples": examples}}}


def _member(name: str, parameter: Schema) -> Schema:
    schema, text = parameter["schema"], {"description": parameter["description"]}
    if name == "history":
        return {"type": "boolean", **text}
    if name in _LISTS:
        return {"oneOf": [schema, {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}], **text}
    return {**schema, **text} if isinstance(schema, dict) else text


def _example(spec: Spec) -> Schema:
    simple = [one for one in spec.filters.values() if one.type not in {FilterType.HELD_AT, FilterType.BOOLEAN}]
    first, second = (_condition(one) for one in [one for one in simple if one.example][:2] or simple[:2])
    other = _condition(simple[-1])
    return {"where": {"or": [first, {"and": [second, {"not": other}]}]}, "limit": 10}


def _condition(one: Filter) -> Schema:
    value = next(iter(one.choices)).value if one.choices else one.example or "x"
    return {"field": one.name, "op": "eq", "value": value}
