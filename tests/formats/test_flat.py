"""Flat answers: CSV in pandas, Parquet in pyarrow, their columns by the Table Schema, JSON in the same shape."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from frictionless import Resource, Schema, system

from app.formats.columnar import GROUP, Parquet
from app.formats.delimited import Csv
from app.queries.catalog import TABLES
from app.schemas.tables import Field, FieldType, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

pytestmark = pytest.mark.once  # of either engine tests/test_postgres.py compares the bytes of every format
PARQUET = import_module("pyarrow.parquet")
ARROW = import_module("pyarrow")


def text_of(client: TestClient, path: str) -> str:
    """Ask for a representation and give its text."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def frame(client: TestClient, path: str) -> pd.DataFrame:
    """Read an answer as pandas reads any CSV."""
    return pd.read_csv(io.StringIO(text_of(client, path)))


def test_namibia_survives_the_defaults_of_pandas(client: TestClient) -> None:
    states = frame(client, "/v1/states.csv")
    assert states[states["id"] == "NAM"]["name"].tolist() == ["Namibia"]
    assert not states["id"].isna().any()
    assert not [name for name in states.columns if "iso2" in name]


def test_codes_of_states_are_columns_and_iso2_stands_there_only_when_asked(client: TestClient) -> None:
    asked = pd.read_csv(io.StringIO(text_of(client, "/v1/states.csv?codes=iso2,cow")), keep_default_na=False, dtype=str)
    (namibia,) = asked[asked["id"] == "NAM"].to_dict("records")
    assert (namibia["codes_iso2"], namibia["codes_cow"]) == ("NA", "565")
    assert "codes" not in namibia
    nested = client.get("/v1/states/NAM?codes=iso2,cow").json()["data"]
    assert nested["codes"] == {"iso2": "NA", "cow": "565"}


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        ("/v1/organizations.csv?id=sco&codes=wd&fields=id,acronym", ["id", "acronym", "codes_wd", "match"]),
        ("/v1/memberships.csv?organization=sco&codes=cow&fields=member.id", ["member_id", "member_codes_cow", "match"]),
        ("/v1/states.csv?id=AZE&fields=codes,id&codes=cow", ["id", "codes_cow", "match"]),
    ],
)  # fmt: skip
def test_columns_of_codes_stand_beside_whose_codes_they_are(client: TestClient, path: str, columns: list[str]) -> None:
    assert list(frame(client, path).columns) == columns


def test_days_and_truths_of_csv_are_read_with_their_types(client: TestClient) -> None:
    found = pd.read_csv(
        io.StringIO(text_of(client, "/v1/memberships.csv?organization=sco")), parse_dates=["start_earliest", "end_latest"]
    )
    assert str(found.dtypes["start_earliest"]).startswith("datetime64")
    assert str(found.dtypes["evidence_conflict"]) == "bool"
    assert found.dtypes["evidence_claims"] == "int64"


def test_parquet_has_the_types_of_its_columns(client: TestClient) -> None:
    content = client.get("/v1/events.parquet").content
    table = PARQUET.read_table(io.BytesIO(content))
    types = {field.name: str(field.type) for field in table.schema}
    assert types["start"] == types["title"] == types["organizations"] == types["match"] == "string"
    assert {types[name] for name in ("start_earliest", "start_latest", "end_earliest", "last_day")} == {"date32[day]"}
    assert types["virtual"] == types["evidence_conflict"] == "bool"
    assert types["ordinal"] == types["evidence_claims"] == "int64"
    assert types["place_latitude"] == "double"
    sources = PARQUET.read_schema(io.BytesIO(client.get("/v1/sources.parquet").content))
    assert str(sources.field("accessed").type) == "date32[day]"


def test_parquet_and_csv_have_the_same_rows_in_the_same_columns(client: TestClient) -> None:
    path = "/v1/memberships{}?organization=sco&at=2025-08-30&codes=cow"
    columns = PARQUET.read_table(io.BytesIO(client.get(path.format(".parquet")).content)).to_pylist()
    csv = pd.read_csv(io.StringIO(text_of(client, path.format(".csv"))), dtype=str, keep_default_na=False)
    told = [{name: "" if value is None else str(value) for name, value in row.items()} for row in columns]
    told = [row | {name: row[name].lower() for name in ("evidence_conflict", "preferred")} for row in told]
    assert told == csv.to_dict("records")


def test_parquet_names_its_citation_and_licence(client: TestClient) -> None:
    metadata = PARQUET.read_schema(io.BytesIO(client.get("/v1/topics.parquet").content)).metadata
    assert metadata[b"license"] == b"CC-BY-4.0"
    assert metadata[b"revision"] == b"1"
    assert b"/v1/topics?known_at=" in metadata[b"url"]


