"""Somebody's table meets the register as the Reconciliation Service API 0.2 says."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.routers.reconciliation_schemas import ENTITIES, EXTENSION, MANIFEST, PROPERTIES, PROPOSAL, RESULTS, TYPES, Schema

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def valid(document: Any, schema: Schema) -> Any:
    jsonschema_rs.validator_for(schema).validate(document)
    return document


def reconcile(client: TestClient, **queries: object) -> Any:
    answer = client.post("/v1/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    results = valid(answer.json(), RESULTS)
    assert set(results) == set(queries)
    for one in results.values():
        scores = [candidate["score"] for candidate in one["result"]]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 100 for score in scores)
        assert not any(candidate["match"] for candidate in one["result"][1:])
    return {key: one["result"] for key, one in results.items()}


def best(client: TestClient, query: object) -> Any:
    return reconcile(client, q=query)["q"][0]


def test_the_manifest_is_one_of_the_specification_and_its_addresses_answer(client: TestClient) -> None:
    answer = client.get("/v1/reconcile", headers={"origin": "https://openrefine.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    told = valid(answer.json(), MANIFEST)
    assert {"state", "organization", "actor"} <= {one["id"] for one in told["defaultTypes"]}
    for one in told["suggest"].values():
        assert client.get(one["service_url"] + one["service_path"], params={"prefix": "a"}).status_code == 200
    proposing = told["extend"]["propose_properties"]
    assert client.get(proposing["service_url"] + proposing["service_path"], params={"type": "state"}).status_code == 200
    for template in (told["view"]["url"], told["preview"]["url"]):
        assert client.get(template.replace("{{id}}", "sco")).status_code == 200
    assert client.get(told["schemaSpace"]).status_code == 200


def test_a_browser_of_any_origin_may_post(client: TestClient) -> None:
    asked = {"origin": "https://openrefine.example", "access-control-request-method": "POST"}
    assert client.options("/v1/reconcile", headers=asked).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Azerbaijan", "AZE"),
        ("AZE", "AZE"),
        ("iso2:TM", "TKM"),
        ("SCO", "sco"),
        ("Shanghai Cooperation Organization", "sco"),
        ("Turkic Council", "ots"),
        ("ilham-aliyev", "ilham-aliyev"),
        ("İlham Əliyev", "ilham-aliyev"),
        ("上海合作组织", "sco"),
        ("Burma", "MMR"),
        ("Georgia", "GEO"),
    ],
)
def test_a_name_an_id_or_a_code_that_means_one_thing_is_a_match(client: TestClient, query: str, found: str) -> None:
    candidate = best(client, {"query": query})
    assert (candidate["id"], candidate["match"]) == (found, True)
    assert candidate["score"] >= 90


@pytest.mark.parametrize(
    ("query", "found"), [("Azerbaijian", "AZE"), ("Republic of Kazakstan", "KAZ"), ("Shanghai Coop. Organisation (SCO)", "sco")]
)
def test_what_is_misspelled_is_a_candidate(client: TestClient, query: str, found: str) -> None:
    candidate = best(client, {"query": query, "type": "actor"})
    assert candidate["id"] == found
    assert candidate["score"] < 95


def test_types_are_kept_to(client: TestClient) -> None:
    for word, kinds in {"organization": {"organization"}, "actor": {"state", "organization"}, "event": {"event"}}.items():
        found = reconcile(client, q={"query": "shanghai", "type": word, "limit": 50})["q"]
        assert {one["type"][0]["id"] for one in found} <= kinds
        assert found or word == "actor"
    assert reconcile(client, q={"query": "SCO", "type": ["state", "event"], "type_strict": "all"})["q"] == []
    wished = best(client, {"query": "SCO", "type": ["state"], "type_strict": "should"})
    assert (wished["id"], wished["match"]) == ("sco", False)


def test_sources_are_candidates_only_where_they_are_asked_for(client: TestClient) -> None:
    found = reconcile(client, a={"query": "Turkic Council", "limit": 50}, b={"query": "Turkic Council", "type": "source"})
    assert all(one["type"][0]["id"] != "source" for one in found["a"])
    assert {one["type"][0]["id"] for one in found["b"]} == {"source"}


@pytest.mark.parametrize(
    ("pid", "value", "found"),
    [("iso2", "GE", "GEO"), ("iso3", "geo", "GEO"), ("cow", 372, "GEO"), ("gw", "372", "GEO"), ("wd", "Q230", "GEO")],
)
def test_a_code_that_agrees_raises_the_score_and_one_that_differs_lowers_it(
    client: TestClient, pid: str, value: object, found: str
) -> None:
    bare, agreeing, differing = (
        best(client, {"query": "Gorgia", "type": "state", "properties": properties})
        for properties in ([], [{"pid": pid, "v": value}], [{"pid": "iso2", "v": "QQ"}])
    )
    assert bare["id"] == agreeing["id"] == found
    assert agreeing["score"] > bare["score"] > differing["score"]
    assert agreeing["match"]
    assert {one["id"]: one["value"] for one in agreeing["features"]}[pid] is True


def test_a_code_never_makes_a_match_of_another_name(client: TestClient) -> None:
    candidate = best(client, {"query": "Georgia", "properties": [{"pid": "iso2", "v": "DE"}]})
    assert not candidate["match"]


def test_a_day_tells_namesakes_apart(client: TestClient) -> None:
    now = best(client, {"query": "Yemen", "type": "state"})
    then = reconcile(client, q={"query": "Yemen", "type": "state", "properties": [{"pid": "date", "v": "1980-01-01"}]})["q"]
    assert now["id"] == "YEM"
    assert {one["id"] for one in then[:2]} == {"YMD", "yemen-arab-republic"}
    assert next(one for one in then if one["id"] == "YEM")["score"] == 50
    codes = [{"pid": "cow", "v": 365}, {"pid": "date", "v": "1980"}]
    assert best(client, {"properties": codes})["id"] == "SUN"
    assert best(client, {"properties": [codes[0], {"pid": "date", "v": "2020"}]})["id"] == "RUS"


def test_other_properties_move_the_score_a_little(client: TestClient) -> None:
    asked = {"query": "Guinea", "type": "state"}
    agreeing = best(client, {**asked, "properties": [{"pid": "region", "v": ["Africa", "Asia"]}]})
    differing = best(client, {**asked, "properties": [{"pid": "region", "v": {"id": "Europe"}}]})
    assert agreeing["score"] > differing["score"]


def test_queries_of_a_batch_know_nothing_of_each_other(client: TestClient) -> None:
    queries = {"a": {"query": "Congo"}, "b": {"query": "SCO"}, "c": {"query": "qqqzzz"}, "d": {"query": "Baku", "limit": 2}}
    together = reconcile(client, **queries)
    assert together == {key: reconcile(client, q=query)["q"] for key, query in queries.items()}
    assert together["c"] == []
    assert len(together["d"]) == 2


def test_a_batch_can_be_asked_by_get(client: TestClient) -> None:
    batch = {"q0": {"query": "SCO"}}
    answer = client.get("/v1/reconcile", params={"queries": json.dumps(batch)})
    assert answer.json()["q0"]["result"] == reconcile(client, **batch)["q0"]
    again = client.get("/v1/reconcile", params={"queries": json.dumps(batch)}, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"queries": "{"}, 400, "queries"),
        ({"queries": "[]"}, 400, "queries"),
        ({"queries": '{"q": {}}'}, 400, "'query' or 'properties'"),
        ({"queries": '{"q": {"query": ""}}'}, 400, "/q/query"),
        ({"queries": '{"q": {"query": "a", "type": "country"}}'}, 400, "'country' is not a type"),
        ({"queries": '{"q": {"query": "a", "properties": [{"pid": "iso22", "v": "AZ"}]}}'}, 400, "did you mean 'iso2'"),
        ({"queries": '{"q": {"query": "a", "properties": [{"pid": "date", "v": "yesterday"}]}}'}, 400, "date"),
        ({"queries": '{"q": {"query": "a", "limit": 0}}'}, 400, "/q/limit"),
        ({"queries": json.dumps({str(n): {"query": "a"} for n in range(51)})}, 413, "50"),
        ({"extend": '{"ids": ["AZE"]}'}, 400, "/properties"),
        ({"extend": '{"ids": ["AZE"], "properties": [{"id": "date"}]}'}, 400, "'date' is not a property"),
        ({"extend": json.dumps({"ids": ["AZE"] * 1001, "properties": []})}, 413, "1000"),
        ({"query": "a"}, 400, "queries"),
        ({"queries": "{}", "extend": "{}"}, 400, "one at a time"),
        ({}, 400, "queries"),
    ],
)
def test_a_wrong_form_is_refused_with_the_place(client: TestClient, form: dict[str, str], status: int, said: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/v1/reconcile", data=form, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


def test_a_body_that_is_no_form_is_refused_and_so_is_jsonp(client: TestClient) -> None:
    assert client.post("/v1/reconcile", json={"queries": {}}).status_code == 415
    assert client.get("/v1/reconcile?callback=jsonp").status_code == 400
    assert client.delete("/v1/reconcile").headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_values_extend_a_table(client: TestClient) -> None:
    properties = ["iso2", "iso3", "cow", "region", "founded", "country", "acronym", "latitude", "capital"]
    asked = {"ids": ["AZE", "sco", "nothing", "ilham-aliyev"], "properties": [{"id": one} for one in properties]}
    answer = client.post("/v1/reconcile", data={"extend": json.dumps(asked)})
    told = valid(answer.json(), EXTENSION)
    assert [one["id"] for one in told["meta"]] == properties
    rows = told["rows"]
    assert list(rows) == asked["ids"]
    assert all(list(row) == properties for row in rows.values())
    azerbaijan = {name: values[0] for name, values in rows["AZE"].items() if values}
    assert azerbaijan["iso2"] == {"str": "AZ"}
    assert azerbaijan["cow"] == {"str": "373"}
    assert azerbaijan["founded"] == {"date": "1991-10-18T00:00:00Z"}
    assert rows["sco"]["country"] == [{"id": "CHN", "name": "China"}]
    assert rows["sco"]["iso2"] == []
    assert not any(rows["nothing"].values())
    assert client.get("/v1/reconcile", params={"extend": json.dumps(asked)}).json() == told


def test_a_code_in_use_is_given_before_one_that_was(client: TestClient) -> None:
    asked = {"ids": ["DEU"], "properties": [{"id": "cow"}]}
    assert client.post("/v1/reconcile", data={"extend": json.dumps(asked)}).json()["rows"]["DEU"]["cow"] == [{"str": "255"}]


def test_entities_types_and_properties_are_suggested(client: TestClient) -> None:
    def suggest(what: str, schema: Schema, **parameters: object) -> list[str]:
        answer = client.get(f"/v1/reconcile/suggest/{what}", params={name: str(value) for name, value in parameters.items()})
        return [one["id"] for one in valid(answer.json(), schema)["result"]]

    assert suggest("entity", ENTITIES, prefix="sco", type="organization")[0] == "sco"
    assert suggest("entity", ENTITIES, prefix="ilham-aliyev")[0] == "ilham-aliyev"
    ten = suggest("entity", ENTITIES, prefix="a")
    assert len(ten) == 10
    assert suggest("entity", ENTITIES, prefix="a", cursor=3)[:7] == ten[3:]
    assert suggest("entity", ENTITIES, prefix="") == []
    assert suggest("type", TYPES, prefix="org") == ["organization"]
    assert len(suggest("type", TYPES, prefix="")) == 9
    assert suggest("property", PROPERTIES, prefix="iso") == ["iso2", "iso3", "isonum"]
    assert suggest("property", PROPERTIES, prefix="correlates state") == ["cow"]
    proposed = valid(client.get("/v1/reconcile/properties?type=state&limit=4").json(), PROPOSAL)
    assert (len(proposed["properties"]), proposed["limit"], proposed["type"]) == (4, 4, "state")


@pytest.mark.parametrize(
    "url",
    [
        "/v1/reconcile/suggest/entity?prefix=a&callback=x",
        "/v1/reconcile/suggest/entity?prefix=a&cursor=-1",
        "/v1/reconcile/suggest/entity?prefix=a&limit=0",
        "/v1/reconcile/suggest/entity?prefix=a&type=country",
        "/v1/reconcile/properties?type=country",
    ],
)
def test_a_wrong_parameter_of_a_suggestion_is_refused(client: TestClient, url: str) -> None:
    assert client.get(url).status_code == 400


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}


def test_a_preview_can_be_framed_and_runs_nothing(client: TestClient) -> None:
    answer = client.get("/v1/reconcile/preview/sco")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert (
        answer.headers["content-security-policy"] == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
    )
    assert "x-frame-options" not in answer.headers
    page = Tags(answer.text)
    assert not {"script", "style", "img", "link"} & set(page.tags)
    assert not any(name.startswith("on") or name == "style" for name in page.names)
    assert "Shanghai Cooperation Organisation" in answer.text
    assert client.get("/v1/reconcile/preview/nothing-at-all").status_code == 404
    assert client.get("/docs").headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("given", "canonical"), [("sco", "organizations/sco"), ("iso2:AZ", "states/AZE"), ("ilham-aliyev", "people/ilham-aliyev")]
)
def test_an_entity_is_found_by_its_id_alone(client: TestClient, given: str, canonical: str) -> None:
    answer = client.get(f"/v1/entities/{given}")
    assert answer.json()["data"] == client.get(f"/v1/{canonical}").json()["data"]
    assert f'/v1/{canonical}>; rel="canonical"' in answer.headers["link"]
    assert client.get("/v1/entities/scoo").status_code == 404


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(query="\0", pid="region", value="\0")
@given(
    query=st.text(min_size=1, max_size=40).filter(lambda text: text.strip() != ""),
    pid=st.sampled_from(["iso2", "cow", "region"]),
    value=st.text(max_size=5),
)
def test_whatever_a_table_holds_the_answer_is_valid(client: TestClient, query: str, pid: str, value: str) -> None:
    reconcile(client, q={"query": query, "properties": [{"pid": pid, "v": value}]})
