"""A file is what it says it is: header, delimiter, encoding, whole lines, plain or packed."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from app.errors import InvalidRecordError
from app.ingest.importers.base import Noticed
from app.ingest.importers.catalog import IMPORTERS
from tests.ingest.importers.reading import LINES, only, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STATES = (LINES / "states2016.csv").read_bytes()
IGO = (LINES / "igo_year_states.csv").read_bytes()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda text: text.replace(b",", b";"), "line 1: the header is 'stateabb;ccode;"),
        (lambda text: text.replace(b"ccode,statenme", b"statenme,ccode"), "line 1: column 2 is 'statenme'; expected 'ccode'"),
        (lambda text: text.replace(b",version", b""), "line 1: the header is"),
        (lambda text: text.replace(b"Haiti", b"Ha\xefti", 1), r"line \d: byte 10 is b'\\xef'; expected a UTF-8 text"),
        (lambda text: text.replace(b"Haiti", b"Ha\0ti", 1), r"line \d: byte 10 is NUL; expected a UTF-8 text"),
        (lambda text: text.replace(b"HAI,41", b"HAI"), r"line 3, after column endday: the row has 9 cells; expected 10"),
        (lambda text: text.replace(b"KOS", b'"KOS'), "line 9: not a row of a delimited file: unexpected end of data"),
        (lambda _: b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "byte 1 is b'.x89'; expected a UTF-8 text"),
        (lambda _: b"", "line 1: the header is ''"),
        (lambda _: b"x" * 1_000_001, "line 1: no end within 1,000,000 bytes"),
        (lambda text: gzip.compress(text)[:-9], "expected a UTF-8 text file, plain or gzip"),
        (lambda text: gzip.compress(text)[:60] + b"\xff" * 20, "expected a UTF-8 text file, plain or gzip"),
    ],
    ids=[
        "wrong delimiter",
        "moved columns",
        "a column too few",
        "Latin-1",
        "NUL",
        "a cell too few",
        "a lone quote",
        "an image",
        "empty",
        "no line ends",
        "packed and cut",
        "packed and damaged",
    ],
)
def test_a_damaged_file_is_refused_with_its_line_and_what_was_expected(
    tmp_path: Path, damage: Callable[[bytes], bytes], sentence: str
) -> None:
    path = tmp_path / "states2016.csv"
    path.write_bytes(damage(STATES))
    with pytest.raises(InvalidRecordError, match=sentence) as refused:
        read("cow-states", path)
    assert "states2016.csv" in refused.value.detail


def test_a_file_cut_in_its_last_line_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "igo_year.csv"
    path.write_bytes(IGO[:-2])
    with pytest.raises(InvalidRecordError, match="line 7: the file breaks off"):
        read("cow-igo", path)


def test_the_file_of_another_dataset_is_refused_with_both_headers() -> None:
    with pytest.raises(
        InvalidRecordError, match=r"not a file of cow-igo: states2016\.csv, line 1: the header is 'stateabb,ccode"
    ):
        IMPORTERS["cow-igo"].assign([LINES / "states2016.csv"])


def test_a_file_of_the_publisher_that_holds_nothing_to_import_is_told_so() -> None:
    with pytest.raises(InvalidRecordError, match="what two states owe each other in a year follows from the members"):
        IMPORTERS["atop"].assign([LINES / "atop_dyads.csv"])


def test_packed_and_plain_files_say_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "states2016.csv"
    packed.write_bytes(gzip.compress(STATES))
    assert read("cow-states", packed) == read("cow-states", LINES / "states2016.csv")


def test_a_mark_that_says_utf_8_and_other_line_ends_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "states2016.csv"
    path.write_bytes(b"\xef\xbb\xbf" + STATES.replace(b"\n", b"\r\n"))
    assert read("cow-states", path) == read("cow-states", LINES / "states2016.csv")


def test_a_folder_stands_for_its_files_that_fit(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "igo_year.csv").write_bytes(IGO)
    (tmp_path / "states2016.csv").write_bytes(STATES)
    (tmp_path / "readme.csv").write_text("nothing,here\n")
    [(dataset, tables)] = IMPORTERS["cow-igo"].assign([tmp_path])
    assert (dataset.name, [one.name for one in tables]) == ("cow-igo-year", ["igo_year.csv"])


def test_no_file_at_all_is_refused_with_what_is_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidRecordError, match=r"no file for wipo; expected membership-to-copyright-treaties\.csv"):
        IMPORTERS["wipo"].assign([tmp_path])
    with pytest.raises(InvalidRecordError, match="there is no such file"):
        IMPORTERS["wipo"].assign([tmp_path / "absent.csv"])


def test_a_table_tells_how_far_it_has_been_read() -> None:
    [(dataset, [table])] = IMPORTERS["cow-states"].assign([LINES / "states2016.csv"])
    assert (table.rows, table.position) == (0, 0)
    assert list(dataset.read([table]))
    assert (table.rows, table.position) == (8, table.size)


def test_a_file_with_fewer_rows_than_the_published_one_is_told_to_be_cut_perhaps() -> None:
    [cut] = only(read("cow-states", LINES / "states2016.csv"), Noticed)
    assert (cut.line, cut.value, cut.reason) == (9, "8 rows", "the published file has 243 rows: this one may be cut")


def test_every_dataset_says_what_a_source_needs() -> None:
    datasets = [one for importer in IMPORTERS.values() for one in importer.datasets]
    assert len({one.name for one in datasets}) == len(datasets)
    for one in datasets:
        assert all((one.title, one.publisher, one.citation, one.terms, one.version, one.published))
        assert one.url.startswith("https://")
        assert one.precedence > 0
        headers = [form.columns for form in one.forms]
        assert len(set(headers)) == len(headers)


def test_no_two_forms_of_an_importer_have_one_header() -> None:
    for importer in IMPORTERS.values():
        headers = [form.columns for one in importer.datasets for form in one.forms]
        assert len(set(headers)) == len(headers), importer.name
