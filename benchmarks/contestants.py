"""Who runs: our server, the limit of its platform, the floor of a cold answer; peers stand in `benchmarks.peers`."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from benchmarks.client import ask, get
from benchmarks.places import CACHE, ROOT
from benchmarks.processes import Program, free_port, running
from benchmarks.questions import Ask, Deep, Dump, Groups, Members, One, Page, Question, Search, Unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NO_CACHE = "ours, cache off"
UNCACHED = {"CACHE_BYTES": "0"}
"""Settings of a server that keeps no answers."""

Writer = Callable[[Ask], bytes | None]
"""Spells a question for a contestant; None where it has no answer to it."""


@dataclass(slots=True)
class Contestant:
    """A server that is up: where it listens, which processes are its own, how long it took to start, how it is asked."""

    name: str
    port: int
    roots: Sequence[int]
    started: float
    write: Writer
    sizes: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Resident and proportional size in MB, by when it was looked at."""


def environment(**more: str) -> dict[str, str]:
    """Give the environment of a server: this one's, without what would change our own settings."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LD_LIBRARY_PATH"}}  # noqa: TID251 - a door of its own
    return {**kept, "PYTHONPATH": str(ROOT), **more}


@contextmanager
def uvicorn(name: str, application: str, *options: str, **variables: str) -> Iterator[tuple[int, int, float]]:
    """Run an application on uvicorn as `python -m app serve` does; give its port, its process and its seconds to start."""
    port = free_port()
    quiet = ("--log-level", "error", "--no-access-log", "--no-server-header", *options)
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), *quiet]
    log = CACHE / f"{name.replace(' ', '-')}.log"
    with running(Program(command, port, get("/readyz"), environment(**variables), log, ROOT)) as (
        pid,
        took,
    ):
        yield port, pid, took


@contextmanager
def ours(store: Path, name: str = "ours", **variables: str) -> Iterator[Contestant]:
    """Run our server on a store."""
    options = ("--factory", "--http", "app.edge.protocol:BoundedProtocol")
    settings = {"DATABASE_URL": f"sqlite:///{store}", "LOG_LEVEL": "error", **variables}
    with uvicorn(name, "app.serving:application", *options, **settings) as (port, pid, took):
        yield Contestant(name, port, [pid], took, Own(port))


@dataclass(slots=True)
class Own:
    """How our server is asked; the cursors of deep pages are those it gave itself."""

    port: int
    cursors: list[str] = field(default_factory=list)

    def __call__(self, question: Ask) -> bytes:
        """Write the request."""
        match question:
            case Unchanged():
                held = ask(self.port, self(Page())).header("etag")
                return get(self.address(Page()), if_none_match=held)
            case _:
                return get(self.address(question))

    def address(self, question: Ask) -> str:  # noqa: PLR0911 - a case for each question
        """Give path and query."""
        match question:
            case One(collection, one):
                return f"/v1/{collection}/{one}"
            case Page(members, limit):
                chosen = f"member={','.join(members)}&" if members else ""
                return f"/v1/memberships?{chosen}limit={limit}"
            case Members(organization, day):
                return f"/v1/organizations/{organization}/members?at={day}&limit=1000"
            case Deep(page, limit):
                return f"/v1/memberships?limit={limit}&cursor={self.cursor(page)}"
            case Search(word, limit):
                return f"/v1/search?q={word}&kind=event&limit={limit}"
            case Groups(day):
                return f"/v1/memberships?group_by=organization.id,status&format=jsonl{f'&at={day}' if day else ''}"
            case Dump(form):
                return f"/v1/memberships.{form}"
            case Unchanged():
                return self.address(Page())

    def cursor(self, page: int) -> str:
        """Give the cursor of a page, by turning the pages up to it once."""
        while len(self.cursors) < page - 1:
            at = f"&cursor={self.cursors[-1]}" if self.cursors else ""
            following = orjson.loads(ask(self.port, get(f"/v1/memberships?limit=50{at}")).body)["page"]["next"]
            self.cursors.append(following.partition("cursor=")[2])
        return self.cursors[page - 2]


@contextmanager
def limit(model: Contestant, own: Own, questions: Sequence[Question]) -> Iterator[Contestant]:
    """Run the limit with what our server answers, body and headers; a question that it holds already it answers in full."""
    answers = {}
    for question in questions:
        target = own.address(question.warm)
        found = ask(model.port, get(target))
        lines = [line.partition(b": ") for line in found.head.split(b"\r\n")[1:]]
        hop = {b"date", b"transfer-encoding", b"content-length", b"connection"}
        headers = [(name.lower(), value) for name, _, value in lines if name.lower() not in hop]
        length = (b"content-length", str(len(found.body)).encode())
        answers[(target if "?" in target else f"{target}?").encode()] = ([*headers, length], found.body)
    path = CACHE / "answers.pickle"
    path.write_bytes(pickle.dumps(answers))
    with uvicorn("limit", "benchmarks.limit:application", BENCHMARK_ANSWERS=str(path)) as (port, pid, took):
        held = {question.warm for question in questions}
        yield Contestant("limit", port, [pid], took, lambda question: get(own.address(question)) if question in held else None)


@contextmanager
def floor(store: Path) -> Iterator[Contestant]:
    """Run raw sqlite3 and orjson on the server's own store."""
    with uvicorn("raw", "benchmarks.raw:application", BENCHMARK_STORE=str(store)) as (port, pid, took):
        yield Contestant("raw sqlite3 + orjson", port, [pid], took, _raw)


def _raw(question: Ask) -> bytes | None:  # noqa: PLR0911 - a case for each question
    match question:
        case One(collection, one):
            return _query(f"/{collection}", id=one)
        case Page(members, limit):
            return _query("/page", members=",".join(members), after="", limit=str(limit))
        case Members(organization, day):
            return _query("/members", organization=organization, day=day)
        case Deep(_, limit):
            return _query("/page", members="", after=f"membership-{question.offset - 1:08d}", limit=str(limit))
        case Search(word, limit):
            return _query("/search", word=word, limit=str(limit))
        case Groups(day):
            return _query("/groups", day=day)
        case Dump() | Unchanged():
            return None


def _query(path: str, **given: str) -> bytes:
    return get(f"{path}?{'&'.join(f'{name}={value}' for name, value in given.items())}")
