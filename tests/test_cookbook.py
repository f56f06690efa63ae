"""What the README shows of imported datasets is what the server says: files cut from the published ones, with all cells of some states."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.main import create_app
from app.settings import Settings
from tests.conftest import ROOT
from tests.ingest.made_files import bring_in
from tests.test_readme import missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DATA = ROOT.parent / "shared" / "data"
COW, UN = DATA / "cow-igo-v3", DATA / "unvotes"
pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason="the published files are not beside the checkout (../shared/data)"),
    pytest.mark.once,
]

_EXAMPLE = re.compile(r"```imported\nGET (\S+)\n```\n```json\n(.*?)\n```", re.DOTALL)
EXAMPLES = _EXAMPLE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
"""Questions whose answers need an import; the fence of all others has no word."""

STATES = {"azerbaijan", "belgium", "denmark", "france", "germany", "greece", "ireland", "italy", "luxembourg", "netherlands",
          "portugal", "spain", "sweden", "uk", "usa", "wgermany"}  # fmt: skip
ORGANIZATIONS = {"EU", "ICAO", "OAPEC", "OPEC"}
CALLS = {"5394", "5395", "5396"}


def cut(folder: Path, source: Path, keep: Callable[[str], bool]) -> Path:
    """Write the header of a file and the lines that are wanted."""
    with (
        gzip.open(source, "rt", encoding="utf-8", newline="") as lines,
        gzip.open(folder / source.name, "wt", encoding="utf-8", newline="", compresslevel=1) as out,
    ):
        out.writelines(line for n, line in enumerate(lines) if n == 0 or keep(line))
    return folder / source.name


@pytest.fixture(scope="module")
def imported(seeded_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The seed, some states and organizations of the COW files, and three roll calls."""
    folder = tmp_path_factory.mktemp("cookbook")
    shutil.copy(seeded_url.removeprefix("sqlite:///"), folder / "facts.db")
    url = f"sqlite:///{folder}/facts.db"
    store = Store(url)
    years = cut(folder, COW / "igo_year_formatv3.csv.gz", lambda line: line.split("\t", 1)[0] in ORGANIZATIONS)
    states = cut(folder, COW / "state_year_formatv3.csv.gz", lambda line: line.split(",", 3)[2] in STATES)
    bring_in(store, "cow-igo", years, states)
    files = ("un_roll_calls", "un_votes", "un_roll_call_issues")
    bring_in(store, "unvotes", *(cut(folder, UN / f"{one}.csv.gz", lambda line: line.split(",", 1)[0] in CALLS) for one in files))
    store.close()
    with TestClient(create_app(Settings(database_url=url))) as client:
        yield client


@pytest.mark.parametrize(("path", "shown"), EXAMPLES, ids=[one[0] for one in EXAMPLES])
def test_the_server_says_of_imported_datasets_what_the_readme_shows(imported: TestClient, path: str, shown: str) -> None:
    said: Any = imported.get(path).json()
    assert missing(json.loads(shown), said) == []
