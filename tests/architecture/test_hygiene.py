"""What is committed works on any machine and names none."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache

import pytest

from tests.architecture.tree import ROOT

GIT = shutil.which("git")
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:work|root|home|tmp|Users)/(?=\w)")
REGISTRY = re.compile(r"pypi\.org|pythonhosted\.org|(?:registry|www)\.npmjs\.|npmjs\.(?:org|com)|deb\.debian\.org|crates\.io")
LOCKS_WITH_HOSTS = {"uv.lock", "pylock.toml"}

pytestmark = pytest.mark.skipif(
    GIT is None or not (ROOT / ".git").exists(), reason="not a git checkout: nobody knows what is committed"
)


@cache
def files() -> list[str]:
    """Give what git holds or would hold after `git add`."""
    command = [str(GIT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())


def found(pattern: re.Pattern[str]) -> list[str]:
    """Give `file:line: match` for every match in a text file."""
    hits = []
    for name in files():
        content = (ROOT / name).read_bytes()
        if b"\0" in content or not pattern.search(text := content.decode("utf-8", "replace")):
            continue
        lines = enumerate(text.splitlines(), 1)
        hits += [f"{name}:{number}: {match.group()}" for number, line in lines for match in pattern.finditer(line)]
    return hits


def test_no_file_knows_a_path_of_one_machine() -> None:
    assert found(MACHINE_PATH) == []


def test_no_file_names_a_package_registry() -> None:
    assert found(REGISTRY) == []


def test_no_lock_that_holds_registry_addresses() -> None:
    assert [name for name in files() if name.rpartition("/")[2] in LOCKS_WITH_HOSTS] == []


@pytest.mark.parametrize(
    ("pattern", "text", "bad"),
    [
        (MACHINE_PATH, "cd {}root/x", True),
        (MACHINE_PATH, '"{}tmp/x"', True),
        (MACHINE_PATH, "https:{0}{0}example.org{0}work{0}x", False),
        (MACHINE_PATH, "build{}tmp/x", False),
        (REGISTRY, "registry.npmjs{0:.0}.org", True),
        (REGISTRY, "a package of PyPI", False),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], text: str, *, bad: bool) -> None:
    assert bool(pattern.search(text.format("/"))) is bad
