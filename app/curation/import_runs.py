"""Imports with somebody looking on: a bar for each dataset, as far as its files are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from app.ingest.importing import import_dataset

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console
    from sqlalchemy import Connection

    from app.ingest.changes import Reason
    from app.ingest.importers.datasets import Importer
    from app.ingest.importing import Imported

_COLUMNS = (TextColumn("{task.description:<20}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
_NAMED = 3


def run(connection: Connection, importer: Importer, files: Sequence[Path], what: tuple[Reason, Console]) -> list[Imported]:
    """Import files in the transaction of the connection, each dataset as a revision of its own."""
    reason, console = what
    done: list[Imported] = []
    with Progress(*_COLUMNS, console=console, transient=True, disable=not console.is_terminal) as progress:
        for dataset, tables in importer.assign(files):
            task = progress.add_task(dataset.name, total=sum(one.size for one in tables))

            def step(position: int, task: int = task) -> None:
                progress.update(task, completed=position)  # type: ignore[arg-type] # TaskID is an int

            names = ", ".join([one.name for one in tables[:_NAMED]] + ["..."] * (len(tables) > _NAMED))
            told = replace(reason, reason=f"import {dataset.name} {dataset.version} from {names}")
            done.append(import_dataset(connection, dataset, tables, told, step))
    return done
