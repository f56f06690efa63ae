"""Rounds of short loads: in each round every contestant answers every question, one right after the other.

So a machine that is busy for a while slows all of them, and a ratio is taken within a round before rounds are compared.
"""

from __future__ import annotations

import re
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.client import BadAnswerError, Load, ask
from benchmarks.processes import CLIENT_CORE, bound, spent
from benchmarks.questions import Dump, Groups, One, Search, Unchanged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.client import Run
    from benchmarks.contestants import Contestant
    from benchmarks.questions import Ask, Question
    from benchmarks.world import World

CONNECTIONS, FEW = 64, 8
_WARMING = 0.2
_RESERVED = 16
"""Questions of a list without repetition that are only for warming up."""


@dataclass(slots=True)
class Series:
    """What one contestant came to at one question, round by round; requests per second of server processor."""

    rates: list[float] = field(default_factory=list)
    halves: list[float] = field(default_factory=list)
    """Seconds that half of the requests took at most."""
    nearly_all: list[float] = field(default_factory=list)
    """Seconds that 99 of 100 took at most."""

    def add(self, run: Run) -> None:
        """Take a round's figures; a load too short for the processor's clock counts by the wall's."""
        self.rates.append(run.requests / (run.cpu or run.seconds))
        self.halves.append(run.percentile(0.5))
        self.nearly_all.append(run.percentile(0.99))

    @property
    def rate(self) -> float:
        """Give the median."""
        return median(self.rates)


@dataclass(slots=True)
class Dumped:
    """What one contestant's dumps came to, round by round."""

    size: int = 0
    first: list[float] = field(default_factory=list)
    """Seconds to the first byte."""
    clock: list[float] = field(default_factory=list)
    """Seconds by the clock."""
    cpu: list[float] = field(default_factory=list)
    """Processor seconds of the server."""

    @property
    def speed(self) -> float:
        """Give MB per second of server processor."""
        return self.size / 1e6 / median(self.cpu)


Table = dict[tuple[str, str], dict[str, Series]]
"""By question and mode (`warm`, `cold`), by contestant."""


