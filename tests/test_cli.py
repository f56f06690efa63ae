"""The command line, as a person types it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.databases import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.databases import Databases


def _run(*words: str, url: str = "sqlite://", check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "app", *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert not check or done.returncode == 0, done.stderr
    return done


@pytest.mark.once
def test_help_names_every_command_and_teaches() -> None:
    text = _run("--help").stdout
    for word in ("serve", "migrate", "seed", "export", "openapi"):
        assert word in text
    assert "HOST, PORT" in " ".join(_run("serve", "--help").stdout.split())
    assert "CURATING.md" in _run("seed", "--help").stdout


@pytest.mark.once
@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("export", "membership"), "did you mean 'memberships'"),
        (("export", "memberships", "status=membr"), "did you mean 'member'"),
        (("export", "memberships", "status"), "is not name=value"),
        (("export", "memberships", "--format", "xls"), "is not one of"),
    ],
)
def test_a_wrong_word_is_a_sentence_and_exit_status_1(tmp_path: Path, words: tuple[str, ...], part: str) -> None:
    done = _run(*words, url=f"sqlite:///{tmp_path}/none.db", check=False)
    assert done.returncode == 1
    assert part in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.once
def test_a_bad_seed_file_is_told_by_line(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bad.db"
    _run("migrate", url=url)
    good = tmp_path / "good.json"
    good.write_text('[\n{"kind": "source", "id": "page", "title": "A", "url": "https://example.org/a", "type": "official"}\n]\n')
    assert "revision 1" in _run("seed", str(good), url=url).stderr
    bad = tmp_path / "bad.json"
    bad.write_text('[\n{"kind": "state", "id": "AAA", "name": "A", "standing": "king", "claims": []}\n]\n', encoding="utf-8")
    done = _run("seed", str(bad), url=url, check=False)
    assert done.returncode == 1
    assert "bad.json, line 2, state AAA: field" in done.stderr


def test_serve_migrates_seeds_answers_and_stops_and_then_nothing_is_left_to_seed(databases: Databases) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = databases.blank()
    environment = {**os.environ, "DATABASE_URL": url, "PORT": str(port)}
    running = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        address = f"http://127.0.0.1:{port}/v1/organizations/sco/dialogue-partners?at=2025-08-30"
        body = _fetch(address, running)
        assert '"total":14' in body
    finally:
        running.send_signal(signal.SIGTERM)
        _, errors = running.communicate(timeout=10)
    assert "/docs" in errors
    assert running.returncode in {0, -signal.SIGTERM}
    _run("migrate", url=url)
    assert "nothing changed" in _run("seed", url=url).stderr


def test_export_writes_what_a_question_means(seeded_url: str) -> None:
    lines = _run(
        "export", "memberships", "organization=sco", "status=dialogue_partner", "at=2025-08-30", url=seeded_url
    ).stdout.splitlines()
    assert len(lines) == 15
    assert lines[0].startswith("id,organization_id")
    one = _run("export", "states", "id=AZE", "--format", "jsonl", url=seeded_url).stdout
    assert '"iso2":"AZ"' in one


def _fetch(address: str, running: subprocess.Popen[str]) -> str:
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            assert running.poll() is None, running.stderr.read() if running.stderr else ""
            time.sleep(0.05)
    pytest.fail("the server did not answer in 30 seconds")
