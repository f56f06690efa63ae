"""Damage published files in thousands of ways and import each: every one must be refused, and the store stay as it was.

From each file of a folder the first lines are taken and damaged as `tests/ingest/damage.py` does. The exit status is 1 when a
file was taken, when a refusal was no sentence of the project's own or did not name the file, or when the store changed.

    python benchmarks/damaged_files.py FOLDER [--files 2000]
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.db.sessions import Store  # noqa: E402 - found from the root
from app.errors import InvalidRecordError  # noqa: E402 - see above
from benchmarks.import_everything import DATASETS  # noqa: E402 - see above
from tests.conftest import migrate, seed  # noqa: E402 - see above
from tests.ingest.damage import damaged  # noqa: E402 - see above
from tests.ingest.made_files import WORLD, bring_in, content  # noqa: E402 - see above
from tests.ingest.test_seed import written  # noqa: E402 - see above

LINES = 60


def excerpts(folder: Path, target: Path) -> list[tuple[str, Path, bytes]]:
    """Give the name to import by, a path and the first lines of every file that can be imported."""
    found = []
    for name, paths in DATASETS.items():
        for path in (one for given in paths for one in _files(folder / given)):
            with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
                lines = [line for _, line in zip(range(LINES), file, strict=False)]
            if lines and not lines[-1].endswith(b"\n"):
                lines[-1] += b"\n"
            found.append((name, target / path.name.removesuffix(".gz"), b"".join(lines)))
    return found


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.suffix in {".csv", ".gz"})


def main() -> None:
    """Damage, import, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=2000)
    given = parser.parse_args()
    target = Path(tempfile.mkdtemp())
    url = f"sqlite:///{target}/store.db"
    migrate(url)
    store = Store(url)
    seed(store, written(target, WORLD))
    before = content(store)
    sources = [one for one in excerpts(given.folder, target) if _is_whole(store, one)]
    refused: Counter[str] = Counter()
    wrong = []
    begun = time.monotonic()
    for number in range(given.files):
        name, path, whole = sources[number // 10 % len(sources)]
        file, damage = damaged(path, whole, number)
        try:
            done = bring_in(store, name, file)
            wrong.append(f"{name} {file.name} ({damage}): taken: {done[0].written}")
        except InvalidRecordError as error:
            refused[damage] += 1
            if file.name not in error.detail:
                wrong.append(f"{name} {file.name} ({damage}): {error.detail}")
        except Exception as error:  # noqa: BLE001 - anything else is what is looked for
            wrong.append(f"{name} {file.name} ({damage}): {type(error).__name__}: {error}")
        file.unlink()
    same = content(store) == before and store.revision() == 1
    taken = time.monotonic() - begun
    print(f"{given.files} damaged files of {len(sources)} published ones in {taken:.0f} s: {sum(refused.values())} refused")
    for damage, times in refused.most_common():
        print(f"  {damage}: {times}")
    print("\n".join(wrong) or "every refusal is a sentence that names the file")
    print("the store is as it was" if same else "THE STORE CHANGED")
    sys.exit(1 if wrong or not same else 0)


def _is_whole(store: Store, source: tuple[str, Path, bytes]) -> bool:
    """Tell whether an excerpt can be imported at all before it is damaged; nothing of it is kept."""
    name, path, whole = source
    path.write_bytes(whole)
    try:
        bring_in(store, name, path, keep=False)
    except InvalidRecordError:
        return False
    return True


if __name__ == "__main__":
    main()
