"""Logging: structlog and the standard library through one formatter, as JSON lines or for a terminal.

Nothing happens at import. A door calls `configure_logging` once; a module asks for its logger with
`structlog.get_logger(name)`, before or after.
"""

from __future__ import annotations

import logging
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Literal

import structlog

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from structlog.typing import Processor


class LineHandler(logging.StreamHandler["TextIO"]):
    """The one handler; lines that are complete already may be written through it together."""

    def __init__(self, output: TextIO, style: Literal["console", "json"]) -> None:
        """Write to `output`."""
        super().__init__(output)
        self.style = style

    @property
    def plain(self) -> bool:
        """Whether lines are text without colours."""
        return self.style == "json" or not self.stream.isatty()

    def write_lines(self, lines: Sequence[str]) -> None:
        """Write complete lines at once."""
        with self.lock or nullcontext():
            self.stream.write("".join(lines))
            self.flush()


def configure_logging(
    level: Literal["debug", "info", "warning", "error"] = "info",
    style: Literal["console", "json"] = "console",
    stream: TextIO | None = None,
) -> None:
    """Send every log line of `level` and above to `stream` (standard error, as standard output is for answers).

    A JSON line has `event`, `level`, `logger`, `timestamp` (RFC 3339, UTC), what is bound to the context (such as
    `request_id`), the fields of the call, and `exception` as a list of frames. uvicorn logs through the same
    formatter when it is started with `log_config=None`; its own access log is silenced. May be called again.
    """
    shared = _shared_processors()
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a second call, as tests make, must reach loggers already in use
    )
    output = stream or sys.stderr
    handler = LineHandler(output, style)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(style, output)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    _adopt_uvicorn()


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.UnicodeDecoder(),
    ]


def _rendering(style: Literal["console", "json"], output: TextIO) -> list[Processor]:
    if style == "console":
        return [structlog.dev.ConsoleRenderer(colors=output.isatty(), exception_formatter=structlog.dev.plain_traceback)]
    # Locals are left out of tracebacks: they hold keys and whole answers.
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer()]


def _adopt_uvicorn() -> None:
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
    access = logging.getLogger("uvicorn.access")
    access.handlers = []
    access.propagate = False  # app.edge.access_log writes the line; without a handler uvicorn skips formatting its own
