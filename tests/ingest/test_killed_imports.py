"""A killed import leaves the old data whole, and the next one completes to what an undisturbed one gives."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
import traceback
from typing import TYPE_CHECKING

import pytest

from app.db.sessions import Store
from tests.ingest.made_files import bring_in, content, held, igo_year

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 10


def _child(database: Path, file: Path) -> int:
    """Import in a process of its own, forked so that it begins at once; give its id."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            opened = Store(f"sqlite:///{database}")
            bring_in(opened, "cow-igo", file)
            opened.close()
            status = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(status)
    return pid


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that takes long enough to be killed at any stage of it."""
    members = {"russia": held(range(1960, 2015)), "uk": held(range(1970, 2000)), "azerbaijan": held(range(1992, 2015), 3)}
    return igo_year(tmp_path / "igo.csv", {f"ORG{chr(65 + n)}": members for n in range(8)})


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked to be killed at the right moment")
def test_a_kill_at_any_moment_leaves_the_old_data_or_the_new(world: Path, file: Path, tmp_path: Path) -> None:
    undisturbed = tmp_path / "undisturbed.db"
    shutil.copy(world, undisturbed)
    begun = time.monotonic()
    _, status = os.waitpid(_child(undisturbed, file), 0)
    lasted = time.monotonic() - begun
    assert status == 0
    old, new = _content(world), _content(undisturbed)
    assert old != new
    kills = random.Random(5)  # noqa: S311 - moments, not secrets
    interrupted = 0
    for n in range(ROUNDS):
        database = tmp_path / f"killed{n}.db"
        shutil.copy(world, database)
        pid = _child(database, file)
        time.sleep(lasted * kills.uniform(0.05, 0.95))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        after = _content(database)
        assert after in (old, new)
        interrupted += after == old
        opened = Store(f"sqlite:///{database}")
        bring_in(opened, "cow-igo", file)
        opened.close()
        assert _content(database) == new
    assert interrupted >= 1


def _content(database: Path) -> object:
    opened = Store(f"sqlite:///{database}")
    try:
        return content(opened)
    finally:
        opened.close()
