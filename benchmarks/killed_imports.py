"""Kill imports of a published dataset at random moments: the old data must stay whole, and the next import complete.

A seeded store is copied for each round, `python -m app import` is started on it and killed with SIGKILL; then what the store
holds is compared with what it held before, the import is run again, and the result with that of an undisturbed one (by digest
of all current rows). The exit status is 1 when any of it differs.

    python benchmarks/killed_imports.py cow-igo FILE... [--rounds 10] [--seed 5]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.db.sessions import Store  # noqa: E402 - found from the root
from tests.conftest import migrate, seed  # noqa: E402 - see above
from tests.ingest.made_files import content  # noqa: E402 - see above


def digest(database: Path) -> str:
    """Give a digest of everything that is current in a store."""
    store = Store(f"sqlite:///{database}")
    found = hashlib.sha256(repr(content(store)).encode()).hexdigest()[:16]
    store.close()
    return found


def started(database: Path, words: list[str]) -> subprocess.Popen[bytes]:
    """Start an import."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}"}  # noqa: TID251 - a child's environment
    command = [sys.executable, "-m", "app", "import", *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603 - our own


def main() -> None:
    """Kill, look, import again, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    words = [given.name, *given.files]
    folder = Path(tempfile.mkdtemp())
    seeded, undisturbed = folder / "seeded.db", folder / "undisturbed.db"
    migrate(f"sqlite:///{seeded}")
    store = Store(f"sqlite:///{seeded}")
    seed(store)
    store.close()
    shutil.copy(seeded, undisturbed)
    begun = time.monotonic()
    status = started(undisturbed, words).wait()
    lasted = time.monotonic() - begun
    old, new = digest(seeded), digest(undisturbed)
    print(f"undisturbed: {lasted:.1f} s, exit status {status}, {old} becomes {new}", flush=True)
    moments = random.Random(given.seed)  # noqa: S311 - moments, not secrets
    wrong = 0
    for number in range(given.rounds):
        database = folder / "killed.db"
        for one in folder.glob("killed.db*"):
            one.unlink()
        shutil.copy(seeded, database)
        child = started(database, words)
        moment = lasted * moments.uniform(0.1, 0.95)
        time.sleep(moment)
        child.send_signal(signal.SIGKILL)
        child.wait()
        left = sum(one.stat().st_size for one in folder.glob("killed.db-wal")) / 1e6
        held = digest(database)
        started(database, words).wait()
        after = digest(database)
        good = held in {old, new} and after == new
        wrong += not good
        stage = "old data whole" if held == old else "new data whole" if held == new else f"NEITHER: {held}"
        end = "complete" if after == new else f"NOT THE SAME: {after}"
        print(f"round {number + 1}: killed after {moment:.1f} s ({left:.0f} MB of log): {stage}; then {end}", flush=True)
    shutil.rmtree(folder)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
