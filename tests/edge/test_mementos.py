"""Every read answers as of a moment or a release, by parameter and by `Accept-Datetime` (RFC 7089)."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.main import create_app
from app.publishing.releases import Wish, make_release
from app.settings import Settings
from app.vocabulary import ChangeKind
from tests.worlds import AAA, BBB, MEMBER, ORG, OTHER_SOURCE, SOURCE, WORLD, moment, revise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.databases import Databases

READS = [
    "/v1/memberships",
    "/v1/memberships?organization=org",
    "/v1/organizations/org/members?during=../..",
    "/v1/states/AAA/memberships?during=../..",
    "/v1/search?q=organization",
    "/v1/resolve?code=cow:999",
    "/v1/dataset",
    "/v1/revisions",
    "/v1/changes",
    "/v1/releases",
    "/v1/vocabularies/statuses",
    "/v1/memberships/org-aaa-member",
    "/v1/states/cow:999",
]
NAMED: dict[str, object] = {**BBB, "name": "Blandia"}


@pytest.fixture(scope="module")
def store(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give three revisions: the world on the 10th (release 1.0), a correction on the 12th, an end on the 14th (release 2.0)."""
    folder = tmp_path_factory.mktemp("mementos")
    opened = Store(databases.empty())
    revise(opened, WORLD, 10)
    make_release(opened, folder / "releases", Wish("1.0", "First", None, moment(11)))
    corrected = {**MEMBER, "start": "2001-05-09"}
    revise(opened, [SOURCE, OTHER_SOURCE, AAA, NAMED, ORG, corrected], 12, ChangeKind.CORRECTION)
    revise(opened, [SOURCE, OTHER_SOURCE, AAA, NAMED, ORG, {**corrected, "end": "2010"}], 14)
    make_release(opened, folder / "releases", Wish("2.0", "Second", None, moment(15)))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[TestClient]:
    url = store.engine.url.render_as_string()
    with TestClient(create_app(Settings(database_url=url)), raise_server_exceptions=False) as opened:
        yield opened


