"""The same code on PostgreSQL: every question that the document of the interface teaches has the same answer, byte for byte."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.main import create_app
from app.settings import Settings
from tests.databases import ROOT, Databases
from tests.postgres import NEEDS_POSTGRES

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = NEEDS_POSTGRES
Operation = dict[str, Any]

PAGE = 25
TOLD_OTHERWISE = {"limit", "cursor", "format", "seed", "known_at", "release", "Accept-Datetime", "shape", "count_distinct"}
"""Parameters that go with others, or that name what a store holds."""
UNLIKE = {"/v1/changes/stream", "/v1/releases/{id}", "/v1/releases/{id}/files/{name}"}
"""It never ends; there are no releases yet. Receipts are written, in tests/edge/test_receipts.py on either engine."""
NARROWED = {
    "/v1/panels/dyad-year": {"actors": "AZE,KAZ,ARM,TUR"},
    "/v1/panels/state-year-counts": {"actors": "AZE,KAZ,ARM"},
    "/v1/timeline": {"actor": "AZE"},
}
"""What is asked of everything once, and then of some."""
OF_OTHERS = {"/v1/memberships", "/v1/events", "/v1/acts"}
"""Collections that stand for all where a question is of a part that many have, such as a person's name."""

OPERATIONS: dict[str, Operation] = {
    path: methods["get"]
    for path, methods in json.loads((ROOT / "tests" / "openapi.json").read_text(encoding="utf-8"))["paths"].items()
    if path.startswith("/v1/") and "get" in methods and path not in UNLIKE and not path.startswith("/v1/queries")
}

BY_HAND = [
    "/v1/states?limit=1000", "/v1/states?lang=az&limit=1000&sort=name", "/v1/states?lang=ru&limit=1000&sort=-name",
    "/v1/states/AZE?include=claims.source", "/v1/states/cow:365", "/v1/memberships?limti=5", "/v1/memberships?limit=1000",
    "/v1/organizations?limit=1000&sort=-acronym,name", "/v1/organizations?name__contains=ŞURASI", "/v1/states?name__contains=Å",
    "/v1/organizations/sco/dialogue-partners?at=2025-08-30", "/v1/organizations/sco/members?during=../..&include=claims",
    "/v1/memberships?organization=cis,sco&sort=-start,member.name&codes=iso2,cow", "/v1/claims?quote__contains=ə&limit=1000",
    "/v1/memberships?status_term__contains=partner&certainty=certain&at=2016", "/v1/memberships?end__lt=2000&sort=end",
    "/v1/memberships?note__isnull=false&sort=-note", "/v1/memberships?conflict=true&include=organization",
    "/v1/memberships?history=true&organization=eaeu", "/v1/memberships?known_at=2020", "/v1/memberships?sample=20&seed=3",
    "/v1/events?participant__all=AZE,RUS&include=participations", "/v1/events.jsonl?place.country=CHN",
    "/v1/agreements?in_force_at=2010-01-01&include=acts,parties", "/v1/parties?actor=AZE&throughout=2000/2010",
    "/v1/search?q=turkmenbasy", "/v1/search?q=turkic%20council", "/v1/search?q=Əliyev", "/v1/search?q=上海", "/v1/search?q=a&limit=200",
    "/v1/search?q=azerbajan", "/v1/search?q=Organisation%20of%20Turkish%20Sates", "/v1/suggest?q=tur", "/v1/suggest?q=o&limit=20",
    "/v1/resolve?code=cow:365", "/v1/resolve?code=cow:260", "/v1/resolve?name=burma&at=1980", "/v1/states?region__startswith=a",
    "/v1/panels/state-year?actors=AZE,KAZ,ARM&years=1991..2025&rule=majority", "/v1/panels/org-year.csv?years=1990..2025",
    "/v1/panels/dyad-year?actors=AZE,KAZ,ARM,TUR&organizations=sco,ots,cis&years=2000..2020", "/v1/overlap?organizations=sco,ots,cis,eaeu",
    "/v1/resolve?code=cow:365,AZ,SCO",
    '/v1/reconcile?queries={"a": {"query": "Yemen", "properties": [{"pid": "date", "v": "1980"}]}, "b": {"query": "SCO"}}',
]  # fmt: skip


def value_of(parameter: Operation) -> str | None:
    """Give a value that a parameter takes, None where the document names none."""
    schema = parameter["schema"]
    word = re.match(r"\^(?:-\?)?\(([\w.|\\-]+)\)", schema.get("pattern", ""))
    candidates = (parameter.get("example"), (schema.get("enum") or [None])[-1], word and word[1].replace("\\", "").split("|")[0])
    text = parameter["name"].partition("__")[2] in {"contains", "startswith"}
    return next((str(one) for one in candidates if one is not None), "e" if text else None)


