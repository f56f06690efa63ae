"""The contract over HTTP: schemathesis, all checks, on a running server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def test_every_operation_keeps_its_contract(server: str, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "run", f"{server}/openapi.json", "--checks", "all", "--max-examples", "3",
        "--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--seed", "1", "--workers", "2",
    ]  # fmt: skip
    with report.open("w") as out:
        done = subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, timeout=280, check=False)
    text = report.read_text()
    assert done.returncode == 0, text[-6000:]
