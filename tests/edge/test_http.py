"""HTTP as clients meet it: problems, negotiation, validators, links, methods, cursors."""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from app.errors import BadQueryError, UnavailableError
from app.main import create_app
from app.settings import Settings

PAGE = "/v1/memberships?organization=sco&limit=5"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/memberships?limti=5", 400, "bad-query"),
        ("/v1/memberships?at=2025-02-30", 400, "bad-query"),
        ("/v1/memberships?format=xls", 400, "bad-query"),
        ("/v1/memberships?format=csv&format=json", 400, "bad-query"),
        ("/v1/memberships?organization=zco", 400, "bad-query"),
        ("/v1/memberships?organization=iso9:SC", 400, "bad-query"),
        ("/v1/memberships?organization=AZE", 400, "bad-query"),
        ("/v1/memberships?cursor=abc", 400, "invalid-cursor"),
        ("/v1/memberships?cursor=%F0%9F%98%80", 400, "invalid-cursor"),
        ("/v1/memberships?status=%ED%A0%80", 400, "bad-query"),
        ("/v1/memberships?status=%FF", 400, "bad-query"),
        ("/v1/memberships?" + "&".join(f"a{n}=1" for n in range(80)), 400, "bad-query"),
        ("/v1/states/XYZ", 404, "not-found"),
        ("/v1/states/sco", 404, "not-found"),
        ("/v1/states/cow:9999", 404, "not-found"),
        ("/v1/states/cow:365", 300, "ambiguous-code"),
        ("/v1/organizations/sco/membres", 404, "not-found"),
        ("/v1/organizations/zco/members", 404, "not-found"),
        ("/v1/vocabularies/status", 404, "not-found"),
        ("/v2/states", 404, "not-found"),
        ("/v1/search", 400, "bad-query"),
        ("/v1/search?q=sco&kind=country", 400, "bad-query"),
        ("/v1/search?q=sco&limit=x", 400, "bad-query"),
        ("/v1/search?query=sco", 400, "bad-query"),
        ("/v1/resolve", 400, "bad-query"),
        ("/v1/resolve?code=isso2:AZ", 400, "bad-query"),
        ("/v1/dataset?x=1", 400, "bad-query"),
    ],
)
def test_whatever_goes_wrong_is_a_problem_document(client: TestClient, path: str, status: int, code: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    assert document["code"] == code
    assert document["type"] == f"/problems/{code}"
    assert document["detail"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "suggestion"),
    [
        ("/v1/mmberships", "/v1/memberships"),
        ("/v1/memberships?limti=5", "limit"),
        ("/v1/memberships?status=dialog_partner", "dialogue_partner"),
        ("/v1/memberships?format=cvs", "csv"),
        ("/v1/memberships?organization=scoo", "sco"),
        ("/v1/organizations/turkic-council", "ots"),
        ("/v1/states/azerbijan", "AZE"),
        ("/v1/vocabularies/status", "statuses"),
    ],
)
def test_a_near_miss_is_answered_with_what_was_meant(client: TestClient, path: str, suggestion: str) -> None:
    errors = client.get(path).json()["errors"]
    assert suggestion in {error.get("suggestion") for error in errors}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_method_that_is_not_answered_is_told_those_that_are(client: TestClient, method: str) -> None:
    answer = client.request(method, "/v1/states")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert "GET" in answer.headers["allow"]
    assert "HEAD" in answer.headers["allow"]


def test_head_says_what_get_says_without_the_body(client: TestClient) -> None:
    head, get = client.head("/v1/states/AZE"), client.get("/v1/states/AZE")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        ("application/json;q=0.5, application/jsonl", "application/jsonl"),
        ("application/x-ndjson", "application/jsonl"),
        ("application/json;q=0, */*", "application/jsonl"),
        ("text/csv;q=nonsense, application/json", "application/json"),
    ],
)
def test_accept_chooses_the_representation(client: TestClient, accept: str, kind: str) -> None:
    answer = client.get(PAGE, headers={"accept": accept})
    assert answer.headers["content-type"] == kind
    assert "Accept" in answer.headers["vary"]


def test_accept_that_names_nothing_of_ours_is_406(client: TestClient) -> None:
    assert client.get(PAGE, headers={"accept": "image/png"}).status_code == 406


