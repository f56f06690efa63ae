"""CSV that spreadsheets and pandas read as it was meant."""

from __future__ import annotations

import csv
import io

from app.formats.delimited import Csv
from app.formats.document import Json, JsonLines
from app.formats.records import record_maker
from app.schemas.tables import Field, FieldType, Row, Table

FIELDS = (
    Field("id"),
    Field("place.name"),
    Field("place.latitude", FieldType.NUMBER),
    Field("virtual", FieldType.BOOLEAN),
    Field("start", FieldType.MOMENT),
    Field("names", FieldType.JSON),
)
ROW = ("e1", "Baku", 40.4, True, "2016-03", "2016-03-01", "2016-03-31", "month", "known", '[{"name":"Bakı"}]')
EMPTY = ("e2", None, None, None, None, None, None, None, None, None)


def _csv(*rows: Row) -> list[list[str]]:
    body = b"".join(Csv().write(Table("events", FIELDS, list(rows))))
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


def test_columns_are_named_by_their_path_and_dates_take_five() -> None:
    header, first, second = _csv(ROW, EMPTY)
    assert header == [
        "id", "place_name", "place_latitude", "virtual", "start", "start_earliest", "start_latest", "start_precision", "start_status", "names",
    ]  # fmt: skip
    assert first == ["e1", "Baku", "40.4", "true", "2016-03", "2016-03-01", "2016-03-31", "month", "known", '[{"name":"Bakı"}]']
    assert second == ["e2", *[""] * 9]


def test_cells_that_a_spreadsheet_would_run_are_neutralised_and_numbers_are_not() -> None:
    rows = [(start + "1+1", start, -40.4, False, *ROW[4:]) for start in "=+-@\t"]
    for row in _csv(*rows)[1:]:
        assert row[0].startswith("'")
        assert row[1].startswith("'")
        assert row[2] == "-40.4"


def test_commas_quotes_and_line_breaks_are_quoted() -> None:
    assert _csv(('a,"b"\nc', *ROW[1:]))[1][0] == 'a,"b"\nc'


def test_lines_end_with_cr_lf_and_an_empty_answer_has_a_header() -> None:
    body = b"".join(Csv().write(Table("events", FIELDS, [])))
    assert body.endswith(b"\r\n")
    assert body.count(b"\r\n") == 1


def test_rows_are_written_as_they_come_not_all_at_once() -> None:
    taken = 0

    def rows() -> object:
        nonlocal taken
        for _ in range(5000):
            taken += 1
            yield ROW

    chunks = Csv().write(Table("events", FIELDS, rows()))  # type: ignore[arg-type]
    next(chunks)
    assert taken < 1000
    lines = JsonLines().write(Table("events", FIELDS, rows()))  # type: ignore[arg-type]
    next(lines)
    assert taken < 2000


def test_records_nest_and_absent_parts_are_null() -> None:
    make = record_maker(FIELDS, parsed=True)
    assert make(ROW) == {
        "id": "e1",
        "place": {"name": "Baku", "latitude": 40.4},
        "virtual": True,
        "start": {"edtf": "2016-03", "earliest": "2016-03-01", "latest": "2016-03-31", "precision": "month", "status": "known"},
        "names": [{"name": "Bakı"}],
    }
    assert make(EMPTY) == {"id": "e2", "place": None, "virtual": None, "start": None, "names": None}


def test_json_keeps_nested_text_as_it_is() -> None:
    body = b"".join(Json().write(Table("events", FIELDS, [ROW], meta={"page": None})))
    assert b'"names":[{"name":"Bak\xc4\xb1"}]' in body
    assert body.endswith(b'"page":null}')
