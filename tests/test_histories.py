"""A model of the whole: random histories, replayed in plain Python, give the same answers as the API.

The model knows nothing of tables, revisions of rows or SQL: it keeps each revision as a dictionary of records, and decides with
`app.dates` alone which of them a question means. All examples share a store; each begins by emptying the world.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.dates import (
    DateError,
    Interval,
    Match,
    holds,
    holds_throughout,
    interval,
    parse_day_range,
    parse_end,
    parse_period,
    parse_start,
)
from app.dates.instants import instant_text
from app.db.sessions import Store
from app.ingest.changes import Reason
from app.main import create_app
from app.settings import Settings
from app.vocabulary import ChangeKind
from tests.worlds import AAA, CLAIM, ORG, OTHER_SOURCE, SOURCE, Record, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import Databases

TODAY = date(2026, 1, 1)
STATES, ORGANIZATIONS = ("AAA", "BBB", "CCC"), ("one", "two")
STATUSES = ("candidate", "applicant", "invited", "declined")  # may overlap, so that any history is a lawful one
CERTAINTIES = ("any", "certain", "possible")
FIXED: list[Record] = [
    SOURCE,
    OTHER_SOURCE,
    *({**AAA, "id": one, "start": "..", "name": one} for one in STATES),
    *({**ORG, "id": one, "start": "..", "name": one} for one in ORGANIZATIONS),
]


def _readable(text: str) -> bool:
    try:
        parse_period(text)
    except DateError:
        return False
    return True


EDGES = ("2010-12-31", "2011-01-01", "2011-01-02", "2011-01-31", "2011-02-01", "2012-02-29", "2012-12-31", "2013-01-01")
days = st.sampled_from(EDGES).map(date.fromisoformat)  # few, so that the ends of facts and of questions often meet
points = st.one_of(
    days.map(lambda day: f"{day:%Y-%m-%d}"), days.map(lambda day: f"{day:%Y-%m}"), days.map(lambda day: f"{day:%Y}")
)
spans = st.tuples(points, points).map(lambda two: "/".join(sorted(two))).filter(_readable)
periods = st.one_of(spans, points, points.map(lambda one: f"{one}/.."), points.map(lambda one: f"../{one}"), st.just("../.."))
starts = st.one_of(points, points.map(lambda one: f"{one}~"), st.sampled_from(["", "..", "[2011-03..2012-08]", "201X"]))
ends = st.one_of(points, st.sampled_from(["", "..", "XXXX", "[2013-01-05..2013-02]", "[2012..]"]))


def held(record: Record) -> Interval:
    return interval(parse_start(str(record["start"])), parse_end(str(record["end"]), TODAY))


def lawful(record: Record) -> bool:
    try:
        held(record)
    except DateError:
        return False
    return True


claims = st.sampled_from([[CLAIM], [CLAIM, {"source": "leaf"}]])
records = st.builds(
    lambda organization, member, status, start, end, cited: {
        "kind": "membership", "id": f"{organization}-{member.lower()}-{status}", "organization": organization, "member": member,
        "status": status, "start": start, "end": end, "claims": cited,
    },
    st.sampled_from(ORGANIZATIONS), st.sampled_from(STATES), st.sampled_from(STATUSES), starts, ends, claims,
).filter(lawful)  # fmt: skip
Snapshot = dict[str, Record]


@st.composite
def histories(draw: st.DrawFn) -> list[Snapshot]:
    """Give what is held after each of some revisions: facts are added, corrected and closed."""
    found: list[Snapshot] = []
    current: Snapshot = {}
    for _ in range(draw(st.integers(1, 4))):
        gone = draw(st.sets(st.sampled_from(sorted(current)), max_size=2)) if current else set()
        current = {key: one for key, one in current.items() if key not in gone}
        current |= {str(one["id"]): one for one in draw(st.lists(records, max_size=4))}
        found.append(dict(current))
    return found


@dataclass(frozen=True)
class Asked:
    """One question: to the API as parameters, to the model as what they mean."""

    revision: int
    by: str
    times: dict[str, str] = field(default_factory=dict)
    certainty: str = "any"
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def parameters(self) -> dict[str, str]:
        shape = {"certainty": self.certainty, "limit": "1000"}
        return {**self.times, **shape, **{name: ",".join(words) for name, words in self.filters.items()}}


def words(*choices: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(choices), min_size=1, max_size=2, unique=True).map(tuple)


filters = st.fixed_dictionaries(
    {},
    optional={
        "organization": words(*ORGANIZATIONS),
        "member": words(*STATES),
        "status": words(*STATUSES),
        "status__not": words(*STATUSES),
    },
)
times = st.fixed_dictionaries({}, optional={"at": points, "during": periods, "throughout": periods})
questions = st.builds(
    Asked, st.integers(0, 4), st.sampled_from(["moment", "header", "between"]), times, st.sampled_from(CERTAINTIES), filters
)


def truth(record: Record, asked: Asked) -> Match | None:
    """Say whether a question means a record: for certain, possibly, or not."""
    for name, choices in asked.filters.items():
        if (record[name.removesuffix("__not")] in choices) is name.endswith("__not"):
            return None
    found: list[Match | None] = [Match.certain]
    for test, text in asked.times.items():
        if test == "at":
            found.append(holds(held(record), *parse_day_range(text)))
        else:
            period = parse_period(text)
            first, last = period.first or date.min, period.last or date.max
            found.append((holds_throughout if test == "throughout" else holds)(held(record), first, last))
    if None in found:
        return None
    match = Match.possible if Match.possible in found else Match.certain
    return match if asked.certainty in {"any", match.value} else None


@dataclass
class World:
    """The store that all examples write to, the API that they ask, and the time that passes."""

    store: Store
    client: TestClient
    minutes: int = 0

    def record(self, snapshot: Snapshot) -> tuple[int, str]:
        """Write a snapshot as one revision, if it changes anything; give the newest one and a moment at which it is known."""
        self.minutes += 2
        at = instant_text(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=self.minutes))
        write(self.store, [*FIXED, *snapshot.values()], Reason("model", "seed", "another step", at, ChangeKind.CORRECTION))
        return self.store.revision(), at

    def ask(self, path: str, parameters: dict[str, str], headers: dict[str, str] | None = None) -> dict[str, Any]:
        answer = self.client.get(path, params=parameters, headers=headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[World]:
    url = databases.empty()
    store = Store(url)
    with TestClient(create_app(Settings(database_url=url, log_level="error")), raise_server_exceptions=False) as client:
        yield World(store, client)
    store.close()


def moment_of(asked: Asked, at: str) -> tuple[dict[str, str], dict[str, str]]:
    """Name a revision by its moment, by a moment after it and before the next, or by a header."""
    moment = datetime.fromisoformat(at)
    if asked.by == "header":
        return {}, {"accept-datetime": f"{moment:%a, %d %b %Y %H:%M:%S} GMT"}
    return {"known_at": at if asked.by == "moment" else instant_text(moment + timedelta(seconds=61))}, {}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), asked=st.lists(questions, min_size=3, max_size=6))
def test_a_random_history_answers_random_questions_as_its_replay_does(
    world: World, history: list[Snapshot], asked: list[Asked]
) -> None:
    known = [({}, *world.record({})), *((one, *world.record(one)) for one in history)]
    for question in asked:
        snapshot, revision, at = known[min(question.revision, len(history))]
        named, headers = moment_of(question, at)
        answer = world.ask("/v1/memberships", question.parameters() | named, headers)
        expected = {key: match.value for key, one in snapshot.items() if (match := truth(one, question))}
        assert {row["id"]: row["match"] for row in answer["data"]} == expected
        assert answer["page"]["total"] == len(expected)
        assert answer["meta"]["match"]["certain"] == sum(match == "certain" for match in expected.values())
        assert answer["meta"]["revision"] == revision
        assert all(
            (row["start"]["edtf"], row["end"]["edtf"]) == (snapshot[row["id"]]["start"], snapshot[row["id"]]["end"])
            for row in answer["data"]
        )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_the_versions_and_the_changes_of_a_random_history_are_those_of_its_replay(world: World, history: list[Snapshot]) -> None:
    before: Snapshot = {}
    base, _ = world.record(before)
    versions: dict[str, list[tuple[int, int | None, object, object, int]]] = {}
    for snapshot in history:
        revision, _ = world.record(snapshot)
        expected = changes(before, snapshot)
        answer = (
            world.ask("/v1/changes", {"revision": str(revision), "subject_kind": "membership", "limit": "1000"})
            if expected
            else {"data": []}
        )
        assert {(row["subject"]["id"], row["change"], row["kind"]) for row in answer["data"]} == expected
        for key, change, _ in expected:
            if change != "added":
                last = versions[key][-1]
                versions[key][-1] = (last[0], revision, *last[2:])
            if change != "closed":
                one = snapshot[key]
                versions.setdefault(key, []).append((revision, None, one["start"], one["end"], len(cited(one))))
        before = snapshot
    for key, told in versions.items():
        rows = world.ask(f"/v1/memberships/{key}", {"history": "true"})["data"]
        found = [
            (row["recorded"]["from"], row["recorded"]["to"], row["start"]["edtf"], row["end"]["edtf"], row["evidence"]["claims"])
            for row in rows
        ]
        assert [one for one in found if one[0] > base] == told


def cited(record: Record) -> list[object]:
    found = record["claims"]
    assert isinstance(found, list)
    return found


def changes(before: Snapshot, after: Snapshot) -> set[tuple[str, str, str]]:
    """Say what became of each fact between two snapshots; a difference of claims alone is more evidence."""
    found = {(key, "added", "correction") for key in after.keys() - before.keys()}
    found |= {(key, "closed", "correction") for key in before.keys() - after.keys()}
    for key in before.keys() & after.keys():
        differing = {name for name in after[key] if before[key][name] != after[key][name]}
        if differing:
            found.add((key, "changed", "source_added" if differing == {"claims"} else "correction"))
    return found