def test_suffix_and_parameter_give_the_same_csv(client: TestClient) -> None:
    by_suffix = client.get("/v1/memberships.csv?organization=sco").content
    by_parameter = client.get("/v1/memberships?organization=sco&format=csv").content
    assert by_suffix == by_parameter


def test_csv_and_json_lines_give_everything_and_the_same_rows_as_json(client: TestClient) -> None:
    pages = _crawl(client, "/v1/memberships?limit=1000")
    lines = [orjson.loads(line) for line in client.get("/v1/memberships.jsonl").content.splitlines()]
    table = list(csv.DictReader(io.StringIO(client.get("/v1/memberships.csv").text)))
    assert lines == pages
    assert [row["id"] for row in table] == [row["id"] for row in pages]
    assert [row["member_id"] for row in table] == [row["member"]["id"] for row in pages]
    assert [row["start_earliest"] for row in table] == [row["start"]["earliest"] or "" for row in pages]


def test_a_limit_makes_a_page_of_csv_too(client: TestClient) -> None:
    answer = client.get("/v1/memberships.csv?limit=3")
    assert len(answer.text.splitlines()) == 4
    assert 'rel="next"' in answer.headers["link"]
    following = client.get(answer.links["next"]["url"])
    assert len(following.text.splitlines()) == 4
    assert following.text != answer.text


