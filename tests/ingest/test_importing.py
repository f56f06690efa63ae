"""A dataset becomes one revision: matched, idempotent, side by side with others, and removable without a trace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from starlette.testclient import TestClient

from app.errors import InvalidRecordError
from app.main import create_app
from app.models import Change, Code, Coverage, Membership, Organization, Revision, Source, State
from app.settings import Settings
from tests.conftest import seed
from tests.ingest.made_files import COUNCIL, WORLD, Members, bring_in, content, held, igo_year, state_year, take_out
from tests.ingest.test_seed import written

if TYPE_CHECKING:
    from pathlib import Path

    from app.db.sessions import Store

COE: Members = {
    "azerbaijan": held(range(1998, 2001), 0) | held(range(2001, 2015)),
    "uk": held(range(1998, 2015)),
    "russia": held(range(1998, 2001), 3) | held(range(2001, 2015), -9),
}
LEAGUE: Members = {"russia": held(range(1980, 1995)), "wgermany": held(range(1980, 1991)), "germany": held(range(1991, 1995)),
                   "azerbaijan": held(range(1980, 1991), -1) | held(range(1991, 1995))}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two organizations: one that is curated too, and one that nobody has."""
    return igo_year(tmp_path / "igo.csv.gz", {"COE": COE, "LEAG": LEAGUE}, names={"LEAG": "League of Made Examples"})


def current(store: Store, column: object, **wanted: object) -> list[object]:
    with store.engine.connect() as connection:
        statement = select(column).filter_by(recorded_to=None, **wanted)  # type: ignore[call-overload]
        return sorted(connection.execute(statement).scalars(), key=repr)


def test_an_import_is_one_revision_with_its_source_and_a_claim_for_each_row(filled: Store, file: Path) -> None:
    [done] = bring_in(filled, "cow-igo", file)
    assert (done.written.revision, filled.revision(), done.read, done.applied) == (2, 2, 32, 32)
    with filled.engine.connect() as connection:
        revision = connection.execute(select(Revision.origin, Revision.kind, Revision.counts).where(Revision.id == 2)).one()
        citation = connection.execute(select(Source.citation, Source.terms, Source.type).where(Source.id == "cow-igo-year")).one()
        unclaimed = text(
            "SELECT count(*) FROM membership m WHERE dataset IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM claim c WHERE c.subject_id = m.id AND c.id = m.best_claim AND c.locator IS NOT NULL AND c.source_id = m.dataset)"
        )
        assert connection.execute(unclaimed).scalar_one() == 0
    assert revision[:2] == ("import:cow-igo-year", "source_added")
    assert json.loads(revision[2] or "")["membership"]["added"] == len(current(filled, Membership.id, dataset="cow-igo-year"))
    assert "Pevehouse" in (citation[0] or "")
    assert citation[2] == "dataset"


def test_the_same_files_again_change_nothing_and_are_not_read(filled: Store, file: Path) -> None:
    bring_in(filled, "cow-igo", file)
    before = content(filled)
    [done] = bring_in(filled, "cow-igo", file)
    assert (done.same_files, done.read, filled.revision()) == (True, 0, 2)
    assert content(filled) == before


def test_the_same_rows_in_another_file_are_compared_and_left_alone(filled: Store, file: Path, tmp_path: Path) -> None:
    bring_in(filled, "cow-igo", file)
    before = content(filled)
    [done] = bring_in(
        filled, "cow-igo", igo_year(tmp_path / "igo.csv", {"COE": COE, "LEAG": LEAGUE}, names={"LEAG": "League of Made Examples"})
    )
    assert (done.same_files, done.written.revision, filled.revision()) == (False, None, 2)
    assert done.written.unchanged > 20
    assert content(filled) == before