def joined(path: str, more: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{more}"


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize(
    ("asked", "headers", "revision"),
    [
        ("", {}, 3),
        ("known_at=2026-01-11", {}, 1),
        ("known_at=2026-01-12T12:00:00Z", {}, 2),
        ("release=1.0", {}, 1),
        ("release=2.0", {}, 3),
        ("", {"accept-datetime": "Mon, 12 Jan 2026 11:59:59 GMT"}, 1),
        ("", {"accept-datetime": "Mon, 12 Jan 2026 12:00:00 GMT"}, 2),
    ],
)
def test_every_read_answers_from_the_revision_that_is_named(
    client: TestClient, path: str, asked: str, headers: dict[str, str], revision: int
) -> None:
    answer = client.get(joined(path, asked) if asked else path, headers=headers)
    assert answer.status_code == 200, answer.text
    meta = answer.json()["meta"]
    assert meta["revision"] == revision
    assert meta["release"] == {1: "1.0", 2: None, 3: "2.0"}[revision]
    assert "accept-datetime" in answer.headers["vary"].lower()
    assert ("memento-datetime" in answer.headers) is bool(asked or headers)


@pytest.mark.parametrize("path", [one for one in READS if "org-aaa-member" not in one and "states/cow" not in one])
def test_before_the_first_revision_every_answer_is_empty_and_says_so(client: TestClient, path: str) -> None:
    answer = client.get(joined(path, "known_at=2020"))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["meta"]["revision"] == 0
    assert any("nothing was known yet" in one for one in body["meta"]["warnings"])
    if isinstance(body["data"], list):
        assert body["data"] == []
    assert "memento-datetime" not in answer.headers


def test_a_single_thing_is_not_found_before_it_was_recorded(client: TestClient) -> None:
    answer = client.get("/v1/organizations/org?known_at=2020")
    assert answer.status_code == 404
    assert "recorded later" in answer.json()["detail"]


def test_a_code_that_nobody_knew_yet_is_no_mistake_of_the_question(client: TestClient) -> None:
    assert client.get("/v1/memberships?member=cow:999&known_at=2020").json()["data"] == []
    assert client.get("/v1/memberships?member=cow:998&known_at=2020").status_code == 400


def test_what_was_known_is_given_as_it_was_known(client: TestClient) -> None:
    starts = {day: client.get(f"/v1/memberships/org-aaa-member?known_at=2026-01-{day}").json()["data"] for day in (11, 13, 15)}
    assert [starts[day]["start"]["edtf"] for day in (11, 13, 15)] == ["2001-05", "2001-05-09", "2001-05-09"]
    assert [starts[day]["end"]["edtf"] for day in (11, 13, 15)] == ["..", "..", "2010"]
    assert client.get("/v1/states/cow:999?release=1.0").json()["data"]["name"] == "Bland"


def test_a_memento_names_its_moment_its_original_and_its_own_address(client: TestClient) -> None:
    answer = client.get("/v1/memberships?sort=id", headers={"accept-datetime": "Tue, 13 Jan 2026 00:00:00 GMT"})
    assert parsedate_to_datetime(answer.headers["memento-datetime"]).isoformat() == "2026-01-12T12:00:00+00:00"
    assert '<http://testserver/v1/memberships?sort=id>; rel="original timegate"' in answer.headers["link"]
    again = client.get(answer.headers["content-location"])
    assert again.json()["data"] == answer.json()["data"]
    assert again.headers["memento-datetime"] == answer.headers["memento-datetime"]


def test_the_datetime_of_a_memento_asks_for_that_memento_again(client: TestClient) -> None:
    first = client.get("/v1/memberships", headers={"accept-datetime": "Tue, 13 Jan 2026 00:00:00 GMT"})
    again = client.get("/v1/memberships", headers={"accept-datetime": first.headers["memento-datetime"]})
    assert again.json()["meta"]["revision"] == first.json()["meta"]["revision"] == 2


def test_an_address_that_names_a_revision_is_not_negotiated(client: TestClient) -> None:
    answer = client.get("/v1/memberships?release=1.0", headers={"accept-datetime": "Tue, 13 Jan 2026 00:00:00 GMT"})
    assert answer.json()["meta"]["revision"] == 1
    assert "content-location" not in answer.headers


@pytest.mark.parametrize("text", ["yesterday", "2026-01-12", "Mon, 12 Jan 2026 12:00:00 +0100", "Mon, 32 Jan 2026 12:00:00 GMT"])
@pytest.mark.parametrize("path", ["/v1/memberships", "/v1/search?q=org", "/v1/states/AAA"])
def test_a_malformed_datetime_is_refused(client: TestClient, path: str, text: str) -> None:
    answer = client.get(path, headers={"accept-datetime": text})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "Accept-Datetime"


@pytest.mark.parametrize("path", READS)
def test_an_unknown_release_is_refused_with_the_nearest(client: TestClient, path: str) -> None:
    answer = client.get(joined(path, "release=1.00"))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["suggestion"] == "1.0"


@pytest.mark.parametrize("path", ["/v1/memberships", "/v1/search?q=org"])
def test_a_moment_and_a_release_together_are_refused(client: TestClient, path: str) -> None:
    assert client.get(joined(path, "release=1.0&known_at=2026")).json()["errors"][0]["code"] == "conflict"


@pytest.mark.parametrize(
    ("asked", "settled"),
    [("release=1.0", True), ("known_at=2026-01-11", True), ("known_at=2020", True), ("known_at=2999", False), ("", False)],
)
def test_only_what_can_never_change_is_immutable(client: TestClient, asked: str, settled: bool) -> None:
    for path in ("/v1/memberships", "/v1/dataset", "/v1/states"):
        headers = client.get(joined(path, asked) if asked else path).headers
        assert ("immutable" in headers["cache-control"]) is settled
        assert headers["cache-tag"] == ("settled" if settled else "revision-3")


def test_a_release_made_meanwhile_changes_the_validator(empty_store: Store, tmp_path: Path) -> None:
    revise(empty_store, WORLD, 10)
    url = empty_store.engine.url.render_as_string()
    with TestClient(create_app(Settings(database_url=url))) as opened:
        before = opened.get("/v1/memberships")
        assert before.json()["meta"]["release"] is None
        make_release(empty_store, tmp_path / "releases", Wish("1.0", "First", None, moment(11)))
        after = opened.get("/v1/memberships", headers={"if-none-match": before.headers["etag"]})
        assert after.status_code == 200
        assert after.json()["meta"]["release"] == "1.0"


def test_the_versions_of_a_single_thing_are_listed_with_the_revisions_that_held_them(client: TestClient) -> None:
    rows = client.get("/v1/memberships/org-aaa-member?history=true").json()["data"]
    assert [(row["start"]["edtf"], row["end"]["edtf"], row["recorded"]) for row in rows] == [
        ("2001-05", "..", {"from": 1, "to": 2}),
        ("2001-05-09", "..", {"from": 2, "to": 3}),
        ("2001-05-09", "2010", {"from": 3, "to": None}),
    ]


@pytest.mark.parametrize("headers", [{}, {"accept-datetime": "Tue, 13 Jan 2026 00:00:00 GMT"}])
def test_what_is_written_between_two_pages_does_not_show(empty_store: Store, headers: dict[str, str]) -> None:
    more: list[dict[str, object]] = [
        {**MEMBER, "id": f"org-bbb-{word}", "member": "BBB", "status": word, "start": "2002", "end": end}
        for word, end in (("candidate", "2003"), ("invited", "2003"), ("observer", "2003"))
    ]
    revise(empty_store, [*WORLD, *more], 10)
    with TestClient(create_app(Settings(database_url=empty_store.engine.url.render_as_string()))) as opened:
        page = opened.get("/v1/memberships?limit=2&organization=org&sort=-id", headers=headers).json()
        first = [row["id"] for row in page["data"]]
        revise(empty_store, [SOURCE, OTHER_SOURCE, AAA, {**BBB, "codes": {}}, ORG, {**more[0], "start": "2001"}], 14)
        rest = opened.get(page["page"]["next"], headers=headers).json()
    assert [*first, *(row["id"] for row in rest["data"])] == [
        "org-bbb-observer",
        "org-bbb-invited",
        "org-bbb-candidate",
        "org-aaa-member",
    ]
    assert rest["data"][0]["start"]["edtf"] == "2002"
    assert (rest["meta"]["revision"], rest["page"]["total"], rest["page"]["next"]) == (1, 4, None)


def test_a_cursor_reads_codes_as_its_own_revision_knew_them(empty_store: Store) -> None:
    spells: list[dict[str, object]] = [
        {**MEMBER, "id": f"org-bbb-{n}", "member": "BBB", "start": f"200{n}", "end": f"200{n + 1}"} for n in (1, 2)
    ]
    revise(empty_store, [*WORLD, *spells], 10)
    with TestClient(create_app(Settings(database_url=empty_store.engine.url.render_as_string()))) as opened:
        page = opened.get("/v1/memberships?limit=1&member=cow:999").json()
        moved = [{**AAA, "codes": {"cow": "999"}}, {**BBB, "codes": {}}]
        revise(empty_store, [SOURCE, OTHER_SOURCE, *moved, ORG, MEMBER, *spells], 14)
        rest = opened.get(page["page"]["next"])
    assert [row["id"] for row in rest.json()["data"]] == ["org-bbb-2"]


def test_the_next_page_of_a_view_of_today_asks_for_the_same_day(empty_store: Store) -> None:
    revise(empty_store, [*WORLD, {**MEMBER, "id": "org-bbb-member", "member": "BBB"}], 10)
    with TestClient(create_app(Settings(database_url=empty_store.engine.url.render_as_string()))) as opened:
        page = opened.get("/v1/organizations/org/members?limit=1").json()
        assert f"at={page['meta']['at']}" in page["page"]["next"]
        assert opened.get(page["page"]["next"]).json()["data"][0]["id"] == "org-bbb-member"