def _crawl(client: TestClient, address: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while address:
        body = client.get(address).json()
        found += body["data"]
        address = body["page"]["next"]
    return found


@pytest.mark.parametrize(
    "path", ["/v1/states/AZE", PAGE, "/v1/memberships.csv", "/v1/search?q=sco", "/v1/dataset", "/v1/vocabularies"]
)
def test_a_client_that_holds_the_answer_gets_304(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = client.get(path, headers={"if-none-match": '"something else"'})
    assert other.status_code == 200


def test_representations_have_validators_of_their_own(client: TestClient) -> None:
    tags = {client.get(PAGE, headers={"accept": kind}).headers["etag"] for kind in ("application/json", "text/csv")}
    tags |= {client.get(PAGE, headers={"accept-encoding": coding}).headers["etag"] for coding in ("gzip", "identity")}
    assert len(tags) >= 3


def test_a_cursor_belongs_to_its_question(client: TestClient) -> None:
    after = client.get(PAGE).links["next"]["url"]
    assert client.get(after).status_code == 200
    assert client.get(after.replace("organization=sco", "organization=cis")).status_code == 400
    assert client.get(after + "&status=member").status_code == 400
    assert client.get(after.replace("limit=5", "limit=7")).status_code == 200
    changed = after[:-3] + ("AAA" if not after.endswith("AAA") else "BBB")
    assert client.get(changed).status_code == 400


def test_the_canonical_address_is_linked(client: TestClient) -> None:
    answer = client.get("/v1/states/iso2:az")
    assert answer.links["canonical"]["url"].endswith("/v1/states/AZE")
    assert answer.links["license"]["url"].startswith("https://creativecommons.org/")
    assert answer.links["describedby"]["url"].endswith("/openapi.json")


@pytest.mark.parametrize(
    "code", ["AZE", "aze", "iso2:AZ", "iso2:az", "iso3:AZE", "isonum:31", "m49:031", "cow:373", "gw:373", "wd:Q227", "wd:q227"]
)
def test_a_state_answers_to_all_its_codes(client: TestClient, code: str) -> None:
    assert client.get(f"/v1/states/{code}?fields=id").json()["data"]["id"] == "AZE"


@pytest.mark.parametrize("code", ["sco", "SCO", "Sco"])
def test_an_organization_answers_to_its_acronym_in_any_case(client: TestClient, code: str) -> None:
    assert client.get(f"/v1/organizations/{code}?fields=id").json()["data"]["id"] == "sco"


def test_ids_that_differ_by_case_alone_are_taken_as_written(client: TestClient) -> None:
    by_state = client.get("/v1/memberships?member=NAM&limit=1").json()["data"]
    by_organization = client.get("/v1/memberships?organization=nam&limit=1").json()["data"]
    assert by_state[0]["member"]["id"] == "NAM"
    assert by_organization[0]["organization"]["id"] == "nam"
    assert client.get("/v1/relations?actor=nam").status_code == 200


def test_a_day_decides_what_an_ambiguous_code_stood_for(client: TestClient) -> None:
    assert client.get("/v1/states/cow:365?at=1980&fields=id").json()["data"]["id"] == "SUN"
    assert client.get("/v1/states/cow:365?at=2020&fields=id").json()["data"]["id"] == "RUS"
    candidates = client.get("/v1/states/cow:365").json()["candidates"]
    assert [one["id"] for one in candidates] == ["SUN", "RUS"]


def test_cors_lets_any_page_read_and_see_the_headers(client: TestClient) -> None:
    answer = client.get("/v1/states/AZE", headers={"origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"ETag", "Link", "RateLimit", "X-Request-Id"} <= {
        one.strip() for one in answer.headers["access-control-expose-headers"].split(",")
    }
    preflight = client.options("/v1/states", headers={"origin": "https://example.org", "access-control-request-method": "GET"})
    assert preflight.status_code == 200


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_answers_are_compressed_as_asked(client: TestClient, coding: str) -> None:
    answer = client.get("/v1/memberships", headers={"accept-encoding": coding})
    assert answer.headers["content-encoding"] == coding
    if coding == "zstd":  # the client cannot read it; RFC 8878, 3.1.1 gives its first bytes
        assert answer.content.startswith(b"\x28\xb5\x2f\xfd")
    else:
        assert len(answer.json()["data"]) == 50


def test_views_answer_as_of_today_and_say_so(client: TestClient) -> None:
    meta = client.get("/v1/organizations/sco/members").json()["meta"]
    assert meta["at"]
    assert "as of today" in meta["warnings"][0]
    whole = client.get("/v1/organizations/sco/members?during=../..").json()
    assert whole["meta"]["warnings"] == []
    assert whole["page"]["total"] > client.get("/v1/organizations/sco/members").json()["page"]["total"]


def test_liveness_readiness_and_metrics(client: TestClient) -> None:
    assert client.get("/livez").text == "ok"
    assert client.get("/readyz").json()["status"] == "ready"
    client.get("/v1/states/AZE")
    metrics = client.get("/metrics").text
    assert 'http_requests_total{method="GET",route="/v1/states/{id}",status="200"}' in metrics
    assert "AZE" not in metrics


def test_an_empty_store_is_not_ready(empty_store: Any) -> None:
    application = create_app(Settings(database_url=str(empty_store.engine.url)))
    with TestClient(application) as opened:
        answer = opened.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_a_store_that_is_away_is_503_and_a_mistake_of_ours_is_500(tmp_path: Any) -> None:
    application = create_app(Settings(database_url=f"sqlite:///{tmp_path}/missing/none.db"))
    with TestClient(application, raise_server_exceptions=False) as opened:
        away = opened.get("/v1/states")
        assert (away.status_code, away.json()["code"]) == (503, "unavailable")
        assert away.headers["retry-after"]
    unmigrated = create_app(Settings(database_url=f"sqlite:///{tmp_path}/bare.db"))
    with TestClient(unmigrated, raise_server_exceptions=False) as opened:
        mistake = opened.get("/v1/states")
        assert (mistake.status_code, mistake.json()["code"]) == (500, "internal-error")
        assert "table" not in mistake.text
        assert mistake.headers["x-request-id"]


def test_a_question_past_its_deadline_is_stopped(seeded_url: str) -> None:
    application = create_app(Settings(database_url=seeded_url, query_timeout=0.000001))
    with TestClient(application, raise_server_exceptions=False) as opened:
        answer = opened.get("/v1/participations?include=claims.source&limit=1000")
    assert answer.status_code == 503
    assert answer.json()["detail"].startswith("The question ran past its deadline")


def test_the_development_secret_is_refused_in_production() -> None:
    with pytest.raises(ValueError, match="SECRET_KEY"):
        Settings(environment="production")
    assert Settings(environment="production", secret_key=SecretStr("x" * 32)).environment == "production"


def test_errors_keep_their_status_and_parts() -> None:
    error = BadQueryError.at("limit", "out-of-bounds", "'limit' is 0", "1")
    assert (error.status, error.errors[0].as_dict()["suggestion"]) == (400, "1")
    assert UnavailableError("away", headers={"retry-after": "5"}).headers == {"retry-after": "5"}
