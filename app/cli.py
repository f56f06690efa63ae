"""The command line: migrate, seed, import, serve, export, check, crosscheck; each command is a door that reads the settings."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.exc import SQLAlchemyError

from app import serving
from app.curation.commands import check, crosscheck
from app.curation.import_report import find_datasets, find_importer, listing, sentences, whole
from app.curation.import_runs import run
from app.dates.instants import instant_text, now_text
from app.db.sessions import Store
from app.errors import AppError, BadQueryError, nearest
from app.formats.registry import FORMATS
from app.ingest.changes import Reason, Report
from app.ingest.importing import held_datasets, remove_dataset
from app.ingest.seed import load
from app.publishing.releases import Wish, make_release
from app.queries.catalog import RESOURCES
from app.queries.paging import fetch_all, fetch_page
from app.queries.resolving import Resolver
from app.queries.revisions import get_moment
from app.schemas.citations import Edition, cite
from app.schemas.parsing import parse_question
from app.serving import ROOT, SEED
from app.settings import Settings
from app.telemetry import configure_logging

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from app.schemas.questions import Question


cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Foreign Policy API: dated, evidenced facts over HTTP.",
    rich_markup_mode=None,
)
cli.command()(check)
cli.add_typer(crosscheck, name="crosscheck")
_console = Console(stderr=True)


def main() -> None:
    """Run the command line; an expected failure is a sentence and exit status 1."""
    try:
        cli()
    except AppError as error:
        for message in [one.message for one in error.errors[:50]] or [error.detail]:
            _console.print(f"error: {message}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
    except SQLAlchemyError as error:
        _console.print(f"error: the store said: {str(error).splitlines()[0]}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


def _bring_up_to_date(settings: Settings) -> None:
    """Migrate to the newest schema; Alembic is loaded only when there is something to do, as it takes a third of a second."""
    store = Store(settings.database_url)
    migrated = serving.is_migrated(store)
    store.close()
    if migrated:
        return
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config(toml_file=ROOT / "pyproject.toml")
    config.attributes["url"] = settings.database_url
    command.upgrade(config, "head")


@cli.command()
def migrate() -> None:
    """Bring the database at DATABASE_URL to the newest schema; creates it when it is not there."""
    _bring_up_to_date(Settings())


@cli.command()
def seed(file: Annotated[Path, typer.Argument(help="a file of records, one a line; see CURATING.md")] = SEED) -> None:
    """Load a file of records as one revision; the same file again changes nothing, a wrong record refuses the whole file."""
    settings = Settings()
    store = Store(settings.database_url)
    report = _load(store, file)
    store.close()
    _tell(report)


def _load(store: Store, file: Path) -> Report:
    now = datetime.now(UTC)
    reason = Reason("seed", "seed", f"load {file.name}", instant_text(now))
    columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=_console, transient=True) as progress, store.writing() as connection:
        task = progress.add_task("reading", total=None)

        def step(table: str, rows: int) -> None:
            progress.update(task, description=table, advance=rows)

        gc.disable()  # what is read stays to the end: looking for garbage in it takes a quarter of the time, and finds none
        try:
            return load(connection, file, reason, now.date(), step)
        finally:
            gc.enable()


def _tell(report: Report) -> None:
    if report.revision is None:
        _console.print("nothing changed: the data are as they were")
        return
    parts = [
        f"{sum(rows.values())} {word}"
        for word, rows in (("added", report.added), ("changed", report.changed), ("closed", report.closed))
    ]
    _console.print(f"revision {report.revision}: {', '.join(parts)}, {report.unchanged} unchanged")


@cli.command("import")
def import_files(  # noqa: PLR0913 - the options of a command
    name: Annotated[str | None, typer.Argument(help="what the files are; see --list")] = None,
    files: Annotated[list[Path] | None, typer.Argument(help="the publisher's files, plain or gzip, or a folder of them")] = None,
    *,
    listed: Annotated[bool, typer.Option("--list", help="say what can be imported, where it is had, and on which terms")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="do all of it, tell what it came to, and keep nothing")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="take a dataset out again, as one revision")] = False,
    report: Annotated[Path | None, typer.Option(help="write the whole report to this file, as JSON")] = None,
) -> None:
    """Import a public dataset as one revision; exit status 0: all applied, 3: all but refused lines, 1: nothing written."""
    settings = Settings()
    _bring_up_to_date(settings)
    store = Store(settings.database_url)
    with store.engine.connect() as connection:
        held = held_datasets(connection)
    if listed or name is None:
        _say(listing(held))
        return
    reason = Reason("import", "import", f"{'remove' if remove else 'import'} {name}", now_text())
    with store.writing(sparing=True) as connection:
        if remove:
            done = [remove_dataset(connection, one, reason) for one in find_datasets(name, held)]
        else:
            done = run(connection, find_importer(name), files or [], (reason, _console))
        if dry_run:
            connection.rollback()
    store.close()
    for one in done:
        _say(sentences(one, dry=dry_run))
    if report:
        report.write_bytes(whole(done))
    if any(one.refused.lines for one in done):
        raise typer.Exit(3)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        _console.print(line, markup=False, highlight=False, soft_wrap=True)


@cli.command()
def serve() -> None:
    """Migrate, seed an empty store, and serve it; HOST, PORT, WORKERS, DATABASE_URL and the rest come from the environment."""
    settings = Settings()
    configure_logging(settings.log_level, settings.log_format)
    _bring_up_to_date(settings)
    store = Store(settings.database_url)
    if SEED.exists():
        _tell(_load(store, SEED))
    store.close()
    serving.serve()


@cli.command()
def export(
    collection: Annotated[str, typer.Argument(help=f"one of {', '.join(RESOURCES)}")],
    parameters: Annotated[
        list[str] | None, typer.Argument(help="name=value, as in a URL: organization=sco at=2025-08-30")
    ] = None,
    *,
    form: Annotated[str, typer.Option("--format", help=f"one of {', '.join(FORMATS)}")] = "csv",
) -> None:
    """Write everything that matches a question to standard output."""
    for word, choices in ((collection, list(RESOURCES)), (form, list(FORMATS))):
        if word not in choices:
            hint = f"did you mean '{found}'? " if (found := nearest(word, choices)) else ""
            raise BadQueryError(f"'{word}' is not one of {', '.join(choices)}; {hint}".rstrip("; "))
    resource = RESOURCES[collection]
    question = parse_question(resource.spec, _pairs(parameters or []))
    settings, chosen = Settings(), FORMATS[form]
    store = Store(settings.database_url)
    with store.reading() as snapshot:
        asked: Question = Resolver().resolved(snapshot, resource, question)
        asked = replace(asked, located=chosen.located)
        table = fetch_page(snapshot, resource, asked).table if chosen.paged else fetch_all(snapshot, resource, asked)
        edition = Edition(snapshot.revision, get_moment(snapshot.connection, snapshot.revision).recorded_at)
        table = replace(table, citation=cite(asked, edition, settings.public_url.rstrip("/")))
        for chunk in chosen.write(table):
            sys.stdout.buffer.write(chunk)
    store.close()


def _pairs(parameters: Sequence[str]) -> list[tuple[str, str]]:
    for one in parameters:
        if "=" not in one:
            raise BadQueryError(f"'{one}' is not name=value")
    return [(name, value) for name, _, value in (one.partition("=") for one in parameters)]


@cli.command()
def release(
    name: Annotated[str, typer.Argument(help="its name for ever, such as 2026.11")],
    *,
    title: Annotated[str, typer.Option(help="what it is called in citations")] = "",
    notes: Annotated[str, typer.Option(help="what a reader should know of it")] = "",
) -> None:
    """Write the newest revision under a name to RELEASES_DIR: CSV, JSON Lines, Parquet, SQLite, a data package, citations."""
    settings = Settings()
    store = Store(settings.database_url)
    wish = Wish(name, title or f"Foreign Policy API data, release {name}", notes or None, now_text(), settings.public_url)
    revision, files = make_release(store, Path(settings.releases_dir), wish)
    store.close()
    size = sum(one.bytes for one in files) / 1e6
    _console.print(f"release {name} of revision {revision}: {len(files)} files, {size:.1f} MB in {settings.releases_dir}/{name}")


@cli.command()
def openapi() -> None:
    """Write the OpenAPI document to standard output, sorted, as the snapshot in tests/ holds it."""
    from app.main import create_app  # noqa: PLC0415 - no other command needs the web application

    document = create_app(Settings(database_url="sqlite://")).openapi()
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
