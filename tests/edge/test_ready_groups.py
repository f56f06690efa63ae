"""Groups that were counted beforehand are those that SQL counts, to the byte; and memory for them is bounded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.db.sessions import Store
from app.edge import ready_groups
from app.main import create_app
from app.queries.tallies import take_tally
from app.settings import Settings
from tests.worlds import AAA, CLAIM, MEMBER, ORG, OTHER_SOURCE, SOURCE, revise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.db.sessions import Snapshot
    from app.edge.ready_groups import ReadyGroups
    from app.queries.resource import Resource
    from app.queries.tallies import Tally
    from app.schemas.questions import Question
    from tests.databases import Databases
    from tests.worlds import Record

Pair = tuple[TestClient, TestClient]

KEYS = (
    "status",
    "organization",
    "organization.id,status",
    "status,organization.acronym",
    "member,started_by",
    "member.kind,start.year",
    "start,end.year",
    "note",
    "evidence.conflict,evidence.claims",
    "evidence.best",
)
TIMES = ("", "&at={day}", "&at={month}", "&at={year}", "&during={year}/{later}", "&during=../{day}", "&throughout={day}/{day}",
         "&throughout={month}/{later}", "&at={day}&during={year}/..", "&throughout={day}")  # fmt: skip
MORE = ("", "&certainty=certain", "&certainty=possible", "&status=member", "&member=AAA,ABA", "&status__not=member&certainty=certain",
        "&start__lte={later}", "&source=page", "&lang=az", "&count_distinct=member", "&sample=5&seed=1", "&resolve=earliest")  # fmt: skip
SORTS = ("", "&sort=-count", "&sort=count", "&sort=-certain,possible", "&sort=possible,-count", "&sort={first}", "&sort=-{first}",
         "&sort=count,{first}", "&sort=-count,-{first}", "&sort={first},count")  # fmt: skip
SHOWN = ("&limit=1", "&limit=2", "&limit=1000", "&format=jsonl", "&format=csv", "&format=jsonl&limit=3", "&shape=flat&limit=3",
         "&format=jsonl&shape=flat", "&format=parquet")  # fmt: skip
DATES = (("2001", "2001"), ("2001-03", "2001-09"), ("2001-03-05", "2004"), ("..", "2003-05"), ("", "2002"), ("2000?", ""),
         ("[2000-01-01..2004-06-30]", "[2001-01-01..2005]"), ("2002-02-28", ".."), ("2002-03-01", "2002-03-02"), ("2003", ""))  # fmt: skip


def records() -> Iterator[Record]:
    """Give a world whose memberships have every kind of date, some of which cross."""
    states = [f"A{letter}{again}" for again in "AB" for letter in "ABCDEFGHIJ"]
    yield from (
        SOURCE,
        OTHER_SOURCE,
        {**ORG, "start": "1985"},
        *({**AAA, "id": one, "name": f"Land {one[1]}", "start": "1980"} for one in states),
    )
    others = ("other", "third")
    for one in others:
        yield {**ORG, "id": one, "name": f'The "{one}"', "start": "1985", "acronym": one.upper()}
    statuses = ("member", "observer", "partner")
    organizations = ("org", *others)
    for n, ((place, member), organization) in enumerate(product(enumerate(states), organizations)):
        start, end = DATES[place % len(DATES)]
        status = statuses[n % 7 % 3]
        more = {"note": f"=note {n % 4}"} if n % 3 else {}
        claims = [{**CLAIM, "source": source} for source in ("page", "leaf")[: 1 + n % 2]]
        yield {**MEMBER, "id": f"m-{n}", "organization": organization, "member": member, "status": status, "start": start, "end": end,
               "claims": claims, **more}  # fmt: skip


@pytest.fixture(scope="module")
def pair(databases: Databases) -> Iterator[Pair]:
    """Give two applications on one store: one leaves all groups to SQL, the other counts them when they are first asked for."""
    url = databases.empty()
    made = Store(url)
    revise(made, records(), 1)
    made.close()
    with pytest.MonkeyPatch.context() as patch, client_of(url, ready_bytes=0) as plain, client_of(url) as quick:
        patch.setattr(ready_groups, "TIMES", 1)
        yield plain, quick


def client_of(url: str, **given: object) -> TestClient:
    app = create_app(Settings.model_validate({"database_url": url, "cache_bytes": 0, **given}))
    return TestClient(app, raise_server_exceptions=False)


def groups_of(client: TestClient) -> ReadyGroups:
    found: ReadyGroups = client.app.state.context.groups  # type: ignore[attr-defined]
    return found


def same(pair: Pair, path: str) -> Any:
    """Ask both, page after page, until they are through."""
    following: str | None = path
    first = None
    while following:
        expected, found = (one.get(following) for one in pair)
        assert (found.status_code, found.content) == (expected.status_code, expected.content), following
        assert found.headers.get("etag") == expected.headers.get("etag")
        first = first or found
        json = found.headers["content-type"] == "application/json"
        following = found.json()["page"]["next"] if json else None
    return first


@st.composite
def questions(draw: st.DrawFn) -> str:
    """Give a question, of which some can be answered by a tally and others not."""
    keys, *others = (draw(st.sampled_from(one)) for one in (KEYS, TIMES, MORE, SORTS, SHOWN))
    year, month, day = draw(st.integers(1999, 2006)), draw(st.integers(1, 12)), draw(st.integers(1, 28))
    words = {"year": year, "month": f"{year}-{month:02}", "day": f"{year}-{month:02}-{day:02}", "later": year + 2}
    return f"group_by={keys}{''.join(others)}".format(**words, first=keys.partition(",")[0])


@given(question=questions())
@settings(max_examples=150, deadline=None)
def test_any_question_of_groups_has_the_answer_that_sql_gives(pair: Pair, question: str) -> None:
    same(pair, f"/v1/memberships?{question}")


@pytest.mark.parametrize("keys", KEYS[1:5])
@pytest.mark.parametrize("certainty", ["any", "certain", "possible"])
def test_every_day_on_which_something_changes_is_counted_as_sql_counts_it(pair: Pair, keys: str, certainty: str) -> None:
    bounds = same(pair, "/v1/memberships?limit=1000").json()["data"]
    days = {one[end][bound] for one in bounds for end in ("start", "end") for bound in ("earliest", "latest")} - {None}
    for day in sorted(days):
        same(pair, f"/v1/memberships?group_by={keys}&at={day}&certainty={certainty}&format=jsonl")
    ready = {keys for (_, asked), one in groups_of(pair[1])._choices.items() for keys in [asked.group_by] if one.ready}
    assert tuple(keys.split(",")) in ready


@pytest.mark.parametrize(
    "query",
    [
        "organizations/sco/members?group_by=status&at=2018",
        "states/AZE/memberships?group_by=organization,status&at=2001-01-01&limit=7",
        "memberships?group_by=organization,status&at=2025-08-30&limit=11",
        "memberships?group_by=member&during=1991/1992&sort=-certain&limit=20",
        "memberships?group_by=source,status&at=2020&organization=sco",
        "relations?group_by=kind&at=2000-01-01",
        "states?group_by=region&at=1985-01-01",
        "organizations?group_by=kind&at=1985",
        "parties?group_by=agreement,status&at=2000-01-01&format=csv",
        "acts?group_by=act&during=1990/2000",
        "events?group_by=kind,start.year&during=2000/2020",
    ],
)
def test_groups_of_the_seed_are_those_of_sql(seeded_url: str, query: str) -> None:
    with client_of(seeded_url, ready_bytes=0) as plain, client_of(seeded_url) as quick:
        for _ in range(3):
            same((plain, quick), f"/v1/{query}")


def test_groups_are_counted_beforehand_when_they_are_asked_for_again_and_once(pair: Pair) -> None:
    with pytest.MonkeyPatch.context() as patch, client_of(address(pair[0])) as client:
        patch.setattr(ready_groups, "TIMES", 2)
        made: list[Question] = []

        def take(snapshot: Snapshot, resource: Resource, question: Question) -> Tally | None:
            made.append(question)
            return take_tally(snapshot, resource, question)

        patch.setattr(ready_groups, "take_tally", take)
        path = "/v1/memberships?group_by=status&format=jsonl&at=200{}-01-01"
        assert client.get(path.format(0)).status_code == 200
        assert not made
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda n: client.get(path.format(n % 5)).content, range(40)))
        assert len(made) == 1
        assert found == [pair[0].get(path.format(n % 5)).content for n in range(40)]
        client.get("/v1/memberships?group_by=status&format=jsonl&member=AAA")
        assert len(made) == 1


def address(client: TestClient) -> str:
    found: str = client.app.state.context.settings.database_url  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("size", [4_000, 40_000, 1_000_000])
def test_memory_for_groups_is_bounded_and_sql_answers_beyond_it(pair: Pair, size: int) -> None:
    with client_of(address(pair[0]), ready_bytes=size) as client:
        groups = groups_of(client)
        for keys in KEYS:
            same((pair[0], client), f"/v1/memberships?group_by={keys}&at=2002-05-05&format=jsonl")
            assert sum(one.size for one in groups._choices.values()) <= groups.size
        assert any(one.ready for one in groups._choices.values()) is (size > 4_000)


def test_groups_of_another_revision_are_counted_anew(empty_store: Store) -> None:
    url = empty_store.engine.url.render_as_string(hide_password=False)
    path = "/v1/memberships?group_by=status&format=jsonl"
    with pytest.MonkeyPatch.context() as patch, client_of(url) as client:
        patch.setattr(ready_groups, "TIMES", 1)
        for day, count in ((1, 60), (2, 12)):
            revise(empty_store, [one for n, one in enumerate(records()) if n < 25 + count], day)
            assert sum(int(line.split('"count":')[1].split(",")[0]) for line in client.get(path).text.splitlines()) == count
        before = client.get(f"{path}&known_at=2026-01-01T13:00:00Z").text
        assert sum(int(line.split('"count":')[1].split(",")[0]) for line in before.splitlines()) == 60


@pytest.mark.once  # answers are made at once for the embedded engine alone
def test_groups_that_are_counted_beforehand_are_given_at_once(pair: Pair) -> None:
    path = "/v1/memberships?group_by=member,organization&format=jsonl&at=2002"
    expected = same(pair, path).content
    app: Any = pair[1].app
    target, _, query = path.partition("?")
    scope = {"type": "http", "method": "GET", "path": target, "raw_path": target.encode(), "query_string": query.encode(),
             "scheme": "http", "headers": [(b"host", b"testserver")], "server": ("testserver", 80), "client": None}  # fmt: skip
    assert app.front.find(scope).body == expected
