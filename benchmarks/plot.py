"""A picture of the figures: for every question a line of dots on a logarithmic scale, legible on light and dark pages."""

from __future__ import annotations

from html import escape
from math import log10
from typing import TYPE_CHECKING

from benchmarks.contestants import NO_CACHE
from benchmarks.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.measure import Series, Table

_LEFT, _WIDTH, _ROW, _HEAD, _GAP = 190, 640, 30, 78, 46
_PLACE = {"limit": "limit", "raw sqlite3 + orjson": "raw", "ours": "ours"}
_PEERS = ("a", "b", "c", "d")
_STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #57606a; }
.title { font-weight: 600; fill: #24292f; } .tick { font-size: 11px; } .end { text-anchor: end; } .mid { text-anchor: middle; }
.grid { stroke: #8c959f; stroke-opacity: .25; } .span { stroke: #8c959f; stroke-opacity: .5; stroke-width: 2; }
.ours { fill: #0969da; } .limit { fill: none; stroke: #57606a; stroke-width: 2; }
.raw { fill: none; stroke: #bf8700; stroke-width: 2; }
.a { fill: #cf222e; } .b { fill: #8250df; } .c { fill: #1a7f37; } .d { fill: #bc4c00; }
@media (prefers-color-scheme: dark) {
  text { fill: #8d96a0; } .title { fill: #e6edf3; } .ours { fill: #4493f8; } .limit { stroke: #8d96a0; } .raw { stroke: #d29922; }
  .a { fill: #f85149; } .b { fill: #ab7df8; } .c { fill: #3fb950; } .d { fill: #db6d28; }
}
"""


def drawn(table: Table) -> str:
    """Draw warm and cold one below the other; a dot further right is a faster answer."""
    panels = [
        (mode, text) for mode, text in (("warm", "one URL again and again"), ("cold", "no URL twice")) if _shown(table, mode)
    ]
    names = list(dict.fromkeys(name for rates in table.values() for name in rates if name != NO_CACHE))
    classes = {**_PLACE, **dict(zip((name for name in names if name not in _PLACE), _PEERS, strict=False))}
    rates = [one.rate for found in table.values() for one in found.values()]
    low, high = 10 ** int(log10(min(rates))), 10 ** (int(log10(max(rates))) + 1)
    parts: list[str] = [*_legend(names, classes)]
    top = _HEAD
    for mode, text in panels:
        rows = _shown(table, mode)
        parts += _panel(f"{mode.title()}: {text}", rows, classes, (top, low, high))
        top += len(rows) * _ROW + _GAP + 14
    width, label = _LEFT + _WIDTH + 40, "Requests per second of server processor, by question and contestant"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width}" role="img" aria-label="{label}">'
    return "\n".join([head, f"<style>{_STYLE}</style>", *parts, "</svg>", ""])


def _shown(table: Table, mode: str) -> list[tuple[str, Mapping[str, Series]]]:
    return [(one.title, table[one.key, mode]) for one in QUESTIONS if table.get((one.key, mode))]


def _legend(names: list[str], classes: Mapping[str, str]) -> Iterator[str]:
    yield '<text class="title" x="16" y="22">Requests per second of server processor</text>'
    place = 16.0
    for name in names:
        yield f'<circle class="{classes.get(name, "d")}" cx="{place + 6}" cy="43" r="5"/>'
        yield f'<text x="{place + 17}" y="47">{escape(name)}</text>'
        place += 40 + 7.0 * len(name)


def _panel(
    title: str, rows: list[tuple[str, Mapping[str, Series]]], classes: Mapping[str, str], frame: tuple[int, float, float]
) -> Iterator[str]:
    top, low, high = frame
    scale = _WIDTH / (log10(high) - log10(low))

    def place(rate: float) -> float:
        return round(_LEFT + (log10(rate) - log10(low)) * scale, 1)

    bottom = top + 14 + len(rows) * _ROW
    yield f'<text class="title" x="16" y="{top + 6}">{escape(title)}</text>'
    tick = low
    while tick <= high:
        yield f'<line class="grid" x1="{place(tick)}" x2="{place(tick)}" y1="{top + 14}" y2="{bottom}"/>'
        yield f'<text class="tick mid" x="{place(tick)}" y="{bottom + 14}">{tick:,.0f}</text>'
        tick *= 10
    for n, (name, rates) in enumerate(rows):
        middle = top + 14 + n * _ROW + _ROW / 2
        held = {one: series for one, series in rates.items() if one != NO_CACHE}
        ends = [place(series.rate) for series in held.values()]
        yield f'<text class="end" x="{_LEFT - 14}" y="{middle + 4}">{escape(name)}</text>'
        yield f'<line class="span" x1="{min(ends)}" x2="{max(ends)}" y1="{middle}" y2="{middle}"/>'
        for one, series in sorted(held.items(), key=lambda pair: pair[0] == "ours"):
            size = 7 if one == "ours" else 5
            says = f"{one}: {series.rate:,.0f}"
            spot = f'class="{classes.get(one, "d")}" cx="{place(series.rate)}" cy="{middle}" r="{size}"'
            yield f"<circle {spot}><title>{escape(says)}</title></circle>"
