"""Where sources differ: which claim rules, who contradicts whom, and why a fact is held as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.main import create_app
from app.queries.catalog import RESOURCES
from app.settings import Settings
from tests.databases import seed
from tests.ingest.test_seed import AAA, BBB, CLAIM, ORG, SOURCE, written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Databases

Ask = Callable[[str], list[dict[str, Any]]]

OTHER = {**SOURCE, "id": "other-page", "type": "press"}
THIRD = {**SOURCE, "id": "third-page", "type": "treaty"}


def says(prop: str, value: str, source: str = "other-page", stance: str = "contradicts") -> dict[str, str]:
    return {"source": source, "property": prop, "value": value, "stance": stance}


def membership(key: str, member: str, start: str, end: str, *claims: dict[str, str]) -> dict[str, Any]:
    own = {"organization": "org", "member": member, "status": "member", "start": start, "end": end}
    return {"kind": "membership", "id": key, **own, "claims": [CLAIM, *claims]}


WORLD: list[dict[str, Any]] = [
    SOURCE, OTHER, THIRD, AAA, BBB, {**AAA, "id": "CCC"}, {**AAA, "id": "DDD"}, {**AAA, "id": "EEE"}, ORG,
    membership("org-aaa-member", "AAA", "2005-06", "..", says("start", "2005-03-10"), says("start", "2006", "third-page")),
    membership("org-bbb-member", "BBB", "2005-06", "2010-01-01", says("end", "2012-01-01"), says("end", "..", "third-page")),
    membership("org-ccc-member", "CCC", "", "", says("start", "2001-02-03", stance="supports"), says("end", "XXXX")),
    membership("org-ddd-member", "DDD", "2004", "..", says("status", "observer"), says("start", "nobody knows", "third-page")),
    membership("org-eee-member", "EEE", "2004", "..", says("end", "[..2008]"), says("start", "2003", "third-page", "opinion")),
]  # fmt: skip


@pytest.fixture(scope="module")
def disputed(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Open a small world whose sources differ."""
    folder: Path = tmp_path_factory.mktemp("disputed")
    url = databases.empty()
    store = Store(url)
    seed(store, written(folder, WORLD))
    store.close()
    with TestClient(create_app(Settings(database_url=url)), raise_server_exceptions=False) as opened:
        yield opened


def dates(client: TestClient, rule: str) -> dict[str, tuple[str, str]]:
    found = client.get(f"/v1/memberships?resolve={rule}").json()["data"]
    return {row["id"][4:7]: (row["start"]["edtf"], row["end"]["edtf"]) for row in found}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            "preferred",
            {
                "aaa": ("2005-06", ".."),
                "bbb": ("2005-06", "2010-01-01"),
                "ccc": ("", ""),
                "ddd": ("2004", ".."),
                "eee": ("2004", ".."),
            },
        ),
        (
            "earliest",
            {
                "aaa": ("2005-03-10", ".."),
                "bbb": ("2005-06", "2010-01-01"),
                "ccc": ("2001-02-03", ""),
                "ddd": ("2004", ".."),
                "eee": ("2004", "[..2008]"),
            },
        ),
        (
            "latest",
            {
                "aaa": ("2006", ".."),
                "bbb": ("2005-06", ".."),
                "ccc": ("2001-02-03", ""),
                "ddd": ("2004", ".."),
                "eee": ("2004", ".."),
            },
        ),
        (
            "source:other-page",
            {
                "aaa": ("2005-03-10", ".."),
                "bbb": ("2005-06", "2012-01-01"),
                "ccc": ("2001-02-03", ""),
                "ddd": ("2004", ".."),
                "eee": ("2004", "[..2008]"),
            },
        ),
        (
            "source:third-page",
            {"aaa": ("2006", ".."), "bbb": ("2005-06", ".."), "ccc": ("", ""), "ddd": ("2004", ".."), "eee": ("2004", "..")},
        ),
        (
            "source:page",
            {
                "aaa": ("2005-06", ".."),
                "bbb": ("2005-06", "2010-01-01"),
                "ccc": ("", ""),
                "ddd": ("2004", ".."),
                "eee": ("2004", ".."),
            },
        ),
    ],
)
def test_a_rule_picks_the_date_and_the_curated_one_stands_where_no_claim_gives_another(
    disputed: TestClient, rule: str, expected: dict[str, tuple[str, str]]
) -> None:
    assert dates(disputed, rule) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("at=2005-04-01", {"ccc": "possible", "ddd": "certain", "eee": "certain"}),
        ("at=2005-04-01&resolve=earliest", {"aaa": "certain", "ccc": "possible", "ddd": "certain", "eee": "possible"}),
        ("at=2005-07-01&resolve=latest", {"bbb": "certain", "ccc": "possible", "ddd": "certain", "eee": "certain"}),
        ("at=2011-05-05&resolve=source:other-page", {"aaa": "certain", "bbb": "certain", "ccc": "possible", "ddd": "certain"}),
        ("start__lt=2005-04&resolve=earliest", {"aaa": "certain", "ccc": "certain", "ddd": "certain", "eee": "certain"}),
        ("end__isnull=false&resolve=latest", {}),
        ("end__isnull=false", {"bbb": "certain"}),
    ],
)
def test_times_and_filters_are_held_against_the_date_that_the_rule_picks(
    disputed: TestClient, query: str, expected: dict[str, str]
) -> None:
    found = disputed.get(f"/v1/memberships?{query}").json()["data"]
    assert {row["id"][4:7]: row["match"] for row in found} == expected


