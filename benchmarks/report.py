"""Findings as Markdown: a line for each bar with its verdict, then the figures behind it."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.contestants import NO_CACHE
from benchmarks.measure import ratio
from benchmarks.questions import DUMPS, QUESTIONS
from benchmarks.scaling import Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.contestants import Contestant
    from benchmarks.measure import Measure, Series

OURS, LIMIT, RAW = "ours", "limit", "raw sqlite3 + orjson"
_NO_PEERS = {OURS, LIMIT, RAW, NO_CACHE}
WARM, UNCHANGED, COLD, COLD_MEMBERS, COLD_RAW = 0.85, 1.0, 1.5, 2.5, 0.6
FIRST_BYTE, DEPTH, SIZE, TAIL, START, IDLE = 0.05, 1.2, 1.5, 4.0, 1.5, 120.0


_SETTING = """\
Server on one core, client on the other, 64 connections (8 for the counts). Requests per second **of server processor**, the
median of all rounds; the database's processes count. 40,000 memberships, 200 states, 500 organizations, 20,000 events."""


@dataclass(slots=True)
class Findings:
    """All that a run found."""

    measure: Measure
    scale: Scale = field(default_factory=Scale)
    servers: list[Contestant] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    start: float = 0.0
    """Seconds from `serve` on a seeded store to the first 200."""


class Bar(NamedTuple):
    """Something that must hold, what was measured, and whether it does."""

    what: str
    wanted: str
    found: str
    met: bool


def bars(found: Findings) -> list[Bar]:
    """Give every bar that this run can judge."""
    return [*_warm(found), *_cold(found), *_dumps(found), *_scale(found), *_service(found)]


def _at_least(what: str, value: float, least: float, unit: str = "x") -> Bar:
    return Bar(what, f"at least {least:g} {unit}", f"{value:.2f} {unit}", value >= least)


def _at_most(what: str, value: float, most: float, unit: str = "x") -> Bar:
    return Bar(what, f"at most {most:g} {unit}", f"{value:.2f} {unit}", value <= most)


def _warm(found: Findings) -> Iterator[Bar]:
    for question in QUESTIONS:
        rates = found.measure.table[question.key, "warm"]
        if OURS in rates and LIMIT in rates:
            least = UNCHANGED if question.key == "unchanged" else WARM
            value = ratio(rates[OURS].rates, rates[LIMIT].rates)
            yield _at_least(f"warm, {question.title}: of the limit", value, least)
        if OURS in rates:
            one = rates[OURS]
            yield _at_most(f"warm, {question.title}: p99 of p50", ratio(one.nearly_all, one.halves), TAIL)


def best(rates: dict[str, Series]) -> str | None:
    """Give the fastest peer, None where there is none."""
    peers = [name for name in rates if name not in _NO_PEERS]
    return max(peers, key=lambda name: rates[name].rate, default=None)


def _cold(found: Findings) -> Iterator[Bar]:
    for question in QUESTIONS:
        rates = found.measure.table[question.key, "cold"]
        peer = best(rates)
        if OURS in rates and peer:
            least = COLD_MEMBERS if question.key == "members" else COLD
            yield _at_least(f"cold, {question.title}: of {peer}", ratio(rates[OURS].rates, rates[peer].rates), least)
        if OURS in rates and RAW in rates:
            yield _at_least(f"cold, {question.title}: of raw sqlite3", ratio(rates[OURS].rates, rates[RAW].rates), COLD_RAW)


def _dumps(found: Findings) -> Iterator[Bar]:
    for question in DUMPS:
        files = found.measure.dumps[question.key]
        peers = {name: median(one.cpu) for name, one in files.items() if name not in _NO_PEERS}
        peer = min(peers, key=lambda name: peers[name], default=None)
        for name, said in ((OURS, "again"), (NO_CACHE, "made anew")):
            if name not in files:
                continue
            own = files[name]
            if peer:
                value = peers[peer] / median(own.cpu)
                yield Bar(f"{question.title} dump, {said}: rows/s of {peer}", "more than 1 x", f"{value:.2f} x", value > 1)
            yield _at_most(f"{question.title} dump, {said}: first byte", median(own.first) * 1000, FIRST_BYTE * 1000, "ms")


def _scale(found: Findings) -> Iterator[Bar]:
    depths = found.scale.depths
    if depths:
        yield _at_most("page 400: cost of page 1", ratio(depths[400], depths[1]), DEPTH)
    for title, sizes in found.scale.sizes.items():
        smallest, largest = min(sizes), max(sizes)
        if smallest < largest and "count" not in title and sizes[smallest] and sizes[largest]:
            value = ratio(sizes[largest], sizes[smallest])
            yield _at_most(f"{title} on {largest:,} memberships: cost on {smallest:,}", value, SIZE)