def test_parquet_without_rows_has_its_columns(client: TestClient) -> None:
    table = PARQUET.read_table(io.BytesIO(client.get("/v1/memberships.parquet?organization=sco&status=frozen").content))
    assert table.num_rows == 0
    assert str(table.schema.field("start_earliest").type) == "date32[day]"


def test_parquet_is_written_by_row_groups_and_instants_are_timestamps() -> None:
    def rows() -> Iterator[Row]:
        for n in range(GROUP + 1):
            yield (n, "2026-11-24T12:00:00.000001Z" if n else None)

    table = Table("x", (Field("n", FieldType.INTEGER), Field("recorded_at", FieldType.INSTANT)), rows())
    chunks = Parquet().write(table)
    first = next(chunks)
    assert first.startswith(b"PAR1")
    file = PARQUET.ParquetFile(io.BytesIO(first + b"".join(chunks)))
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [GROUP, 1]
    assert file.schema_arrow.field("recorded_at").type == ARROW.timestamp("us", tz="UTC")
    assert file.read().column("recorded_at").null_count == 1


def test_a_server_without_pyarrow_says_how_to_get_parquet(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = client.get("/v1/memberships?format=parquet&organization=sco")
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "[columns]" in answer.json()["detail"]


def described(client: TestClient, path: str) -> dict[str, object]:
    """Give the Table Schema that an answer's Link names."""
    link = client.get(path).links["describedby"]["url"]
    found: dict[str, object] = client.get(link).json()
    return found


@pytest.mark.parametrize("name", TABLES)
def test_every_csv_is_valid_by_the_table_schema_that_it_names(client: TestClient, name: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.csv"
    file.write_bytes(client.get(f"/v1/{name}.csv").content)
    descriptor = described(client, f"/v1/{name}.csv?limit=1")
    with system.use_context(trusted=True):
        report = Resource(path=str(file), schema=Schema.from_descriptor(descriptor)).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5]
    fields = descriptor["fields"]
    assert isinstance(fields, list)
    assert fields
    assert all(one.get("description") for one in fields)


@pytest.mark.parametrize(
    "query",
    ["fields=id,start", "codes=iso2,cow-igo&organization=sco", "include=claims,organization&organization=sco", "history=true"],
)
def test_a_table_schema_follows_the_question(client: TestClient, query: str) -> None:
    path = f"/v1/memberships.csv?{query}"
    header = text_of(client, path).partition("\r\n")[0].split(",")
    descriptor = described(client, path)
    fields = descriptor["fields"]
    assert isinstance(fields, list)
    assert [one["name"] for one in fields] == header
    assert ("primaryKey" in descriptor) is (query != "history=true")


def test_a_table_schema_knows_types_bounds_and_closed_lists(client: TestClient) -> None:
    fields = {one["name"]: one for one in client.get("/v1/events/schema.json").json()["fields"]}
    assert fields["place_latitude"]["constraints"] == {"minimum": -90, "maximum": 90}
    assert "summit" in fields["kind"]["constraints"]["enum"]
    assert [fields[name]["type"] for name in ("start", "start_earliest", "ordinal", "virtual", "topics")] == [
        "string", "date", "integer", "boolean", "array",
    ]  # fmt: skip


def test_a_table_schema_refuses_what_does_not_change_columns(client: TestClient) -> None:
    answer = client.get("/v1/memberships/schema.json?field=id")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["suggestion"] == "fields"


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_flat_json_has_the_columns_of_csv_in_their_order(client: TestClient, form: str) -> None:
    path = "/v1/organizations{}?id=sco"
    header = text_of(client, path.format(".csv")).partition("\r\n")[0].split(",")
    answer = client.get(path.format("") + f"&format={form}&shape=flat")
    row = answer.json()["data"][0] if form == "json" else answer.json()
    assert list(row) == header
    assert isinstance(row["names"], str)
    assert row["names"].startswith('[{"name":"')
    assert client.get("/v1/organizations/sco?shape=flat").json()["data"] == row


@pytest.mark.parametrize(("form", "shape"), [("csv", "nested"), ("jsonld", "flat"), ("bibtex", "flat"), ("json", "flatt")])
def test_a_shape_that_a_format_has_not_is_refused(client: TestClient, form: str, shape: str) -> None:
    answer = client.get(f"/v1/states?format={form}&shape={shape}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "shape"


def test_text_that_a_spreadsheet_would_run_is_neutralised_and_numbers_are_not() -> None:
    fields = (Field("name"), Field("list", FieldType.JSON), Field("number", FieldType.NUMBER))
    table = Table("x", fields, [("=1+1", "[]", -1.5), ("NA", None, None)])
    assert b"".join(Csv().write(table)) == b"name,list,number\r\n'=1+1,[],-1.5\r\nNA,,\r\n"
