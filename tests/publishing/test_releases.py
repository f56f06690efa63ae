"""A release is one revision under a name: written once, checked by its sums, valid as a data package, served as files."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

import pytest
from frictionless import Package, validate
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.errors import BadQueryError, ConflictError, UnavailableError
from app.formats.registry import FORMATS
from app.main import create_app
from app.publishing.releases import PUBLISHED, Wish, make_release
from app.queries.catalog import RESOURCES
from app.settings import Settings
from tests.worlds import MEMBER, WORLD, moment, revise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.databases import Databases

WISH = Wish("2026.11", "Foreign policy & more", "The first one.", "2026-11-24T13:00:00.000000Z", "https://example.org")


@pytest.fixture(scope="module")
def released(databases: Databases, folder: Path) -> str:
    """Give a copy of the seeded store, with one release."""
    url = databases.filled()
    store = Store(url)
    make_release(store, folder, WISH)
    store.close()
    return url


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the files of releases."""
    return tmp_path_factory.mktemp("releases")


@pytest.fixture(scope="module")
def files(released: str, folder: Path) -> Path:
    del released
    return folder / WISH.id


@pytest.fixture(scope="module")
def client(released: str, folder: Path) -> Iterator[TestClient]:
    made = Settings(database_url=released, releases_dir=str(folder))
    with TestClient(create_app(made), raise_server_exceptions=False) as opened:
        yield opened


