"""What changed, what two actors share, who is where: against small worlds, and what the seed knows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.formats.registry import offered
from app.routers.comparisons import ADDRESSES
from app.schemas.common import ItemOut, ListOut
from tests.stages import HORIZON, ORGANIZATIONS, ORIGIN, STATES, Row, Spell, Stage, World, text, worlds

if TYPE_CHECKING:
    from starlette.testclient import TestClient

Ask = Callable[[str], list[Row]]
VIEWS = (
    "/v1/organizations/alpha/diff?from=2001-01-01&to=2004-12-31",
    "/v1/dyads/AAA/BBB",
    "/v1/dyads/AAA/BBB/timeline",
    "/v1/timeline",
    "/v1/overlap?organizations=alpha,beta&at=2002",
    "/v1/panels/state-year?years=2001..2003",
    "/v1/panels/dyad-year?years=2001..2003",
    "/v1/panels/org-year?years=2001..2003",
    "/v1/panels/state-year-counts?years=2001..2003",
)
RECORDED = 1460
"""The day on which the worlds are recorded, 2004-12-31: days in common are counted through it."""
LENIENT = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def get(client: TestClient, path: str) -> Row:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    found: Row = answer.json()
    return found


@st.composite
def careers(draw: st.DrawFn) -> World:
    """Draw states that follow one status with another, some with gaps, all known to the day."""
    found: list[Spell] = []
    for member in STATES:
        day = draw(st.integers(0, 300))
        for status in draw(st.lists(st.sampled_from(["observer", "member", "suspended", "dialogue_partner"]), max_size=4)):
            end = day + draw(st.integers(1, 200))
            found.append(Spell("alpha", member, (day,), (end,), status))
            day = end + draw(st.sampled_from([0, 0, 30]))
    return World(tuple(found))


def held(world: World, member: str, day: int) -> set[str]:
    return {one.status for one in world.spells if one.member == member and one.starts[0] <= day < one.ends[0]}


@LENIENT
@given(world=careers(), first=st.integers(0, 1000), size=st.integers(0, 600))
def test_the_changes_lead_from_what_held_on_the_one_day_to_what_held_on_the_other(
    stage: Stage, world: World, first: int, size: int
) -> None:
    stage.write(world)
    found = get(stage.client, f"/v1/organizations/alpha/diff?from={text(first)}&to={text(first + size)}&limit=1000")["data"]
    now = {member: held(world, member, first) for member in STATES}
    for row in found:
        member, day = row["member"]["id"], (date.fromisoformat(row["date"]["edtf"]) - ORIGIN).days
        assert set(row["before"]) == now[member] == held(world, member, day - 1)
        assert set(row["after"]) == held(world, member, day)
        now[member] = set(row["after"])
    assert now == {member: held(world, member, first + size) for member in STATES}
    assert [row["date"]["edtf"] for row in found] == sorted(row["date"]["edtf"] for row in found)


def test_what_changed_in_the_sco_in_ten_years(rows: Ask) -> None:
    found = rows("/v1/organizations/sco/diff?from=2016-01-01&to=2026-01-01&certainty=certain&limit=1000")
    joined = {row["member"]["id"]: row for row in found if row["change"] == "joined" and row["after"] == ["member"]}
    assert {who: row["date"]["edtf"] for who, row in joined.items()} == {
        "IND": "2017-06-09",
        "PAK": "2017-06-09",
        "IRN": "2023-07-04",
        "BLR": "2024-07-04",
    }
    assert "observer" in joined["IND"]["before"]
    assert all(row["started_by"] or row["ended_by"] for row in joined.values())
    assert all(row["evidence"]["best"]["source"] for row in found)
    azerbaijan = [(row["change"], row["date"]["edtf"], row["after"]) for row in found if row["member"]["id"] == "AZE"]
    assert ("joined", "2016-03-14", ["dialogue_partner"]) in azerbaijan
    assert not [row for row in found if row["change"] == "left" and row["member"]["id"] != "AFG" and "member" in row["before"]]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2017-06-08", "2017-06-09", {"IND", "PAK"}),
        ("2017-06-09", "2017-06-10", set()),
        ("2017-06-07", "2017-06-08", set()),
        ("2017-06-09", "2017-06-09", set()),
    ],
)
def test_a_change_belongs_to_the_day_it_takes_effect(rows: Ask, first: str, last: str, found: set[str]) -> None:
    changes = rows(f"/v1/organizations/sco/diff?from={first}&to={last}&certainty=certain")
    assert {row["member"]["id"] for row in changes} == found


def test_a_new_name_is_a_change_of_the_organization(rows: Ask) -> None:
    (row,) = [one for one in rows("/v1/organizations/ots/diff?from=2021-11-11&to=2021-11-12") if one["change"] == "renamed"]
    assert "Turkic Council" in row["before"]
    assert "Organization of Turkic States" in row["after"]
    assert row["member"] is None


@pytest.mark.parametrize(
    ("path", "parameter", "code"),
    [
        ("/v1/organizations/sco/diff?from=2020&to=2019", "from", "bad-period"),
        ("/v1/organizations/sco/diff?from=2020", "to", "missing"),
        ("/v1/organizations/sco/diff?from=20-20&to=2021", "from", "bad-date"),
        ("/v1/organizations/sco/diff?from=2020,2021&to=2021", "from", "one-value"),
        ("/v1/organizations/sco/diff?from=2020&to=2021&sort=date", "sort", "unknown-parameter"),
        ("/v1/dyads/AZE/iso2:AZ", "b", "same-actor"),
        ("/v1/dyads/AZE/KAZ?duringg=2016", "duringg", "unknown-parameter"),
        ("/v1/overlap", "organizations", "missing"),
        ("/v1/overlap?organizations=sco,oots", "organizations", "unknown-id"),
        ("/v1/overlap?organizations__not=sco", "organizations__not", "unknown-parameter"),
        ("/v1/timeline?kind=membership", "kind", "unknown-value"),
        ("/v1/panels/state-year?rule=some", "rule", "unknown-value"),
        ("/v1/panels/state-year?at=2016", "at", "unknown-parameter"),
    ],
)
def test_a_wrong_question_is_refused_by_the_name_of_its_parameter(
    client: TestClient, path: str, parameter: str, code: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 400, answer.text
    assert {(one["parameter"], one["code"]) for one in answer.json()["errors"]} >= {(parameter, code)}


def test_an_actor_that_nobody_knows_is_not_found(client: TestClient) -> None:
    assert client.get("/v1/dyads/AZE/nowhere").status_code == 404
    assert client.get("/v1/organizations/nowhere/diff?from=2016&to=2017").status_code == 404


@LENIENT
@given(world=worlds(), first=st.integers(0, HORIZON - 1), size=st.integers(0, 800))
def test_a_dyad_is_what_the_runs_of_both_share(stage: Stage, world: World, first: int, size: int) -> None:
    stage.write(world)
    found = get(stage.client, f"/v1/dyads/AAA/BBB?during={text(first)}/{text(first + size)}")["data"]
    window = set(range(first, first + size + 1))
    expected: dict[str, tuple[str, int, int]] = {}
    sure: set[int] = set()
    for organization in ORGANIZATIONS:
        ours, theirs = (
            [set(run) for one in world.spells if (one.organization, one.member) == (organization, who) for run in one.lives()]
            for who in ("AAA", "BBB")
        )
        joint = [(one & other) & window for one, other in product(ours, theirs)]
        if any(joint):
            counted = set(range(RECORDED + 1))
            always = set.intersection(*joint) & counted
            match = "certain" if all(joint) else "possible"
            expected[organization] = (match, len(always), len(set.union(*joint) & counted))
            sure |= always
    shared = {row["organization"]["id"]: (row["match"], row["days"], row["days_possible"]) for row in found["memberships"]}
    assert shared == expected
    assert found["totals"]["days"] == len(sure)
    assert found["totals"]["organizations"] == len(expected)


def test_azerbaijan_and_kazakhstan_share_the_ots_since_its_agreement_took_effect(client: TestClient) -> None:
    whole = get(client, "/v1/dyads/aze/cow:705")["data"]
    assert (whole["a"]["id"], whole["b"]["id"]) == ("AZE", "KAZ")
    (ots,) = [one for one in whole["memberships"] if one["organization"]["id"] == "ots"]
    assert (ots["a"], ots["b"], ots["start"]["edtf"], ots["end"]["edtf"]) == ("member", "member", "2010-11-17", "..")
    assert ots["days"] == (date(2026, 11, 24) - date(2010, 11, 17)).days + 1
    sco = {(one["a"], one["b"]) for one in whole["memberships"] if one["organization"]["id"] == "sco"}
    assert ("dialogue_partner", "member") in sco
    assert [one["type"] for one in whole["relations"]] == ["diplomatic_relations"]
    assert {"alma-ata-protocol-1991"} <= {one["agreement"]["id"] for one in whole["agreements"]}
    totals = whole["totals"]
    assert totals["events"] == len(whole["events"]) > 10
    assert totals["organizations"] >= totals["full_memberships"] > 5


def test_a_dyad_reads_the_same_from_either_side(client: TestClient) -> None:
    one, other = (get(client, f"/v1/dyads/{pair}")["data"] for pair in ("AZE/TUR", "TUR/AZE"))
    assert one["totals"] == other["totals"]
    assert [(row["a"], row["b"]) for row in one["events"]] == [(row["b"], row["a"]) for row in other["events"]]


def test_a_dyad_of_an_organization_and_its_member_names_the_membership(client: TestClient) -> None:
    found = get(client, "/v1/dyads/AZE/ots")["data"]
    assert ("AZE", "ots", "member") in {
        (one["member"]["id"], one["organization"]["id"], one["status"]) for one in found["mutual"]
    }


def test_the_axis_of_a_dyad_has_every_thing_it_shares_in_order(client: TestClient) -> None:
    whole = get(client, "/v1/dyads/AZE/KAZ?during=2009/2016")["data"]
    axis = get(client, "/v1/dyads/AZE/KAZ/timeline?during=2009/2016&limit=1000&certainty=certain")["data"]
    days = [row["date"]["earliest"] for row in axis]
    assert days == sorted(days)
    assert all("2009-01-01" <= day <= "2016-12-31" for day in days)
    events = {row["id"] for row in axis if row["kind"] == "event"}
    assert events == {one["event"]["id"] for one in whole["events"] if one["match"] == "certain"}
    assert ("joint_membership_start", "ots") in {(row["kind"], row["id"]) for row in axis}


def test_who_is_in_which_organization_on_a_day(client: TestClient) -> None:
    answer = get(client, "/v1/overlap?organizations=sco,ots,cis&at=2025-08-30&statuses=member,dialogue_partner&limit=1000")
    table = {row["actor"]["id"]: (row["organizations"], row["shared"]) for row in answer["data"]}
    assert table["AZE"] == ({"sco": "dialogue_partner", "ots": "member", "cis": "member"}, 3)
    assert table["IND"] == ({"sco": "member", "ots": None, "cis": None}, 1)
    assert "DEU" not in table
    lines = client.get("/v1/overlap.csv?organizations=sco,ots&at=2025-08-30&actors=AZE,KAZ&codes=cow").text
    columns = next(csv.reader(io.StringIO(lines)))
    assert columns == [
        "actor_id",
        "actor_name",
        "actor_kind",
        "actor_codes_cow",
        "organizations_sco",
        "organizations_ots",
        "shared",
        "match",
    ]


def test_an_overlap_of_no_day_is_of_today_and_says_so(client: TestClient) -> None:
    answer = get(client, "/v1/overlap?organizations=sco")
    assert answer["meta"]["at"]
    assert "today" in answer["meta"]["warnings"][0]


def test_what_was_known_then_is_what_every_view_said_then(stage: Stage) -> None:
    both = (Spell("alpha", "AAA", (100,), (500, 503)), Spell("alpha", "BBB", (90,), ()))
    stage.write(World(both, covered={"alpha": (0, 800)}), at="2005-01-01T00:00:00.000000Z")
    before = [stage.rows(one) for one in VIEWS]
    stage.write(World((Spell("beta", "CCC", (10,), ()),)), at="2005-06-01T00:00:00.000000Z")
    now = [stage.rows(one) for one in VIEWS]
    then = [stage.rows(f"{one}{'&' if '?' in one else '?'}known_at=2005-03-01") for one in VIEWS]
    assert then == before
    assert all(one != other for one, other in zip(before, now, strict=True))


OUT = {f"{one.path.removeprefix('/')}": (ItemOut if one.single else ListOut)[one.view.spec.out] for one in ADDRESSES}
"""The documented shape of each view's answer; it knows no other member."""

