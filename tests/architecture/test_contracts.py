"""Imports go where the contracts in pyproject.toml let them, and only a door reads the environment."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.architecture.tree import ROOT, modules

DOORS = {"app/__main__.py", "app/cli.py", "app/main.py", "app/serving.py"}


def test_imports_keep_every_contract() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "0 broken" in done.stdout


def test_only_a_door_makes_settings() -> None:
    makers = {path for path, source in modules().items() if re.search(r"\bSettings\(\)", source)}
    assert makers <= DOORS