def say(text: str) -> None:
    """Tell what goes on, on the standard error stream."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@dataclass(slots=True)
class Measure:
    """How many rounds, how many seconds each load, and what was found so far."""

    world: World
    rounds: int
    seconds: float
    table: Table = field(default_factory=lambda: defaultdict(lambda: defaultdict(Series)))
    dumps: dict[str, dict[str, Dumped]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Dumped)))
    failures: dict[str, str] = field(default_factory=dict)

    skipped: set[tuple[str, str]] = field(default_factory=set)
    """Contestants and questions that they answer otherwise than the first contestant does."""

    def compare(self, contestants: Sequence[Contestant], questions: Sequence[Question]) -> None:
        """Ask everybody everything once, and leave out who gives other rows than the first contestant."""
        for question in questions:
            expected = None
            for one in contestants:
                request = one.write(question.warm)
                if request is None or isinstance(question.warm, Unchanged) or question.warm == Dump("parquet"):
                    continue
                found = held(question.warm, ask(one.port, request).body)
                expected = found if expected is None else expected
                if found != expected:
                    self.skipped.add((one.name, question.key))
                    self.failures[f"{one.name}, {question.title}"] = "it gives other rows"

    def questions(self, contestants: Sequence[Contestant], questions: Sequence[Question]) -> None:
        """Ask everybody everything, in every round, warm and cold."""
        cold = {one.key: one.cold(self.world) for one in questions}
        for number in range(self.rounds):
            for question in questions:
                for one in _rotated(contestants, number):
                    self._warm(one, question)
                for one in _rotated(contestants, number) if cold[question.key] else ():
                    asked = cold[question.key]
                    share = (len(asked) - _RESERVED) // self.rounds
                    fresh = asked[_RESERVED + number * share : _RESERVED + (number + 1) * share]
                    self._cold(one, question, asked[:_RESERVED], fresh)
                say(f"round {number + 1} of {self.rounds}: {question.title}")

    def _warm(self, one: Contestant, question: Question) -> None:
        request = one.write(question.warm)
        if request is not None and (one.name, question.key) not in self.skipped:
            self._load(one, (question, "warm"), [request], [request])

    def _cold(self, one: Contestant, question: Question, warming: Sequence[Ask], fresh: Sequence[Ask]) -> None:
        requests = written(one, fresh)
        if requests and (one.name, question.key) not in self.skipped:
            self._load(one, (question, "cold"), written(one, warming), requests)

    def _load(self, one: Contestant, asking: tuple[Question, str], warming: list[bytes], requests: list[bytes]) -> None:
        question, mode = asking
        again, connections = mode == "warm", FEW if isinstance(question.warm, Groups) else CONNECTIONS
        try:
            with bound(CLIENT_CORE):
                Load(one.port, _WARMING, FEW, again).run(warming)
                run = Load(one.port, self.seconds, connections, again).run(requests, lambda: spent(one.roots))
        except (BadAnswerError, OSError) as error:
            self.failures.setdefault(f"{one.name}, {question.title}, {mode}", str(error).strip()[:300])
        else:
            self.table[question.key, mode][one.name].add(run)

    def files(self, contestants: Sequence[Contestant], dumps: Sequence[Question]) -> None:
        """Let everybody send whole files, one at a time."""
        for number in range(self.rounds):
            for question in dumps:
                for one in _rotated(contestants, number):
                    request = one.write(question.warm)
                    if request is not None and (one.name, question.key) not in self.skipped:
                        self._file(one, question, request)
                say(f"round {number + 1} of {self.rounds}: {question.title} of everything")

    def _file(self, one: Contestant, question: Question, request: bytes) -> None:
        found = self.dumps[question.key][one.name]
        until = time.perf_counter() + self.seconds
        before, count = spent(one.roots), 0
        try:
            with bound(CLIENT_CORE):
                while not count or time.perf_counter() < until:
                    answer = ask(one.port, request)
                    count += 1
                    found.size = len(answer.body)
                    found.first.append(answer.first)
                    found.clock.append(answer.last)
        except (BadAnswerError, OSError) as error:
            self.failures.setdefault(f"{one.name}, {question.title}", str(error).strip()[:300])
            del self.dumps[question.key][one.name]
            return
        used = (spent(one.roots) - before) / count
        found.cpu.append(used or median(found.clock))


_IDS = re.compile(rb"(?:membership|event)-\d{6,8}(?=\W)")


def held(question: Ask, body: bytes) -> object:
    """Give what must be the same in everybody's answer: the ids of its rows, or how many there are where the order may differ."""
    match question:
        case Groups():
            return body.count(b"organization-")
        case Search():
            return len(set(_IDS.findall(body)))
        case One(_, one):
            return one.encode() in body
        case _:
            return set(_IDS.findall(body))


def cost(one: Contestant, asked: Iterable[Ask], *, seconds: float, again: bool = False) -> float:
    """Give the processor seconds that an answer costs."""
    requests = written(one, asked)
    with bound(CLIENT_CORE):
        Load(one.port, _WARMING, FEW, again).run(requests[:_RESERVED])
        run = Load(one.port, seconds, FEW, again).run(requests if again else requests[_RESERVED:], lambda: spent(one.roots))
    return (run.cpu or run.seconds) / run.requests


def written(one: Contestant, asked: Iterable[Ask]) -> list[bytes]:
    """Spell questions for a contestant, without those that it has no answer to."""
    return [request for request in map(one.write, islice(asked, 20_000)) if request is not None]


def _rotated(contestants: Sequence[Contestant], by: int) -> list[Contestant]:
    """Give everybody another place in every round."""
    by %= len(contestants)
    return [*contestants[by:], *contestants[:by]]


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """Give how many times as fast one was as another, round by round, the median."""
    return median(a / b for a, b in zip(one, other, strict=False))
