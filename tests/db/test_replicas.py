"""Several servers: readers are spared nothing of what was written, a crawl never goes back, and a primary may die."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from app.db.addresses import aimed, has_several_hosts, read_address
from app.db.sessions import Store
from app.main import create_app
from app.settings import Settings
from tests.databases import Databases
from tests.postgres import NEEDS_POSTGRES, Server, start_primary, start_replica
from tests.worlds import MEMBER, WORLD, revise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.engine import URL

pytestmark = NEEDS_POSTGRES

SECOND = {**MEMBER, "id": "org-bbb-member", "member": "BBB"}
THIRD = {**SECOND, "id": "org-bbb-observer", "status": "observer", "start": "2000-05", "end": "2001-05"}


@contextmanager
def pair(databases: Callable[[Server], str]) -> Iterator[tuple[Server, Server, str]]:
    """Give a primary, a replica and the address that names both, in the order in which nobody wants to read them."""
    with start_primary() as primary:
        url = databases(primary)
        with start_replica(primary) as replica:
            name = url.rpartition("/")[2]
            yield primary, replica, f"postgresql://postgres@127.0.0.1:{primary.port},127.0.0.1:{replica.port}/{name}"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server, str]]:
    """Hold a small world of two revisions on a primary and its replica."""

    def made(primary: Server) -> str:
        url = Databases(tmp_path_factory.mktemp("replicas"), primary).empty()
        store = Store(url)
        revise(store, WORLD, 10)
        revise(store, [*WORLD, SECOND], 11)
        store.close()
        return url

    with pair(made) as found:
        yield found


@pytest.fixture
def lagging(servers: tuple[Server, Server, str]) -> Iterator[tuple[Server, Server, str]]:
    """Let the replica fall behind for the time of a test."""
    primary, replica, url = servers
    wait(lambda: held(replica, url) == held(primary, url))
    replica.execute("SELECT pg_wal_replay_pause()")
    yield servers
    replica.execute("SELECT pg_wal_replay_resume()")


def held(server: Server, url: str) -> int:
    store = Store(f"{server.url.removesuffix('postgres')}{url.rpartition('/')[2]}")
    try:
        return store.revision()
    finally:
        store.close()


def wait(condition: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.01)


@contextmanager
def opened(url: str, **settings: Any) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(database_url=url, **settings)), raise_server_exceptions=False) as client:
        yield client


def hosts(address: URL) -> tuple[object, ...]:
    one = (address.query.get("host", address.host), address.query.get("port", address.port))
    return *one, address.query.get("target_session_attrs"), address.database, address.username


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://me:pw@one/facts", ("one", None, None, "facts", "me")),
        ("postgresql://me:pw@one,two:5433/facts", ("one,two", "5432,5433", "prefer-standby", "facts", "me")),
        ("postgresql://one,two/facts?sslmode=require", ("one,two", "5432,5432", "prefer-standby", "facts", None)),
        ("postgresql://me@[::1]:1,[::2]/facts", ("::1,::2", "1,5432", "prefer-standby", "facts", "me")),
        ("postgresql://me@one,two/facts?target_session_attrs=any", ("one,two", "5432,5432", "any", "facts", "me")),
        ("postgresql://me@/facts?host=one:1&host=two:2", (("one:1", "two:2"), None, "prefer-standby", "facts", "me")),
        ("sqlite:///a,b.db", (None, None, None, "a,b.db", None)),
    ],
)
def test_an_address_names_one_host_or_several(text: str, expected: tuple[object, ...]) -> None:
    address = read_address(text)
    assert hosts(aimed(address, "prefer-standby")) == expected
    assert has_several_hosts(address) is (expected[2] is not None)
    if has_several_hosts(address):
        assert hosts(aimed(address, "read-write"))[2] == "read-write"


def test_reads_are_the_replicas_and_writes_the_primarys(servers: tuple[Server, Server, str]) -> None:
    _, _, url = servers
    store = Store(url)
    with store.reading() as snapshot:
        assert snapshot.connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one() is True
    with store.reading(current=True) as snapshot:
        assert snapshot.connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one() is False
    with store.writing() as connection:
        assert connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one() is False
    store.close()


def test_a_process_reads_what_it_wrote_and_another_one_what_the_replica_holds(lagging: tuple[Server, Server, str]) -> None:
    primary, _, url = lagging
    before = held(primary, url)
    with opened(url) as writer, opened(url) as other:
        store: Store = writer.app.state.context.store  # type: ignore[attr-defined]
        note = f"the {before + 1}th"
        revise(store, [*WORLD, {**SECOND, "note": note}], 12)
        mine, theirs = writer.get("/v1/memberships"), other.get("/v1/memberships")
        assert [one.json()["meta"]["revision"] for one in (mine, theirs)] == [before + 1, before]
        assert [note in one.text for one in (mine, theirs)] == [True, False]
        assert mine.headers["etag"] != theirs.headers["etag"]
        kept = writer.post("/v1/queries", json={"query": f"/v1/memberships?at=20{before:02}"})
        assert kept.status_code == 201
        assert other.get(kept.json()["data"]["replay"].removeprefix("http://testserver")).status_code == 200


def test_a_crawl_that_began_elsewhere_goes_on_at_its_revision(lagging: tuple[Server, Server, str]) -> None:
    _, _, url = lagging
    with opened(url) as writer, opened(url) as other:
        store: Store = writer.app.state.context.store  # type: ignore[attr-defined]
        revise(store, [*WORLD, SECOND, THIRD], 13)
        first = writer.get("/v1/memberships?limit=1").json()
        second = other.get(first["page"]["next"].removeprefix("http://testserver")).json()
        assert other.get("/v1/memberships").json()["meta"]["revision"] < first["meta"]["revision"] == second["meta"]["revision"]
        third = other.get(second["page"]["next"].removeprefix("http://testserver")).json()
        assert [one["data"][0]["id"] for one in (first, second, third)] == sorted(
            [MEMBER["id"], SECOND["id"], THIRD["id"]], key=str
        )
        assert third["meta"]["revision"] == first["meta"]["revision"]


def test_a_read_only_replica_keeps_no_receipt(servers: tuple[Server, Server, str]) -> None:
    _, replica, url = servers
    with opened(f"{replica.url.removesuffix('postgres')}{url.rpartition('/')[2]}") as alone:
        assert alone.get("/v1/memberships").status_code == 200
        answer = alone.post("/v1/queries", json={"query": "/v1/sources"})
        assert (answer.status_code, answer.json()["code"]) == (503, "read-only")


def test_without_its_primary_a_crawl_waits_for_the_replica_or_says_that_it_cannot_go_on(
    lagging: tuple[Server, Server, str],
) -> None:
    """The last test of these servers: the primary is gone at the end."""
    primary, replica, url = lagging
    with opened(url) as writer, opened(url) as other:
        store: Store = writer.app.state.context.store  # type: ignore[attr-defined]
        revise(store, [*WORLD, SECOND], 14)
        following = writer.get("/v1/memberships?limit=1").json()["page"]["next"].removeprefix("http://testserver")
        wait(lambda: replica.execute("SELECT pg_last_wal_receive_lsn() >= pg_last_wal_replay_lsn()") == [(True,)])
        time.sleep(0.2)
        primary.kill()
        asked = time.monotonic()
        refused = other.get(following)
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert refused.headers["retry-after"]
        assert time.monotonic() - asked < 3
        assert other.get("/v1/memberships").status_code == 200
        assert writer.get("/v1/memberships").status_code == 503, "nothing older than what it wrote"
        replica.execute("SELECT pg_wal_replay_resume()")
        wait(lambda: other.get(following).status_code == 200)
        assert other.get(following).json()["meta"]["revision"] == store.revision()