def test_a_changed_file_closes_what_it_no_longer_says(filled: Store, file: Path, tmp_path: Path) -> None:
    bring_in(filled, "cow-igo", file)
    [done] = bring_in(filled, "cow-igo", igo_year(tmp_path / "next.csv", {"COE": {**COE, "uk": held(range(1998, 2010))}}))
    assert done.written.closed["organization"] == 1
    assert done.written.changed["membership"] == 1
    assert current(filled, Membership.end, id="cow-igo-year-coe-cow200-member") == ["[2009-01-02..2010-12-31]"]
    with filled.engine.connect() as connection:
        ends = connection.execute(
            select(Membership.recorded_to).where(Membership.id == "cow-igo-year-coe-cow200-member")
        ).scalars()
        assert sorted(ends, key=repr) == [3, None]


def test_a_dry_run_says_the_same_and_writes_nothing(filled: Store, file: Path) -> None:
    before = content(filled)
    [dry] = bring_in(filled, "cow-igo", file, keep=False)
    assert (content(filled), filled.revision()) == (before, 1)
    [real] = bring_in(filled, "cow-igo", file)
    assert dry.written == real.written
    assert dry.matches == real.matches


def test_removing_a_dataset_leaves_no_trace_but_its_history(filled: Store, file: Path, tmp_path: Path) -> None:
    before = content(filled)
    bring_in(filled, "cow-igo", file)
    bring_in(
        filled,
        "cow-igo",
        state_year(tmp_path / "states.csv", {"russia": {"COE": held(range(1998, 2015)), "LEAG": LEAGUE["russia"]}}),
    )
    together = content(filled)
    again = bring_in(
        filled, "cow-igo", igo_year(tmp_path / "igo.csv", {"COE": COE, "LEAG": LEAGUE}, names={"LEAG": "League of Made Examples"})
    )
    assert (again[0].kept, again[0].written.revision) == (0, None)
    assert take_out(filled, "cow-igo-year").kept >= 1
    assert current(filled, Organization.id, dataset="cow-igo-year") == ["cow-igo-leag"]
    assert len(together["membership"]) > len(before["membership"]) + 5
    take_out(filled, "cow-state-year")
    assert content(filled) == before
    assert filled.revision() == 5


def test_what_was_removed_comes_back_as_it_was(filled: Store, file: Path) -> None:
    bring_in(filled, "cow-igo", file)
    before = content(filled)
    take_out(filled, "cow-igo-year")
    bring_in(filled, "cow-igo", file)
    assert content(filled) == before


def test_removing_what_is_not_held_makes_no_revision(filled: Store) -> None:
    assert take_out(filled, "cow-igo-year").written.revision is None
    assert filled.revision() == 1


def test_a_code_that_passed_on_is_of_each_state_in_its_time(filled: Store, file: Path) -> None:
    bring_in(filled, "cow-igo", file)
    with filled.engine.connect() as connection:
        found = connection.execute(
            select(Membership.member_id, Membership.start, Membership.end)
            .where(Membership.organization_id == "cow-igo-leag", Membership.recorded_to.is_(None))
            .order_by(Membership.id)
        ).all()
    assert found == [
        ("DEU", "1991", "[1994-01-02..1995-12-31]"),
        ("DEU", "1980", "[1990-01-02..1991-12-31]"),
        ("SUN", "1980", "1991-12-25"),
        ("RUS", "1991-12-25", "[1994-01-02..1995-12-31]"),
        ("AZE", "[1980..1991]", "[1994-01-02..1995-12-31]"),
    ]


def test_years_before_anybody_had_a_code_are_of_an_actor_of_its_own(filled: Store, tmp_path: Path) -> None:
    old = {"russia": held(range(1900, 1930)), "austriahungary": held(range(1900, 1919))}
    bring_in(filled, "cow-igo", igo_year(tmp_path / "old.csv", {"OLD": old}))
    assert {"cow-300", "cow-365"} <= {*current(filled, State.id, dataset="cow-igo-year")}
    assert current(filled, Code.end, id="cow-365~cow~365") == ["1922-12-30"]
    assert current(filled, Membership.end, organization_id="cow-igo-old", member_id="cow-365") == ["1922-12-30"]
    assert current(filled, Membership.start, organization_id="cow-igo-old", member_id="SUN") == ["1922-12-30"]


