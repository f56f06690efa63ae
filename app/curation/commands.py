"""The commands of a curator: check a file of records, and hold it against files of others."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.curation import cow_igo, factbook, untc
from app.curation.checking import check_file
from app.curation.differences import REASONS, CrossCheck, Explanation, explain, read_reasons
from app.curation.findings import Severity
from app.curation.holdings import Holdings
from app.curation.layout import laid_out
from app.ingest.readers.cow_igo import read_cells
from app.ingest.readers.cow_states import read_spells
from app.ingest.readers.delimited import text_lines
from app.ingest.readers.factbook import read_participations
from app.ingest.readers.untc import read_index
from app.ingest.seed import read_records

if TYPE_CHECKING:
    from app.curation.differences import Comparison

SEED = Path(__file__).resolve().parents[2] / "seed_data.json"

crosscheck = typer.Typer(
    no_args_is_help=True,
    help="Hold the curated facts against a published file; every difference is explained or listed as unexplained.",
)

Seed = Annotated[Path, typer.Option("--seed", help="the file of records")]
Reasons = Annotated[Path, typer.Option(help="why the seed and a file differ, where no claim says it; see CURATING.md")]
Strict = Annotated[bool, typer.Option("--strict", help="exit status 1 when a difference is unexplained")]


def check(
    file: Annotated[Path, typer.Argument(help="a file of records, one a line; see CURATING.md")] = SEED,
    *,
    write: Annotated[bool, typer.Option("--write", help="first lay the file out: one record a line, sorted")] = False,
) -> None:
    """Check a file of records beyond what loading asks; errors give exit status 1, warnings are only listed."""
    if write:
        read_records(file)
        file.write_text(laid_out(file.read_text(encoding="utf-8")), encoding="utf-8")
    found = check_file(file, datetime.now(UTC).date())
    for one in found:
        typer.echo(str(one))
    errors = sum(one.severity is Severity.ERROR for one in found)
    typer.echo(f"{file.name}: {errors} errors, {len(found) - errors} warnings")
    if errors:
        raise typer.Exit(1)


@crosscheck.command("cow-igo")
def cow(
    file: Annotated[Path, typer.Argument(help="igo_year_format or state_year_format of COW IGO v3.0, plain or gzip")],
    states: Annotated[Path | None, typer.Option(help="states2016.csv: the days of statehood")] = None,
    *,
    seed: Seed = SEED,
    reasons: Reasons = REASONS,
    strict: Strict = False,
) -> None:
    """Compare memberships with Correlates of War, Intergovernmental Organizations, year by year from 1991 to 2014."""
    holdings = _holdings(seed)
    spells = list(read_spells(text_lines(states), states.name)) if states else []
    cells = read_cells(text_lines(file), file.name, cow_igo.extent(holdings))
    _report(cow_igo.compare(holdings, cells, spells), reasons, strict=strict)


@crosscheck.command("factbook")
def world_factbook(
    file: Annotated[Path, typer.Argument(help="io_participation.csv")],
    *,
    seed: Seed = SEED,
    reasons: Reasons = REASONS,
    strict: Strict = False,
) -> None:
    """Compare statuses with the World Factbook's list of participations, in the year of its edition."""
    entries = read_participations(text_lines(file), file.name)
    _report(factbook.compare(_holdings(seed), entries), reasons, strict=strict)


@crosscheck.command("untc")
def treaty_collection(
    folder: Annotated[Path, typer.Argument(help="a folder with index.csv and treaties/")],
    *,
    seed: Seed = SEED,
    reasons: Reasons = REASONS,
    strict: Strict = False,
) -> None:
    """Compare acts on agreements with status tables of the United Nations Treaty Collection."""
    _report(untc.compare(_holdings(seed), read_index(folder)), reasons, strict=strict)


def _holdings(seed: Path) -> Holdings:
    return Holdings(one.record for one in read_records(seed))


def _report(comparison: Comparison, reasons: Path, *, strict: bool) -> None:
    found = explain(comparison, read_reasons(reasons, comparison.file))
    for line in lines(found):
        typer.echo(line)
    if strict and found.count(Explanation.NONE):
        raise typer.Exit(1)


def lines(found: CrossCheck) -> list[str]:
    """Give the report: every difference with its explanation, what was not compared, and the counts at the end."""
    comparison = found.comparison
    ordered = sorted(
        found.explained, key=lambda one: (one.by is Explanation.NONE, one.difference.organization, one.difference.state)
    )
    report = [
        f"{one.by}: {one.difference.organization} {one.difference.state} {one.difference.years}: file {one.difference.theirs}, "
        f"seed {one.difference.ours}{'; ' if one.words else ''}{one.words}"
        for one in ordered
    ]
    report += [f"not compared: {why}: {times}" for why, times in comparison.left_out.most_common()]
    report += [f"idle reason: {one.organization} {one.state} {one.years}: {one.reason}" for one in found.idle]
    counts = ", ".join(f"{found.count(by)} by {by}" for by in (Explanation.CLAIM, Explanation.COVERAGE, Explanation.REASON))
    report.append(f"{comparison.file}: {comparison.scope}: {comparison.agreements} agree, {comparison.cells} differ")
    report.append(f"{len(found.explained)} differences: {counts}, {found.count(Explanation.NONE)} unexplained")
    return report
