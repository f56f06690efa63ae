"""What an import says of itself: sentences for a person, and the whole of it as JSON; what can be imported, for a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from app.errors import BadQueryError, nearest
from app.ingest.importers.catalog import IMPORTERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.ingest.importers.datasets import Importer
    from app.ingest.importing import Imported, Told

_SHOWN = 20
"""Lines and names of each kind in the sentences; the JSON has more."""


def find_importer(name: str) -> Importer:
    """Give what can be imported by a name; BadQueryError names the nearest."""
    if name not in IMPORTERS:
        hint = f"did you mean '{found}'? " if (found := nearest(name, list(IMPORTERS))) else ""
        raise BadQueryError(f"'{name}' is not one of {', '.join(IMPORTERS)}; {hint}".rstrip("; "))
    return IMPORTERS[name]


def find_datasets(name: str, held: Sequence[str]) -> list[str]:
    """Give the held datasets that a name stands for: one, or all of an importer; BadQueryError where there is none."""
    of_importer = {one.name for one in IMPORTERS[name].datasets} if name in IMPORTERS else set()
    found = [one for one in held if one == name or one in of_importer]
    if not found:
        listed = f"; held are {', '.join(held)}" if held else "; no dataset is held"
        raise BadQueryError(f"'{name}' is not held{listed}")
    return found


def listing(held: Sequence[str]) -> Iterator[str]:
    """Describe every importer: what it reads, where that is had, on which terms, how it is cited."""
    for one in IMPORTERS.values():
        yield f"{one.name}: {one.title}"
        yield f"    from     {one.get}"
        for dataset in one.datasets:
            yield f"  {dataset.name} {dataset.version}: {dataset.title}{' (held)' if dataset.name in held else ''}"
            yield from (f"    reads    {form.described}" for form in dataset.forms)
            yield f"    terms    {dataset.terms}"
            yield f"    cite     {dataset.citation}"


def sentences(done: Imported, *, dry: bool = False) -> Iterator[str]:
    """Say what an import came to, the lines that need a person last."""
    if done.same_files:
        yield f"{done.dataset}: nothing to do, these files are held as they are"
        return
    written = done.written
    what = (
        "nothing changed" if written.revision is None else f"revision {written.revision}{', not kept (dry run)' if dry else ''}"
    )
    lines = ", ".join(f"{lines} {word}" for word, lines in _lines(done) if lines)
    yield f"{done.dataset}: {what}: {done.read} lines read, {done.applied} applied{', ' if lines else ''}{lines}"
    for table, counts in written.by_table().items():
        yield f"  {table}: {', '.join(f'{rows} {word}' for word, rows in counts.items())}"
    yield f"  {written.unchanged} rows unchanged, {done.preferences} preferences turned, {done.kept} actors kept for others"
    yield from (f"  {how}: {keys}" for how, keys in sorted(done.matches.counts.items()))
    for word, told in _kinds(done):
        yield from (f"  {word}: {reason}: {times}" for reason, times in told.counts.most_common(_SHOWN))
    yield from _some("doubtful, kept apart", [f"{key} {why}" for key, why in done.matches.doubtful.items()])
    yield from _some("refused", done.refused.first, sum(done.refused.counts.values()))


def _kinds(done: Imported) -> tuple[tuple[str, Told], ...]:
    return ("refused", done.refused), ("left out", done.explained), ("odd, and applied", done.noticed)


def _lines(done: Imported) -> tuple[tuple[str, int], ...]:
    """Count lines: refused and left out are those of which nothing was applied."""
    return (
        ("refused", len(done.idle(done.refused))),
        ("left out", len(done.idle(done.explained) - done.idle(done.refused))),
        ("odd, and applied", len(done.noticed.lines)),
    )


def _some(word: str, lines: Sequence[str], total: int = 0) -> Iterator[str]:
    yield from (f"  {word}: {one}" for one in lines[:_SHOWN])
    more = max(total, len(lines)) - _SHOWN
    if more > 0:
        yield f"  {word}: and {more} more"


def whole(done: Sequence[Imported]) -> bytes:
    """Give everything that is known of imports as JSON."""
    return orjson.dumps([_told(one) for one in done], option=orjson.OPT_INDENT_2) + b"\n"


def _told(done: Imported) -> dict[str, object]:
    return {
        "dataset": done.dataset,
        "revision": done.written.revision,
        "lines": {"read": done.read, "applied": done.applied, **dict(_lines(done))},
        "rows": {**done.written.by_table(), "unchanged": done.written.unchanged},
        "preferences": done.preferences,
        "kept": done.kept,
        "matches": {key: {"how": how, "id": entity} for key, (how, entity) in done.matches.entities.items()},
        "new": done.matches.new,
        "doubtful": done.matches.doubtful,
        **{word: {"counts": dict(told.counts), "first": told.first} for word, told in _kinds(done)},
    }