def test_a_row_says_which_rule_and_which_claim_gave_its_dates(disputed: TestClient) -> None:
    (row,) = disputed.get("/v1/memberships?member=AAA&resolve=earliest&include=claims.source").json()["data"]
    claim = next(one for one in row["claims"] if one["value"] == "2005-03-10")
    assert row["resolved"] == {"rule": "earliest", "claims": {"start": claim["id"], "end": None}}
    assert claim["source"]["id"] == "other-page"
    assert "resolved" not in disputed.get("/v1/memberships/org-aaa-member").json()["data"]
    one = disputed.get("/v1/memberships/org-aaa-member?resolve=source:third-page").json()["data"]
    assert (one["start"]["edtf"], one["resolved"]["rule"]) == ("2006", "source:third-page")


def test_groups_and_orders_follow_the_rule(disputed: TestClient) -> None:
    body = disputed.get("/v1/memberships?resolve=earliest&group_by=start.year&sort=start.year").json()
    assert {one["start"] and one["start"]["year"]: one["count"] for one in body["data"]} == {2001: 1, 2004: 2, 2005: 2}
    ordered = disputed.get("/v1/memberships?resolve=latest&sort=-start&fields=id").json()["data"]
    assert ordered[0]["id"] == "org-aaa-member"


@pytest.mark.parametrize(
    ("path", "code", "suggestion"),
    [
        ("/v1/memberships?resolve=latst", "unknown-value", "latest"),
        ("/v1/memberships?resolve=source:other-pag", "unknown-id", "other-page"),
        ("/v1/memberships/org-aaa-member?resolve=source:nobody", "unknown-id", None),
        ("/v1/memberships?resolve=latest&history=true", "not-together", None),
        ("/v1/events?resolve=latest", "unknown-parameter", None),
    ],
)
def test_a_rule_that_cannot_be_is_refused(disputed: TestClient, path: str, code: str, suggestion: str | None) -> None:
    answer = disputed.get(path)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == code
    if suggestion:
        assert answer.json()["errors"][0]["suggestion"] == suggestion


def test_claims_in_conflict_are_those_on_subjects_that_some_source_contradicts(disputed: TestClient) -> None:
    found = disputed.get("/v1/claims?conflict=true&limit=1000").json()["data"]
    contradicted = {one["subject"]["id"] for one in found if one["stance"] == "contradicts"}
    assert (
        {one["subject"]["id"] for one in found}
        == contradicted
        == {f"org-{one}-member" for one in ("aaa", "bbb", "ccc", "ddd", "eee")}
    )
    calm = disputed.get("/v1/claims?conflict=false&limit=1000").json()["data"]
    assert calm
    assert not {one["subject"]["id"] for one in calm} & contradicted


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("subject=org-aaa-member&property=start", {"2005-03-10", "2006"}),
        ("subject=org-aaa-member&source=third-page", {"2006"}),
        ("stance=opinion", {"2003"}),
        ("property=end&stance=contradicts", {"2012-01-01", "..", "XXXX", "[..2008]"}),
    ],
)
def test_claims_are_asked_by_subject_source_stance_and_property(disputed: TestClient, query: str, values: set[str]) -> None:
    found = disputed.get(f"/v1/claims?{query}&include=source").json()["data"]
    assert {one["value"] for one in found} == values
    assert all(one["source"]["url"] for one in found)


