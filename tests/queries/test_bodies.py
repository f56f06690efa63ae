"""Questions in bodies: any tree of and, or, not gives what plain Python gives, and errors point into the body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.queries.catalog import RESOURCES

if TYPE_CHECKING:
    from starlette.testclient import TestClient

World = list[dict[str, Any]]
Truth = tuple[bool, bool]

QUERY = "/v1/memberships/query"
STATUSES = ["member", "observer", "dialogue_partner", "partner", "invited"]
YEARS = ["1992", "2001", "2009-06", "2016-03-14", "2020", "2023-07"]


def last_day(text: str) -> str:
    return {4: f"{text}-12-31", 7: f"{text}-30", 10: text}[len(text)]


def first_day(text: str) -> str:
    return {4: f"{text}-01-01", 7: f"{text}-01", 10: text}[len(text)]


CONDITIONS = st.one_of(
    st.builds(
        lambda op, value: {"field": "organization", "op": op, "value": value},
        st.sampled_from(["in", "not"]),
        st.lists(st.sampled_from(["sco", "ots", "cis"]), min_size=1, max_size=2),
    ),
    st.builds(lambda value: {"field": "member", "value": value}, st.sampled_from(["AZE", "iso2:RU", "TUR", "UZB"])),
    st.builds(lambda value: {"field": "status", "op": "eq", "value": value}, st.sampled_from(STATUSES)),
    st.builds(lambda value: {"field": "status_term", "op": "isnull", "value": value}, st.booleans()),
    st.builds(
        lambda value: {"field": "status_term", "op": "contains", "value": value}, st.sampled_from(["PARTNER", "o", "state"])
    ),
    st.builds(lambda value: {"field": "conflict", "value": value}, st.booleans()),
    st.builds(
        lambda field, op, value: {"field": field, "op": op, "value": value},
        st.sampled_from(["start", "end"]),
        st.sampled_from(["eq", "gt", "gte", "lt", "lte"]),
        st.sampled_from(YEARS),
    ),
)
TREES = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.builds(lambda join, parts: {join: parts}, st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=8,
)


def truth(row: dict[str, Any], tree: dict[str, Any]) -> Truth:
    """Whether a row is let through for certain, and whether possibly."""
    if "not" in tree:
        certain, possible = truth(row, tree["not"])
        return not possible, not certain
    for join, combine in (("and", all), ("or", any)):
        if join in tree:
            parts = [truth(row, one) for one in tree[join]]
            return combine(one[0] for one in parts), combine(one[1] for one in parts)
    field, operator, value = tree["field"], tree.get("op", "eq"), tree["value"]
    if field in {"start", "end"}:
        return dated(row[field], operator, value)
    values = value if isinstance(value, list) else [value]
    match field, operator:
        case "organization", _:
            found = row["organization"]["id"] in values
        case "member", _:
            found = row["member"]["id"] in {{"iso2:RU": "RUS"}.get(one, one) for one in values}
        case "status_term", "isnull":
            found = (row["status_term"] is None) == value
        case "status_term", _:
            found = value.lower() in (row["status_term"] or "").lower()
        case "conflict", _:
            found = row["evidence"]["conflict"] is value
        case _:
            found = row["status"] in values
    return (found != (operator == "not"),) * 2


def dated(moment: dict[str, Any], operator: str, value: str) -> Truth:
    if moment["status"] not in {"known", "scheduled", "ended_unknown"}:
        return False, False
    first, last = first_day(value), last_day(value)
    earliest, latest = moment["earliest"] or "0000", moment["latest"] or "9999-99"
    match operator:
        case "gt":
            return earliest > last, latest > last
        case "gte":
            return earliest >= first, latest >= first
        case "lt":
            return latest < first, earliest < first
        case "lte":
            return latest <= last, earliest <= last
        case _:
            return earliest >= first and latest <= last, earliest <= last and latest >= first


@pytest.fixture(scope="module")
def world(client: TestClient) -> World:
    found = client.get("/v1/memberships?organization=sco,ots,cis,guam&limit=1000").json()["data"]
    assert len(found) > 60
    return list(found)


@given(tree=TREES)
@settings(max_examples=150, deadline=None)
def test_any_tree_gives_what_plain_python_gives(client: TestClient, world: World, tree: dict[str, Any]) -> None:
    within = {"field": "organization", "op": "in", "value": ["sco", "ots", "cis", "guam"]}
    answer = client.post(QUERY, json={"where": {"and": [within, tree]}, "limit": 1000, "fields": ["id"]})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    judged = {row["id"]: truth(row, tree) for row in world}
    expected = {key: "certain" if certain else "possible" for key, (certain, possible) in judged.items() if possible}
    assert {row["id"]: row["match"] for row in body["data"]} == expected
    certain = sum(1 for one in expected.values() if one == "certain")
    assert body["meta"]["match"] == {"certain": certain, "possible": len(expected) - certain}


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ({}, ""),
        (
            {"where": {"field": "organization", "value": "sco"}, "at": "2025-08-30", "sort": "-start"},
            "?organization=sco&at=2025-08-30&sort=-start",
        ),
        (
            {"where": {"and": [{"field": "member", "op": "in", "value": ["AZE", "ARM"]}]}, "limit": 3, "lang": "az"},
            "?member=AZE,ARM&limit=3&lang=az",
        ),
        ({"group_by": ["organization", "status"], "certainty": "certain"}, "?group_by=organization,status&certainty=certain"),
        ({"sample": 5, "seed": 2, "fields": ["id", "member"]}, "?sample=5&seed=2&fields=id,member"),
        (
            {"resolve": "earliest", "during": "2009/2010", "include": "claims"},
            "?resolve=earliest&during=2009/2010&include=claims",
        ),
        ({"history": True, "known_at": "2027-01-01"}, "?history=true&known_at=2027-01-01"),
    ],
)
def test_a_body_asks_what_the_url_asks(client: TestClient, body: dict[str, Any], url: str) -> None:
    posted, got = client.post(QUERY, json=body), client.get(f"/v1/memberships{url}")
    assert posted.status_code == got.status_code == 200, posted.text
    assert posted.json()["data"] == got.json()["data"]
    assert posted.json()["page"]["total"] == got.json()["page"]["total"]
    assert posted.headers["cache-control"] == "no-store"


def test_the_same_body_sent_to_next_goes_on_and_so_does_the_cursor_in_the_body(client: TestClient) -> None:
    body = {"where": {"or": [{"field": "organization", "value": "sco"}, {"field": "member", "value": "AZE"}]}, "limit": 20}
    seen: list[str] = []
    answer = client.post(QUERY, json=body).json()
    second = client.post(QUERY, json={**body, "cursor": answer["page"]["cursor"]}).json()
    while True:
        seen += [row["id"] for row in answer["data"]]
        if answer["page"]["next"] is None:
            break
        answer = client.post(answer["page"]["next"], json=body).json()
    assert [row["id"] for row in second["data"]] == seen[20:40]
    assert len(seen) == len(set(seen)) == answer["page"]["total"]


def test_a_body_is_answered_in_any_format(client: TestClient) -> None:
    body = {"where": {"field": "organization", "value": "sco"}, "fields": "id", "format": "csv"}
    text = client.post(QUERY, json=body).text
    assert text.startswith("id,match\r\n")
    assert client.post(QUERY, json={**body, "format": "jsonl"}).text.count("\n") == text.count("\r\n") - 1
    accepted = client.post(QUERY, json={"fields": "id"}, headers={"accept": "text/csv"})
    assert accepted.headers["content-type"].startswith("text/csv")


def nested(depth: int) -> dict[str, Any]:
    return {"not": nested(depth - 1)} if depth else {"field": "status", "value": "member"}


ONE = {"field": "status", "value": "member"}


@pytest.mark.parametrize(
    ("body", "pointer", "code", "suggestion"),
    [
        (b"{", "", "bad-json", None),
        (b"[]", "", "bad-type", None),
        (b'{"where": NaN}', "", "bad-json", None),
        ({"wher": {}}, "/wher", "unknown-member", "where"),
        ({"a/b~c": 1}, "/a~1b~0c", "unknown-member", None),
        ({"where": []}, "/where", "bad-type", None),
        ({"where": {}}, "/where", "missing", None),
        ({"where": {"field": "status"}}, "/where", "missing", None),
        ({"where": {"feild": "status", "value": "member"}}, "/where/feild", "unknown-member", "field"),
        ({"where": {"and": []}}, "/where/and", "bad-type", None),
        ({"where": {"and": [ONE], "or": [ONE]}}, "/where/or", "unknown-member", None),
        ({"where": {"not": [ONE]}}, "/where/not", "bad-type", None),
        (
            {"where": {"or": [ONE, {"field": "organisation", "value": "sco"}]}},
            "/where/or/1/field",
            "unknown-field",
            "organization",
        ),
        (
            {"where": {"or": [ONE, {"field": "status", "op": "containss", "value": "x"}]}},
            "/where/or/1/op",
            "unknown-operator",
            None,
        ),
        ({"where": {"field": "status", "op": "in", "value": "member"}}, "/where/op", "unknown-operator", None),
        ({"where": {"not": {"field": "status", "value": "membr"}}}, "/where/not/value", "unknown-value", "member"),
        ({"where": {"field": "status", "value": 3}}, "/where/value", "bad-type", None),
        ({"where": {"field": "status", "value": ["member", None]}}, "/where/value/1", "bad-type", None),
        ({"where": {"field": "conflict", "value": "true"}}, "/where/value", "bad-type", None),
        ({"where": {"field": "start", "op": "gt", "value": 2016}}, "/where/value", "bad-type", None),
        ({"where": {"field": "start", "op": "gt", "value": "2016-13"}}, "/where/value", "bad-date", None),
        ({"where": {"field": "start", "op": "gt", "value": ["2016", "2017"]}}, "/where/value", "one-value", None),
        ({"where": {"field": "start", "op": "isnull", "value": [True, False]}}, "/where/value", "one-value", None),
        ({"where": {"field": "status", "value": []}}, "/where/value", "too-many", None),
        ({"where": {"field": "status", "value": "a\0"}}, "/where/value", "bad-character", None),
        (
            {"where": {"or": [{"field": "organization", "value": "sco"}, {"field": "organization", "value": "scoo"}]}},
            "/where/or/1/value",
            "unknown-id",
            "sco",
        ),
        ({"where": nested(20)}, "/where" + "/not" * 8, "too-deep", None),
        ({"where": {"or": [ONE] * 101}}, "/where/or/100", "too-many", None),
        ({"limit": "5"}, "/limit", "bad-type", None),
        ({"limit": True}, "/limit", "bad-type", None),
        ({"limit": 5000}, "/limit", "out-of-bounds", None),
        ({"history": "true"}, "/history", "bad-type", None),
        ({"at": ["2016"]}, "/at", "bad-type", None),
        ({"at": "2016-02-30"}, "/at", "bad-date", None),
        ({"sort": ["-strat"]}, "/sort", "unknown-value", "start"),
        ({"format": "xslx"}, "/format", "unknown-value", None),
        ({"cursor": "abc"}, "/cursor", "invalid-cursor", None),
        ({"resolve": "source:nobody"}, "/resolve", "unknown-id", None),
        ({"seed": 3}, "/seed", "alone", None),
    ],
)
def test_an_error_points_to_its_place_in_the_body(
    client: TestClient, body: dict[str, Any] | bytes, pointer: str, code: str, suggestion: str | None
) -> None:
    answer = client.post(QUERY, content=body) if isinstance(body, bytes) else client.post(QUERY, json=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    error = answer.json()["errors"][0]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert "parameter" not in error
    if suggestion:
        assert error["suggestion"] == suggestion


def test_every_error_is_told_at_once(client: TestClient) -> None:
    body = {"where": {"field": "statsu", "value": "x"}, "limt": 1, "at": "x", "history": 1}
    pointers = [one["pointer"] for one in client.post(QUERY, json=body).json()["errors"]]
    assert sorted(pointers) == ["/at", "/history", "/limt", "/where/field"]


def test_the_url_of_a_query_takes_a_cursor_and_nothing_else(client: TestClient) -> None:
    answer = client.post(f"{QUERY}?limit=5", json={})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "limit"
    wrong = client.post(f"{QUERY}?cursor=abc", json={})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid-cursor")


@pytest.mark.parametrize("name", list(RESOURCES))
def test_the_documented_example_of_every_collection_runs(client: TestClient, name: str) -> None:
    operation = client.get("/openapi.json").json()["paths"][f"/v1/{name}/query"]["post"]
    document = operation["requestBody"]["content"]["application/json"]
    answer = client.post(f"/v1/{name}/query", json=document["examples"]["either"]["value"])
    assert answer.status_code == 200, answer.text
    assert operation["operationId"].startswith("query")
    assert set(document["schema"]["properties"]) >= {"where", "sort", "limit", "cursor", "fields", "group_by"}
