"""How much memory a dump costs: a real server process, a store of synthetic rows, the greatest resident size while one is read.

    python benchmarks/memory_of_dump.py [--rows 1000000] [--format csv]

It builds a store in a temporary folder, serves it in a process of its own, asks a page of another collection so that the
code is loaded but nothing of the rows, and then reads every row once. Linux alone: sizes are those of /proc/PID/status, the
peak that of the kernel (VmHWM).
The exit status is 1 when the dump cost more than `--most` MB over the idle server, or when a row is missing.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from app.dates.instants import instant_text
from app.db.sessions import Store
from app.ingest.changes import Reason
from app.ingest.seed import load
from app.models import Membership

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
READ = 1 << 16


def build(url: str, rows: int) -> int:
    """Make a store of the project's seed and `rows` copies of one of its memberships; give how many there are then."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = url
    command.upgrade(config, "head")
    store = Store(url)
    now = datetime.now(UTC)
    with store.writing() as connection:
        load(connection, ROOT / "seed_data.json", Reason("benchmark", "seed", "load", instant_text(now)), now.date())
    own = ", ".join(f'"{column.name}"' for column in Membership.__table__.columns if column.name not in {"pk", "id"})
    sequence = "WITH RECURSIVE seq(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < :rows)"
    entities = f"INSERT INTO entity (id, kind) {sequence} SELECT printf('bulk-%08d', n), 'membership' FROM seq"
    one = f"(SELECT {own} FROM membership LIMIT 1)"
    copies = f"INSERT INTO membership (id, {own}) {sequence} SELECT printf('bulk-%08d', n), {own} FROM seq, {one}"
    with store.writing() as connection:
        connection.execute(text(entities), {"rows": rows})
        connection.execute(text(copies), {"rows": rows})
        total = connection.execute(text("SELECT count(*) FROM membership")).scalar_one()
    store.close()
    return int(total)


@contextmanager
def served(url: str) -> Iterator[tuple[int, int]]:
    """Serve a store in a process of its own; give its id and port once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"DATABASE_URL": url, "LOG_LEVEL": "error"}
    asked = ["-m", "uvicorn", "app.serving:application", "--factory", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(  # noqa: S603 - our own server
        [sys.executable, *asked, "--http", "app.edge.protocol:BoundedProtocol"], cwd=ROOT, env=environment
    )
    try:
        wait_for(port)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port: int) -> None:
    """Wait until something listens, half a minute at most."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    message = "the server did not start"
    raise TimeoutError(message)


def size(process: int, name: str) -> float:
    """Give a size of a process in MB: VmRSS now, VmHWM the greatest since it was reset, RssAnon without mapped files."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) / 1024


def ask(port: int, path: str) -> Iterator[bytes]:
    """Read an answer piece by piece; RuntimeError when it is not 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", path)
    answer = connection.getresponse()
    if answer.status != 200:  # noqa: PLR2004 - the status of success
        raise RuntimeError(answer.read()[:500])
    while piece := answer.read(READ):
        yield piece


def main() -> int:
    """Build, serve, read, and report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--format", default="csv", choices=["csv", "jsonl", "parquet", "geojson", "jsonld"])
    parser.add_argument("--most", type=float, default=60.0, help="MB that the dump may cost")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bulk.db"
        total = build(url, given.rows)
        with served(url) as (process, port):
            path = f"/v1/memberships?format={given.format}"
            warm = sum(map(len, ask(port, f"/v1/states?format={given.format}&limit=10")))
            time.sleep(1)
            idle, anonymous = size(process, "VmRSS"), size(process, "RssAnon")
            Path(f"/proc/{process}/clear_refs").write_text("5", "ascii")
            began, lines, length = time.monotonic(), 0, 0
            for piece in ask(port, path):
                lines, length = lines + piece.count(b"\n"), length + len(piece)
            seconds = time.monotonic() - began
            peak, after = size(process, "VmHWM"), size(process, "RssAnon")
    cost = peak - idle
    sys.stdout.write(
        f"{total} rows as {given.format}: {length / 1e6:.0f} MB in {seconds:.1f} s (a page of ten: {warm} bytes)\n"
        f"idle {idle:.1f} MB, peak {peak:.1f} MB, cost {cost:.1f} MB (without mapped files {after - anonymous:+.1f} MB)\n"
    )
    whole = given.format == "parquet" or lines >= total
    return 0 if cost <= given.most and whole else 1


if __name__ == "__main__":
    sys.exit(main())
