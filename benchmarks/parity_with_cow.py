"""Every cell of both published COW files against the panels, and igoR's joint membership: 12.5 million cells, some ten minutes.

    python -m benchmarks.parity_with_cow [--data ../shared/data/cow-igo-v3] [--store URL] [--rounds 100]

It seeds a store in a temporary folder and imports both files into it; with `--store` it asks one that holds them already. What
is asked are URLs, what is compared is read from the files here (`tests/parity.py`). The exit status is 1 when a cell differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from app.db.sessions import Store
from app.main import create_app
from app.settings import Settings
from app.telemetry import configure_logging
from tests import parity
from tests.conftest import ROOT, migrate, seed
from tests.ingest.made_files import bring_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IGO_YEAR, STATE_YEAR = "igo_year_formatv3.csv.gz", "state_year_formatv3.csv.gz"


def main() -> int:
    """Build or open the store, compare, tell; 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "cow-igo-v3")
    parser.add_argument("--store", default="")
    parser.add_argument("--rounds", type=int, default=100)
    given = parser.parse_args()
    configure_logging("error", "console")
    with tempfile.TemporaryDirectory() as folder:
        return compare(given.store or built(f"sqlite:///{folder}/facts.db", given.data), given.data, given.rounds)


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def built(url: str, data: Path) -> str:
    """Seed a store and import both files."""
    begun = time.perf_counter()
    migrate(url)
    store = Store(url)
    seed(store)
    bring_in(store, "cow-igo", data / IGO_YEAR, data / STATE_YEAR)
    store.close()
    say(f"store built in {time.perf_counter() - begun:.0f} s")
    return url


def compare(url: str, data: Path, rounds: int) -> int:
    """Ask everything that the files hold, and say how much of it differs."""
    store = Store(url)
    bears = parity.bearers(store)
    years = parity.read_igo_year(data / IGO_YEAR, parity.read_numbers(data / "state_columns.csv"))
    states = parity.read_state_year(data / STATE_YEAR)
    names = sorted({name for name, _ in years.cells})
    with TestClient(create_app(Settings(database_url=url))) as client:

        def ask(path: str) -> Iterator[dict[str, object]]:
            answer = client.get(path)
            answer.raise_for_status()
            return parity.parsed(answer.content)

        found = [
            told("org-year", lambda: parity.compare(years, parity.org_years(ask, "cow-igo-year", names), bears)),
            told("state-year", lambda: parity.compare(states, parity.state_years(ask, "cow-state-year", names), bears)),
        ]
        ids = parity.organization_ids(store)
        dyads = parity.compare_dyads(states, ask, "cow-state-year", bears, ids, seed=1, rounds=rounds)
    say(f"dyad-year: {dyads.compared} dyad-years, {len(dyads.differences)} differ {dyads.differences[:5]}")
    store.close()
    return int(any(one.differences for one in found) or bool(dyads.differences))


def told(name: str, run: Callable[[], parity.Comparison]) -> parity.Comparison:
    """Say what a comparison came to and how long it took."""
    begun = time.perf_counter()
    found = run()
    organizations = f"{found.cells} cells, {len(found.differences)} differ {found.differences[:5]}"
    say(f"{name}: {organizations}, {time.perf_counter() - begun:.0f} s")
    return found


if __name__ == "__main__":
    sys.exit(main())