def _service(found: Findings) -> Iterator[Bar]:
    yield _at_most("`serve` on a seeded store: first 200", found.start, START, "s")
    for one in found.servers:
        if one.name == OURS:
            yield _at_most("idle memory of a worker (PSS)", one.sizes["idle"][1], IDLE, "MB")


def markdown(found: Findings) -> str:
    """Write everything."""
    measure = found.measure
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    parts = [
        "# What the server costs beside its limit and its peers",
        f"Measured on {datetime.now(UTC).date()}; {machine}; {measure.rounds} rounds of {measure.seconds:g} s.",
        _SETTING,
        "## Bars\n\n" + _table(("what", "wanted", "found", ""), [(*bar[:3], "✓" if bar.met else "✗") for bar in bars(found)]),
        "## Warm: one URL again and again\n\n" + _rates(measure, "warm"),
        "## Cold: no URL twice\n\n" + _rates(measure, "cold"),
        "## Latency at 64 connections, p50 / p99 in ms, by the clock\n\n" + _latencies(measure),
        "## Everything in one file, one connection\n\n" + _files(measure),
        "## Cost of a page by depth, of a question by size (microseconds of processor, cache off)\n\n" + _scales(found.scale),
        "## Memory (PSS in MB) and start\n\n" + _memory(found),
    ]
    notes = [*found.absent, *(f"{name}: {why}" for name, why in measure.failures.items())]
    if notes:
        parts.append("## Left out\n\n" + "\n".join(f"- {note.splitlines()[0]}" for note in notes))
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    aligned = "|".join([" --- ", *[" ---: "] * (len(head) - 1)])
    lines = [f"| {' | '.join(head)} |", f"|{aligned}|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


def _names(tables: Sequence[dict[str, Series]]) -> list[str]:
    return list(dict.fromkeys(name for one in tables for name in one))


def _rates(measure: Measure, mode: str) -> str:
    shown = [(one.title, measure.table[one.key, mode]) for one in QUESTIONS if measure.table[one.key, mode]]
    names = sorted(_names([rates for _, rates in shown]), key=lambda name: name not in _NO_PEERS)
    rows = [(name, *(f"{rates[name].rate:,.0f}" if name in rates else "-" for _, rates in shown)) for name in names]
    return _table(("", *(title for title, _ in shown)), rows)


def _latencies(measure: Measure) -> str:
    shown = [(f"{one.title}, {mode}", measure.table[one.key, mode]) for mode in ("warm", "cold") for one in QUESTIONS]
    rows = []
    for title, rates in shown:
        if OURS in rates:
            peer = best(rates)
            rows.append((title, _halves(rates[OURS]), f"{_halves(rates[peer])} ({peer})" if peer else "-"))
    return _table(("", "ours", "best peer"), rows)


def _halves(one: Series) -> str:
    return f"{median(one.halves) * 1000:.1f} / {median(one.nearly_all) * 1000:.1f}"


def _files(measure: Measure) -> str:
    rows = []
    for question in DUMPS:
        for name, one in measure.dumps[question.key].items():
            clock = one.size / 1e6 / median(one.clock)
            cells = (
                f"{one.size / 1e6:.1f}",
                f"{one.speed:,.0f}",
                f"{clock:,.0f}",
                f"{measure.world.memberships / median(one.cpu):,.0f}",
            )
            rows.append((f"{question.title}, {name}", *cells, f"{median(one.first) * 1000:.1f}"))
    return _table(("", "MB", "MB/s of processor", "MB/s by the clock", "rows/s of processor", "first byte, ms"), rows)


def _scales(scale: Scale) -> str:
    micro = 1e6
    parts = []
    if scale.depths:
        parts.append(
            _table(
                ["page", *map(str, scale.depths)], [["cost", *(f"{median(one) * micro:,.0f}" for one in scale.depths.values())]]
            )
        )
    if scale.sizes:
        sizes = list(next(iter(scale.sizes.values())))
        rows = [
            [title, *(f"{median(by[size]) * micro:,.0f}" if by[size] else "-" for size in sizes)]
            for title, by in scale.sizes.items()
        ]
        parts.append(_table(["memberships", *(f"{size:,}" for size in sizes)], rows))
    return "\n\n".join(parts)


def _memory(found: Findings) -> str:
    rows = [
        (one.name, f"{one.sizes['idle'][1]:.0f}", f"{one.sizes['loaded'][1]:.0f}", f"{one.started:.2f}") for one in found.servers
    ]
    return _table(("", "idle", "after the load", "seconds to the first 200"), rows)
