"""How SQLite finds rows: by what is asked, or in the order of a page, and never by when a row stopped being known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.queries.catalog import RESOURCES
from app.queries.keys import fetch_keys
from app.queries.totals import Totals
from app.schemas.parsing import parse_question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection

    from app.db.sessions import Snapshot, Store

pytestmark = pytest.mark.once


@pytest.fixture
def snapshot(store: Store) -> Iterator[Snapshot]:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("another engine plans by what it knows of its rows")
    with store.reading() as found:
        yield found


def plans(snapshot: Snapshot, collection: str, query: str) -> list[str]:
    """Give the steps of the statements that find and count the first page of a question."""
    pairs = [(name, value) for name, _, value in (one.partition("=") for one in query.split("&") if one)]
    resource = RESOURCES[collection]
    driver: Connection = snapshot.connection.connection.driver_connection  # type: ignore[assignment]  # that of SQLite
    said: list[str] = []
    driver.set_trace_callback(said.append)
    fetch_keys(snapshot, resource, parse_question(resource.spec, [*pairs, ("limit", "1")]), None, Totals())
    driver.set_trace_callback(None)
    return [row[3] for one in said for row in driver.execute(f"EXPLAIN QUERY PLAN {one}")]


def row_by_row(step: str) -> bool:
    """Give whether a step fetches a row for each entry of an index; a short table may be read whole."""
    return "USING INDEX" in step or "MULTI-INDEX" in step


@pytest.mark.parametrize("collection", ["memberships", "agreements", "acts", "parties", "claims"])
def test_a_page_of_a_long_table_is_found_and_counted_without_sorting_or_fetching_rows(
    snapshot: Snapshot, collection: str
) -> None:
    table = collection.removesuffix("s").replace("partie", "party")
    steps = plans(snapshot, collection, "")
    assert f"COVERING INDEX ix_{table}_known" in steps[0], steps
    assert not [step for step in steps if row_by_row(step) or "TEMP B-TREE" in step], steps


@pytest.mark.parametrize(
    ("collection", "query"),
    [
        ("acts", "date=2016"),
        ("acts", "at=2016"),
        ("parties", "at=2016"),
        ("memberships", "during=2010/2016"),
        ("acts", "conflict=true"),
    ],
)
def test_a_question_about_time_reads_no_row_that_does_not_answer(snapshot: Snapshot, collection: str, query: str) -> None:
    steps = plans(snapshot, collection, query)
    assert "COVERING INDEX" in steps[0], steps
    assert not [step for step in steps if row_by_row(step)], steps


@pytest.mark.parametrize("query", ["organization=sco&at=2016", "member=AZE", "source=un-members", "status__not=member"])
def test_no_row_is_sought_by_the_revision_that_it_ended_with(snapshot: Snapshot, query: str) -> None:
    assert not [step for step in plans(snapshot, "memberships", query) if "recorded_to" in step]
