"""Some organizations of the published COW files, every cell of them, against the panels; `benchmarks/parity_with_cow.py` takes all."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.main import create_app
from app.settings import Settings
from tests import parity
from tests.conftest import ROOT
from tests.ingest.made_files import bring_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = ROOT.parent / "shared" / "data" / "cow-igo-v3"
pytestmark = [
    pytest.mark.skipif(not FILES.exists(), reason="the published files are not beside the checkout (../shared/data)"),
    pytest.mark.once,
]

ODD = {"UN", "EEC", "AGC", "CCNR", "ICCEC", "CTO", "IARadiO", "INTELSAT", "AMCOW", "ACPEU", "PCB", "RCFC", "UPU"}
"""Old ones, ones with gaps, with -9 in single cells, with cells that the two files tell differently."""
EVERY = 100


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two files with the odd organizations and every hundredth other one."""
    folder = tmp_path_factory.mktemp("cut")
    with gzip.open(FILES / "state_year_formatv3.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        header = next(rows)
        kept = [n for n, one in enumerate(header) if n < 3 or one in ODD or n % EVERY == 0]
        with gzip.open(folder / "state_year.csv.gz", "wt", encoding="utf-8", newline="", compresslevel=1) as out:
            csv.writer(out, lineterminator="\n").writerows([row[n] for n in kept] for row in (header, *rows))
    names = {header[n] for n in kept[3:]}
    with gzip.open(FILES / "igo_year_formatv3.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        chosen = [line for n, line in enumerate(lines) if n == 0 or line.partition("\t")[0] in names]
    with gzip.open(folder / "igo_year.csv.gz", "wt", encoding="utf-8", newline="", compresslevel=1) as out:
        out.writelines(chosen)
    return folder


@pytest.fixture(scope="module")
def imported(seeded_url: str, cut: Path) -> Iterator[Store]:
    """The seed, and both files beside it."""
    shutil.copy(seeded_url.removeprefix("sqlite:///"), cut / "facts.db")
    opened = Store(f"sqlite:///{cut}/facts.db")
    bring_in(opened, "cow-igo", cut / "igo_year.csv.gz", cut / "state_year.csv.gz")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def ask(imported: Store) -> Iterator[parity.Ask]:
    with TestClient(create_app(Settings(database_url=str(imported.engine.url)))) as client:

        def rows(path: str) -> Iterator[dict[str, object]]:
            answer = client.get(path)
            assert answer.status_code == 200, answer.text
            return parity.parsed(answer.content)

        yield rows


def test_organization_years_equal_the_published_file_in_every_cell(cut: Path, imported: Store, ask: parity.Ask) -> None:
    published = parity.read_igo_year(cut / "igo_year.csv.gz", parity.read_numbers(FILES / "state_columns.csv"))
    names = sorted({name for name, _ in published.cells})
    found = parity.compare(published, parity.org_years(ask, "cow-igo-year", names), parity.bearers(imported))
    assert found.cells == 217 * len(published.cells)
    assert found.differences == []


def test_state_years_equal_the_published_file_in_every_cell(cut: Path, imported: Store, ask: parity.Ask) -> None:
    published = parity.read_state_year(cut / "state_year.csv.gz")
    names = sorted({name for name, _ in published.cells})
    found = parity.compare(published, parity.state_years(ask, "cow-state-year", names), parity.bearers(imported))
    assert found.cells == 15_557 * len(names)
    assert found.differences == []


def test_two_states_share_what_both_are_full_members_of_as_igor_counts(cut: Path, imported: Store, ask: parity.Ask) -> None:
    published = parity.read_state_year(cut / "state_year.csv.gz")
    ids = parity.organization_ids(imported)
    found = parity.compare_dyads(published, ask, "cow-state-year", parity.bearers(imported), ids, seed=5, rounds=12)
    assert found.compared > 1000
    assert found.differences == []


def test_states_belong_to_as_many_organizations_as_the_file_sums_up_to(cut: Path, imported: Store, ask: parity.Ask) -> None:
    published = parity.read_state_year(cut / "state_year.csv.gz")
    bears = parity.bearers(imported)
    address = f"/v1/panels/state-year-counts.jsonl?source=cow-state-year&status={parity.STATUSES}&years=1990..2014&codes=cow"
    said = {(row["actor_id"], row["year"]): (row["organizations"], row["counts"]) for row in ask(f"{address}&shape=flat")}
    sums: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for (_, year), cells in published.cells.items():
        for number, code in cells.items() if year > 1990 else ():
            if len(bears(number, year)) == 1:
                sums[bears(number, year)[0], year][parity.CODES[code]] += 1
    words = parity.STATUSES.split(",")
    expected = {key: {one: found[one] for one in words} for key, found in sums.items()}
    assert len(expected) > 4000
    assert {key: json.loads(str(said[key][1])) for key in expected} == expected
    assert {key: said[key][0] for key in expected} == {key: sum(one.values()) for key, one in expected.items()}
