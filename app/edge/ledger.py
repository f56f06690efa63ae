"""What is told of every answered request: one line in the access log, one count in the metrics; lines are written a little later.

A line through structlog costs as much as two answers from memory. Here it is made from a template that gives the same text,
and lines go out together: `DELAY` seconds after the first of them, or when `MOST` wait. A logger that is configured
otherwise (colours, another handler) is still asked for every line.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import structlog

from app.edge.metrics import REQUESTS
from app.telemetry import LineHandler

if TYPE_CHECKING:
    from collections.abc import Callable

DELAY = 0.1
MOST = 500

_log: structlog.stdlib.BoundLogger = structlog.get_logger("app.access")
_standard = logging.getLogger("app.access")
_FAILED = 500
_PLAIN = re.compile(r"[A-Za-z0-9/._~:%,@!$&()*+;-]+")
"""Paths that both styles write as they are."""


class Answered(NamedTuple):
    """One request that was answered; `path` is as it was sent, `at` seconds since the epoch, `seconds` to the last byte."""

    method: str
    path: str
    route: str
    status: int
    size: int
    client: str | None
    request_id: str
    at: float
    seconds: float
    disconnected: bool = False


class Ledger:
    """Collects what was answered on one event loop, and writes it in batches."""

    def __init__(self) -> None:
        """Start empty."""
        self._waiting: list[Answered] = []

    def note(self, answered: Answered) -> None:
        """Take one answer in; call it on the event loop."""
        REQUESTS.count(answered[0], answered[2], answered[3], answered[8])
        if answered[3] < _FAILED and not _standard.isEnabledFor(logging.INFO):
            return
        waiting = self._waiting
        waiting.append(answered)
        if len(waiting) == 1:
            asyncio.get_running_loop().call_later(DELAY, self.write)
        elif len(waiting) >= MOST:
            self.write()

    def write(self) -> None:
        """Write what waits; call it at the end."""
        waiting, self._waiting = self._waiting, []
        template = _template()
        if template is None:
            for one in waiting:
                write_now(one)
            return
        lines: list[str] = []
        for one in waiting:
            if one.status < _FAILED and not one.disconnected and _is_plain(one.path):
                lines.append(template(one))
            else:
                write_now(one)
        handler = logging.getLogger().handlers[0]
        if isinstance(handler, LineHandler) and lines:
            handler.write_lines(lines)


def _template() -> Callable[[Answered], str] | None:
    handler = next(iter(logging.getLogger().handlers), None)
    if not isinstance(handler, LineHandler) or not handler.plain:
        return None
    return _json_line if handler.style == "json" else _console_line


def write_now(one: Answered) -> None:
    """Log one answer at once, through structlog."""
    fields: dict[str, object] = {
        "method": one.method,
        "path": one.path,
        "status": one.status,
        "duration_ms": round(one.seconds * 1000, 2),
        "bytes": one.size,
        "client": one.client,
        "request_id": one.request_id,
    }
    if one.disconnected:
        fields["disconnected"] = True
    _log.log(logging.ERROR if one.status >= _FAILED else logging.INFO, "request", **fields)


@lru_cache(4096)
def _is_plain(path: str) -> bool:
    return _PLAIN.fullmatch(path) is not None


@lru_cache(16)
def _second(whole: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))


def _instant(at: float) -> str:
    whole = int(at)
    return f"{_second(whole)}.{int((at - whole) * 1_000_000):06}Z"


@lru_cache(1024)
def _quoted(text: str | None) -> str:
    return json.dumps(text)


def _json_line(one: Answered) -> str:
    method, path, _, status, size, client, request_id, at, seconds, _ = one
    return (
        f'{{"method": "{method}", "path": "{path}", "status": {status}, "duration_ms": {round(seconds * 1000, 2)}, '
        f'"bytes": {size}, "client": {_quoted(client)}, "request_id": "{request_id}", "event": "request", "level": "info", '
        f'"logger": "app.access", "timestamp": "{_instant(at)}"}}\n'
    )


def _console_line(one: Answered) -> str:
    method, path, _, status, size, client, request_id, at, seconds, _ = one
    return (
        f"{_instant(at)} [info     ] request                        [app.access] bytes={size} client={client} "
        f"duration_ms={round(seconds * 1000, 2)} method={method} path={path} request_id={request_id} status={status}\n"
    )