def test_every_collection_is_there_in_every_published_format_and_as_a_plain_table(files: Path, client: TestClient) -> None:
    with closing(sqlite3.connect(files / "foreign-policy.sqlite")) as database:
        for name in RESOURCES:
            total = client.get(f"/v1/{name}?limit=1").json()["page"]["total"]
            with (files / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                assert sum(1 for _ in csv.DictReader(file)) == total, name
            assert (files / f"{name}.jsonl").read_bytes().count(b"\n") == total
            assert database.execute(f"SELECT count(*) FROM {name}").fetchone() == (total,)
            for one in set(PUBLISHED) & set(FORMATS):
                assert ((files / f"{name}.{one}").stat().st_size > 0) is (total > 0 or one != "jsonl")


def test_the_database_answers_a_researchers_question_without_knowing_our_model(files: Path) -> None:
    query = """SELECT member_id FROM memberships WHERE organization_id = 'sco' AND status = 'dialogue_partner'
               AND start_latest <= '2025-08-30' AND (end_earliest IS NULL OR end_earliest > '2025-08-30')"""
    with closing(sqlite3.connect(files / "foreign-policy.sqlite")) as database:
        assert len(database.execute(query).fetchall()) == 14
        assert dict(database.execute("SELECT name, value FROM about"))["release"] == "2026.11"


@pytest.mark.once  # it is of files
def test_the_data_package_is_valid_to_the_last_cell_and_reference(files: Path) -> None:
    report = validate(str(files / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])[:5]
    tables = {one.name: one for one in Package(str(files / "datapackage.json")).resources if str(one.path).endswith(".csv")}
    assert set(tables) == set(RESOURCES)
    types = {one.name: one.type for one in tables["memberships"].schema.fields}
    assert (types["start"], types["start_earliest"], types["evidence_claims"], types["evidence_conflict"]) == (
        "string", "date", "integer", "boolean",
    )  # fmt: skip
    assert {one["reference"]["resource"] for one in tables["memberships"].schema.foreign_keys} == {"organizations", "sources"}


@pytest.mark.once  # it is of files
def test_a_changed_byte_makes_the_package_invalid(files: Path, tmp_path: Path) -> None:
    for one in files.iterdir():
        (tmp_path / one.name).write_bytes(one.read_bytes())
    (tmp_path / "topics.csv").write_bytes((files / "topics.csv").read_bytes().replace(b"e", b"a", 1))
    assert not validate(str(tmp_path / "datapackage.json")).valid


def test_the_sums_are_those_of_the_files_and_name_each(files: Path) -> None:
    lines = [line.split("  ") for line in (files / "SHA256SUMS").read_text().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert set(sums) == {one.name for one in files.iterdir()} - {"SHA256SUMS"}
    assert all(hashlib.sha256((files / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())


def test_the_release_says_how_it_is_cited(files: Path, client: TestClient) -> None:
    [item] = json.loads((files / "citation.csl.json").read_bytes())
    assert (item["type"], item["version"], item["URL"]) == ("dataset", "2026.11", "https://example.org/v1/releases/2026.11")
    assert item["issued"] == {"date-parts": [[2026, 11, 24]]}
    assert "title = {{Foreign policy \\& more}}" in (files / "citation.bib").read_text()
    assert 'date-released: "2026-11-24"' in (files / "CITATION.cff").read_text()
    assert "2026.11" in client.get("/v1/releases/2026.11").json()["data"]["citation"]["text"]


def test_a_release_lists_its_files_with_sizes_and_sums(files: Path, client: TestClient) -> None:
    [listed] = client.get("/v1/releases").json()["data"]
    single = client.get("/v1/releases/2026.11").json()["data"]
    assert listed == single
    assert (single["revision"], single["notes"], single["license"]) == (1, "The first one.", "CC-BY-4.0")
    assert {one["name"] for one in single["files"]} == {one.name for one in files.iterdir()}
    for one in single["files"]:
        answer = client.get(one["url"], headers={"accept-encoding": "identity"})
        assert (len(answer.content), hashlib.sha256(answer.content).hexdigest()) == (one["bytes"], one["sha256"])
        assert answer.headers["content-type"].split(";")[0] == one["media_type"]
        assert "immutable" in answer.headers["cache-control"]


def test_a_part_of_a_file_and_an_unchanged_file_cost_no_more_than_that(client: TestClient) -> None:
    address = "/v1/releases/2026.11/files/memberships.csv"
    whole = client.get(address)
    for encoding in ("identity", "gzip, br, zstd"):
        part = client.get(address, headers={"range": "bytes=3-12", "accept-encoding": encoding})
        assert (part.status_code, part.content) == (206, whole.content[3:13])
        assert "content-encoding" not in client.get(address, headers={"accept-encoding": encoding}).headers
    assert client.get(address, headers={"if-none-match": whole.headers["etag"]}).status_code == 304
    assert client.head(address).headers["content-length"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/releases/2026.12", 404),
        ("/v1/releases/2026.11/files/membership.csv", 404),
        ("/v1/releases/2026.11/files/..%2F..%2Ffacts.db", 404),
        ("/v1/releases/2026.11/files/facts.db", 404),
        ("/v1/releases/2026.11/files/memberships.csv?format=json", 400),
        ("/v1/releases?sort=id", 400),
    ],
)
def test_nothing_but_the_files_of_a_release_is_served(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_a_server_without_the_files_says_so(released: str, folder: Path) -> None:
    with TestClient(create_app(Settings(database_url=released, releases_dir=str(folder / "none")))) as opened:
        assert opened.get("/v1/releases/2026.11/files/memberships.csv").status_code == 503


def test_a_release_stays_as_it_was_while_the_data_goes_on(empty_store: Store, tmp_path: Path) -> None:
    revise(empty_store, WORLD, 10)
    make_release(empty_store, tmp_path, Wish("1", "One", None, moment(11)))
    before = (tmp_path / "1" / "memberships.csv").read_bytes()
    revise(empty_store, [*WORLD[:-1], {**MEMBER, "end": "2010"}], 12)
    make_release(empty_store, tmp_path, Wish("2", "Two", None, moment(13)))
    assert (tmp_path / "1" / "memberships.csv").read_bytes() == before != (tmp_path / "2" / "memberships.csv").read_bytes()
    with pytest.raises(ConflictError):
        make_release(empty_store, tmp_path, Wish("1", "Another", None, moment(14)))
    with TestClient(create_app(Settings(database_url=empty_store.engine.url.render_as_string()))) as opened:
        ends = [
            cast("dict[str, Any]", opened.get(f"/v1/memberships?release={n}").json())["data"][0]["end"]["edtf"] for n in (1, 2)
        ]
    assert ends == ["..", "2010"]


@pytest.mark.parametrize(
    ("prepare", "wish", "error"),
    [
        (lambda _: None, WISH, UnavailableError),
        (lambda store: revise(store, WORLD, 10), Wish("../up", "Up", None, moment(11)), BadQueryError),
        (lambda store: revise(store, WORLD, 10), Wish(".hidden", "Hidden", None, moment(11)), BadQueryError),
    ],
)
def test_what_cannot_be_released_leaves_nothing_behind(
    empty_store: Store, tmp_path: Path, prepare: Callable[[Store], object], wish: Wish, error: type[Exception]
) -> None:
    prepare(empty_store)
    with pytest.raises(error):
        make_release(empty_store, tmp_path / "releases", wish)
    assert not list(tmp_path.glob("releases/*"))


def test_files_left_by_a_release_that_was_never_recorded_are_replaced(empty_store: Store, tmp_path: Path) -> None:
    revise(empty_store, WORLD, 10)
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "stray").touch()
    make_release(empty_store, tmp_path, Wish("1", "One", None, moment(11)))
    assert not (tmp_path / "1" / "stray").exists()
