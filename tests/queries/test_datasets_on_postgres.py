"""Datasets side by side are the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.postgres import NEEDS_POSTGRES
from tests.queries.test_datasets import ALL, build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases

pytestmark = NEEDS_POSTGRES


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_databases: Databases) -> Iterator[tuple[TestClient, TestClient]]:
    """Hold the same datasets in either engine."""
    folder = tmp_path_factory.mktemp("engines")
    addresses = (f"sqlite:///{folder}/facts.db", postgres_databases.blank())
    for address in addresses:
        build(address, folder)
    sqlite, postgres = (TestClient(create_app(Settings(database_url=one))) for one in addresses)
    with sqlite, postgres:
        yield sqlite, postgres


@pytest.mark.parametrize(
    "path",
    [
        "/v1/memberships?organization=coe&facets=source,dataset",
        "/v1/memberships?source=cow-state-year&sort=-start",
        "/v1/memberships?organization=coe&resolve=source:cow-state-year&at=2005",
        "/v1/memberships?resolve=earliest&sort=id",
        "/v1/memberships?resolve=latest&group_by=start.year",
        "/v1/memberships/coe-gbr-member/explain?resolve=source:cow-igo-year",
        "/v1/timeline?actor=AZE&source=cow-igo-year",
        "/v1/coverage?dataset=cow-igo-year&sort=id",
        f"/v1/panels/state-year?source=cow-igo-year&organizations=coe&actors=RUS,AZE&years=2000..2012&{ALL}",
        f"/v1/panels/org-year?source=cow-state-year&years=2000..2004&{ALL}",
        "/v1/panels/state-year?organizations=cow-igo:LEAG&actors=DEU&years=1985..1995&certainty=certain",
        "/v1/votes?at=2015&codes=iso2&sort=actor.id",
        "/v1/votes?group_by=session,vote&count_distinct=actor",
        "/v1/organizations?member=AZE&sort=id",
    ],
)
def test_either_engine_answers_alike(both: tuple[TestClient, TestClient], path: str) -> None:
    answers = []
    for client in both:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        answers.append(answer.json()["data"])
    assert answers[0] == answers[1]
    assert answers[0]
