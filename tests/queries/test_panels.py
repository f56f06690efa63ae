"""Panels: every cell against a model that counts days, the edges of a year, bounds, and what the seed knows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from itertools import combinations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from app.schemas.panels import PanelRule
from tests.stages import ORGANIZATIONS, STATES, Row, Spell, Stage, World, meets, worlds, year_days

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.testclient import TestClient


Ask = Callable[[str], list[Row]]
YEARS = (2001, 2002, 2003)
RULES = [rule.value for rule in PanelRule]


def verdict(rule: str, runs: list[set[int]], year: range) -> str | None:
    """Ask every run of days that the dates allow."""
    found = {meets(rule, run, year) for run in runs}
    return "certain" if found == {True} else "possible" if True in found else None


def runs(world: World, organization: str, member: str) -> list[set[int]]:
    found = [one for one in world.spells if (one.organization, one.member) == (organization, member)]
    return [set(run) for run in found[0].lives()] if found else []


def cell(world: World, rule: str, organization: str, member: str, year: range) -> tuple[str | None, str | None]:
    """Give match and reason of a cell by the definitions of both."""
    held = runs(world, organization, member)
    match = verdict(rule, held, year)
    if match:
        return match, None
    lives = [set(world.life(one)) for one in (organization, member)]
    if not meets(rule, lives[0], year):
        return None, "organization_did_not_exist"
    if not meets(rule, lives[1], year):
        return None, "state_did_not_exist"
    if not meets(rule, lives[0] & lives[1], year):
        return None, "organization_did_not_exist"
    first, last = world.covered.get(organization, (0, -1))
    looked = {"first_day": {year[0]}, "last_day": {year[-1]}}.get(rule, set(year))
    unseen = looked & lives[0] & lives[1] - set(range(first, last + 1))
    open_days = unseen.union(*held)
    return None, "not_covered" if unseen and meets(rule, open_days, year) else "not_a_member"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds(), rule=st.sampled_from(RULES))
def test_every_cell_of_the_panels_is_what_counting_days_gives(stage: Stage, world: World, rule: str) -> None:
    stage.write(world)
    found = stage.rows(f"/v1/panels/state-year?years=2001..2003&rule={rule}&limit=1000")
    assert len(found) == len(ORGANIZATIONS) * len(STATES) * len(YEARS)
    for row in found:
        organization, member, year = row["organization"]["id"], row["actor"]["id"], year_days(row["year"])
        expected = cell(world, rule, organization, member, year)
        assert (row["match"], row["reason"]) == expected, (world, row)
        assert row["status"] == ("member" if expected[0] else None)
    dyads = stage.rows(f"/v1/panels/dyad-year?years=2001..2003&rule={rule}&limit=1000")
    assert {(row["a"]["id"], row["b"]["id"], row["year"]): shown(row) for row in dyads} == dyad_years(world, rule)


def shown(row: Row) -> tuple[object, ...]:
    return row["joint"], row["shared"], row["days"], row["days_possible"], row["match"], row["reason"]


def dyad_years(world: World, rule: str) -> dict[tuple[str, str, int], tuple[object, ...]]:
    """Give every row of the panel of dyads, of runs that are taken together in every way."""
    found: dict[tuple[str, str, int], tuple[object, ...]] = {}
    for (a, b), year in product(combinations(STATES, 2), YEARS):
        days = year_days(year)
        if not set(world.life(a)) & set(world.life(b)) & set(days):
            continue
        shared: list[dict[str, object]] = []
        sure: set[int] = set()
        maybe: set[int] = set()
        for organization in ORGANIZATIONS:
            joint = [one & other for one, other in product(runs(world, organization, a), runs(world, organization, b))]
            match = verdict(rule, joint, days)
            if match:
                always, ever = set.intersection(*joint) & set(days), set.union(*joint) & set(days)
                row = {"days": len(always), "days_possible": len(ever), "match": match}
                shared.append({"organization": organization, **row})
                sure, maybe = sure | always, maybe | ever
        certain = all(one["match"] == "certain" for one in shared)
        match = ("certain" if certain else "possible") if shared else None
        reason = None if shared else dyad_reason(world, rule, a, b, days)
        found[a, b, year] = (len(shared), shared, len(sure), len(maybe), match, reason)
    return found


def dyad_reason(world: World, rule: str, a: str, b: str, year: range) -> str:
    for organization in ORGANIZATIONS:
        cells = [cell(world, rule, organization, one, year) for one in (a, b)]
        if all(match or reason == "not_covered" for match, reason in cells) and "not_covered" in {one[1] for one in cells}:
            return "not_covered"
    return "not_a_member"


@pytest.mark.parametrize(
    ("rule", "starts", "ends", "expected"),
    [
        ("any", 0, 1, "certain"),
        ("any", 365, 400, None),
        ("any", -10, 0, None),
        ("any", 364, 400, "certain"),
        ("first_day", 0, 1, "certain"),
        ("first_day", 1, 365, None),
        ("last_day", 364, 365, "certain"),
        ("last_day", 0, 364, None),
        ("full_year", 0, 365, "certain"),
        ("full_year", 0, 364, None),
        ("full_year", 1, 365, None),
        ("majority", 0, 183, "certain"),
        ("majority", 0, 182, None),
    ],
)
def test_a_rule_turns_on_its_day(stage: Stage, rule: str, starts: int, ends: int, expected: str | None) -> None:
    stage.write(World((Spell("alpha", "AAA", (starts,), (ends,)),), covered={"alpha": (0, 364)}))
    (row,) = stage.rows(f"/v1/panels/state-year?organizations=alpha&actors=AAA&years=2001&rule={rule}")
    assert row["match"] == expected
    assert row["reason"] == (None if expected else "not_a_member")


def test_a_full_member_outranks_an_observer_and_every_status_can_be_asked_for(stage: Stage) -> None:
    observer, member = Spell("alpha", "AAA", (0,), (100,), "observer"), Spell("alpha", "AAA", (100,), ())
    stage.write(World((observer, member)))
    address = "/v1/panels/state-year?organizations=alpha&actors=AAA&years=2001"
    statuses = [stage.rows(f"{address}&{more}")[0]["status"] for more in ("status=observer,member", "status=observer")]
    assert statuses == ["member", "observer"]
    first = stage.rows(f"{address}&status=observer,member&rule=first_day")
    assert first[0]["status"] == "observer"


def test_an_organization_year_lists_its_members_and_says_where_the_list_may_be_short(stage: Stage) -> None:
    world = World((Spell("alpha", "AAA", (10, 11), ()), Spell("alpha", "BBB", (400,), ())), covered={"alpha": (0, 700)})
    stage.write(world)
    found = stage.rows("/v1/panels/org-year?organizations=alpha&years=2000..2003&rule=first_day")
    assert [row["members"] for row in found] == [0, 0, 1, 2]
    assert [row["reason"] for row in found] == ["not_covered", "not_a_member", None, "not_covered"]
    assert found[3]["actors"] == [{"id": one, "status": "member", "match": "certain"} for one in ("AAA", "BBB")]
    assert found[3]["counts"] == {"member": 2}


def test_no_and_not_looked_at_are_told_apart_in_the_seed(rows: Ask) -> None:
    found = rows("/v1/panels/state-year?actors=AZE,IND,SUN&organizations=sco,who,eaeu&years=2000..2017&limit=1000")
    reasons = {(row["actor"]["id"], row["organization"]["id"], row["year"]): row["reason"] for row in found}
    assert reasons["AZE", "sco", 2016] == "not_a_member"
    assert reasons["AZE", "sco", 2000] == "organization_did_not_exist"
    assert reasons["SUN", "sco", 2010] == "state_did_not_exist"
    assert reasons["IND", "sco", 2017] is None
    assert {row["reason"] for row in found if row["organization"]["id"] == "who" and row["actor"]["id"] == "AZE"} <= {
        "not_covered",
        None,
    }


def test_with_one_source_a_blank_is_never_a_no(rows: Ask) -> None:
    found = rows("/v1/panels/state-year?actors=IND,KAZ&organizations=sco&years=2010..2020&source=tass-2017-india-pakistan-sco")
    assert {row["status"] for row in found if row["actor"]["id"] == "IND" and row["year"] >= 2017} == {"member"}
    assert {row["reason"] for row in found if row["status"] is None} == {"not_covered"}
    assert not any(row["status"] for row in found if row["actor"]["id"] == "KAZ")


def test_codes_of_a_panel_are_those_of_the_year(rows: Ask) -> None:
    found = rows("/v1/panels/state-year?actors=DEU&organizations=un&years=1989..1991&codes=cow")
    assert [row["actor"]["codes"]["cow"] for row in found] == ["260", "260", "255"]


def test_a_panel_that_nobody_could_read_is_refused_with_the_way_to_narrow_it(client: TestClient) -> None:
    for panel in ("state-year", "dyad-year", "org-year"):
        answer = client.get(f"/v1/panels/{panel}.csv?years=0001..9999")
        assert answer.status_code == 400
        assert "actors=" in answer.json()["detail"]


@pytest.mark.parametrize("years", ["2024..1992", "1992-2024", "92", "0000"])
def test_years_that_are_none_are_refused(client: TestClient, years: str) -> None:
    answer = client.get(f"/v1/panels/state-year?years={years}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "bad-years")


@pytest.mark.parametrize("panel", ["state-year", "dyad-year", "org-year"])
def test_a_crawl_of_pages_gives_the_rows_of_the_stream(client: TestClient, panel: str) -> None:
    address = f"/v1/panels/{panel}?actors=AZE,KAZ,UZB,SUN&organizations=sco,cis,ots&years=1990..2000"
    streamed = [line for line in client.get(f"{address}&format=jsonl").text.splitlines() if line]
    crawled: list[Row] = []
    following = f"{address}&limit=7"
    while following:
        page = client.get(following).json()
        crawled += page["data"]
        assert page["page"]["total"] == len(streamed)
        following = page["page"]["next"]
    assert len(crawled) == len(streamed)
    lines = list(csv.DictReader(io.StringIO(client.get(f"{address}&format=csv").text)))
    assert len(lines) == len(streamed)
    assert lines[0]["year"] == str(crawled[0]["year"])


def test_a_panel_of_any_size_costs_one_statement_for_each_kind_of_fact(app: FastAPI, client: TestClient) -> None:
    engine = app.state.context.store.engine
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get("/v1/panels/state-year?years=2001..2010&codes=cow&limit=1000").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    facts = [one for one in statements if " FROM revision" not in one and "max(id)" not in one]
    assert len(facts) <= 5, facts