DOCUMENTED = (
    "organizations/{id}/diff",
    "dyads/{a}/{b}",
    "dyads/{a}/{b}/timeline",
    "timeline",
    "overlap",
    "panels/state-year",
    "panels/dyad-year",
    "panels/org-year",
    "panels/state-year-counts",
)


@pytest.mark.parametrize("view", DOCUMENTED)
def test_every_view_is_documented_down_to_its_parameters(client: TestClient, view: str) -> None:
    operation = get(client, "/openapi.json")["paths"][f"/v1/{view}"]["get"]
    assert operation["operationId"]
    assert all(one["description"] and one["schema"] for one in operation["parameters"])
    names = {one["name"] for one in operation["parameters"]}
    assert {"known_at", "format"} <= names
    assert {one for one in ("id", "a", "b") if f"{{{one}}}" in view} <= names


@pytest.mark.parametrize("view", DOCUMENTED)
def test_the_documented_examples_of_a_view_are_answered_in_every_format(client: TestClient, view: str) -> None:
    operation = get(client, "/openapi.json")["paths"][f"/v1/{view}"]["get"]
    path, query = f"/v1/{view}", []
    for one in operation["parameters"]:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", one["example"])
        elif "example" in one and one["name"] not in {"fields", "format"} and "__" not in one["name"]:
            query.append((one["name"], one["example"]))
    for shape in offered(located=False):
        answer = client.get(path, params=[*query, ("format", shape)])
        assert answer.status_code == 200, answer.text
        if shape == "json":
            OUT[view].model_validate(answer.json())


def test_coverage_says_through_when_and_on_what_it_rests(rows: Ask) -> None:
    (found,) = rows("/v1/coverage?organization=sco&status=member&complete=true")
    assert found["through"]["edtf"] == "2025-11-18"
    assert found["end"]["edtf"] == "2025-11-19"
    assert found["verification"]["memberships"] >= 10
    assert found["verification"]["sources"] > 1


def test_organizations_that_nobody_vouches_for_can_be_told_apart(stage: Stage) -> None:
    stage.write(World((), covered={"alpha": (0, 800)}))
    said = {row["id"]: row["coverage"] for row in stage.rows("/v1/organizations")}
    assert said == {"alpha": "complete", "beta": "none"}
    assert [row["id"] for row in stage.rows("/v1/organizations?coverage=none")] == ["beta"]


def test_a_claim_that_is_not_complete_is_partial(rows: Ask) -> None:
    partial = {row["id"] for row in rows("/v1/organizations?coverage=partial&limit=1000")}
    vouched = {row["organization"]["id"] for row in rows("/v1/coverage?complete=true&limit=1000")}
    some = {row["organization"]["id"] for row in rows("/v1/coverage?complete=false&limit=1000")}
    assert partial == some - vouched != set()
