"""The same code on PostgreSQL: migrations up, down and up over data, and the same answers byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.conftest import built_twice
from tests.postgres import NEEDS_POSTGRES, start_primary

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = NEEDS_POSTGRES

QUESTIONS = [
    "/v1/states?limit=300",
    "/v1/states/AZE?include=claims.source",
    "/v1/states?lang=az&limit=300",
    "/v1/organizations?limit=200",
    "/v1/organizations/sco/dialogue-partners?at=2025-08-30",
    "/v1/organizations/sco/members?during=../..&include=claims",
    "/v1/memberships?limit=1000",
    "/v1/memberships?organization=cis,sco&sort=-start,member.name&codes=iso2,cow",
    "/v1/memberships?status_term__contains=partner&certainty=certain&at=2016",
    "/v1/memberships?end__lt=2000&sort=end",
    "/v1/memberships?note__isnull=false&sort=-note",
    "/v1/memberships?conflict=true&include=organization",
    "/v1/memberships?history=true&organization=eaeu",
    "/v1/memberships.csv",
    "/v1/events?participant__all=AZE,RUS&include=participations",
    "/v1/events.jsonl?place.country=CHN",
    "/v1/agreements?in_force_at=2010-01-01&include=acts,parties",
    "/v1/parties?actor=AZE&throughout=2000/2010",
    "/v1/people?holder=AZE",
    "/v1/initiatives",
    "/v1/topics",
    "/v1/relations?type=diplomatic_relations",
    "/v1/claims?stance=contradicts",
    "/v1/coverage?limit=1000",
    "/v1/search?q=turkmenbasy",
    "/v1/search?q=turkic%20council",
    "/v1/resolve?code=cow:365",
    "/v1/dataset",
    "/v1/memberships?limti=5",
    "/v1/states/cow:365",
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A database of a server of our own."""
    with start_primary() as primary:
        yield primary.url


def test_migrations_go_up_down_and_up_over_data(url: str) -> None:
    store = built_twice(url)
    assert store.schema_version() == "0002"
    store.close()


def test_answers_are_the_same_bytes_on_both_engines(url: str, client: TestClient) -> None:
    with TestClient(create_app(Settings(database_url=url)), raise_server_exceptions=False) as other:
        for question in QUESTIONS:
            one, two = client.get(question), other.get(question)
            assert one.status_code == two.status_code, (question, two.text[:500])
            assert one.content == two.content, question
