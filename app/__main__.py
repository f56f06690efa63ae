"""`python -m app`: the command line; a store that is ready is served without loading the rest of it."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress


def main() -> None:
    """Run a command."""
    if sys.argv[1:] == ["serve"]:
        gc.disable()  # nothing that is loaded is garbage, and looking for some takes a quarter of a start; see `app.serving`
        from app.serving import is_ready, serve  # noqa: PLC0415 - another command needs other parts
        from app.telemetry import configure_logging  # noqa: PLC0415 - see above

        configure_logging()
        ready = False
        with suppress(Exception):  # whatever is wrong, the command line tells of it
            ready = is_ready()
        if ready:
            serve()
            return
    gc.enable()
    from app.cli import main as run  # noqa: PLC0415 - see above

    run()


main()
