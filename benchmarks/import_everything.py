"""Import every dataset of a folder into a seeded SQLite file and say what it takes.

Prints for each dataset the lines, seconds, lines a second and peak memory of its own process; at the end the size of the
database, and how long default reads take before and after.

    python benchmarks/import_everything.py FOLDER [--database FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from starlette.testclient import TestClient

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.main import create_app  # noqa: E402 - found from the root
from app.settings import Settings  # noqa: E402 - see above
from app.telemetry import configure_logging  # noqa: E402 - see above

DATASETS = {
    "cow-states": ("cow-igo-v3/states2016.csv",),
    "cow-igo": ("cow-igo-v3/igo_year_formatv3.csv.gz", "cow-igo-v3/state_year_formatv3.csv.gz"),
    "manystates": ("manystates",),
    "informal-igos": ("informal-igos",),
    "factbook": ("factbook-io-2025",),
    "wipo": ("wipo-treaties",),
    "untc": ("untc-2015",),
    "uk-treaties": ("uk-treaties",),
    "atop": ("atop",),
    "manytreaties": ("manytreaties",),
    "unvotes": ("unvotes",),
    "icews": ("icews-sample",),
}
READS = (
    "/v1/organizations/sco/dialogue-partners?at=2025-08-30",
    "/v1/memberships?limit=50",
    "/v1/memberships?organization=sco,cis&at=2015&limit=50",
    "/v1/states/AZE/memberships?at=2010",
    "/v1/agreements?party__all=ARM,AZE&limit=20",
    "/v1/organizations?limit=50",
    "/v1/dyads/AZE/KAZ",
    "/v1/timeline?actor=AZE&limit=50",
    "/v1/search?q=shanghai",
    "/v1/panels/state-year?actors=AZE&organizations=sco,cis,ots&years=1992..2024",
    "/v1/changes?limit=50",
)
REPEATED = 9
MEGABYTE = 1e6


def command(database: str, *words: str) -> tuple[float, float, float, int]:
    """Run a command of the project; give its wall and processor seconds, its peak memory in MB and its exit status."""
    begun = time.monotonic()
    environment = {**os.environ, "DATABASE_URL": database}  # noqa: TID251 - a child's environment, not the project's settings
    child = subprocess.Popen([sys.executable, "-m", "app", *words], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / MEGABYTE, child.returncode


def reads(database: str) -> dict[str, float]:
    """Give the median of each default read in milliseconds, without a socket and without answers that are kept."""
    found = {}
    with TestClient(create_app(Settings(database_url=database, cache_bytes=0, ready_bytes=0))) as client:
        for url in READS:
            taken = []
            for _ in range(REPEATED):
                begun = time.perf_counter()
                client.get(url)
                taken.append((time.perf_counter() - begun) * 1000)
            found[url] = statistics.median(taken)
    return found


def line(name: str, read: int, seconds: tuple[float, float], memory: float) -> str:
    """Give a line of the table: wall seconds, and those of the processor, as the machine may have other work."""
    wall, busy = seconds
    return f"{name:14} {read:8} lines {wall:7.1f} s ({busy:6.1f} s CPU) {read / wall:8.0f} lines/s {memory:5.0f} MB"


def main() -> None:
    """Do it."""
    configure_logging("error", "console")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--database", type=Path)
    given = parser.parse_args()
    file = given.database or Path(tempfile.mkdtemp()) / "everything.db"
    database = f"sqlite:///{file}"
    command(database, "migrate")
    command(database, "seed")
    before, size = reads(database), file.stat().st_size
    total, lines, peak, busy = 0.0, 0, 0.0, 0.0
    for name, paths in DATASETS.items():
        report = file.with_suffix(f".{name}.json")
        taken, used, memory, status = command(
            database, "import", name, *(str(given.folder / one) for one in paths), "--report", str(report)
        )
        read = sum(one["lines"]["read"] for one in json.loads(report.read_bytes()))
        total, busy, lines, peak = total + taken, busy + used, lines + read, max(peak, memory)
        print(line(name, read, (taken, used), memory), f"exit {status}", flush=True)
    print(line("everything", lines, (total, busy), peak))
    print(f"database: {size / MEGABYTE:.0f} MB before, {file.stat().st_size / MEGABYTE:.0f} MB after")
    after = reads(database)
    for url in READS:
        print(f"{before[url]:7.1f} ms before, {after[url]:7.1f} ms after  {url}")


if __name__ == "__main__":
    main()
