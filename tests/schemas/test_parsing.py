"""What a URL may ask, and how it is told what it may not."""

from __future__ import annotations

import pytest

from app.errors import BadQueryError
from app.schemas.events import EVENTS
from app.schemas.filters import Operator
from app.schemas.memberships import MEMBERSHIPS
from app.schemas.parsing import parse_question
from app.schemas.questions import Certainty, Condition, Sort, TimeTest
from app.schemas.sources import SOURCES


@pytest.mark.parametrize(
    ("name", "value", "code", "suggestion"),
    [
        ("limti", "5", "unknown-parameter", "limit"),
        ("organisation", "sco", "unknown-parameter", "organization"),
        ("status__gt", "member", "unknown-parameter", None),
        ("status__eq", "member", "unknown-parameter", None),
        ("status", "membr", "unknown-value", "member"),
        ("status", "dialogue-partner", "unknown-value", "dialogue_partner"),
        ("at", "2025-02-30", "bad-date", None),
        ("at", "20250830", "bad-date", None),
        ("at", "0000", "bad-date", None),
        ("during", "2020/2016", "bad-date", None),
        ("throughout", "2016/", "bad-date", None),
        ("start__gte", "yesterday", "bad-date", None),
        ("start__gte", "2016,2017", "one-value", None),
        ("limit", "0", "out-of-bounds", None),
        ("limit", "1001", "out-of-bounds", None),
        ("limit", "5.0", "bad-number", None),
        ("limit", "٥", "bad-number", None),
        ("sort", "strat", "unknown-value", "start"),
        ("sort", "start,-start", "repeated", None),
        ("fields", "organization.nam", "unknown-value", "organization.name"),
        ("include", "claim", "unknown-value", "claims"),
        ("codes", "is02", "unknown-value", "iso2"),
        ("lang", "aze", "unknown-value", "az"),
        ("certainty", "sure", "unknown-value", None),
        ("known_at", "last week", "bad-instant", None),
        ("known_at", "2026-11-24T12:00:00", "bad-instant", None),
        ("history", "1", "bad-boolean", None),
        ("conflict", "yes", "bad-boolean", None),
        ("organization", "", "empty", None),
        ("organization", "sco,,cis", "empty", None),
        ("organization", "s\0co", "bad-character", None),
        ("organization", "x" * 2001, "too-long", None),
        ("organization", ",".join(["sco"] * 201), "too-many", None),
    ],
)
def test_a_wrong_parameter_is_named_with_the_nearest_right_one(name: str, value: str, code: str, suggestion: str | None) -> None:
    with pytest.raises(BadQueryError) as caught:
        parse_question(MEMBERSHIPS, [(name, value)])
    (error,) = caught.value.errors
    assert (error.parameter, error.code) == (name, code)
    if suggestion:
        assert error.suggestion == suggestion


def test_every_wrong_parameter_is_reported_at_once() -> None:
    with pytest.raises(BadQueryError) as caught:
        parse_question(MEMBERSHIPS, [("limti", "5"), ("at", "2025-02-30"), ("status", "membr")])
    assert [error.parameter for error in caught.value.errors] == ["limti", "at", "status"]


def test_a_parameter_given_twice_is_refused() -> None:
    with pytest.raises(BadQueryError, match="given twice"):
        parse_question(MEMBERSHIPS, [("status", "member"), ("status", "observer")])


def test_commas_mean_or_and_quotes_keep_a_comma() -> None:
    question = parse_question(SOURCES, [("title__contains", '"Baku, Azerbaijan",summit')])
    assert question.where.parts == (Condition("title", Operator.CONTAINS, ("Baku, Azerbaijan", "summit")),)


def test_a_question_is_understood_whole() -> None:
    pairs = [
        ("organization", "sco,cis"), ("status__not", "observer"), ("at", "2016"), ("certainty", "certain"), ("sort", "-start,member.id"),
        ("fields", "id,member"), ("include", "claims"), ("codes", "iso2"), ("lang", "az"), ("limit", "7"), ("known_at", "2026-11-24"),
    ]  # fmt: skip
    question = parse_question(MEMBERSHIPS, pairs)
    assert question.where.parts == (
        Condition("organization", Operator.EQ, ("sco", "cis")),
        Condition("status", Operator.NOT, ("observer",)),
    )
    (time,) = question.times
    assert (time.test, time.first, time.last) == (TimeTest.AT, "2016-01-01", "2016-12-31")
    assert question.certainty is Certainty.CERTAIN
    assert question.sort == (Sort("start", descending=True), Sort("member.id"))
    assert question.fields == ("id", "member.id", "member.name", "member.kind")
    assert (question.include, question.codes, question.lang, question.limit) == (("claims",), ("iso2",), "az", 7)
    assert question.known_at == "2026-11-24T23:59:59.999999Z"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([("organization", "sco"), ("at", "2016")], [("at", "2016"), ("organization", "sco")]),
        ([("organization", "sco,cis")], [("organization", "cis,sco")]),
        ([("limit", "5")], [("limit", "6")]),
        ([("lang", "en")], []),
    ],
)
def test_the_canonical_text_does_not_depend_on_how_it_was_asked(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    assert parse_question(MEMBERSHIPS, one).canonical() == parse_question(MEMBERSHIPS, other).canonical()


@pytest.mark.parametrize(
    "pairs",
    [[("organization", "cis")], [("organization__not", "sco")], [("organization", "sco"), ("at", "2016")], [("sort", "start")]],
)
def test_different_questions_have_different_canonical_texts(pairs: list[tuple[str, str]]) -> None:
    assert parse_question(MEMBERSHIPS, pairs).canonical() != parse_question(MEMBERSHIPS, [("organization", "sco")]).canonical()


@pytest.mark.parametrize("name", ["at", "during", "throughout"])
def test_what_has_no_interval_is_not_asked_by_time(name: str) -> None:
    with pytest.raises(BadQueryError, match="is not a parameter of sources"):
        parse_question(SOURCES, [(name, "2016")])


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-24T12:00:00Z", "2026-11-24T12:00:00.000000Z"),
        ("2026-11-24T12:00:00+04:00", "2026-11-24T08:00:00.000000Z"),
        ("2026-11", "2026-11-30T23:59:59.999999Z"),
    ],
)
def test_a_moment_is_read_in_utc_and_a_day_means_its_end(text: str, utc: str) -> None:
    assert parse_question(EVENTS, [("known_at", text)]).known_at == utc
