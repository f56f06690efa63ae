"""The contract over HTTP: schemathesis, all checks, on a running server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT

pytestmark = pytest.mark.once


def _run(server: str, report: Path, *options: str) -> str:
    """Run all checks; give the report when a check failed, else nothing."""
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "run", f"{server}/openapi.json", "--checks", "all", "--continue-on-failure",
        "--seed", "1", "--workers", "2", *options,
        "--exclude-path", "/v1/changes/stream",  # it never ends; tests/edge/test_listening.py asks it
    ]  # fmt: skip
    with report.open("w") as out:
        done = subprocess.run(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, timeout=280, check=False)
    return "" if done.returncode == 0 else report.read_text()[-8000:]


def test_every_operation_keeps_its_contract(server: str, tmp_path: Path) -> None:
    assert _run(server, tmp_path / "report.txt", "--phases", "examples,fuzzing", "--max-examples", "3") == ""


def test_every_parameter_of_some_operations_keeps_its_bounds(server: str, tmp_path: Path) -> None:
    """The bounds of parameters come from a few declarations, so some operations stand for all: a run over all takes minutes."""
    paths = [part for path in BOUNDED for part in ("--include-path", path)]
    assert _run(server, tmp_path / "report.txt", "--phases", "coverage", "--max-examples", "1", *paths) == ""


BOUNDED = ("/v1/memberships", "/v1/states/{id}", "/v1/organizations/{id}/members", "/v1/search", "/v1/resolve")
