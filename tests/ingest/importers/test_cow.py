"""The Correlates of War's files: years that are known, not known and out of the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ingest.importers.base import Covered, Gap, MembershipSpell, OrganizationSeen, StateSeen
from tests.ingest.importers.reading import LINES, explanations, lines, notices, only, read, refusals

if TYPE_CHECKING:
    from pathlib import Path

    from app.ingest.importers.base import Reading

UN_STATES = "igo_year_states.csv"


def spells(found: list[Reading], actor: str) -> list[tuple[str, str, str]]:
    return [(one.status, one.start, one.end) for one in only(found, MembershipSpell) if one.actor.key == actor]


def gaps(found: list[Reading]) -> list[tuple[str | None, str | None, int, int, str, str]]:
    return [
        (one.organization, one.actor and one.actor.key, one.first_year, one.last_year, one.reason, one.code)
        for one in only(found, Gap)
    ]


def test_a_row_of_minus_9_is_a_gap_of_the_organization_and_makes_nobody_a_member() -> None:
    found = lines("cow-igo", "igo_year_missing.csv")
    assert gaps(found)[0] == ("cow-igo:ACPEU", None, 1984, 1985, "not_known", "-9")
    assert not [one for one in only(found, MembershipSpell) if one.actor.key == "cow:267"]
    assert spells(found, "cow:540") == [("member", "1989", "[1990-01-02..1991-12-31]")]
    assert spells(found, "cow:58")[0][1] == "[1984..1986]", "after a gap it joined in it or in the first coded year"


def test_minus_1_is_a_state_outside_the_system() -> None:
    found = lines("cow-igo", "igo_year_missing.csv")
    assert (None, "cow:267", 1986, 1990, "not_in_system", "-1") in gaps(found)
    assert (None, "cow:373", 1986, 1990, "not_in_system", "-1") in gaps(found)


def test_minus_1_of_the_other_form_is_an_organization_that_does_not_exist() -> None:
    found = lines("cow-igo", "state_year.csv")
    assert ("cow-igo:WTO", None, 1991, 1994, "not_in_existence", "-1") in gaps(found)
    assert [one.actor.key for one in only(found, Covered) if one.actor] == ["cow:373"]
    assert spells(found, "cow:373")[0][0] == "member"
    cis = [one for one in only(found, MembershipSpell) if one.organization == "cow-igo:UN"]
    assert [(one.start, one.end, one.years) for one in cis] == [("1992", "[1996-01-02..1997-12-31]", (1992, 1996))]


def test_germany_is_three_columns_and_each_ends_where_the_next_begins() -> None:
    found = lines("cow-igo", UN_STATES)
    assert spells(found, "cow:260") == [("member", "[1945..1988]", "[1989-01-02..1990-12-31]")]
    assert spells(found, "cow:265") == [("member", "[1945..1988]", "[1989-01-02..1990-12-31]")]
    assert spells(found, "cow:255") == [("member", "[1945..1990]", "[1993-01-02..1994-12-31]")]


def test_one_column_is_several_states_and_says_in_which_years() -> None:
    found = lines("cow-igo", UN_STATES)
    russia = [one.actor for one in only(found, MembershipSpell) if one.actor.key == "cow:365"]
    assert [(one.name, one.first_year, one.last_year) for one in russia] == [("russia", 1988, 1993)]
    assert spells(found, "cow:345")[0][0] == "member"


def test_imputed_years_and_those_good_to_five_years_are_approximate() -> None:
    starts = {one.start for one in only(lines("cow-igo", "igo_year_imputed.csv"), MembershipSpell)}
    assert starts == {"[1890..1959~]", "1965~"}


def test_names_in_mac_roman_are_repaired_and_told() -> None:
    found = lines("cow-igo", "igo_year_names.csv")
    names = [one.name for one in only(found, OrganizationSeen)]
    assert "Comité Regional de Sanidad Vegetal del Cono Sur (COSAVE)" in names
    assert "International Renewable Energy Agency" in names
    assert all("Mac Roman" in reason for _, column, reason in notices(found) if column.endswith("orgname"))


def test_the_damaged_row_keeps_its_states_and_is_told() -> None:
    found = lines("cow-igo", "igo_year_damaged.csv")
    assert (2, "sourcesandnotes", "values of the columns that follow slid into the note") in notices(found)
    assert {one.years for one in only(found, MembershipSpell)} == {(1920, 1924)}
    assert not refusals(found)


def test_years_without_a_row_are_not_covered_and_say_nothing() -> None:
    found = lines("cow-igo", "igo_year_gap.csv")
    assert [(one.first_year, one.last_year) for one in only(found, Covered) if one.organization] == [(1987, 1989), (2002, 2004)]


def test_a_dead_organization_ends_in_its_last_year() -> None:
    found = lines("cow-igo", "igo_year_ended.csv")
    [organization] = only(found, OrganizationSeen)
    assert organization.end == "[1991-01-02..1992-01-01]"
    assert {one.end for one in only(found, MembershipSpell) if (one.years or (0, 0))[1] == 1991} == {"[1991-01-02..1992-12-31]"}


def test_a_code_that_the_codebook_does_not_have_is_refused_with_its_line(tmp_path: Path) -> None:
    text = (LINES / UN_STATES).read_text().splitlines(keepends=True)
    text[3] = text[3].replace("\t1\t", "\t7\t", 1)
    path = tmp_path / "igo_year.csv"
    path.write_text("".join(text))
    found = read("cow-igo", path)
    [(line, column, value)] = refusals(found)
    assert (line, value) == (4, "7")
    assert column
    assert [(one.first_year, one.last_year) for one in only(found, Covered) if one.organization] == [(1988, 1989), (1991, 1993)]


def test_a_repeated_row_is_explained_and_a_contradicting_one_refused(tmp_path: Path) -> None:
    text = (LINES / UN_STATES).read_text().splitlines(keepends=True)
    path = tmp_path / "igo_year.csv"
    path.write_text("".join([*text, text[-1], text[-2].replace("\t1\t", "\t0\t", 1)]))
    found = read("cow-igo", path)
    assert explanations(found) == [(8, "repeats line 7")]
    assert refusals(found) == [(9, "year", "1992")]
    assert only(found, MembershipSpell) == only(lines_of(path, text), MembershipSpell)


def lines_of(path: Path, text: list[str]) -> list[Reading]:
    path.write_text("".join(text))
    return read("cow-igo", path)


def test_states_come_with_their_spells_and_the_lists_edges_are_open() -> None:
    found = [(one.actor.key, one.start, one.end) for one in only(lines("cow-states", "states2016.csv"), StateSeen)]
    assert ("cow:2", "[..1816-01-01]", "[2017-01-01..]") in found
    assert ("cow:240", "1837-06-20", "1866-07-27") in found, "the last day is one of statehood"
    assert [one for one in found if one[0] == "cow:42"] == [
        ("cow:42", "1894-01-01", "1916-11-30"),
        ("cow:42", "1924-09-29", "[2017-01-01..]"),
    ]


def test_a_day_that_does_not_exist_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "states2016.csv"
    path.write_text((LINES / "states2016.csv").read_text().replace("1837,6,20", "1837,6,31"))
    assert refusals(read("cow-states", path)) == [(7, "styear", "1837-6-31")]
