"""A check of the file finds what no reader should, and says where; the project's own seed has no error."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.curation.checking import check_file
from app.curation.citations import link_fault
from app.curation.findings import Finding, Severity
from app.curation.layout import laid_out
from tests.curation.worlds import CLAIM, EVENT, MEMBER, ORG, SOURCE, STATE, TREATY, WORLD, Rec, changed, written
from tests.databases import ROOT, SEED

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 24)


def found(folder: Path, records: list[Rec]) -> list[Finding]:
    return check_file(written(folder, records), TODAY)


def act(kind: str, day: str, actor: str = "AAA") -> Rec:
    return {"actor": actor, "act": kind, "date": day}


def test_the_projects_seed_has_no_error() -> None:
    assert [str(one) for one in check_file(SEED, TODAY) if one.severity is Severity.ERROR] == []


def test_a_world_in_order_has_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, [*WORLD, TREATY, EVENT]) == []


@pytest.mark.parametrize(
    ("extra", "rule", "severity", "part"),
    [
        (changed(SOURCE, id="lost", url="https://news.un.org/lost"), "orphan", "error", "no claim cites"),
        (
            changed(MEMBER, id="org-bbb-member", member="BBB", claims=[{"source": "page"}, {"source": "page"}]),
            "duplicate",
            "error",
            "2 times",
        ),
        (changed(MEMBER, id="org-aaa-member-2"), "duplicate", "error", "the same as org-aaa-member"),
        (changed(ORG, id="org2", name="Another", codes={}), "acronym", "error", "ORG is org's too"),
        (changed(ORG, id="aorg", name="Old", codes={}, start="1950", end="1960"), "acronym", "warning", "ORG is aorg's too"),
        (
            changed(MEMBER, id="org-bbb-member", member="BBB", start="1940", claims=[{**CLAIM, "property": "status"}]),
            "life",
            "error",
            "before org",
        ),
        (changed(MEMBER, id="org-bbb-member", member="BBB", start="1940"), "life", "warning", "as a claim says"),
        (changed(TREATY, in_force="2000-01-01"), "order", "error", "in force 2000-01-01, before it was signed"),
        (changed(TREATY, in_force="2000", claims=[{**CLAIM, "property": "in_force"}]), "order", "warning", "as a claim says"),
        (changed(TREATY, terminated="2002-01-01"), "order", "error", "before it was in force"),
        (
            changed(TREATY, acts=[act("signature", "2001-01-01"), act("ratification", "2000-12-31")]),
            "order",
            "warning",
            "before its signature",
        ),
        (
            changed(TREATY, acts=[act("signature", "2001-01-01"), act("entry_into_force", "2000")]),
            "order",
            "error",
            "before its signature",
        ),
        (changed(TREATY, acts=[act("withdrawal", "2002"), act("accession", "2003")]), "order", "warning", "before any consent"),
        (changed(TREATY, acts=[act("accession", "2000")]), "order", "warning", "before the agreement was signed"),
        (
            changed(TREATY, acts=[act("signature", "2001-01-01")] * 2),
            "duplicate",
            "error",
            "signature by AAA on 2001-01-01, given 2 times",
        ),
        (
            changed(EVENT, place={"name": "Far", "country": "AAA", "latitude": -40.0, "longitude": 50.0}),
            "place",
            "warning",
            "80 degrees",
        ),
        (changed(EVENT, place={"name": "Half", "latitude": 40.0}), "place", "error", "one coordinate"),
        (changed(ORG, id="org2", acronym="O2", codes={}, website="https://localhost/x"), "link", "error", "no dot"),
    ],
)
def test_what_is_wrong_is_found_with_its_record_and_line(tmp_path: Path, extra: Rec, rule: str, severity: str, part: str) -> None:
    one = next((one for one in found(tmp_path, [*WORLD, extra]) if one.rule == rule and part in one.sentence), None)
    assert one is not None, [str(each) for each in found(tmp_path, [*WORLD, extra])]
    assert one.severity == severity
    line = written(tmp_path, [*WORLD, extra]).read_text("utf-8").splitlines()[(one.line or 0) - 1]
    assert f'"id": "{one.record}"' in line


def test_two_events_of_one_name_and_day_are_one_too_many(tmp_path: Path) -> None:
    twin = changed(EVENT, id="meeting-2", name="the  meeting")
    assert [one.record for one in found(tmp_path, [*WORLD, EVENT, twin]) if one.rule == "duplicate"] == ["meeting-2"]


def test_one_page_is_one_source(tmp_path: Path) -> None:
    twin = changed(SOURCE, id="same", url="http://NEWS.un.org/page/")
    cited = changed(MEMBER, id="org-bbb-member", member="BBB", claims=[{**CLAIM, "source": "same"}])
    assert [one.record for one in found(tmp_path, [*WORLD, twin, cited])] == ["same"]


@pytest.mark.parametrize("status", ["acceding", "applicant"])
def test_on_the_way_in_an_actor_may_be_before_the_organization(tmp_path: Path, status: str) -> None:
    early = changed(MEMBER, id="early", status=status, start="1989", end="1990", claims=[{"source": "page"}])
    assert found(tmp_path, [*WORLD, early]) == []


def test_founders_start_on_the_founding_day(tmp_path: Path) -> None:
    assert found(tmp_path, [*WORLD[:-2], changed(MEMBER, start="1990-01-01")]) == []


def test_what_the_loader_refuses_is_an_error_with_its_line(tmp_path: Path) -> None:
    observer = changed(MEMBER, id="org-aaa-observer", status="observer")
    first = found(tmp_path, [*WORLD, observer])[0]
    assert (first.severity, first.rule) == ("error", "loader")
    assert "world.json, line 6: membership org-aaa-member (1993-06-01/..) overlaps org-aaa-observer" in first.sentence


@pytest.mark.parametrize("quote", ["   ", "\t\n", "word " * 26])
def test_a_quote_says_something_in_few_words(tmp_path: Path, quote: str) -> None:
    wrong = changed(MEMBER, claims=[{**CLAIM, "quote": quote}])
    one = found(tmp_path, [SOURCE, STATE, ORG, wrong])[0]
    assert (one.rule, one.severity) == ("record", "error")
    assert "line 5, membership org-aaa-member: field claims.0.quote" in one.sentence


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://www.un.org/en/x?id=5#part", None),
        ("http://108.161.137.60/x", None),
        ("https://un.org/a b", "space"),
        ("ftp://un.org/x", "scheme"),
        ("https://intranet/x", "no dot"),
        ("https://www.example.com/x", "no public one"),
        ("https://example/x", "no dot"),
        ("https://printer.local/x", "no public one"),
        ("https://me:secret@un.org/x", "name or password"),
        ("https://un.org/x?utm_source=rss", "utm_source"),
        ("https://un.org/x?a=1&fbclid=2", "fbclid"),
        ("https://[un.org/x", "not an address"),
    ],
)
def test_a_link_is_one_that_a_reader_can_follow(url: str, fault: str | None) -> None:
    said = link_fault(url)
    assert said is None if fault is None else said is not None and fault in said


@given(st.text())
def test_any_text_is_judged_without_an_exception(text: str) -> None:
    link_fault(text)
    link_fault(f"https://{text}")


def test_an_unsorted_file_is_an_error_and_write_mends_it(tmp_path: Path) -> None:
    path = written(tmp_path, WORLD)
    form = path.read_text("utf-8")
    lines = form.replace("]\n", "").splitlines()[1:]
    path.write_text("[\n" + ",\n".join(line.rstrip(",") for line in reversed(lines)) + "\n]\n", encoding="utf-8")
    assert [one.rule for one in check_file(path, TODAY)] == ["layout"]
    command = [sys.executable, "-m", "app", "check", str(path)]
    assert subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == 1
    done = subprocess.run([*command, "--write"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "world.json: 0 errors, 0 warnings\n")
    assert path.read_text("utf-8") == form


def test_laying_out_twice_changes_nothing() -> None:
    text = SEED.read_text("utf-8")
    assert laid_out(laid_out(text)) == laid_out(text)