def test_gaps_are_held_as_gaps_and_make_no_members(filled: Store, file: Path) -> None:
    bring_in(filled, "cow-igo", file)
    with filled.engine.connect() as connection:
        c = Coverage
        found = connection.execute(
            select(c.organization_id, c.member_id, c.start, c.end, c.reason).where(c.dataset.is_not(None), c.complete.is_(False))
        ).all()
    assert set(found) == {
        ("coe", "RUS", "2001-01-01", "2015-01-01", "not_known"),
        (None, "AZE", "1980-01-01", "1991-01-01", "state_did_not_exist"),
    }


def test_a_name_alone_is_sure_and_an_acronym_alone_is_doubtful(filled: Store, tmp_path: Path) -> None:
    names = {"XCIS": "Commonwealth of Independent States", "APEX": "Something Else"}
    members = {"russia": held(range(1995, 2000))}
    path = igo_year(tmp_path / "names.csv", {"APEX": members, "C5": members, "XCIS": members}, names=names)
    [done] = bring_in(filled, "cow-igo", path)
    assert done.matches.entities["cow-igo:XCIS"] == ("name", "cis")
    assert done.matches.entities["cow-igo:C5"] == ("no match", "cow-igo-c5")
    assert "c5" in done.matches.doubtful["cow-igo:C5"]
    assert "cow-igo:APEX" not in done.matches.doubtful
    assert current(filled, Code.value, entity_id="cis", scheme="cow-igo") == ["CIS", "XCIS"]


def preferences(store: Store) -> dict[tuple[str, str | None, str], bool]:
    """Give what is preferred in two organizations, by organization, dataset and member."""
    m = Membership
    statement = select(m.organization_id, m.dataset, m.member_id, m.preferred).where(m.recorded_to.is_(None))
    statement = statement.where(m.organization_id.in_(["coe", "cow-igo-leag"]), m.member_id.in_(["GBR", "SUN"]))
    with store.engine.connect() as connection:
        return {(row[0], row[1], row[2]): row[3] for row in connection.execute(statement)}


def test_the_curated_come_first_then_the_dataset_that_precedes(filled: Store, file: Path, tmp_path: Path) -> None:
    states = {
        "uk": {"COE": held(range(1998, 2015)), "LEAG": held(range(1980, 1990))},
        "russia": {"LEAG": held(range(1980, 1990))},
    }
    bring_in(filled, "cow-igo", state_year(tmp_path / "states.csv", states))
    alone: dict[tuple[str, str | None, str], bool] = {
        ("coe", None, "GBR"): True,
        ("coe", "cow-state-year", "GBR"): False,
        ("cow-igo-leag", "cow-state-year", "GBR"): True,
        ("cow-igo-leag", "cow-state-year", "SUN"): True,
    }
    assert preferences(filled) == alone
    bring_in(filled, "cow-igo", file)
    both: dict[tuple[str, str | None, str], bool] = {
        ("coe", "cow-igo-year", "GBR"): False,
        ("cow-igo-leag", "cow-igo-year", "SUN"): True,
    }
    alone_no_more: dict[tuple[str, str | None, str], bool] = {("cow-igo-leag", "cow-state-year", "SUN"): False}
    assert preferences(filled) == alone | both | alone_no_more
    take_out(filled, "cow-igo-year")
    assert preferences(filled) == alone


def test_what_is_curated_later_comes_first_as_well(filled: Store, file: Path, tmp_path: Path) -> None:
    bring_in(filled, "cow-igo", file)
    seed(filled, written(tmp_path, [one for one in WORLD if one["id"] != "coe-gbr-member"]), at="2026-11-25T12:00:00.000000Z")
    assert preferences(filled)["coe", "cow-igo-year", "GBR"] is True
    seed(filled, written(tmp_path, WORLD), at="2026-11-26T12:00:00.000000Z")
    assert preferences(filled)["coe", "cow-igo-year", "GBR"] is False
    with filled.engine.connect() as connection:
        versions = select(Membership.preferred, Membership.recorded_from).where(Membership.id == "cow-igo-year-coe-cow200-member")
        assert connection.execute(versions.order_by(Membership.recorded_from)).all() == [(False, 2), (True, 3), (False, 4)]


