"""Members, votes and events: Namibia is no missing value, and nobody becomes a member by a word that means something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.errors import InvalidRecordError
from app.ingest.importers.base import EventSeen, MembershipSpell, OrganizationSeen, ParticipationSeen, StateSeen, VoteSeen
from app.vocabulary import ActType, AgreementStatus, AgreementType, EventType, OrganizationType, Role, Status
from tests.ingest.importers.reading import LINES, explanations, lines, notices, only, read, refusals

if TYPE_CHECKING:
    from pathlib import Path

    from app.ingest.importers.base import Reading

VOTING = ("un_roll_call_issues.csv", "un_roll_calls.csv", "un_votes.csv")


def test_na_is_namibia_and_a_code_that_is_empty_or_withdrawn_means_one_state() -> None:
    votes = {one.actor.name: (one.actor.key, one.vote) for one in only(lines("unvotes", *VOTING), VoteSeen)}
    assert votes == {
        "Namibia": ("iso2:NA", "yes"),
        "Yemen Arab Republic": ("cow:678", "abstain"),
        "Federal Republic of Germany": ("cow:260", "yes"),
        "Zanzibar": ("cow:511", "abstain"),
        "Czechoslovakia": ("iso3:CSK", "yes"),
        "Yemen People's Republic": ("iso3:YMD", "yes"),
        "Germany": ("iso2:DE", "abstain"),
        "Azerbaijan": ("iso2:AZ", "yes"),
    }


def test_a_roll_call_is_an_event_with_its_day_and_what_the_file_says_of_it() -> None:
    calls = {one.key: one for one in only(lines("unvotes", *VOTING), EventSeen)}
    first = calls["unvotes:3"]
    assert (first.type, first.start, first.organization, first.name) == (
        "roll_call",
        "1946-01-01",
        "UN",
        "AMENDMENTS, RULES OF PROCEDURE",
    )
    assert ("unres", "R/1/66") in first.details
    assert calls["unvotes:5640"].name.startswith("The Acting President"), "without a short title its description is its name"


@pytest.mark.parametrize(
    ("row", "column"),
    [("3,Canada,CA,maybe", "vote"), ("3,Canada,CAN,yes", "country_code"), ("3,Atlantis,,yes", "country_code"),
     ("999999,Canada,CA,yes", "rcid"), ("3,Czechoslovakia,CS,no", "country")],
)  # fmt: skip
def test_a_vote_that_nobody_can_place_is_refused(tmp_path: Path, row: str, column: str) -> None:
    path = tmp_path / "un_votes.csv"
    path.write_text((LINES / "un_votes.csv").read_text() + row + "\n")
    found = read("unvotes", LINES / "un_roll_calls.csv", path)
    assert [(line, at) for line, at, _ in refusals(found)] == [(10, column)]
    assert len(only(found, VoteSeen)) == 8


def test_votes_without_their_roll_calls_are_refused() -> None:
    with pytest.raises(InvalidRecordError, match="votes need their roll calls"):
        lines("unvotes", "un_votes.csv")


def test_the_factbooks_standings_become_statuses_or_are_told() -> None:
    found = lines("factbook", "io_participation.csv")
    held = {(one.actor.name, one.organization): (one.status, one.status_term) for one in only(found, MembershipSpell)}
    assert held["Turkiye", "factbook:SCO"] == ("dialogue_partner", "dialogue member")
    assert held["Turkiye", "factbook:CBSS"] == ("observer", "observer")
    assert held["Taiwan", "factbook:WTO"] == ("member", "Chinese Taipei")
    assert held["European Union", "factbook:IGAD"] == ("partner", "partners")
    assert held["Namibia", "factbook:UNMISS"] == ("participant", ""), "who sends people to a mission is no member of it"
    assert ("Turkiye", "factbook:ITUC") not in held, "(NGOs) are not the state"
    assert (2, "(NGOs): no participation of the state") in explanations(found)


def test_namibia_is_na_and_a_crown_dependency_is_not_the_united_kingdom() -> None:
    found = lines("factbook", "io_participation.csv")
    keys = {one.actor.name: one.actor.key for one in only(found, MembershipSpell)}
    assert keys["Namibia"] == "iso2:NA"
    assert keys["Guernsey"] == "iso2:GG"
    assert keys["Kosovo"] == "factbook-name:Kosovo"


def test_a_status_without_dates_is_sure_for_the_year_of_the_edition_only() -> None:
    spells = only(lines("factbook", "io_participation.csv"), MembershipSpell)
    assert {(one.start, one.end, one.years) for one in spells} == {("[..2025]", "[2025-01-02..]", (2025, 2025))}


def test_abbreviations_are_the_factbooks_own() -> None:
    names = {one.acronym: one.name for one in only(lines("factbook", "io_participation.csv"), OrganizationSeen)}
    assert names["CE"] == "Council of Europe"
    assert names["IDB"] == "Islamic Development Bank"


def test_a_body_is_told_by_its_title_and_its_years_are_not_its_members() -> None:
    found = lines("informal-igos", "iigo_bodies.csv", "iigo_members.csv")
    mexico = [(one.organization, one.start, one.end) for one in only(found, MembershipSpell) if one.actor.key == "iso3:MEX"]
    assert mexico == [
        ("iigo:Contadora Group", "[1983..1986]", "[1986-01-02..1987-01-01]"),
        ("iigo:Carnegie Group Of Science Advisors To Presidents And Prime Ministers", "[..2017]", "[2017-01-02..]"),
    ]
    assert len({one.key for one in only(found, OrganizationSeen)}) == len(only(found, OrganizationSeen)) == 8


def test_a_missing_or_double_code_gives_way_to_the_name() -> None:
    found = lines("informal-igos", "iigo_bodies.csv", "iigo_members.csv")
    names = {one.actor.key for one in only(found, MembershipSpell) if "name:" in one.actor.key}
    assert names == {"manystates-name:Equatorial Guinea", "manystates-name:Democratic Republic of the Congo"}
    assert (5, "stateID", "not an ISO code; the name Equatorial Guinea speaks") in notices(found)


def test_coded_events_keep_their_leading_zeros_and_na_is_missing() -> None:
    found = lines("icews", "icews.tab")
    events = {one.key: one for one in only(found, EventSeen)}
    consult = events["icews:32889836"]
    assert ("cameo", "040") in consult.details
    assert (consult.place, consult.country, consult.latitude, consult.longitude) == ("Hanoi", "Vietnam", 21.0245, 105.841)
    assert all("NA" not in (one.place, one.country) for one in events.values())
    pair = [(one.actor.name, one.role) for one in only(found, ParticipationSeen) if one.event == consult.key]
    assert pair == [("Bangladesh", "source"), ("Vietnam", "target")]


def test_who_has_no_country_takes_part_only_if_it_is_an_organization() -> None:
    actors = {one.actor.name: one.actor.kind for one in only(lines("icews", "icews.tab"), ParticipationSeen)}
    assert actors["Shanghai Cooperation Organization"] == "organization"
    assert "Unspecified Actor" not in actors
    assert actors["Namibia"] == "state"


def test_an_event_id_that_comes_again_is_another_event_or_a_repeated_row(tmp_path: Path) -> None:
    text = (LINES / "icews.tab").read_text().splitlines(keepends=True)
    path = tmp_path / "events.tab"
    path.write_text("".join([*text, text[-1], text[-1].replace("Hanoi", "Hue")]))
    found = read("icews", path)
    assert explanations(found) == [(9, "repeats an event")]
    assert only(found, EventSeen)[-1].key == "icews:32889837#2"


def test_lists_of_states_keep_open_and_uncertain_ends() -> None:
    found = lines("manystates", "states_gw.csv", "states_isd.csv", "states_ggo.csv")
    spells = {(one.actor.key, one.start, one.end) for one in only(found, StateSeen)}
    assert ("gw:300", "[..1816-01-01]", "1918-11-13") in spells
    assert ("gw:373", "1991-12-21", "[2017-12-31..]") in spells
    assert ("manystates:CHI", "0800?", "1831-12-31?") in spells
    assert ("manystates:MOS", "1200-01-01~", "1895-09-30~") in spells
    assert ("manystates:SMR", "0301-09-03", "..") in spells
    assert refusals(found) == [(2, "Begin", "-0753"), (2, "Begin", "0006-1815")]


EVERYTHING = (
    ("cow-igo", "igo_year_states.csv"), ("cow-igo", "state_year.csv"), ("factbook", "io_participation.csv"),
    ("informal-igos", "iigo_members.csv"), ("icews", "icews.tab"), ("unvotes", "un_roll_calls.csv"), ("wipo", "wipo.csv"),
    ("atop", "atop_members.csv"), ("uk-treaties", "uk_treaties.csv"), ("manytreaties", "ggo_dates.csv"),
    ("manytreaties", "ggo_parties.csv"),
)  # fmt: skip


def test_words_of_closed_lists_are_in_the_vocabulary() -> None:
    found: list[Reading] = [one for name, file in EVERYTHING for one in lines(name, file)]
    words = {
        "status": {*Status}, "act": {*ActType}, "role": {*Role},
        "type": {*AgreementType, *EventType, *OrganizationType},
    }  # fmt: skip
    for one in found:
        for column, allowed in words.items():
            word = getattr(one, column, None)
            if word and not (column == "status" and word in {*AgreementStatus}):
                assert word in allowed, one
