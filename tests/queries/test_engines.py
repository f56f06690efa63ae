"""SQLite and PostgreSQL give the same answers, samples and receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.main import create_app
from app.settings import Settings
from tests.databases import migrate, seed
from tests.ingest.test_seed import written
from tests.postgres import NEEDS_POSTGRES
from tests.queries.test_evidence import WORLD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import Databases

pytestmark = NEEDS_POSTGRES

EVENT = {
    "kind": "event", "id": "meeting-2010", "name": "A meeting", "type": "summit", "start": "2010-05",
    "claims": [{"source": "page"}],
    "organizations": ["org"], "participations": [{"actor": one, "role": "participant"} for one in ("AAA", "BBB")],
}  # fmt: skip


def opened(url: str, folder: Path) -> TestClient:
    migrate(url)
    store = Store(url)
    seed(store, written(folder, [*WORLD, EVENT]))
    store.close()
    return TestClient(create_app(Settings(database_url=url)), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_databases: Databases) -> Iterator[tuple[TestClient, TestClient]]:
    """Hold the same small world in either engine."""
    folder = tmp_path_factory.mktemp("engines")
    with opened(f"sqlite:///{folder}/facts.db", folder) as sqlite, opened(postgres_databases.blank(), folder) as postgres:
        yield sqlite, postgres


@pytest.mark.parametrize(
    "path",
    [
        "/v1/memberships?group_by=organization,status",
        "/v1/memberships?group_by=start.year,member.kind&at=2005-04",
        "/v1/memberships?group_by=member,evidence.conflict&sort=-member&limit=2&lang=az",
        "/v1/memberships?group_by=source&count_distinct=member.id,status",
        "/v1/memberships?facets=status,source,start.year&count_distinct=member,source&at=2006",
        "/v1/events?group_by=participant&count_distinct=organization",
        "/v1/events?group_by=start.year,organization",
        "/v1/relations?group_by=actor",
        "/v1/memberships?sample=3&seed=11",
        "/v1/memberships?sample=2&seed=12&group_by=status&during=2005/..",
        "/v1/memberships?sample=3&seed=5&at=2007",
        "/v1/memberships?resolve=earliest&at=2005-04-01",
        "/v1/memberships?resolve=latest&sort=-start&end__isnull=false",
        "/v1/memberships?resolve=source:other-page&during=2009/2011&group_by=start.year",
        "/v1/claims?conflict=true&group_by=stance,source",
        "/v1/claims?conflict=false",
        "/v1/memberships/org-aaa-member/explain?at=2005-06-10&resolve=earliest",
    ],
)
def test_either_engine_answers_alike(both: tuple[TestClient, TestClient], path: str) -> None:
    answers: list[list[Any]] = []
    for client in both:
        following: str | None = path
        found: list[Any] = []
        while following:
            answer = client.get(following)
            assert answer.status_code == 200, answer.text
            body = answer.json()
            found.append({name: body.get(name) for name in ("data", "facets")})
            found.append(body.get("meta", {}).get("match"))
            following = body.get("page", {}).get("next")
        answers.append(found)
    assert answers[0] == answers[1]


def test_either_engine_takes_bodies_and_keeps_receipts_alike(both: tuple[TestClient, TestClient]) -> None:
    tree = {"or": [{"field": "start", "op": "gt", "value": "2005"}, {"not": {"field": "conflict", "value": True}}]}
    first, second = (client.post("/v1/memberships/query", json={"where": tree, "at": "2008"}).json() for client in both)
    assert first["data"] == second["data"]
    for query in ("/v1/memberships", "/v1/memberships?member=AAA&status=observer"):
        kept = [client.post("/v1/queries", json={"query": query}) for client in both]
        again = [client.post("/v1/queries", json={"query": query}) for client in both]
        assert [one.status_code for one in (*kept, *again)] == [201, 201, 200, 200]
        one, other = (answer.json()["data"] for answer in kept)
        assert (one["id"], one["sha256"], one["row_count"]) == (other["id"], other["sha256"], other["row_count"])


def test_a_replica_keeps_no_receipt(both: tuple[TestClient, TestClient]) -> None:
    engine = both[1].app.state.context.store.engine  # type: ignore[attr-defined]
    with engine.begin() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{engine.url.database}" SET default_transaction_read_only = on')
    engine.dispose()
    answer = both[1].post("/v1/queries", json={"query": "/v1/sources"})
    assert (answer.status_code, answer.json()["code"]) == (503, "read-only")
