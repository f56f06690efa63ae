"""One formatter for our own lines and the standard library's; nothing before a door asks."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import structlog
from structlog.contextvars import bound_contextvars

from app.telemetry import configure_logging

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Put back what `configure_logging` sets for the whole process."""
    root = logging.getLogger()
    names = ("uvicorn", "uvicorn.error", "uvicorn.access")
    before = (root.handlers[:], root.level)
    loggers = [(logging.getLogger(name), logging.getLogger(name).propagate) for name in names]
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    for logger, propagate in loggers:
        logger.propagate = propagate
    structlog.reset_defaults()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object(stream: io.StringIO) -> None:
    configure_logging("info", "json", stream)
    with bound_contextvars(request_id="abc"):
        structlog.get_logger("app.test").info("loaded", rows=3, name="Əliyev\nforged")
    (line,) = lines(stream)
    assert str(line.pop("timestamp")).endswith("Z")
    assert line == {
        "event": "loaded",
        "level": "info",
        "logger": "app.test",
        "request_id": "abc",
        "rows": 3,
        "name": "Əliyev\nforged",
    }


def test_the_standard_librarys_lines_have_the_same_shape(stream: io.StringIO) -> None:
    configure_logging("info", "json", stream)
    with bound_contextvars(request_id="abc"):
        logging.getLogger("uvicorn.error").warning("port %d", 80, extra={"attempt": 2})
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["logger"], line["request_id"], line["attempt"]) == (
        "port 80",
        "warning",
        "uvicorn.error",
        "abc",
        2,
    )


def test_uvicorns_own_access_log_is_silent(stream: io.StringIO) -> None:
    configure_logging("debug", "json", stream)
    logging.getLogger("uvicorn.access").info("GET /")
    assert not logging.getLogger("uvicorn.access").hasHandlers()
    assert stream.getvalue() == ""


@pytest.mark.parametrize(("level", "expected"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_lines_below_the_level_are_dropped(
    stream: io.StringIO,
    level: str,
    expected: int,
) -> None:
    configure_logging(level, "json", stream)  # type: ignore[arg-type]  # the parameters are the closed list
    log = structlog.get_logger("app.test")
    for method in (log.debug, log.info, log.warning, log.error):
        method("line")
    assert len(lines(stream)) == expected


def test_an_exception_is_told_without_the_values_of_variables(stream: io.StringIO) -> None:
    configure_logging("info", "json", stream)
    secret = "swordfish"
    try:
        [][len(secret)]
    except IndexError:
        structlog.get_logger("app.test").exception("failed")
    (line,) = lines(stream)
    exceptions = line["exception"]
    assert isinstance(exceptions, list)
    assert exceptions[0]["exc_type"] == "IndexError"
    assert exceptions[0]["frames"]
    assert "swordfish" not in stream.getvalue().replace('secret = "swordfish"', "")


def test_the_console_style_is_for_reading(stream: io.StringIO) -> None:
    configure_logging("info", "console", stream)
    structlog.get_logger("app.test").info("loaded", rows=3)
    text = stream.getvalue()
    assert "loaded" in text
    assert "rows=3" in text
    assert "\x1b" not in text


def test_a_second_call_reaches_loggers_in_use(stream: io.StringIO) -> None:
    log = structlog.get_logger("app.test")
    configure_logging("info", "json", stream)
    log.info("first")
    other = io.StringIO()
    configure_logging("info", "json", other)
    log.info("second")
    assert ([line["event"] for line in lines(stream)], [line["event"] for line in lines(other)]) == (
        ["first"],
        ["second"],
    )


def test_nothing_happens_at_import() -> None:
    script = "import logging, structlog, app.telemetry; print(logging.getLogger().handlers, structlog.is_configured())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[] False\n", "")