def sorts_of(parameter: Operation) -> list[str]:
    """Give every key that `sort` takes."""
    found = re.match(r"\^-\?\(([^)]+)\)", parameter["schema"]["pattern"])
    assert found is not None
    return found[1].replace("\\", "").split("|")


def questions_of(path: str, operation: Operation) -> Iterator[str]:
    """Ask an operation for each of its parameters; a collection for each of its orders too, upwards or downwards by turns."""
    parameters = {(one["in"], one["name"]): one for one in operation.get("parameters", ())}
    address = path
    for (where, name), one in parameters.items():
        if where == "path":
            address = address.replace(f"{{{name}}}", value_of(one) or f"{{{name}}}")
    query = {name: one for (where, name), one in parameters.items() if where == "query"}
    required = "&".join(f"{name}={value_of(one)}" for name, one in query.items() if one.get("required"))
    base = f"{address}?{required}{'&' if required else ''}limit={PAGE}" if "limit" in query else f"{address}?{required}"
    yield base
    narrowed = NARROWED.get(path, {})
    base += "".join(f"&{name}={value}" for name, value in narrowed.items())
    told = {*TOLD_OTHERWISE, *narrowed}
    asked = {name: one for name, one in query.items() if name not in told and not one.get("required")}
    if path not in OF_OTHERS:
        asked = {name: one for name, one in asked.items() if "." not in name}
    if path.endswith(".atom"):
        return
    if "{" in path:  # a view of a collection, whose filters are asked there
        asked = dict(islice((pair for pair in asked.items() if "__" not in pair[0]), 0, None, 5))
    yield from (
        f"{base}&{name}={value}" for name, one in asked.items() if name != "sort" and (value := value_of(one)) is not None
    )
    yield from (f"{base}&format={one}" for one in query.get("format", {"schema": {"enum": []}})["schema"]["enum"])
    if "sort" in query and "{" not in path:
        keys = [one for one in sorts_of(query["sort"]) if "." not in one or path in OF_OTHERS]
        yield from (f"{base}&sort={'-' * (n % 2)}{key}" for n, key in enumerate(keys))


ASKED = {path: list(questions_of(path, operation)) for path, operation in OPERATIONS.items()}


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory, postgres_databases: Databases) -> Iterator[tuple[TestClient, TestClient]]:
    """An application on SQLite and one on PostgreSQL, on the same data."""
    urls = Databases(tmp_path_factory.mktemp("sqlite")).filled(), postgres_databases.filled()
    one, two = (
        TestClient(create_app(Settings(database_url=url, query_timeout=120)), raise_server_exceptions=False) for url in urls
    )
    with one, two:
        yield one, two


def compare(clients: tuple[TestClient, TestClient], question: str) -> None:
    """Ask both engines; where rows have an order of the question's own, for the next page too.

    An id that the document does not name is the first of its collection.
    """
    following: str | None = question
    if "{id}" in question:
        rows = clients[0].get(f"/v1/{question.split('/')[2]}?limit=1").json()["data"]
        following = question.replace("{id}", str(rows[0]["id"]) if rows else "nothing-is-held")
    for _ in range(2):
        if following is None:
            break
        one, two = (client.get(following) for client in clients)
        assert two.status_code < 500, (following, two.text[:500])
        assert one.status_code == two.status_code, (following, two.text[:500])
        assert one.content == two.content, following
        assert one.headers.get("etag") == two.headers.get("etag"), following
        paged = "sort=" in following and one.headers["content-type"] == "application/json"
        following = one.json()["page"]["next"] if paged else None


@pytest.mark.parametrize("path", ASKED)
def test_every_documented_question_has_the_same_answer(clients: tuple[TestClient, TestClient], path: str) -> None:
    for question in ASKED[path]:
        compare(clients, question)


def test_questions_that_engines_are_known_to_answer_differently_have_the_same_answer(
    clients: tuple[TestClient, TestClient],
) -> None:
    for question in BY_HAND:
        compare(clients, question)


def test_there_are_many_of_them() -> None:
    assert len(BY_HAND) + sum(map(len, ASKED.values())) >= 1000


def test_text_is_ordered_by_code_point_whatever_the_order_of_the_database(postgres_databases: Databases) -> None:
    store = Store(postgres_databases.empty())
    with store.reading() as snapshot:
        other = snapshot.connection.execute(
            text("""SELECT table_name, column_name FROM information_schema.columns
                    WHERE table_schema = 'public' AND table_name <> 'alembic_version'
                      AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'""")
        ).all()
    store.close()
    assert other == []
