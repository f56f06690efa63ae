"""Answers of the reconciliation service, in the shapes that its specification gives them."""

from __future__ import annotations

from pydantic import BaseModel
from pydantic import Field as Describe

from app.schemas.reconciliation import BATCH, TYPES, type_out

WIDTH, HEIGHT = 400, 160
"""Pixels of the frame that shows a preview."""


class TypeOut(BaseModel):
    """A type of entities."""

    id: str
    name: str
    broader: list[TypeOut] | None = None


class UrlOut(BaseModel):
    """A template of addresses; `{{id}}` stands for the id."""

    url: str


class PreviewOut(UrlOut):
    """Where previews are, and how large they are, in pixels."""

    width: int
    height: int


class ServiceOut(BaseModel):
    """Where a service is: both parts joined."""

    service_url: str
    service_path: str


class SuggestOut(BaseModel):
    """Where suggestions are."""

    entity: ServiceOut
    type: ServiceOut
    property: ServiceOut


class ExtendOut(BaseModel):
    """Where properties are proposed; there are no settings."""

    propose_properties: ServiceOut
    property_settings: list[str]


class ManifestOut(BaseModel):
    """What the service can do."""

    versions: list[str]
    name: str
    identifierSpace: str  # noqa: N815 - the specification's name
    schemaSpace: str  # noqa: N815 - the specification's name
    documentation: str
    serviceVersion: str  # noqa: N815 - the specification's name
    defaultTypes: list[TypeOut]  # noqa: N815 - the specification's name
    view: UrlOut
    preview: PreviewOut
    suggest: SuggestOut
    extend: ExtendOut
    batchSize: int  # noqa: N815 - the specification's name


class FeatureOut(BaseModel):
    """One thing that a score was made of."""

    id: str
    value: float | bool


class CandidateOut(BaseModel):
    """An entity that a query may mean."""

    id: str
    name: str
    description: str
    score: float = Describe(ge=0, le=100)
    match: bool = Describe(description="whether it is certain enough to take without a look")
    type: list[TypeOut]
    features: list[FeatureOut]


class ResultOut(BaseModel):
    """The candidates of one query, the best first."""

    result: list[CandidateOut]


class SuggestedOut(BaseModel):
    """An entity, a type or a property that a reader may mean."""

    id: str
    name: str
    description: str | None = None
    notable: list[TypeOut] | None = None


class SuggestionsOut(BaseModel):
    """Suggestions, the likeliest first."""

    result: list[SuggestedOut]


class ProposedOut(BaseModel):
    """A property that can be fetched."""

    id: str
    name: str


class ProposalOut(BaseModel):
    """Properties that entities of a type have."""

    type: str
    limit: int | None = None
    properties: list[ProposedOut]


class ColumnOut(BaseModel):
    """A property that was fetched."""

    id: str
    name: str
    type: TypeOut | None = None


class ExtensionOut(BaseModel):
    """The values of properties, by entity and property: objects with `str`, `float`, `date`, or `id` and `name`."""

    meta: list[ColumnOut]
    rows: dict[str, dict[str, list[dict[str, str | float]]]]


def manifest(base: str, name: str, version: str) -> dict[str, object]:
    """Give the manifest of the service at an address."""

    def service(path: str) -> dict[str, str]:
        return {"service_url": base, "service_path": f"/v1/reconcile/{path}"}

    return {
        "versions": ["0.2"],
        "name": name,
        "identifierSpace": f"{base}/v1/entities/",
        "schemaSpace": f"{base}/v1/vocabularies/kinds",
        "documentation": f"{base}/docs",
        "serviceVersion": version,
        "defaultTypes": [type_out(word, broader=True) for word in TYPES],
        "view": {"url": f"{base}/v1/entities/{{{{id}}}}"},
        "preview": {"url": f"{base}/v1/reconcile/preview/{{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {one: service(f"suggest/{one}") for one in ("entity", "type", "property")},
        "extend": {"propose_properties": service("properties"), "property_settings": []},
        "batchSize": BATCH,
    }
