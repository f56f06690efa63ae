"""What the README says of how much is held: made from `/v1/dataset`, written by `make counts`."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.db.sessions import Store
from app.main import create_app
from app.settings import Settings
from tests.databases import ROOT, migrate, seed

if TYPE_CHECKING:
    from collections.abc import Iterator

README = ROOT / "README.md"
BLOCK = re.compile(r"<!-- counts -->\n.*?<!-- /counts -->\n", re.DOTALL)
_COLLECTIONS = (
    "states", "organizations", "memberships", "events", "participations", "agreements", "acts", "parties", "initiatives", "people",
    "relations", "sources", "claims",
)  # fmt: skip


def block(client: TestClient) -> str:
    """Give the part of the README between its marks, from a server's answers."""
    held = client.get("/v1/dataset").json()["data"]
    coverage = client.get("/v1/coverage?limit=1000&during=../..").json()["data"]
    return "".join(f"{line}\n" for line in ["<!-- counts -->", *_lines(held, coverage), "<!-- /counts -->"])


def _lines(held: dict[str, Any], coverage: list[dict[str, Any]]) -> Iterator[str]:
    rows = held["collections"]
    *most, last = [f"{rows[one]['rows']:,} {one}" for one in _COLLECTIONS]
    yield f"The seed holds {', '.join(most)} and {last}."
    yield ""
    yield "<details><summary>Memberships and the share known to the day, by organization</summary>"
    yield ""
    yield "| organization | memberships | known to the day | statuses held completely |"
    yield "|---|---:|---:|---|"
    for name, one in held["organizations"].items():
        spoken = [row for row in coverage if row["organization"]["id"] == name]
        complete = sorted(
            {row["status"] for row in spoken if row["complete"]} - {row["status"] for row in spoken if not row["complete"]}
        )
        words = ", ".join(complete).replace("_", " ") or "none"
        yield f"| {name} | {one['memberships']:,} | {one['day_precise']:.0%} | {words} |"
    yield ""
    yield "</details>"


def main() -> None:
    """Load the seed into a store of its own, and write what it holds into the README."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/facts.db"
        migrate(url)
        store = Store(url)
        seed(store)
        store.close()
        with TestClient(create_app(Settings(database_url=url))) as client:
            README.write_text(BLOCK.sub(lambda _: block(client), README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
