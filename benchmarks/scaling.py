"""What a question costs deeper into a list and over more data, what memory a server takes, and how soon it answers."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import questions
from benchmarks.client import BadAnswerError, get
from benchmarks.contestants import UNCACHED, environment, ours
from benchmarks.measure import cost, say
from benchmarks.places import CACHE, ROOT
from benchmarks.processes import Program, free_port, running
from benchmarks.questions import Deep, Page
from benchmarks.store import prepared
from benchmarks.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.contestants import Contestant
    from benchmarks.questions import Ask

DEPTHS = (1, 2, 100, 400, 800)
"""Pages of fifty of 40,000 memberships; the first brings the count of all."""


@dataclass(slots=True)
class Scale:
    """Processor seconds of an answer, round by round: by page, and by question and size."""

    depths: dict[int, list[float]] = field(default_factory=dict)
    sizes: dict[str, dict[int, list[float]]] = field(default_factory=dict)


def by_depth(one: Contestant, *, rounds: int, seconds: float) -> dict[int, list[float]]:
    """Measure pages of one crawl, in rounds; the cache must be off."""
    found: dict[int, list[float]] = {page: [] for page in DEPTHS}
    for _ in range(rounds):
        for page in DEPTHS:
            asked: Ask = Page() if page == 1 else Deep(page)
            found[page].append(cost(one, [asked], seconds=seconds, again=True))
    say("pages by depth")
    return found


def by_size(sizes: Sequence[int], *, rounds: int, seconds: float) -> dict[str, dict[int, list[float]]]:
    """Measure the same questions on stores of several sizes, in rounds; each question is asked once."""
    fresh = [*(one for one in questions.QUESTIONS if one.key == "one"), questions.STRANGERS]
    again: dict[str, Ask] = {"first page, with the count of all": Page(), "page 400": Deep(400)}
    found = {title: {size: list[float]() for size in sizes} for title in (*(one.title for one in fresh), *again)}
    with ExitStack() as stack:
        servers = []
        for size in sizes:
            say(f"a store of {size:,} memberships")
            world = World(size)
            one = stack.enter_context(ours(prepared(world), f"ours-{size}", **UNCACHED))
            servers.append((size, one, {question.title: question.cold(world) for question in fresh}))
        for number in range(rounds):
            for size, one, forms in servers:
                for title, asked in forms.items():
                    share = len(asked) // rounds
                    _note(found[title][size], one, asked[number * share : (number + 1) * share], seconds)
                for title, same in again.items():
                    _note(found[title][size], one, same, seconds)
            say(f"round {number + 1} of {rounds}: sizes")
    return found


def _note(costs: list[float], one: Contestant, asked: list[Ask] | Ask, seconds: float) -> None:
    """Add what an answer costs; nothing where the server gave none in its time."""
    again = not isinstance(asked, list)
    try:
        costs.append(cost(one, asked if isinstance(asked, list) else [asked], seconds=seconds, again=again))
    except BadAnswerError as error:
        say(f"{one.name} has no answer: {str(error).splitlines()[0]}")


def start_of_own(rounds: int) -> float:
    """Give the seconds from `python -m app serve` on a seeded store to its first 200."""
    store = CACHE / "seeded.db"
    store.unlink(missing_ok=True)
    took = []
    for number in range(rounds + 1):  # the first one migrates and loads the seed
        port = free_port()
        settings = environment(DATABASE_URL=f"sqlite:///{store}", PORT=str(port), LOG_LEVEL="error")
        command = [sys.executable, "-m", "app", "serve"]
        log = CACHE / "seeded.log"
        with running(Program(command, port, get("/readyz"), settings, log, ROOT)) as (_, seconds):
            took += [seconds] if number else []
    return median(took)
