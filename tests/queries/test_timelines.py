"""The timeline: every dated thing once, in the order of days, asked as any collection is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings

from app.models import Claim, Link, Participation, Relation
from app.queries.paging import fetch_page
from app.queries.predicates import AnyOf, Many, Scalar, imprecise
from app.queries.resolving import Resolver
from app.queries.timelines import TIMELINE
from app.schemas.parsing import parse_question
from app.schemas.timelines import TIMELINE as SPEC
from app.schemas.timelines import TimelineKind
from app.vocabulary import ActType
from tests.stages import Row, Stage, World, text, worlds

if TYPE_CHECKING:
    from sqlite3 import Connection

    from starlette.testclient import TestClient

    from app.db.sessions import Store
    from app.queries.resource import Resource

Ask = Callable[[str], list[Row]]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds())
def test_every_beginning_and_end_stands_once_in_order(stage: Stage, world: World) -> None:
    stage.write(world)
    expected: set[tuple[str, str]] = set()
    for n, one in enumerate(world.spells):
        expected |= {(f"membership_start.membership-{n}", text(one.starts[0]))}
        soonest = max(one.ends[0], one.starts[0] + 1) if one.ends else None
        expected |= {(f"membership_end.membership-{n}", text(soonest))} if soonest else set()
    found: list[Row] = []
    following = "/v1/timeline?limit=3"
    while following:
        page = stage.client.get(following).json()
        assert page["page"]["total"] == len(expected)
        found += page["data"]
        following = page["page"]["next"]
    assert [(row["date"]["earliest"], row["id"]) for row in found] == sorted((day, entry) for entry, day in expected)


def test_an_act_has_its_own_word() -> None:
    assert {one.value for one in ActType} < {one.value for one in TimelineKind}


@pytest.mark.parametrize(
    ("kind", "entry", "day"),
    [
        ("membership_start", "membership_start.sco-ind-member", "2017-06-09"),
        ("membership_end", "membership_end.sco-ind-observer", "2017-06-09"),
        ("event", "event.sco-summit-2012-beijing", "2012-06-06"),
        ("relation", "relation.rus-successor-sun", "1991-12-24"),
    ],
)
def test_each_kind_of_entry_stands_on_its_day_with_evidence(rows: Ask, kind: str, entry: str, day: str) -> None:
    found = {row["id"]: row for row in rows(f"/v1/timeline?kind={kind}&during={day}&limit=1000&certainty=certain")}
    assert {row["kind"] for row in found.values()} == {kind}
    assert found[entry]["date"]["edtf"] == day
    assert found[entry]["title"]
    assert found[entry]["evidence"]["claims"] >= 1


def test_every_name_an_organization_took_is_an_entry_of_its_own(rows: Ask) -> None:
    found = [(row["date"]["edtf"], row["title"]) for row in rows("/v1/timeline?kind=renamed&organization=guam")]
    assert [day for day, _ in found] == ["1999-04-24", "2006-05-23"]
    assert "GUUAM" in found[0][1]


def test_no_two_entries_have_one_id(client: TestClient) -> None:
    ids = client.get("/v1/timeline.csv?fields=id").text.splitlines()
    assert len(ids) == len(set(ids)) > 1000


def test_an_actor_has_what_it_did_what_happened_to_it_and_where_it_took_part(rows: Ask) -> None:
    found = rows("/v1/timeline?actor=AZE&during=2021/2022&limit=1000")
    kinds = {row["kind"] for row in found}
    assert {"event", "signature", "membership_start"} <= kinds
    assert all(row["actor"] is None or row["actor"]["id"] for row in found)
    days = [row["date"]["earliest"] or "9" for row in found]
    assert days == sorted(days)


def test_an_organization_has_its_members_its_events_and_its_names(rows: Ask) -> None:
    found = rows("/v1/timeline?organization=ots&limit=1000")
    assert {"event", "membership_start", "renamed"} <= {row["kind"] for row in found}
    both = rows("/v1/timeline?organization=ots&actor=AZE&limit=1000")
    assert 0 < len(both) < len(found)


def test_an_entry_lies_in_a_period_by_its_own_day(rows: Ask) -> None:
    address = "/v1/timeline?actor=IND&organization=sco&kind=membership_start&certainty=certain"
    for period, there in (("2017-06-08", False), ("2017-06-09", True), ("2017-06-10", False), ("../2017-06-09", True)):
        assert ("membership_start.sco-ind-member" in {row["id"] for row in rows(f"{address}&during={period}")}) is there


ACTOR, ORGANIZATION, SUBJECT = (TIMELINE.columns[f"{one}.id"][0] for one in ("actor", "organization", "subject"))
OTHER = Many(SUBJECT, Relation.id, Relation.to_id)
PLAIN = replace(
    TIMELINE,
    spec=replace(SPEC, name="timeline-of-everything"),
    united=None,
    parts=(),
    interval=imprecise(TIMELINE.table, "date"),
    bindings={
        "actor": AnyOf((Scalar(ACTOR), OTHER, Many(SUBJECT, Participation.event_id, Participation.actor_id))),
        "organization": AnyOf(
            (
                *(Scalar(one) for one in (ORGANIZATION, ACTOR)),
                OTHER,
                Many(SUBJECT, Link.subject_id, Link.object_id, (Link.property == "organization",)),
            )
        ),
        "date": imprecise(TIMELINE.table, "date"),
        "source": Many(SUBJECT, Claim.subject_id, Claim.source_id),
        "conflict": Scalar(TIMELINE.columns["evidence.conflict"][0]),
    },
)
"""The same entries, with every condition outside of the union, and sorted there."""


QUERIES = [
    "",
    "actor=AZE",
    "actor=AZE,KAZ&kind=event,signature,relation",
    "actor__all=AZE,KAZ",
    "actor__not=AZE&date__lt=1950",
    "actor__not=AZE,RUS&kind=relation",
    "actor=ots",
    "organization=ots",
    "organization__all=ots,un",
    "organization__not=ots,un&date__gte=2020",
    "organization=ots&actor=AZE&date__gte=2000",
    "kind=renamed",
    "kind__not=event&during=2020",
    "kind__isnull=false&date=1991",
    "date=2012-06",
    "date__lte=1950&certainty=certain",
    "at=1991-12-25&certainty=possible",
    "source=piglix-un-charter",
    "source__not=piglix-un-charter&date=2001",
    "conflict=true",
]
ORDERS = ["", "-date", "kind,-date", "-id", "status,-actor.id", "-subject.id", "evidence.claims", "title", "-organization.name"]


def pairs_of(query: str) -> list[tuple[str, str]]:
    """Give the parameters of a question that have a value."""
    pairs = [one.partition("=") for one in query.split("&")]
    return [(name, value) for name, _, value in pairs if value]


@pytest.mark.parametrize(("number", "query"), list(enumerate(QUERIES)))
def test_the_parts_of_the_union_leave_out_nothing_that_answers(store: Store, number: int, query: str) -> None:
    sort = ORDERS[number % len(ORDERS)]
    with store.reading() as snapshot:
        asked = Resolver().resolved(snapshot, TIMELINE, parse_question(SPEC, pairs_of(f"{query}&sort={sort}")))
        expected = fetch_page(snapshot, PLAIN, replace(asked, limit=1000))
        there = list(expected.table.rows)
        found = fetch_page(snapshot, TIMELINE, replace(asked, limit=40))
        rows, counts = list(found.table.rows), found.counts
        while found.next is not None and len(rows) < len(there):
            found = fetch_page(snapshot, TIMELINE, replace(asked, limit=40 + len(rows)), found.next)
            rows += found.table.rows
    assert counts == expected.counts
    assert rows[: len(there)] == there


def steps(store: Store, resource: Resource, query: str) -> int:
    """Give how many thousand steps SQLite takes for the second page of a question, which is not counted any more."""
    taken: list[None] = []
    with store.reading() as snapshot:
        asked = Resolver().resolved(snapshot, TIMELINE, parse_question(SPEC, pairs_of(query)))
        first = fetch_page(snapshot, resource, asked)
        driver: Connection = snapshot.connection.connection.driver_connection  # type: ignore[assignment]  # that of SQLite
        driver.set_progress_handler(lambda: taken.append(None), 1000)
        fetch_page(snapshot, resource, asked, first.next)
        driver.set_progress_handler(None, 0)
    return len(taken)


@pytest.mark.parametrize("query", ["", "sort=-date", "actor__not=AZE", "date__lt=2016", "organization__not=sco"])
def test_what_a_page_shows_is_read_for_its_own_rows_alone(store: Store, query: str) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("another engine counts no steps")
    assert 0 < steps(store, TIMELINE, query) * 3 < steps(store, PLAIN, query)
