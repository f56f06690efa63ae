"""Search, resolving and reconciliation give the same answers on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.postgres import NEEDS_POSTGRES

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.databases import Databases

pytestmark = [*NEEDS_POSTGRES, pytest.mark.once]

QUESTIONS = [
    *("/v1/search?q=turkic council", "/v1/search?q=a&limit=200", "/v1/search?q=Əliyev", "/v1/search?q=上海", "/v1/suggest?q=tur"),
    *("/v1/resolve?code=cow:365,AZ,SCO", "/v1/resolve?name=burma&at=1980"),
    '/v1/reconcile?queries={"a": {"query": "Yemen", "properties": [{"pid": "date", "v": "1980"}]}, "b": {"query": "SCO"}}',
]


def test_postgresql_gives_the_same_answers(app: FastAPI, postgres_databases: Databases) -> None:
    with TestClient(create_app(Settings(database_url=postgres_databases.filled()))) as other, TestClient(app) as one:
        for question in QUESTIONS:
            expected, found = one.get(question).json(), other.get(question).json()
            assert found.get("data", found) == expected.get("data", expected), question
            assert found.get("facets") == expected.get("facets")
        guess = other.get("/v1/search?q=azerbajan").json()["data"][0]
        assert (guess["id"], guess["fuzzy"]) == ("AZE", True)
