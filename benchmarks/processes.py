"""Servers in processes of their own, bound to one core, and what they spend: read from /proc, so Linux alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.client import BadAnswerError, ask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_TICK = os.sysconf("SC_CLK_TCK")
_CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = _CORES[0], _CORES[-1]


@contextmanager
def bound(core: int) -> Iterator[None]:
    """Bind this process, and every process it starts meanwhile, to a core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Program:
    """A server to run: its command, where it will listen, a request that is answered with 200 once it is ready."""

    command: Sequence[str | Path]
    port: int
    ready: bytes
    environment: Mapping[str, str]
    log: Path
    cwd: Path


@contextmanager
def running(program: Program) -> Iterator[tuple[int, float]]:
    """Run a server; once it is ready give its process and the seconds that took. It is stopped at the end."""
    began = time.perf_counter()
    with program.log.open("wb") as log, bound(SERVER_CORE):
        process = subprocess.Popen(  # noqa: S603 - our own commands
            program.command, cwd=program.cwd, env=dict(program.environment), stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait(process, program)
        yield process.pid, time.perf_counter() - began
    finally:
        for one in reversed(tree(process.pid)):
            _end(one, signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end(process: int, how: signal.Signals) -> None:
    try:
        os.kill(process, how)
    except ProcessLookupError:
        return


def _wait(process: subprocess.Popen[bytes], program: Program) -> None:
    """Ask every few milliseconds; RuntimeError with the log's end when the server died or took a minute."""
    for _ in range(12_000):
        try:
            ask(program.port, program.ready)
        except (OSError, BadAnswerError):
            if process.poll() is not None:
                break
            time.sleep(0.005)
        else:
            return
    raise RuntimeError(f"{program.command} did not start:\n{program.log.read_text('utf-8', 'replace')[-2000:]}")


def tree(root: int) -> list[int]:
    """Give a process and all below it."""
    below: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            below.setdefault(int(_after_name(place)[1]), []).append(int(place.parent.name))
        except (OSError, IndexError):
            continue
    found = [root]
    for one in found:
        found += below.get(one, [])
    return found


def _after_name(place: Path) -> list[str]:
    """Give the fields of a stat file from the state on; a name may hold anything, spaces and brackets too."""
    return place.read_text("ascii", "replace").rpartition(")")[2].split()


def spent(roots: Sequence[int]) -> float:
    """Give the processor seconds, in user space and in the kernel, of processes and all below them, also of those that ended."""
    ticks = 0
    for one in (process for root in roots for process in tree(root)):
        try:
            ticks += sum(int(part) for part in _after_name(Path(f"/proc/{one}/stat"))[11:15])
        except OSError:
            continue
    return ticks / _TICK


def memory(roots: Sequence[int]) -> tuple[float, float]:
    """Give the resident and the proportional size in MB of processes and all below them (RSS counts shared pages each time)."""
    resident = proportional = 0
    for one in (process for root in roots for process in tree(root)):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text("ascii", "replace").splitlines()
        except OSError:
            continue
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
        resident, proportional = resident + sizes.get("Rss", 0), proportional + sizes.get("Pss", 0)
    return resident / 1024, proportional / 1024