def test_loading_another_seed_leaves_what_was_imported(filled: Store, file: Path, tmp_path: Path) -> None:
    bring_in(filled, "cow-igo", file)
    before = content(filled)
    seed(filled, written(tmp_path, WORLD[::-1]), at="2026-11-25T12:00:00.000000Z")
    assert content(filled) == before


def test_an_import_after_the_seed_changed_is_matched_anew(filled: Store, file: Path, tmp_path: Path) -> None:
    bring_in(filled, "cow-igo", file)
    assert current(filled, Membership.organization_id, id="cow-igo-year-leag-cow260-member") == ["cow-igo-leag"]
    league = {**COUNCIL, "id": "league", "name": "The League", "codes": {"cow-igo": "LEAG"}, "acronym": "LG"}
    seed(filled, written(tmp_path, [*WORLD, league]), at="2026-11-25T12:00:00.000000Z")
    [done] = bring_in(filled, "cow-igo", file)
    assert done.matches.entities["cow-igo:LEAG"] == ("code", "league")
    assert current(filled, Membership.organization_id, id="cow-igo-year-leag-cow260-member") == ["league"]
    assert current(filled, Organization.id, dataset="cow-igo-year") == []


def test_the_feed_tells_of_a_dataset_once(filled: Store, file: Path) -> None:
    bring_in(filled, "cow-igo", file)
    take_out(filled, "cow-igo-year")
    with filled.engine.connect() as connection:
        told = connection.execute(
            select(Change.revision, Change.subject_id, Change.subject_kind, Change.kind, Change.change).where(Change.revision > 1)
        ).all()
        after = connection.execute(select(Change.after).where(Change.revision == 2)).scalar_one()
    assert told == [
        (2, "cow-igo-year", "source", "source_added", "added"),
        (3, "cow-igo-year", "source", "source_added", "closed"),
    ]
    assert json.loads(after or "")["counts"]["organization"] == {"added": 1}


def test_an_imported_organization_is_found_by_its_name_and_by_its_acronym(filled: Store, file: Path) -> None:
    bring_in(filled, "cow-igo", file)
    with TestClient(create_app(Settings(database_url=str(filled.engine.url)))) as client:
        for words in ("league of made", "LEAG", "made examples leagu"):
            assert [one["id"] for one in client.get(f"/v1/search?q={words}").json()["data"]][:1] == ["cow-igo-leag"], words
        take_out(filled, "cow-igo-year")
        assert "cow-igo-leag" not in client.get("/v1/search?q=league of made").text


def test_default_reads_say_after_a_removal_what_they_said_before(filled: Store, file: Path) -> None:
    questions = [
        "/v1/memberships?limit=1000",
        "/v1/organizations/coe/members?at=2005",
        "/v1/organizations?limit=200",
        "/v1/claims?limit=100",
    ]
    with TestClient(create_app(Settings(database_url=str(filled.engine.url)))) as client:
        before = [client.get(one).json()["data"] for one in questions]
        bring_in(filled, "cow-igo", file)
        british = [one["id"] for one in client.get(questions[1]).json()["data"] if one["member"]["id"] == "GBR"]
        assert british == ["coe-gbr-member"]
        take_out(filled, "cow-igo-year")
        assert [client.get(one).json()["data"] for one in questions] == before


def test_a_line_that_cannot_be_understood_is_refused_by_its_number(filled: Store, tmp_path: Path) -> None:
    path = igo_year(tmp_path / "igo.csv", {"LEAG": {"russia": {1980: 1, 1981: 7, 1982: 1}}})
    [done] = bring_in(filled, "cow-igo", path)
    assert (done.read, done.applied, len(done.refused.lines)) == (3, 2, 1)
    assert done.refused.first == [
        "igo.csv, line 3: column russia is '7'; expected one of 0, 1, 2, 3, -9, -1 (codebook of IGO v3.0)"
    ]


def test_a_file_that_breaks_off_is_refused_whole(filled: Store, file: Path, tmp_path: Path) -> None:
    before = content(filled)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(InvalidRecordError, match=r"cut\.csv\.gz"):
        bring_in(filled, "cow-igo", cut)
    assert (content(filled), filled.revision()) == (before, 1)
