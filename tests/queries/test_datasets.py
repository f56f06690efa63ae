"""Datasets side by side: whose rows a read shows, what a dataset codes, and what it says of itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.main import create_app
from app.queries.memberships import MEMBERSHIPS
from app.queries.paging import fetch_page
from app.schemas.parsing import parse_question
from app.settings import Settings
from tests.conftest import migrate, seed
from tests.ingest.made_files import WORLD, Members, bring_in, held, igo_year, state_year, written
from tests.ingest.test_seed import written as written_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COE: Members = {
    "uk": held(range(1998, 2015)),
    "azerbaijan": held(range(1998, 2001), 0) | held(range(2001, 2015)),
    "russia": held(range(1998, 2001), 3) | held(range(2001, 2006)) | held(range(2006, 2010), -9) | held(range(2010, 2015)),
    "wgermany": held(range(1998, 2015), -1),
}
LEAGUE: Members = {
    "russia": held(range(1980, 1995)),
    "wgermany": held(range(1980, 1991)),
    "azerbaijan": held(range(1980, 1991), -1) | held(range(1991, 1995)),
}
DARK: Members = {column: held(range(2000, 2003), -9) for column in ("uk", "azerbaijan", "russia")}
STATES = {
    "uk": {"COE": held(range(1998, 2015)), "LEAG": held(range(1998, 2015), -1)},
    "azerbaijan": {"COE": held(range(1998, 2003), 0) | held(range(2003, 2015)), "LEAG": held(range(1998, 2015), -1)},
}
CALLS = """rcid,session,importantvote,date,unres,amend,para,short,descr
31,70,1,2015-12-23,R/70/1,,,NUCLEAR TESTS,To stop the testing of nuclear weapons
32,71,0,2016-11-02,R/71/7,,,PEACE,To keep the peace
"""
VOTES = """rcid,country,country_code,vote
31,Azerbaijan,AZ,yes
31,United Kingdom,GB,no
32,Azerbaijan,AZ,abstain
"""
ISSUES = """rcid,short_name,issue
31,nu,Nuclear weapons and nuclear material
"""


def build(address: str, folder: Path) -> None:
    """Hold a small curated world, and beside it two forms of the COW file and votes."""
    migrate(address)
    store = Store(address)
    world = [one if one["id"] not in _ISO2 else {**one, "codes": {**one["codes"], "iso2": _ISO2[one["id"]]}} for one in WORLD]
    seed(store, written_seed(folder, world))
    years = igo_year(folder / "igo.csv", {"COE": COE, "LEAG": LEAGUE, "DARK": DARK})
    bring_in(store, "cow-igo", years, state_year(folder / "state.csv", STATES))
    files = {"calls.csv": CALLS, "votes.csv": VOTES, "issues.csv": ISSUES}
    bring_in(store, "unvotes", *(written(folder / name, content) for name, content in files.items()))
    store.close()


_ISO2 = {"AZE": "AZ", "GBR": "GB"}


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("datasets")
    address = f"sqlite:///{folder}/facts.db"
    build(address, folder)
    with TestClient(create_app(Settings(database_url=address))) as opened:
        yield opened


@pytest.fixture(scope="module")
def ask(datasets: TestClient) -> Callable[[str], list[dict[str, Any]]]:
    def rows(path: str) -> list[dict[str, Any]]:
        answer = datasets.get(path)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]
        return found

    return rows


def of(rows: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return sorted(((row["member"]["id"], row["dataset"]) for row in rows), key=str)


def test_one_dataset_speaks_of_each_membership_by_default_the_curators_first(ask: Any) -> None:
    shown = of(ask("/v1/memberships?organization=coe"))
    assert shown == [("AZE", "cow-igo-year"), ("GBR", None), *[("RUS", "cow-igo-year")] * 3]
    assert of(ask("/v1/organizations/coe/members?at=2014")) == [("AZE", "cow-igo-year"), ("GBR", None), ("RUS", "cow-igo-year")]


def test_a_source_selects_its_own_rows_whatever_is_preferred(ask: Any) -> None:
    assert of(ask("/v1/memberships?organization=coe&source=cow-state-year")) == [
        ("AZE", "cow-state-year"),
        ("GBR", "cow-state-year"),
    ]
    assert {row["preferred"] for row in ask("/v1/memberships?source=cow-state-year")} == {False}
    assert of(ask("/v1/memberships?source=page")) == [("GBR", None)]
    assert of(ask("/v1/memberships?organization=coe&member=GBR&dataset=cow-igo-year,cow-state-year")) == [
        ("GBR", "cow-igo-year"),
        ("GBR", "cow-state-year"),
    ]
    assert of(ask("/v1/memberships?organization=coe&dataset__isnull=true")) == [("GBR", None)]


def test_a_row_that_is_named_by_its_id_is_shown(ask: Any, datasets: TestClient) -> None:
    (row,) = ask("/v1/memberships?source=cow-state-year&member=GBR")
    assert datasets.get(f"/v1/memberships/{row['id']}").json()["data"]["dataset"] == "cow-state-year"
    assert of(ask(f"/v1/memberships?id={row['id']}")) == [("GBR", "cow-state-year")]


def test_a_source_that_is_one_of_several_alternatives_adds_its_rows(datasets: TestClient) -> None:
    either = {"or": [{"field": "source", "value": "cow-state-year"}, {"field": "organization", "value": "coe"}]}
    answer = datasets.post("/v1/memberships/query", json={"where": {"and": [either, {"field": "member", "value": "GBR"}]}})
    assert of(answer.json()["data"]) == [("GBR", "cow-state-year"), ("GBR", None)]
    but = {"not": {"field": "source", "value": "cow-state-year"}}
    answer = datasets.post("/v1/memberships/query", json={"where": {"and": [but, {"field": "member", "value": "GBR"}]}})
    assert of(answer.json()["data"]) == [("GBR", None)]


def test_groups_facets_dyads_overlap_and_differences_count_each_membership_once(ask: Any, datasets: TestClient) -> None:
    assert [row["count"] for row in ask("/v1/memberships?group_by=member.id&organization=coe&member=GBR")] == [1]
    facets = datasets.get("/v1/memberships?organization=coe&facets=source").json()["facets"]["source"]
    assert {one["value"]: one["count"] for one in facets} == {"cow-igo-year": 4, "page": 1}
    dyad = datasets.get("/v1/dyads/AZE/GBR").json()["data"]
    assert [one["memberships"][1] for one in dyad["memberships"]] == ["coe-gbr-member"]
    (row,) = ask("/v1/overlap?organizations=coe&actors=GBR&at=2010")
    assert row["organizations"] == {"coe": "member"}
    joined = ask("/v1/organizations/coe/diff?from=1997-01-01&to=2005-01-01")
    assert [(one["change"], one["member"]["id"]) for one in joined if one["member"]["id"] == "AZE"] == [("joined", "AZE")]
    entries = ask("/v1/timeline?organization=coe&actor=AZE&kind=membership_start")
    assert [one["date"]["edtf"] for one in entries] == ["2001"]
    assert [one["date"]["edtf"] for one in ask("/v1/timeline?actor=AZE&kind=membership_start&source=cow-state-year")] == ["2003"]


def cells(rows: list[dict[str, Any]]) -> dict[int, str]:
    return {row["year"]: row["status"] or row["reason"] for row in rows}


ALL = "status=member,associate_member,observer"


def test_a_panel_of_a_dataset_has_its_own_cells_and_its_own_reasons(ask: Any) -> None:
    russia = cells(ask(f"/v1/panels/state-year?source=cow-igo-year&organizations=coe&actors=RUS&years=1997..2015&{ALL}"))
    assert russia == {
        1997: "not_covered",
        **dict.fromkeys(range(1998, 2001), "observer"),
        **dict.fromkeys(range(2001, 2006), "member"),
        **dict.fromkeys(range(2006, 2010), "not_covered"),
        **dict.fromkeys(range(2010, 2015), "member"),
        2015: "not_covered",
    }
    azerbaijan = cells(ask("/v1/panels/state-year?source=cow-igo-year&organizations=cow-igo:LEAG&actors=AZE&years=1989..1995"))
    assert azerbaijan == {
        **dict.fromkeys((1989, 1990), "state_did_not_exist"),
        **dict.fromkeys(range(1991, 1995), "member"),
        1995: "not_covered",
    }
    address = "/v1/panels/state-year?source=cow-state-year&actors=AZE&years=2002..2003"
    assert cells(ask(f"{address}&organizations=cow-igo:COE")) == {2002: "not_a_member", 2003: "member"}
    assert cells(ask(f"{address}&organizations=cow-igo:LEAG")) == dict.fromkeys((2002, 2003), "organization_did_not_exist")


def test_a_year_after_the_last_one_coded_is_no_membership_although_it_may_have_lasted(ask: Any) -> None:
    address = "/v1/panels/state-year?organizations=cow-igo:LEAG&actors=DEU&years=1990..1991"
    assert cells(ask(f"{address}&source=cow-igo-year")) == {1990: "member", 1991: "not_a_member"}
    (_, later) = ask(address)
    assert (later["status"], later["match"]) == ("member", "possible")
    assert cells(ask(f"{address}&certainty=certain"))[1991] == "only_possible"


def test_an_organization_year_names_whom_the_dataset_does_not_know(ask: Any) -> None:
    (row,) = ask(f"/v1/panels/org-year?source=cow-igo-year&organizations=coe&years=2007&{ALL}")
    assert [one["id"] for one in row["actors"]] == ["AZE", "GBR"]
    assert row["absent"]["not_covered"] == ["RUS"]
    assert row["reason"] == "not_covered"
    (dark,) = ask("/v1/panels/org-year?source=cow-igo-year&organizations=cow-igo:DARK&years=2001")
    assert (dark["members"], dark["reason"]) == (0, "not_covered")
    assert {"AZE", "GBR", "RUS"} <= {*dark["absent"]["not_covered"]}
    (gone,) = ask("/v1/panels/org-year?source=cow-igo-year&organizations=cow-igo:DARK&years=2005")
    assert (gone["reason"], gone["absent"]) == ("not_covered", {})
    (curated,) = ask("/v1/panels/org-year?organizations=coe&years=2007")
    assert curated["absent"] is None


def test_a_dataset_covers_an_organization_of_which_nobody_else_says_how_much_is_held(ask: Any) -> None:
    address = "/v1/panels/state-year?organizations=cow-igo:LEAG&actors=GBR&years=1990..1996"
    found = cells(ask(address))
    assert found[1990] == "not_a_member"
    assert cells(ask("/v1/panels/state-year?organizations=cow-igo:DARK&actors=GBR&years=2001")) == {2001: "not_covered"}


def test_two_states_belong_together_where_both_are_coded_so(ask: Any) -> None:
    rows = ask("/v1/panels/dyad-year?source=cow-igo-year&actors=DEU,AZE&years=1990..1992")
    assert [(row["year"], row["joint"]) for row in rows if row["joint"]] == []
    rows = ask("/v1/panels/dyad-year?source=cow-igo-year&actors=GBR,AZE&years=2000..2002")
    assert {row["year"]: row["joint"] for row in rows} == {2000: 0, 2001: 1, 2002: 1}


def test_a_state_year_counts_its_organizations_by_status(ask: Any) -> None:
    address = f"/v1/panels/state-year-counts?source=cow-igo-year&actors=RUS&{ALL}"
    rows = {row["year"]: row for row in ask(f"{address}&years=1992..2008")}
    assert (rows[1992]["organizations"], rows[1992]["counts"]) == (1, {"member": 1, "associate_member": 0, "observer": 0})
    assert rows[1999]["counts"] == {"member": 0, "associate_member": 0, "observer": 1}
    assert (rows[2007]["organizations"], rows[2007]["reason"]) == (0, "not_covered")
    (row,) = ask("/v1/panels/state-year-counts?actors=DEU&years=1991&organizations=cow-igo:LEAG&certainty=certain")
    assert (row["organizations"], row["reason"]) == (0, "only_possible")
    (row,) = ask("/v1/panels/state-year-counts?actors=AZE&years=1960&organizations=coe")
    assert row["reason"] == "state_did_not_exist"
    (row,) = ask("/v1/panels/dyad-year?actors=DEU,GBR&years=1991&organizations=cow-igo:LEAG&certainty=certain")
    assert row["reason"] == "not_a_member"
    (row,) = ask("/v1/panels/dyad-year?actors=DEU,SUN&years=1991&organizations=cow-igo:LEAG&certainty=certain")
    assert (row["joint"], row["reason"]) == (0, "only_possible")


def test_an_explanation_says_what_other_datasets_say(datasets: TestClient) -> None:
    told = datasets.get("/v1/memberships/coe-gbr-member/explain").json()["data"]
    assert [(one["dataset"], one["preferred"]) for one in told["datasets"]["memberships"]] == [
        ("cow-igo-year", False),
        ("cow-state-year", False),
    ]
    assert "precedence" in told["datasets"]["rule"]
    assert datasets.get("/v1/states/GBR/explain").json()["data"]["datasets"] is None


def test_the_dates_of_a_dataset_can_rule(ask: Any) -> None:
    address = "/v1/memberships?organization=coe&member=GBR&resolve="
    (row,) = ask(f"{address}source:cow-state-year")
    assert (row["id"], row["start"]["edtf"]) == ("coe-gbr-member", "1998")
    assert row["resolved"]["claims"]["start"] is not None
    (row,) = ask(f"{address}latest")
    assert row["start"]["edtf"] == "1998"
    (row,) = ask(f"{address}earliest")
    assert row["start"]["edtf"] == "1949-05-05"
    assert ask("/v1/memberships?organization=coe&member=GBR&at=1960&resolve=source:cow-state-year") == []


def test_votes_are_asked_by_actor_event_choice_session_resolution_and_day(ask: Any) -> None:
    (row,) = ask("/v1/votes?actor=AZE&session=70")
    assert (row["vote"], row["resolution"], row["date"]["edtf"]) == ("yes", "R/70/1", "2015-12-23")
    assert (row["dataset"], row["match"], row["event"]["title"]) == ("unvotes", "certain", "NUCLEAR TESTS")
    assert [one["actor"]["id"] for one in ask("/v1/votes?resolution=R/70/1&sort=actor.id")] == ["AZE", "GBR"]
    assert [one["vote"] for one in ask("/v1/votes?at=2016-11-02&source=unvotes")] == ["abstain"]
    assert [one["vote"] for one in ask("/v1/votes?date__lt=2016&vote__not=yes")] == ["no"]
    assert {(one["vote"], one["count"]) for one in ask("/v1/votes?group_by=vote&actor=AZE")} == {("yes", 1), ("abstain", 1)}


def test_a_roll_call_lists_its_votes_and_says_what_it_was_about(ask: Any, datasets: TestClient) -> None:
    (call,) = ask("/v1/events?kind=roll_call&session=70")
    assert (call["resolution"], call["description"]) == ("R/70/1", "To stop the testing of nuclear weapons")
    votes = ask(f"/v1/events/{call['id']}/votes?codes=iso2&sort=actor.id")
    assert [(one["actor"]["codes"]["iso2"], one["vote"]) for one in votes] == [("AZ", "yes"), ("GB", "no")]
    one = datasets.get(f"/v1/votes/{votes[0]['id']}").json()["data"]
    assert one["vote"] == "yes"
    assert datasets.get("/v1/votes/nobody-voted").status_code == 404


def test_the_data_set_lists_what_was_imported_with_citation_and_counts(datasets: TestClient) -> None:
    listed = datasets.get("/v1/dataset").json()["data"]["imported"]
    assert [one["precedence"] for one in listed] == sorted(one["precedence"] for one in listed)
    first, second, third = sorted(listed, key=lambda one: one["id"])
    assert "Pevehouse" in first["citation"]
    assert second["rows"]["memberships"] == 2
    assert (third["rows"]["votes"], third["rows"]["events"]) == (3, 2)
    (source,) = datasets.get("/v1/sources?id=cow-igo-year").json()["data"]
    assert (source["citation"], source["precedence"]) == (first["citation"], first["precedence"])


def test_coverage_says_of_which_dataset_it_is(ask: Any) -> None:
    (whole,) = ask("/v1/coverage?dataset=cow-igo-year&organization=cow-igo:COE&complete=true")
    assert (whole["member"], whole["status"], whole["verification"]["memberships"]) == (None, None, 5)
    (gap,) = ask("/v1/coverage?dataset=cow-igo-year&organization=coe&reason=not_known")
    assert (gap["member"]["id"], gap["start"]["earliest"], gap["end"]["earliest"]) == ("RUS", "2006-01-01", "2010-01-01")


@pytest.mark.once  # the plan is that of the embedded engine
def test_the_preference_changes_no_plan(store: Store) -> None:
    pairs = [("organization", "sco"), ("at", "2025-08-30")]
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        asked.append((statement, parameters))

    with store.reading() as snapshot:
        event.listen(store.engine, "before_cursor_execute", note)
        try:
            fetch_page(snapshot, MEMBERSHIPS, parse_question(MEMBERSHIPS.spec, pairs))
        finally:
            event.remove(store.engine, "before_cursor_execute", note)
        ((statement, parameters),) = asked
        plain = re.sub(r" AND membership_1\.preferred IS 1", "", statement)
        assert plain.count("preferred IS 1") == 0 < statement.count("preferred IS 1")
        plans = [snapshot.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", parameters).all() for one in (statement, plain)]  # type: ignore[arg-type]
    assert [row[-1] for row in plans[0]] == [row[-1] for row in plans[1]]
    assert "SEARCH membership_1 USING INDEX ix_membership_organization_id_time (organization_id=?)" in {
        row[-1] for row in plans[0]
    }
