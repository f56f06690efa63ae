"""`python -m app import`, as a person types it: exit statuses, the list, a dry run, a removal, a report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from app.cli import cli, main
from app.ingest.importers.catalog import IMPORTERS
from tests.ingest.made_files import content, held, igo_year

if TYPE_CHECKING:
    from pathlib import Path

    from app.db.sessions import Store


@pytest.fixture
def told(filled: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Run a command on the small world; gives its exit status and what it said."""
    monkeypatch.setenv("DATABASE_URL", str(filled.engine.url))
    return Told(monkeypatch, capsys)


class Told:
    """The command line with its words and its answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> tuple[int, str]:
        self._monkeypatch.setattr("sys.argv", ["app", "import", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            main()
        return int(caught.value.code or 0), self._capsys.readouterr().err


def file(folder: Path, *, wrong: bool = False) -> Path:
    return igo_year(folder / "igo.csv", {"LEAG": {"russia": held(range(1980, 1990)) | ({1984: 7} if wrong else {})}})


def test_all_applied_is_exit_status_0_and_again_is_nothing_to_do(told: Told, tmp_path: Path, filled: Store) -> None:
    status, text = told("cow-igo", file(tmp_path), "--report", tmp_path / "report.json")
    assert (status, filled.revision()) == (0, 2)
    assert "cow-igo-year: revision 2: 10 lines read, 10 applied" in text
    [report] = json.loads((tmp_path / "report.json").read_bytes())
    assert report["matches"]["cow:365"] == {"how": "code over time", "id": "SUN"}
    assert report["lines"]["applied"] == 10
    assert told("cow-igo", file(tmp_path)) == (0, "cow-igo-year: nothing to do, these files are held as they are\n")


def test_a_refused_line_is_exit_status_3_and_named(told: Told, tmp_path: Path) -> None:
    status, text = told("cow-igo", file(tmp_path, wrong=True))
    assert status == 3
    assert "igo.csv, line 6: column russia is '7'" in text


def test_a_file_of_something_else_is_exit_status_1_and_nothing_is_written(told: Told, tmp_path: Path, filled: Store) -> None:
    before = content(filled)
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    status, text = told("cow-igo", file(tmp_path), other)
    assert status == 1
    assert text.startswith("error: not a file of cow-igo: other.csv, line 1")
    assert (content(filled), filled.revision()) == (before, 1)


def test_a_dry_run_keeps_nothing_and_a_removal_takes_all(told: Told, tmp_path: Path, filled: Store) -> None:
    before = content(filled)
    status, text = told("cow-igo", file(tmp_path), "--dry-run")
    assert (status, content(filled), filled.revision()) == (0, before, 1)
    assert "not kept (dry run)" in text
    told("cow-igo", file(tmp_path))
    status, text = told("--remove", "cow-igo")
    assert (status, content(filled), filled.revision()) == (0, before, 3)
    assert told("--remove", "cow-igo") == (1, "error: 'cow-igo' is not held; no dataset is held\n")


def test_a_slip_of_the_pen_is_told(told: Told) -> None:
    status, text = told("cow-ogi", "x.csv")
    assert status == 1
    assert "did you mean 'cow-igo'?" in text
    assert told("cow-igo", "nowhere.csv") == (1, "error: nowhere.csv: there is no such file\n")
    status, text = told("cow-igo")
    assert status == 1
    assert "expected igo_year_formatv3.csv" in text


def test_the_list_says_what_can_be_imported_where_it_is_had_and_on_which_terms(told: Told, tmp_path: Path) -> None:
    told("cow-igo", file(tmp_path))
    status, text = told("--list")
    assert status == 0
    for importer in IMPORTERS.values():
        for dataset in importer.datasets:
            assert all(word in text for word in (importer.name, importer.get, dataset.citation, dataset.terms)), dataset.name
    assert "cow-igo-year 3.0: Intergovernmental Organizations v3.0, organization-years (held)" in text
    assert CliRunner().invoke(cli, ["import", "--help"]).exit_code == 0
