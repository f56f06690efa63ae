"""The SQL of time and its Python twin agree, on random intervals and random questions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from app.dates import DateError, Interval, Match, holds, holds_throughout, interval, parse_day_range, parse_end, parse_start
from app.db.sessions import Snapshot, Store
from app.ingest.rows import dated_columns
from app.models import Claim, Entity, Label, Membership, Organization, Revision, Source, State
from app.queries.memberships import MEMBERSHIPS
from app.queries.paging import fetch_page
from app.schemas.parsing import parse_question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases

TODAY = date(2026, 11, 24)
_days = st.dates(date(2010, 1, 1), date(2016, 12, 31))


@st.composite
def _text(draw: st.DrawFn) -> str:
    day = draw(_days)
    form = draw(st.sampled_from(["{:%Y-%m-%d}", "{:%Y-%m}", "{:%Y}", "{:%Y-%m-%d}~", "set"]))
    if form == "set":
        return f"[{day}..{day + timedelta(draw(st.integers(0, 400)))}]"
    return form.format(day)


_starts = st.one_of(_text(), st.sampled_from(["", ".."]))
_ends = st.one_of(_text(), st.sampled_from(["", "..", "XXXX"]))


@st.composite
def _intervals(draw: st.DrawFn) -> Interval | None:
    try:
        return interval(parse_start(draw(_starts)), parse_end(draw(_ends), TODAY))
    except DateError:
        return None


_points = st.one_of(
    _days.map(lambda day: f"{day:%Y-%m-%d}"), _days.map(lambda day: f"{day:%Y-%m}"), _days.map(lambda day: f"{day:%Y}")
)


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[Store]:
    """A store with one organization and one state, on whose memberships the questions are asked."""
    store = Store(databases.empty())
    known = dated_columns(interval(parse_start(".."), parse_end("..", TODAY)))
    cited = {"claim_count": 1, "best_claim": "c", "conflict": False}
    with store.writing() as connection:
        connection.execute(
            insert(Revision).values(
                id=1, recorded_at="2026-01-01T00:00:00.000000Z", author="t", origin="t", kind="world", reason="t"
            )
        )
        connection.execute(
            insert(Entity), [{"id": "o", "kind": "organization"}, {"id": "AAA", "kind": "state"}, {"id": "s", "kind": "source"}]
        )
        connection.execute(insert(Organization).values(id="o", recorded_from=1, type="forum", **known, **cited))
        connection.execute(insert(State).values(id="AAA", recorded_from=1, standing="other", **known, **cited))
        connection.execute(insert(Source).values(id="s", recorded_from=1, type="press"))
        connection.execute(
            insert(Label), [{"id": one, "kind": "x", "name": one, "recorded_from": 1} for one in ("o", "AAA", "s")]
        )
        connection.execute(
            insert(Claim).values(
                id="c",
                recorded_from=1,
                subject_id="o",
                subject_kind="organization",
                source_id="s",
                stance="supports",
                confidence="high",
            )
        )
    yield store
    store.close()


def _ask(store: Store, held: list[Interval], pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Put the intervals into the store, ask, and take them out again."""
    rows = [
        {"id": f"m{n}", "organization_id": "o", "member_id": "AAA", "member_kind": "state", "status": "member", "recorded_from": 1,
         "claim_count": 1, "best_claim": "c", "conflict": False, **dated_columns(one)}
        for n, one in enumerate(held)
    ]  # fmt: skip
    question = parse_question(MEMBERSHIPS.spec, [*pairs, ("limit", "1000"), ("fields", "id")])
    with store.engine.connect() as connection:
        connection.execute(insert(Entity), [{"id": row["id"], "kind": "membership"} for row in rows])
        connection.execute(insert(Membership), rows)
        page = fetch_page(Snapshot(connection, 1), MEMBERSHIPS, question)
        connection.rollback()
    found = {str(row[0]): str(row[1]) for row in page.table.rows}
    assert page.counts.total == len(found)
    assert page.counts.certain == sum(match == "certain" for match in found.values())
    return found


def _expected(held: list[Interval], test: str, first: date | None, last: date | None, certainty: str) -> dict[str, str]:
    ask = holds_throughout if test == "throughout" else holds
    matches = {f"m{n}": ask(one, first, last) for n, one in enumerate(held)}
    wanted = {"certain": {Match.certain}, "possible": {Match.possible}, "any": set(Match)}[certainty]
    return {key: match.value for key, match in matches.items() if match in wanted}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=st.lists(_intervals(), min_size=1, max_size=12),
    test=st.sampled_from(["at", "during", "throughout"]),
    bounds=st.tuples(st.one_of(_points, st.just("..")), st.one_of(_points, st.just(".."))),
    certainty=st.sampled_from(["certain", "possible", "any"]),
)
def test_sql_and_python_agree_on_what_holds_when(
    world: Store, held: list[Interval | None], test: str, bounds: tuple[str, str], certainty: str
) -> None:
    known = [one for one in held if one is not None]
    assume(known)
    one, other = bounds
    first: date | None
    last: date | None
    if test == "at":
        text = "2013-05-05" if one == ".." else one
        first, last = parse_day_range(text)
    else:
        first = None if one == ".." else parse_day_range(one)[0]
        last = None if other == ".." else parse_day_range(other)[1]
        if first and last and first > last:
            one, other, first, last = other, one, parse_day_range(other)[0], parse_day_range(one)[1]
        text = f"{one}/{other}"
    found = _ask(world, known, [(test, text), ("certainty", certainty)])
    assert found == _expected(known, test, first, last, certainty)


@pytest.mark.parametrize(
    ("day", "matches"),
    [("2015-12-31", []), ("2016-01-01", ["possible"]), ("2016-06-15", ["possible"]), ("2016-12-31", ["certain"]), ("2016", ["certain"]),
     ("2018-03-13", ["certain"]), ("2018-03-14", [])],
)  # fmt: skip
def test_a_membership_that_began_some_day_of_2016_is_certain_only_from_its_last_day(
    world: Store, day: str, matches: list[str]
) -> None:
    held = [interval(parse_start("2016"), parse_end("2018-03-14", TODAY))]
    assert list(_ask(world, held, [("at", day)]).values()) == matches
