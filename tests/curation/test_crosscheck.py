"""Files of others against the seed: what agrees, what differs, and why."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from app.curation import cow_igo, factbook, untc
from app.curation.differences import Comparison, Explanation, explain, read_reasons
from app.errors import InvalidRecordError
from app.ingest.readers.cow_igo import read_cells
from app.ingest.readers.cow_states import read_spells
from app.ingest.readers.delimited import text_lines
from app.ingest.readers.factbook import read_participations
from app.ingest.readers.untc import read_index
from tests.curation.worlds import CLAIM, COMPLETE, MEMBER, OTHER, SOURCE, STATE, TREATY, WORLD, Rec, changed, held, written
from tests.databases import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SHARED = ROOT.parent / "shared" / "data"
needs_files = pytest.mark.skipif(not SHARED.exists(), reason="the published files are not beside the checkout (../shared/data)")

YEARS = """ioname\torgname\tyear\tusa\tcanada\tsdate
ORG\tThe Org\t1990\t1\t1\t1990
ORG\tThe Org\t1992\t0\t0\t1990
ORG\tThe Org\t1993\t1\t0\t1990
ORG\tThe Org\t1994\t1\t1\t1990
ORG\tThe Org\t1995\t1\t1\t1990
ORG\tThe Org\t1996\t-9\t0\t1990
ORG\tThe Org\t1997\t0\t-1\t1990
ELSE\tAnother\t1994\t1\t1\t1990
"""
STATES = """stateabb,ccode,statenme,styear,stmonth,stday,endyear,endmonth,endday,version
USA,2,Aland,1816,1,1,2016,12,31,2016
CAN,20,Bland,1920,1,10,1994,12,31,2016"""
BOOK = """edition,gec,name,canonical_name,iso2,participation
2025,AA,Aland,Aland,AA,"ORG, Else (observer), UN (excluded, in fact, since 1962), Two note : a candidate, of sorts"
2025,BB,Bland,Bland,BB,ORG (observer)
2025,EE,Union,Union,,none
"""


def compared(folder: Path, records: list[Rec], *, spells: bool = False) -> Comparison:
    known = list(read_spells(STATES.splitlines(keepends=True), "states")) if spells else []
    holdings = held(folder, records)
    return cow_igo.compare(holdings, read_cells(YEARS.splitlines(keepends=True), "f", cow_igo.extent(holdings)), known)


def said(comparison: Comparison) -> list[tuple[str, str, str, str]]:
    return [(one.state, one.years, one.theirs, one.ours) for one in comparison.differences]


def test_years_are_compared_and_neighbouring_ones_make_one_difference(tmp_path: Path) -> None:
    comparison = compared(tmp_path, WORLD)
    assert said(comparison) == [("AAA", "1997", "none", "member"), ("BBB", "1994-1995", "member", "none")]
    assert (comparison.agreements, comparison.cells) == (7, 3)
    assert comparison.left_out == {"not known (-9)": 1, "a state outside COW's state system that year": 1}


def test_a_year_agrees_with_any_day_of_it_and_none_with_the_year_of_leaving(tmp_path: Path) -> None:
    left = changed(MEMBER, end="1997-02-01")
    late = changed(MEMBER, id="org-bbb-member", member="BBB", start="1994-12-31", end="1995-01-02")
    assert said(compared(tmp_path, [*WORLD[:4], left, late, COMPLETE])) == []


def test_years_before_statehood_are_left_out_when_the_spells_are_given(tmp_path: Path) -> None:
    assert said(compared(tmp_path, WORLD, spells=True))[1:] == [("BBB", "1994", "member", "none")]


def test_an_uncertain_date_does_not_contradict(tmp_path: Path) -> None:
    vague = changed(MEMBER, start="", end="")
    assert said(compared(tmp_path, [*WORLD[:4], vague, COMPLETE])) == [("BBB", "1994-1995", "member", "none")]


def test_both_forms_of_the_file_give_the_same_cells(tmp_path: Path) -> None:
    rows = [line.split("\t") for line in YEARS.splitlines()[1:]]
    turned = ["ccode,year,state,ORG"]
    turned += [
        f"{number},{row[2]},{name},{row[column]}"
        for row in rows
        if row[0] == "ORG"
        for number, name, column in ((2, "usa", 3), (20, "canada", 4))
    ]
    path = tmp_path / "state_year.csv.gz"
    path.write_bytes(gzip.compress("\n".join(turned).encode()))
    other = {(cell.organization, cell.state, cell.year, cell.code) for cell in read_cells(text_lines(path), "s")}
    first = {(cell.organization, cell.state, cell.year, cell.code) for cell in read_cells(YEARS.splitlines(keepends=True), "f")}
    assert other == {one for one in first if one[0] == "ORG"}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (YEARS.replace("ioname", "name"), "columns ccode"),
        (YEARS.replace("\t1992\t", "\tsoon\t"), "line 3: year is 'soon'"),
        (YEARS.replace("1993\t1", "1993\t7"), "line 4: usa is 7"),
        (YEARS.replace("1990\n", "1990\tx\ty\n", 2), "cells where the header has 6"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(text: str, part: str) -> None:
    with pytest.raises(InvalidRecordError, match=part):
        list(read_cells(text.splitlines(keepends=True), "f"))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    for content in (b"\x1f\x8bnot gzip", b"\xff\xfe\x00\x80"):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(InvalidRecordError, match="UTF-8 text"):
            list(text_lines(tmp_path / "x"))


def test_the_factbooks_list_is_read_with_its_quirks() -> None:
    found = [(one.country, one.abbreviation, one.standing) for one in read_participations(BOOK.splitlines(keepends=True), "b")]
    assert found == [
        ("Aland", "ORG", ""),
        ("Aland", "Else", "observer"),
        ("Aland", "UN", "excluded, in fact, since 1962"),
        ("Aland", "Two", ""),
        ("Bland", "ORG", "observer"),
    ]


def test_the_factbook_is_compared_in_both_directions(tmp_path: Path) -> None:
    more = changed(STATE, id="CCC", name="Cland", codes={"iso2": "CC"})
    unlisted = changed(MEMBER, id="org-ccc-member", member="CCC")
    entries = read_participations(BOOK.splitlines(keepends=True), "b")
    comparison = factbook.compare(held(tmp_path, [*WORLD, more, unlisted]), entries)
    assert said(comparison) == [("BBB", "2025", "observer", "none"), ("CCC", "2025", "none", "member")]
    assert comparison.agreements == 1
    assert comparison.differences[0].gap


def test_acts_are_compared_by_kind_and_day_and_a_letters_case_counts(tmp_path: Path) -> None:
    (tmp_path / "treaties").mkdir()
    (tmp_path / "index.csv").write_text(
        "chapter_no,treaty_no,treaty_name,url\n4,9,A Treaty,http://x/?mtdsg_no=IV-9&chapter=4\n", "utf-8"
    )
    rows = [
        'Participant,Signature,"Accession(a), Acceptance(A), Ratification"',
        "Aland,1 Jan 2001,2 Feb 2002 A",
        "Bland,,34 (I)",
        "Bland,,3 Mar 2003 a",
    ]
    table = "\n".join(rows) + "\n"
    (tmp_path / "treaties" / "4-9.csv").write_text(table, "utf-8")
    source = changed(SOURCE, url="http://treaties.un.org/pages/ViewDetails.aspx?src=TREATY&mtdsg_no=IV-9&chapter=4")
    acts = [
        {"actor": "AAA", "act": "signature", "date": "2001-01-01"},
        {"actor": "AAA", "act": "accession", "date": "2002-02-02"},
        {"actor": "BBB", "act": "accession", "date": "2003-03"},
    ]
    comparison = untc.compare(held(tmp_path, [source, STATE, OTHER, changed(TREATY, acts=acts)]), read_index(tmp_path))
    assert [(one.state, one.theirs, one.ours) for one in comparison.differences] == [
        ("AAA", "acceptance 2002-02-02", "none"),
        ("AAA", "none", "accession 2002-02-02"),
    ]
    assert comparison.agreements == 2


def reasons(folder: Path, *entries: Rec) -> Path:
    path = folder / "reasons.json"
    path.write_text(json.dumps(entries), "utf-8")
    return path


REASON: Rec = {
    "file": "cow-igo",
    "organization": "org",
    "state": "BBB CCC",
    "years": "1994-1996",
    "reason": "The file counts from the signature.",
}


def test_a_difference_is_explained_by_a_claim_a_reason_or_a_named_gap(tmp_path: Path) -> None:
    against = {"source": "page", "property": "end", "value": "1997-01-01", "stance": "contradicts"}
    records = [*WORLD[:4], changed(MEMBER, claims=[CLAIM, against])]
    checked = explain(compared(tmp_path, [*records, COMPLETE]), read_reasons(reasons(tmp_path, REASON), "cow-igo"))
    assert [(one.difference.state, one.by) for one in checked.explained] == [("AAA", "claim"), ("BBB", "reason")]
    assert checked.idle == []
    partial = explain(compared(tmp_path, [*records, changed(COMPLETE, complete=False)]), [])
    assert [(one.difference.state, one.by) for one in partial.explained] == [("AAA", "claim"), ("BBB", "coverage")]


@pytest.mark.parametrize(
    "other",
    [{"years": "1994"}, {"state": "CCC"}, {"theirs": "none"}, {"ours": "member"}, {"organization": "o"}, {"file": "untc"}],
)
def test_a_reason_explains_only_what_it_speaks_of(tmp_path: Path, other: Rec) -> None:
    given = read_reasons(reasons(tmp_path, {**REASON, **other}), "cow-igo")
    checked = explain(compared(tmp_path, WORLD), given)
    assert checked.count(Explanation.NONE) == 2
    assert checked.idle == given


def test_a_wrong_reason_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRecordError, match=r"reasons\.json, entry 0\.years"):
        read_reasons(reasons(tmp_path, {**REASON, "years": "always"}), "cow-igo")


def test_strict_gives_exit_status_1_when_something_is_unexplained(tmp_path: Path) -> None:
    path, data = written(tmp_path, WORLD), tmp_path / "years.tsv"
    data.write_text(YEARS, "utf-8")
    command = [
        sys.executable,
        "-m",
        "app",
        "crosscheck",
        "cow-igo",
        str(data),
        "--seed",
        str(path),
        "--reasons",
        str(reasons(tmp_path, REASON)),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "reason: org BBB 1994-1995: file member, seed none; The file counts from the signature." in done.stdout
    assert "unexplained: org AAA 1997: file none, seed member" in done.stdout
    assert done.stdout.endswith("2 differences: 0 by claim, 0 by coverage, 1 by reason, 1 unexplained\n")
    assert subprocess.run([*command, "--strict"], cwd=ROOT, capture_output=True, check=False).returncode == 1


@needs_files
@pytest.mark.parametrize(
    ("words", "agreements"),
    [
        (("cow-igo", "cow-igo-v3/igo_year_formatv3.csv.gz", "--states", str(SHARED / "cow-igo-v3/states2016.csv")), 190_000),
        (("factbook", "factbook-io-2025/io_participation.csv"), 3_300),
        (("untc", "untc-2015"), 1_700),
    ],
)
def test_every_difference_from_the_published_files_is_explained(words: tuple[str, ...], agreements: int) -> None:
    name, file, *options = words
    command = [sys.executable, "-m", "app", "crosscheck", name, str(SHARED / file), *options, "--strict"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    open_ends = [line for line in done.stdout.splitlines() if line.startswith(("unexplained", "idle"))]
    assert (open_ends, done.returncode, done.stderr) == ([], 0, "")
    assert int(done.stdout.splitlines()[-2].split(" agree,")[0].rsplit(" ", 1)[1]) >= agreements
