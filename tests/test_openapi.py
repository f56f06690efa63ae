"""The OpenAPI document: held as a snapshot, complete, and the same for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests.databases import ROOT

if TYPE_CHECKING:
    from fastapi import FastAPI

SNAPSHOT = ROOT / "tests" / "openapi.json"


@pytest.fixture(scope="module")
def document(app: FastAPI) -> dict[str, Any]:
    """The document as the application gives it."""
    return app.openapi()


def _operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation) for path, methods in document["paths"].items() for method, operation in methods.items()
    ]


def test_the_document_is_the_one_in_the_snapshot(document: dict[str, Any]) -> None:
    """A difference is meant: `make openapi` writes the snapshot anew, and the commit shows what changed for clients."""
    written = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
    assert orjson.loads(written) == orjson.loads(SNAPSHOT.read_bytes())


def test_every_operation_has_a_name_a_summary_and_described_parameters(document: dict[str, Any]) -> None:
    names = []
    for where, operation in _operations(document):
        assert operation.get("summary"), where
        names.append(operation["operationId"])
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (where, parameter["name"])
            assert parameter.get("schema"), (where, parameter["name"])
    assert len(names) == len(set(names))
    assert all(name[0].islower() and "_" not in name for name in names)


def test_every_path_parameter_is_declared(document: dict[str, Any]) -> None:
    for where, operation in _operations(document):
        wanted = {part[1:-1] for part in where.split(" ")[1].split("/") if part.startswith("{")}
        held = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert wanted == held, where


def test_it_is_openapi_3_1_with_problems_for_errors(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert "Problem" in document["components"]["schemas"]
    listing = document["paths"]["/v1/memberships"]["get"]
    assert "application/problem+json" in listing["responses"]["400"]["content"]
    assert {"application/json", "text/csv", "application/jsonl"} <= set(listing["responses"]["200"]["content"])