def test_an_explanation_gives_the_claims_for_and_against_the_rule_and_the_result(disputed: TestClient) -> None:
    found = disputed.get("/v1/memberships/org-aaa-member/explain").json()["data"]
    assert found["subject"] == {"kind": "membership", "id": "org-aaa-member", "url": "/v1/memberships/org-aaa-member"}
    assert [one["value"] for one in found["claims"]["contradicts"]] == ["2006", "2005-03-10"]
    assert [one["source_type"] for one in found["claims"]["contradicts"]] == ["treaty", "press"]
    (best,) = found["claims"]["supports"]
    assert best["best"] is True
    assert best["id"] == found["result"]["evidence"]["best"]["id"]
    assert found["disputed"] == {"start": ["2006", "2005-03-10"]}
    assert found["derivation"] is None
    assert "supporting claim before" in found["rule"]


@pytest.mark.parametrize(
    "asked", ["at=2005-04-01", "at=2004", "during=2008/2010", "throughout=2005-07/2009", "at=2030-01-01", "throughout=../2020"]
)
@pytest.mark.parametrize("rule", ["preferred", "earliest", "latest"])
def test_an_explanation_matches_a_time_as_the_collection_does(disputed: TestClient, asked: str, rule: str) -> None:
    listed = disputed.get(f"/v1/memberships?{asked}&resolve={rule}").json()["data"]
    matches = {row["id"]: row["match"] for row in listed}
    for key in (f"org-{one}-member" for one in ("aaa", "bbb", "ccc", "ddd", "eee")):
        (time,) = disputed.get(f"/v1/memberships/{key}/explain?{asked}&resolve={rule}").json()["data"]["time"]
        assert time["match"] == matches.get(key, "no"), key
        assert time["asked"] == asked
        assert len(time["why"]) == 2


def test_a_party_is_explained_by_its_rule_and_the_acts_it_follows_from(client: TestClient, rows: Ask) -> None:
    (party,) = rows("/v1/parties?status=party&limit=1")
    found = client.get(f"/v1/parties/{party['id']}/explain").json()["data"]
    assert found["derivation"]["rule"] == party["rule"]
    assert party["started_by"] in [act["id"] for act in found["derivation"]["acts"]]
    assert {act["actor"]["id"] for act in found["derivation"]["acts"]} == {party["actor"]["id"]}
    assert found["claims"]["supports"]


@pytest.mark.parametrize("name", [name for name, one in RESOURCES.items() if "claims" in one.spec.includes])
def test_everything_that_rests_on_claims_is_explained(client: TestClient, rows: Ask, name: str) -> None:
    for row in rows(f"/v1/{name}?limit=3"):
        answer = client.get(f"/v1/{name}/{row['id']}/explain")
        assert answer.status_code == 200, answer.text
        found = answer.json()["data"]
        claims = [one for side in found["claims"].values() for one in side]
        assert [one["id"] for one in claims if one["best"]] == [found["result"]["evidence"]["best"]["id"]]
        assert answer.headers["etag"] != client.get(f"/v1/{name}/{row['id']}").headers["etag"]
        assert client.get(f"/v1/{name}/{row['id']}/explain", headers={"if-none-match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/memberships/nothing/explain", 404),
        ("/v1/memberships/sco-rus-member/explain?fields=id", 400),
        ("/v1/memberships/sco-rus-member/explain?at=2020-13", 400),
        ("/v1/claims/x/explain", 404),
        ("/v1/states/cow:365/explain", 300),
        ("/v1/states/cow:365/explain?at=1980", 200),
    ],
)
def test_what_cannot_be_explained_is_a_problem(client: TestClient, path: str, status: int) -> None:
    assert client.get(path, follow_redirects=False).status_code == status
