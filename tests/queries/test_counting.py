"""Groups, facets, distinct counts and samples: the same rows, counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from app.queries.catalog import RESOURCES
from app.queries.paging import fetch_page
from app.schemas.counting import countable
from app.schemas.parsing import parse_question

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from app.db.sessions import Store

Ask = Callable[[str], list[dict[str, Any]]]
NAMES = list(RESOURCES)
MANY = [(name, one.name) for name, resource in RESOURCES.items() for one in resource.spec.filters.values() if one.many]


def crawled(client: TestClient, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]
        following = answer.json()["page"]["next"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_groups_of_every_field_sum_to_the_total(client: TestClient, name: str) -> None:
    spec = RESOURCES[name].spec
    total = client.get(f"/v1/{name}?limit=1").json()["page"]["total"]
    for key in countable(spec):
        declared = spec.filters.get(key)
        if declared is not None and declared.many:
            continue
        groups = crawled(client, f"/v1/{name}?group_by={key}&limit=1000")
        assert sum(one["count"] for one in groups) == total, key
        assert all(one["certain"] + one["possible"] == one["count"] for one in groups), key


@pytest.mark.parametrize(("name", "key"), MANY)
def test_a_row_with_several_values_counts_under_each_as_the_filter_finds_it(client: TestClient, name: str, key: str) -> None:
    body = client.get(f"/v1/{name}?group_by={key}&limit=5").json()
    assert body["data"]
    for one in body["data"]:
        if one[key] is not None:
            assert one[key]["name"]
            found = client.get(f"/v1/{name}?{key}={one[key]['id']}&limit=1").json()["page"]["total"]
            assert one["count"] == found, one


@pytest.mark.parametrize(
    "query",
    [
        "group_by=organization,status&at=2025-08-30",
        "group_by=organization.id,member.kind,start.year",
        "group_by=start.year,status&sort=-start.year,count",
        "group_by=member&sort=member&certainty=possible&at=2020",
        "group_by=source,status&organization=sco",
        "group_by=status&sample=40&seed=3",
    ],
)
def test_pages_of_groups_join_to_the_whole_in_its_order(client: TestClient, query: str) -> None:
    whole = client.get(f"/v1/memberships?{query}&limit=1000").json()
    paged = crawled(client, f"/v1/memberships?{query}&limit={max(len(whole['data'][:600]) // 4, 1)}")
    assert paged[: len(whole["data"])] == whole["data"]
    assert whole["page"]["total"] == len(paged)


def test_groups_come_largest_first_and_equal_ones_by_their_keys(rows: Ask) -> None:
    groups = rows("/v1/memberships?group_by=organization.id&limit=1000")
    assert groups == sorted(groups, key=lambda one: (-one["count"], one["organization"]["id"]))


def test_groups_of_a_day_count_the_rows_that_hold_on_it(client: TestClient, rows: Ask) -> None:
    held = crawled(client, "/v1/memberships?at=2025-08-30&limit=1000")
    expected = Counter((row["organization"]["id"], row["status"], row["match"]) for row in held)
    for one in crawled(client, "/v1/memberships?at=2025-08-30&group_by=organization,status&limit=1000"):
        key = (one["organization"]["id"], one["status"])
        assert (one["certain"], one["possible"]) == (expected[*key, "certain"], expected[*key, "possible"])
    partners = rows("/v1/memberships?at=2025-08-30&organization=sco&group_by=status&sort=status")
    assert {one["status"]: one["count"] for one in partners}["dialogue_partner"] == 14


@pytest.mark.once  # the statements are the same, unless an answer comes from memory
def test_a_page_of_groups_costs_one_statement_and_a_facet_one_more(client: TestClient, store: Store) -> None:
    statements: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    resource = RESOURCES["events"]
    question = parse_question(resource.spec, [("group_by", "topic,start.year"), ("count_distinct", "participant")])
    with store.reading() as snapshot:
        event.listen(store.engine, "before_cursor_execute", count)
        try:
            fetch_page(snapshot, resource, question)
        finally:
            event.remove(store.engine, "before_cursor_execute", count)
    assert len(statements) == 1
    engine = client.app.state.context.store.engine  # type: ignore[attr-defined]
    for query, more in (("", 0), ("&facets=status", 1), ("&facets=status,organization&count_distinct=member", 3)):
        client.get("/v1/memberships?limit=1")
        statements.clear()
        event.listen(engine, "before_cursor_execute", count)
        try:
            client.get(f"/v1/memberships?limit=1&lang=az{query}")
        finally:
            event.remove(engine, "before_cursor_execute", count)
        assert len([one for one in statements if " membership" in one]) == 1 + more


def test_facets_stand_beside_the_first_page_with_the_most_frequent_first(client: TestClient) -> None:
    body = client.get("/v1/memberships?facets=organization,status&limit=2&at=2025-08-30").json()
    groups = client.get("/v1/memberships?group_by=status&at=2025-08-30").json()["data"]
    assert body["facets"]["status"] == [{"value": one["status"], "count": one["count"]} for one in groups][:20]
    assert len(body["facets"]["organization"]) == 20
    united = client.get("/v1/memberships?organization=un&at=2025-08-30&limit=1").json()["page"]["total"]
    assert body["facets"]["organization"][0] == {"value": "un", "name": "United Nations", "count": united}
    assert "facets" not in client.get(body["page"]["next"]).json()


def test_distinct_values_are_counted_in_meta_and_in_groups(client: TestClient) -> None:
    held = crawled(client, "/v1/memberships?at=2025-08-30&limit=1000")
    body = client.get("/v1/memberships?at=2025-08-30&count_distinct=member.id,organization&limit=1").json()
    assert body["meta"]["distinct"] == {
        "member.id": len({row["member"]["id"] for row in held}),
        "organization": len({row["organization"]["id"] for row in held}),
    }
    for one in client.get("/v1/memberships?at=2025-08-30&group_by=status&count_distinct=member.id").json()["data"]:
        assert one["distinct"]["member"]["id"] == len({row["member"]["id"] for row in held if row["status"] == one["status"]})


def test_counting_values_of_another_table_does_not_multiply_rows(client: TestClient) -> None:
    plain = client.get("/v1/events?group_by=kind&limit=1000").json()["data"]
    with_others = client.get("/v1/events?group_by=kind&count_distinct=participant&limit=1000").json()["data"]
    assert [{**one, "distinct": None} for one in plain] == [{**one, "distinct": None} for one in with_others]
    assert any(one["distinct"]["participant"] > 10 for one in with_others)


def test_groups_come_in_every_format(client: TestClient) -> None:
    lines = client.get("/v1/memberships.csv?group_by=organization,status&organization=sco&at=2025-08-30").text.split("\r\n")
    assert lines[0] == "organization_id,organization_name,organization_acronym,status,count,certain,possible"
    assert "sco,Shanghai Cooperation Organisation,SCO,dialogue_partner,14,14,0" in lines
    assert client.get("/v1/memberships.jsonl?group_by=status").text.count("\n") > 3


def test_groups_speak_the_language_asked_for(rows: Ask) -> None:
    assert {one["member"]["name"] for one in rows("/v1/memberships?group_by=member&member=AZE&lang=az")} == {"Azərbaycan"}


@given(size=st.integers(1, 60), seed=st.integers(0, 2**31 - 1), limit=st.integers(1, 25))
@settings(max_examples=25, deadline=None)
def test_a_sample_is_what_md5_draws_and_a_crawl_of_it_repeats_nothing(
    client: TestClient, size: int, seed: int, limit: int
) -> None:
    every = [row["id"] for row in crawled(client, "/v1/memberships?organization=sco,ots,un&fields=id&limit=1000")]
    found = crawled(client, f"/v1/memberships?organization=sco,ots,un&fields=id&sample={size}&seed={seed}&limit={limit}")
    expected = sorted(every, key=lambda one: hashlib.md5(f"{seed}:{one}".encode()).hexdigest())[:size]
    assert [row["id"] for row in found] == sorted(expected)


def test_another_seed_draws_another_sample_and_any_order_goes_with_it(rows: Ask) -> None:
    first = rows("/v1/memberships?sample=20&seed=1&sort=-start&fields=id,start")
    assert first == rows("/v1/memberships?sort=-start&seed=1&sample=20&fields=start,id")
    assert {one["id"] for one in first} != {one["id"] for one in rows("/v1/memberships?sample=20&seed=2")}
    days = [one["start"]["earliest"] for one in first if one["start"]["earliest"]]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(
    ("query", "parameter", "code", "suggestion"),
    [
        ("group_by=organisation", "group_by", "unknown-value", "organization"),
        ("group_by=names", "group_by", "unknown-value", None),
        ("group_by=organization,organization.id", "group_by", "repeated", None),
        ("group_by=start,start.year", "group_by", "repeated", None),
        ("group_by=status&sort=start", "sort", "unknown-value", None),
        ("sort=cuont&group_by=status", "sort", "unknown-value", "count"),
        ("sort=count", "sort", "unknown-value", None),
        ("group_by=status&fields=id", "fields", "not-together", None),
        ("group_by=status&include=claims", "include", "not-together", None),
        ("facets=status&group_by=status", "facets", "not-together", None),
        ("facets=status&format=csv", "facets", "not-together", None),
        ("sample=0", "sample", "out-of-bounds", None),
        ("sample=a", "sample", "bad-number", None),
        ("seed=1", "seed", "alone", None),
        ("sample=3&seed=-1", "seed", "out-of-bounds", None),
    ],
)
def test_what_cannot_be_counted_is_refused(
    client: TestClient, query: str, parameter: str, code: str, suggestion: str | None
) -> None:
    answer = client.get(f"/v1/memberships?{query}")
    assert answer.status_code == 400, answer.text
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["code"]) == (parameter, code)
    if suggestion:
        assert error["suggestion"] == suggestion


@pytest.mark.parametrize("query", ["group_by=status", "facets=status", "sample=3", "count_distinct=status"])
def test_one_thing_is_not_counted(client: TestClient, query: str) -> None:
    answer = client.get(f"/v1/memberships/sco-rus-member?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "not-here"
