"""`python -m benchmarks`: build, run, measure, and write benchmarks/results; see `make bench`."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from benchmarks import contestants, peers, plot, report, tables
from benchmarks.measure import Measure, say
from benchmarks.places import RESULTS
from benchmarks.processes import memory
from benchmarks.questions import DUMPS, QUESTIONS
from benchmarks.scaling import by_depth, by_size, start_of_own
from benchmarks.store import prepared
from benchmarks.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def main(given: Sequence[str] | None = None) -> int:
    """Run everything, and give 1 when the server missed a bar."""
    asked = _options(given)
    world = World()
    store = prepared(world)
    measure = Measure(world, asked.rounds, asked.seconds)
    found = report.Findings(measure)
    with ExitStack() as stack:
        everybody = _start(stack, store, asked.peers, found)
        chosen = [one for one in QUESTIONS if not asked.only or one.key in asked.only]
        measure.compare(everybody, [*chosen, *DUMPS])
        measure.questions(everybody, chosen)
        measure.files(everybody, [one for one in DUMPS if not asked.only])
        for one in everybody:
            one.sizes["loaded"] = memory(one.roots)
        found.servers = everybody
        own = next(one for one in everybody if one.name == contestants.NO_CACHE)
        found.scale.depths = by_depth(own, rounds=asked.rounds, seconds=asked.seconds / 2)
    if asked.sizes:
        found.scale.sizes = by_size(asked.sizes, rounds=asked.rounds, seconds=asked.seconds / 2)
    found.start = start_of_own(3)
    text = report.markdown(found)
    RESULTS.mkdir(exist_ok=True)
    if not asked.only:
        (RESULTS / "results.md").write_text(text, encoding="utf-8")
        (RESULTS / "results.svg").write_text(plot.drawn(measure.table), encoding="utf-8")
    sys.stdout.write(text)
    return 0 if all(bar.met for bar in report.bars(found)) else 1


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is asked")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each load takes")
    parser.add_argument("--peers", type=_words, default=list(peers.ALL), help=f"of {', '.join(peers.ALL)}; empty: none")
    parser.add_argument("--sizes", type=lambda text: [int(one) for one in _words(text)], default=[40_000, 1_000_000])
    parser.add_argument(
        "--only", type=_words, default=[], help=f"of {', '.join(one.key for one in QUESTIONS)}; nothing is written then"
    )
    return parser.parse_args(given)


def _words(text: str) -> list[str]:
    return [one for one in text.split(",") if one]


def _start(stack: ExitStack, store: Path, names: Sequence[str], found: report.Findings) -> list[contestants.Contestant]:
    """Start everybody who can run; who cannot is noted with the reason."""

    def joined(one: contestants.Contestant) -> contestants.Contestant:
        one.sizes["idle"] = memory(one.roots)
        say(f"{one.name} is up after {one.started:.2f} s")
        return one

    first = joined(stack.enter_context(contestants.ours(store)))
    own = contestants.Own(first.port)
    first.write = own
    everybody = [first]
    everybody.append(joined(stack.enter_context(contestants.ours(store, contestants.NO_CACHE, **contestants.UNCACHED))))
    everybody[1].write = contestants.Own(everybody[1].port, own.cursors)
    everybody.append(joined(stack.enter_context(contestants.limit(first, own, [*QUESTIONS, *DUMPS]))))
    everybody.append(joined(stack.enter_context(contestants.floor(store))))
    found.absent += peers.install() if names else []
    folder = tables.exported(store) if names else store
    for name in names:
        try:
            everybody.append(joined(stack.enter_context(peers.ALL[name](folder))))
        except (peers.NotThereError, OSError, RuntimeError) as error:
            found.absent.append(f"{name}: {str(error).splitlines()[0]}")
            say(f"skipped {found.absent[-1]}")
    return everybody


if __name__ == "__main__":
    sys.exit(main())
