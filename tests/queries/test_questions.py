"""Filters, order, pages, shapes: asked of the project's own data over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from app.queries.catalog import RESOURCES
from app.queries.paging import fetch_page
from app.schemas.parsing import parse_question

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from app.db.sessions import Store

Ask = Callable[[str], list[dict[str, Any]]]
NAMES = list(RESOURCES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_of_every_collection_costs_one_statement(store: Store, name: str) -> None:
    resource = RESOURCES[name]
    pairs = [("include", ",".join(one for one in resource.spec.includes if one != "claims"))] if resource.spec.includes else []
    question = parse_question(resource.spec, [*pairs, ("limit", "50")])
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with store.reading() as snapshot:
        event.listen(store.engine, "before_cursor_execute", count)
        try:
            page = fetch_page(snapshot, resource, question)
        finally:
            event.remove(store.engine, "before_cursor_execute", count)
    assert list(page.table.rows) or name == "votes"  # the seed has no roll calls
    assert len(statements) == 1


@pytest.mark.parametrize("name", NAMES)
def test_every_collection_is_crawled_to_its_end_without_repeats_or_gaps(client: TestClient, name: str) -> None:
    address: str | None = f"/v1/{name}?limit=400&fields=id"
    seen: list[str] = []
    total = None
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        total = body["page"]["total"]
        seen += [row["id"] for row in body["data"]]
        address = body["page"]["next"]
    assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize(
    "sort",
    ["start", "-start", "ended_by,-start", "-ended_by", "note,organization.name", "-evidence.claims,member.name", "end,-id"],
)
def test_pages_follow_any_order_with_missing_values_last(client: TestClient, sort: str) -> None:
    whole = client.get(f"/v1/memberships?sort={sort}&limit=1000").json()["data"]
    address: str | None = f"/v1/memberships?sort={sort}&limit=170"
    paged: list[str] = []
    while address and len(paged) < len(whole):
        body = client.get(address).json()
        paged += [row["id"] for row in body["data"]]
        address = body["page"]["next"]
    assert paged[: len(whole)] == [row["id"] for row in whole]
    key = sort.split(",", maxsplit=1)[0].lstrip("-")
    values = [row[key] if not isinstance(row.get(key), dict) else row[key]["earliest"] for row in whole] if "." not in key else []
    missing = [value is None for value in values]
    assert missing == sorted(missing)


def test_ascending_and_descending_orders_mirror_each_other(rows: Ask) -> None:
    up = [row["start"]["earliest"] for row in rows("/v1/events?sort=start&limit=1000")]
    down = [row["start"]["earliest"] for row in rows("/v1/events?sort=-start&limit=1000")]
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)


@pytest.mark.parametrize(
    ("query", "check"),
    [
        ("organization=sco,ots", lambda row: row["organization"]["id"] in {"sco", "ots"}),
        ("organization__not=sco", lambda row: row["organization"]["id"] != "sco"),
        ("member=iso2:AZ", lambda row: row["member"]["id"] == "AZE"),
        ("member_kind=organization", lambda row: row["member"]["kind"] == "organization"),
        ("status=observer,partner", lambda row: row["status"] in {"observer", "partner"}),
        ("started_by__isnull=true", lambda row: row["started_by"] is None),
        ("started_by__isnull=false", lambda row: row["started_by"] is not None),
        ("status_term__contains=PARTNER", lambda row: "partner" in row["status_term"].lower()),
        ("status_term__startswith=dialogue", lambda row: row["status_term"].lower().startswith("dialogue")),
        ("start__gte=2020", lambda row: row["start"]["latest"] is None or row["start"]["latest"] >= "2020-01-01"),
        ("start__lt=1950&certainty=certain", lambda row: row["start"]["latest"] < "1950-01-01"),
        ("end__isnull=true", lambda row: row["end"]["status"] in {"ongoing", "unknown"}),
        ("end__isnull=false", lambda row: row["end"]["status"] in {"known", "ended_unknown", "scheduled"}),
        ("start=2001-06-15", lambda row: (row["start"]["earliest"] or "") <= "2001-06-15" <= (row["start"]["latest"] or "9")),
        ("conflict=true", lambda row: row["evidence"]["conflict"] is True),
    ],
)
def test_a_filter_lets_through_what_it_says_and_all_of_it(
    client: TestClient, query: str, check: Callable[[dict[str, Any]], bool]
) -> None:
    whole = list(_crawled(client, "/v1/memberships?limit=1000"))
    found = list(_crawled(client, f"/v1/memberships?{query}&limit=1000"))
    assert found
    assert all(check(row) for row in found)
    if not re.search("start|end__", query):
        assert {row["id"] for row in found} == {row["id"] for row in whole if _safely(check, row)}


def _safely(check: Callable[[dict[str, Any]], bool], row: dict[str, Any]) -> bool:
    try:
        return check(row)
    except (AttributeError, TypeError):
        return False


def _crawled(client: TestClient, address: str | None) -> Iterator[dict[str, Any]]:
    while address:
        body = client.get(address).json()
        yield from body["data"]
        address = body["page"]["next"]


def test_every_one_of_several_is_not_any_of_them(rows: Ask) -> None:
    both = {row["id"] for row in rows("/v1/events?participant__all=AZE,ARM&limit=1000")}
    first = {row["id"] for row in rows("/v1/events?participant=AZE&limit=1000")}
    second = {row["id"] for row in rows("/v1/events?participant=ARM&limit=1000")}
    either = {row["id"] for row in rows("/v1/events?participant=AZE,ARM&limit=1000")}
    assert both == first & second
    assert either == first | second
    assert both < either


def test_an_agreement_in_force_on_a_day_entered_into_force_before_it(rows: Ask) -> None:
    found = rows("/v1/agreements?in_force_at=2010-01-01&limit=1000&certainty=certain")
    assert "sco-charter-2002" in {row["id"] for row in found}
    for row in found:
        assert row["in_force"]["latest"] <= "2010-01-01"
        assert row["terminated"]["earliest"] is None or row["terminated"]["earliest"] > "2010-01-01"


def test_fields_give_just_what_is_asked(rows: Ask) -> None:
    (row,) = rows("/v1/memberships?id=sco-aze-dialogue-partner&fields=id,member,evidence.claims")
    assert set(row) == {"id", "member", "evidence", "match"}
    assert row["member"] == {"id": "AZE", "name": "Azerbaijan", "kind": "state"}
    assert set(row["evidence"]) == {"claims"}


def test_claims_come_with_their_sources_when_asked(rows: Ask) -> None:
    (row,) = rows("/v1/memberships?id=sco-aze-dialogue-partner&include=claims.source")
    assert len(row["claims"]) == row["evidence"]["claims"] > 1
    assert all(claim["source"]["url"] and claim["source"]["title"] for claim in row["claims"])
    assert {claim["stance"] for claim in row["claims"]} <= {"supports", "contradicts", "opinion"}


def test_an_organization_can_be_embedded_whole(rows: Ask) -> None:
    (row,) = rows("/v1/memberships?id=sco-aze-dialogue-partner&include=organization")
    assert row["organization"]["founded"]["edtf"] == "2001-06-15"
    assert row["organization"]["seat"]["country"] == "CHN"


def test_names_come_in_the_language_asked_for(rows: Ask) -> None:
    (row,) = rows("/v1/states?id=DEU&lang=az&fields=id,name")
    assert row["name"] == "Almaniya"


def test_codes_stand_beside_actors(rows: Ask) -> None:
    (row,) = rows("/v1/memberships?id=sco-aze-dialogue-partner&codes=iso2,cow")
    assert row["member"]["codes"] == {"iso2": "AZ", "cow": "373"}


def test_totals_count_the_whole_answer_and_how_much_of_it_is_certain(client: TestClient) -> None:
    body = client.get("/v1/memberships?organization=sco&at=2020&limit=3").json()
    whole = client.get("/v1/memberships?organization=sco&at=2020&limit=1000").json()
    assert len(body["data"]) == 3
    assert body["page"]["total"] == len(whole["data"])
    counted = {match: sum(row["match"] == match for row in whole["data"]) for match in ("certain", "possible")}
    assert body["meta"]["match"] == counted


def test_an_answer_without_rows_is_an_answer(client: TestClient) -> None:
    body = client.get("/v1/organizations/sco/member-states?at=1999-01-01").json()
    assert body["data"] == []
    assert body["page"] == {"limit": 50, "next": None, "total": 0}
