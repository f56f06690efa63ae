"""Treaties and their parties: dates that exist and dates that do not, states that are meant and those that nobody can tell."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from app.errors import InvalidRecordError
from app.ingest.importers.base import Actor, ActSeen, AgreementSeen, Noticed
from app.ingest.importers.messy import messy
from app.ingest.importers.values import UnreadableError
from tests.ingest.importers.reading import LINES, explanations, lines, notices, only, read, refusals

if TYPE_CHECKING:
    from pathlib import Path

    from app.ingest.importers.base import Reading


def agreements(found: list[Reading]) -> dict[str, tuple[str, str | None, str]]:
    return {one.key: (one.signed, one.in_force, one.terminated) for one in only(found, AgreementSeen)}


def acts(found: list[Reading]) -> list[tuple[int, str, str, str]]:
    return [(one.line, one.actor.key, one.act, one.date) for one in only(found, ActSeen)]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("1901-02-22", "1901-02-22"),
        ("1964-06", "1964-06"),
        ("1948", "1948"),
        ("1816?", "1816?"),
        ("1890-12-20?", "1890-12-20?"),
        ("2011-01-01~", "2011-01-01~"),
        ("1981-09..1981-10", "[1981-09..1981-10]"),
        ("..1816-01-01", "[..1816-01-01]"),
        ("2011-12-31..", "[2011-12-31..]"),
        ("1964-XX-16", "1964-XX-16"),
        ("", ""),
    ],
)
def test_a_date_keeps_what_its_source_says_of_it(text: str, edtf: str) -> None:
    assert messy("Begin", text) == edtf


@pytest.mark.parametrize(
    "text",
    [
        "1976-06-31", "1972-06-31?", "2020-99-99", "2010-XX-XX-", "0014-022005", "-0753", "0006-1815", "0004", "9999-12-31", "..",
        "1981-10..1981-09", "1816??", "1816-1-1", "16/01/1964", "1964-01-16T00:00", "١٨١٦", " 1816", "1816-01-01..1817..1818",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_as_it_stands(text: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        messy("Begin", text)
    assert (refused.value.column, refused.value.value) == ("Begin", text)


def test_impossible_days_refuse_their_line_and_the_others_stand() -> None:
    found = lines("manytreaties", "ggo_dates.csv")
    assert refusals(found) == [
        (5, "Term", "9999-12-01"),
        (7, "Term", "1972-06-31?"),
        (8, "Term", "1976-06-31"),
        (10, "Term", "2010-XX-XX-"),
        (11, "Force", "0014-022005"),
    ]
    assert agreements(found) == {
        "ggo:ESP-GBR_1351A": ("1351-08-01", "1351-08-01", "1371-07-31"),
        "ggo:RVSDNR_1868A": ("1868-10-17", "1869-07-01", ".."),
        "ggo:TR06RB_1961A": ("1961-01-17", "1964-XX-16", ""),
        "ggo:AMCAFF_1964R": ("1964-06-02", "1982-11-01", "2011-01-01~"),
        "ggo:WM04CP_1981R": ("[1981-09..1981-10]", None, "2018-10"),
    }


def test_9999_12_31_goes_on_in_an_end_and_has_not_happened_elsewhere() -> None:
    found = lines("manytreaties", "ggo_parties.csv")
    by_line = {
        one.line: [(act.act, act.date) for act in only(found, ActSeen) if act.line == one.line]
        for one in only(found, AgreementSeen)
    }
    assert agreements(found)["ggo:TR04RB_1885A"][2] == ".."
    assert by_line[3] == [("signature", "1885-06-30"), ("ratification", "1885-07-14"), ("entry_into_force", "1886-06-06")]
    assert by_line[5] == [("signature", "1949-09-19"), ("ratification", "1954-04-23")], "StateForce is 9999-12-31"
    assert by_line[6] == [], "StateRatification and StateForce are 9999-12-31"
    assert not [one for one in acts(found) if one[3].startswith("9999")]


def test_a_states_own_end_is_a_withdrawal_and_the_treatys_is_none() -> None:
    found = lines("manytreaties", "ggo_parties.csv")
    assert [one for one in acts(found) if one[2] == "withdrawal"] == [(7, "iso3:GBR", "withdrawal", "2020-02-01")]


def test_a_signature_after_the_ratification_is_told_and_stands() -> None:
    found = lines("manytreaties", "ggo_parties.csv")
    assert (4, "StateSignature", "after the ratification") in notices(found)
    assert (4, "iso3:AUS", "signature", "1930-05-24") in acts(found)


def test_a_signature_that_repeats_the_entry_into_force_is_none() -> None:
    found = lines("manytreaties", "ggo_parties.csv")
    assert (2, "StateSignature", "repeats the entry into force of a state that acceded: no signature") in notices(found)
    assert [one[2] for one in acts(found) if one[0] == 2] == ["ratification", "entry_into_force"]


def test_an_impossible_day_of_a_party_refuses_its_line() -> None:
    found = lines("manytreaties", "ggo_parties.csv")
    assert refusals(found) == [(8, "End", "1976-06-31"), (10, "StateEnd", "2020-99-99")]


def test_repeated_rows_give_their_acts_once_and_a_second_spell_its_own() -> None:
    found = lines("manytreaties", "ggo_repeated.csv")
    assert explanations(found) == [
        (2, "no date of the state's own"),
        (8, "says what line 6 says"),
        (9, "says what line 6 says"),
    ]
    assert [one for one in acts(found) if one[1] == "iso3:MLI"] == [
        (6, "iso3:MLI", "signature", "1991-01-30"),
        (6, "iso3:MLI", "ratification", "1991-06-06"),
        (6, "iso3:MLI", "entry_into_force", "1998-04-22"),
        (7, "iso3:MLI", "ratification", "1996-02-21"),
    ]


def test_an_end_before_the_state_was_bound_is_told_and_no_withdrawal() -> None:
    found = lines("manytreaties", "ggo_repeated.csv")
    assert (10, "StateEnd", "not after the entry into force: the text was replaced before") in notices(found)


def test_codes_that_are_not_iso_are_known_or_refused() -> None:
    found = lines("manytreaties", "ggo_codes.csv")
    meant = {one.actor.key: (one.actor.name, one.actor.kind) for one in only(found, ActSeen)}
    assert meant == {
        "manystates:EUE": ("European Union", "organization"),
        "iso3:DZA": ("Algeria", "state"),
        "cow:511": ("Zanzibar", "state"),
        "cow:347": ("Kosovo", "state"),
        "cow:678": ("Yemen Arab Republic", "state"),
        "manystates:IO-IAEA": ("IAEA", "organization"),
        "manystates:EURATOM European Atomic Energy Community": ("European Atomic Energy Community", "organization"),
    }
    assert [value for _, _, value in refusals(found)] == ["QAR", "Member countries not listed", "UNK"]


def test_an_actor_says_the_years_of_its_acts() -> None:
    actors = {one.actor for one in only(lines("manytreaties", "ggo_codes.csv"), ActSeen)}
    assert Actor("cow:347", "Kosovo", 2008, 2008) in actors
    assert Actor("cow:678", "Yemen Arab Republic", 1963, 1979) in actors


def test_one_number_for_several_treaties_is_told_apart_by_title_and_signature() -> None:
    found = lines("manytreaties", "ggo_same_number.csv", "ggo_same_number_parties.csv")
    assert list(agreements(found)) == [
        "ggo:BAD-CHE_1884P", "ggo:BAD-CHE_1884P#2", "ggo:GBR_2019O", "ggo:GBR_2019O#2", "ggo:GBR_2019O#3", "ggo:GBR_2019O#4",
    ]  # fmt: skip
    signed = {one.agreement: one.date for one in only(found, ActSeen) if one.act == "signature"}
    assert signed == {key: held[0] for key, held in agreements(found).items() if "GBR_2019O" in key}


def test_a_code_for_two_states_is_refused_unless_a_name_stands_beside_it() -> None:
    assert [value for _, _, value in refusals(lines("manytreaties", "ieadb_parties.csv"))] == ["KOR - PRK", "SWA - SWZ"]
    meant = {one.actor.key for one in only(lines("manytreaties", "desta_parties.csv"), ActSeen)}
    assert {"cow:347", "manystates-name:Netherlands Antilles"} <= meant


def test_a_placeholder_far_in_the_future_is_told_and_no_act() -> None:
    found = lines("manytreaties", "ieadb_parties.csv")
    assert notices(found) == [(2, "Force", "stands for no day")]
    assert [one for one in acts(found) if one[0] == 2] == [(2, "iso3:DNK", "signature", "1901-06-24")]


def test_a_party_whose_own_day_nobody_says_is_bound_on_an_unknown_one() -> None:
    found = lines("manytreaties", "gptad_parties.csv")
    assert [one[1:] for one in acts(found)] == [
        ("iso3:AUT", "consent_to_be_bound", ""),
        ("manystates:EC", "consent_to_be_bound", ""),
    ]


def test_years_written_as_first_of_january_are_years() -> None:
    assert [held[:2] for held in agreements(lines("manytreaties", "trend_agreements.csv")).values()] == [
        ("1947", "1947"), ("1948", "1948"), ("2016", "2016"), ("", None),
    ]  # fmt: skip


def test_a_treaty_listed_once_a_river_is_one_treaty() -> None:
    found = lines("manytreaties", "tfdd_agreements.csv")
    assert explanations(found) == [(4, "another row of the treaty of line 3")]
    assert refusals(found) == [(2, "Signature", "0004")]
    assert [value for _, _, value in refusals(lines("manytreaties", "tfdd_parties.csv"))] == ["MFD"]


def untc(tmp_path: Path, *tables: str) -> list[Reading]:
    """Lay status tables out under the names that the index knows."""
    (tmp_path / "treaties").mkdir()
    shutil.copy(LINES / "untc-index.csv", tmp_path / "index.csv")
    for one in tables:
        shutil.copy(LINES / f"untc-{one}.csv", tmp_path / "treaties" / f"{one}.csv")
    return read("untc", tmp_path)


def test_letters_behind_a_day_mean_what_the_heading_says_and_case_matters(tmp_path: Path) -> None:
    last = {key: (act, day) for _, key, act, day in acts(untc(tmp_path, "21-6-a"))}
    assert last["un-name:Albania"] == ("consent_to_be_bound", "2003-06-23"), "P"
    assert last["un-name:Bahamas"] == ("consent_to_be_bound", "1995-07-28"), "p: simplified procedure"
    assert last["un-name:Cook Islands"] == ("accession", "1995-02-15"), "a"
    assert last["un-name:European Union"] == ("ratification", "1998-04-01"), "c: formal confirmation"
    assert last["un-name:Canada"] == ("ratification", "2003-11-07"), "no letter"


@pytest.mark.parametrize(
    ("cell", "act"),
    [("11 May 1994 a", "accession"), ("11 May 1994 A", "acceptance"), ("11 May 1994 AA", "approval"), ("11 May 1994 d", "succession"),
     ("11 May 1994", "ratification"), ("11 May 1994 p", None), ("31 Jun 1976 a", None), ("A/RES/34", None), ("11 May 1994 aa", None)],
)  # fmt: skip
def test_a_cell_that_the_heading_does_not_explain_is_refused(tmp_path: Path, cell: str, act: str | None) -> None:
    shutil.copy(LINES / "untc-index.csv", tmp_path / "index.csv")
    heading = '"Approval(AA), Acceptance(A), Accession(a), Succession(d), Ratification"'
    (tmp_path / "4-9.csv").write_text(f"Participant,Signature,{heading}\nAlbania,4 Feb 1985,{cell}\n")
    found = read("untc", tmp_path)
    if act is None:
        assert [value for _, _, value in refusals(found)] == [cell]
        assert not acts(found), "a line is applied whole or not at all"
    else:
        assert [one[2] for one in acts(found)] == ["signature", act]


def test_headings_that_name_no_act_are_explained(tmp_path: Path) -> None:
    found = untc(tmp_path, "1-2")
    assert not acts(found)
    assert not refusals(found)
    assert (2, "a heading that names no act: Resolution") in explanations(found)


def test_a_treaty_keeps_place_and_day_from_its_title(tmp_path: Path) -> None:
    found = {one.key: one for one in only(untc(tmp_path), AgreementSeen)}
    assert (found["untc:IV-9"].place, found["untc:IV-9"].signed, found["untc:IV-9"].type) == (
        "New York",
        "1984-12-10",
        "convention",
    )
    assert found["untc:XIX-40"].signed == ""


def test_a_status_table_without_its_index_is_refused() -> None:
    with pytest.raises(InvalidRecordError, match=r"of a treaty of index\.csv, which is to be given with the tables"):
        lines("untc", "untc-21-6-a.csv")


def test_phases_that_touch_are_one_spell_and_an_exit_of_0_is_none() -> None:
    found = lines("atop", "atop_alliances.csv", "atop_members.csv")
    assert [one for one in acts(found) if one[1] == "cow:220"] == [(9, "cow:220", "definitive_signature", "1949-04-04")]
    assert (10, "goes on from line 9: another phase") in explanations(found)
    assert agreements(found)["atop:3180"] == ("1949-04-04", "1949-04-04", "[2017-01-01..]")


def test_who_left_and_came_back_withdraws_and_accedes() -> None:
    found = lines("atop", "atop_alliances.csv", "atop_members.csv")
    assert [one[2:] for one in acts(found) if one[1] == "cow:651"] == [
        ("definitive_signature", "1945-03-22"),
        ("withdrawal", "1979-03-31"),
        ("accession", "1989-05-22"),
    ]


def test_a_member_that_is_no_cow_state_is_refused_and_a_missing_day_is_a_month() -> None:
    found = lines("atop", "atop_alliances.csv", "atop_members.csv")
    assert refusals(found) == [(6, "member", "8152")]
    assert agreements(found)["atop:1035"] == ("1815-11-20", "1815-11-20", "1822-12")


def test_wipos_three_dates_are_three_acts() -> None:
    found = lines("wipo", "wipo.csv")
    assert [one[2:] for one in acts(found) if one[1] == "wipo-name:Japan"] == [
        ("signature", "1972-04-21"),
        ("acceptance", "1978-06-19"),
        ("entry_into_force", "1978-10-14"),
    ]
    kinds = {one.actor.name: one.actor.kind for one in only(found, ActSeen)}
    assert kinds["African Intellectual Property Organization"] == "organization"


def test_a_bilateral_treaty_is_signed_by_both_and_a_multilateral_one_on_no_known_day() -> None:
    found = lines("uk-treaties", "uk_treaties.csv")
    assert [one for one in acts(found) if one[0] == 2] == [
        (2, "fcdo-name:ARGENTINA", "signature", "1895-11-12"),
        (2, "fcdo-name:UNITED KINGDOM", "signature", "1895-11-12"),
    ]
    assert (6, "iso3:NLD", "consent_to_be_bound", "") in acts(found)
    assert refusals(found) == [(4, "terminated_event_date", "1957-06-30")]


def test_territories_are_no_parties_and_an_early_entry_into_force_is_told() -> None:
    found = lines("uk-treaties", "uk_treaties.csv")
    assert (3, "definative_eif_event_date", "in force before it was signed") in notices(found)
    [territories] = [one.value for one in only(found, Noticed) if one.column == "country_name"]
    assert territories == "Bermuda; Cayman Islands; Gibraltar; Isle Of Man"
