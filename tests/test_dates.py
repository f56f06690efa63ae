"""What a date text means, what is refused and how, and on which days an interval holds."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from app.dates import (
    Bounds,
    DateError,
    DateStatus,
    Interval,
    Match,
    Period,
    Precision,
    days,
    holds,
    holds_throughout,
    interval,
    parse_day_range,
    parse_edtf,
    parse_end,
    parse_period,
    parse_start,
    point,
)

RECORDED = date(2026, 11, 20)
LAST = date.max.toordinal()


def day(text: str) -> date | None:
    """Read a day of a table; an empty cell is no bound."""
    return date.fromisoformat(text) if text else None


def lasting(start: str, end: str) -> Interval:
    """Give the interval of two texts."""
    return interval(parse_start(start), parse_end(end, RECORDED))


def columns(held: Interval) -> tuple[date | None, date | None, date | None, date | None]:
    """Give the four columns that are stored."""
    return held.start.earliest, held.start.latest, held.end.earliest, held.end.latest


# --- one date -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("2016", "2016-01-01", "2016-12-31", "year"),
        ("0001", "0001-01-01", "0001-12-31", "year"),
        ("9999", "9999-01-01", "9999-12-31", "year"),
        ("2016-02", "2016-02-01", "2016-02-29", "month"),
        ("1900-02", "1900-02-01", "1900-02-28", "month"),
        ("2016-03-14", "2016-03-14", "2016-03-14", "day"),
        ("0001-01-01", "0001-01-01", "0001-01-01", "day"),
        ("9999-12-31", "9999-12-31", "9999-12-31", "day"),
        ("2016-03~", "2016-03-01", "2016-03-31", "month"),
        ("2016?", "2016-01-01", "2016-12-31", "year"),
        ("2016-03-14%", "2016-03-14", "2016-03-14", "day"),
        ("2016-21", "2016-03-01", "2016-05-31", "season"),
        ("2016-22", "2016-06-01", "2016-08-31", "season"),
        ("2016-23", "2016-09-01", "2016-11-30", "season"),
        ("2015-24", "2015-12-01", "2016-02-29", "season"),
        ("2016-24~", "2016-12-01", "2017-02-28", "season"),
        ("9999-23", "9999-09-01", "9999-11-30", "season"),
        ("201X", "2010-01-01", "2019-12-31", "decade"),
        ("19XX", "1900-01-01", "1999-12-31", "century"),
        ("19X6", "1906-01-01", "1996-12-31", "century"),
        ("00XX", "0001-01-01", "0099-12-31", "century"),
        ("201X-06", "2010-06-01", "2019-06-30", "decade"),
        ("2016-XX", "2016-01-01", "2016-12-31", "year"),
        ("2016-XX-XX", "2016-01-01", "2016-12-31", "year"),
        ("2016-03-XX", "2016-03-01", "2016-03-31", "month"),
        ("2016-1X", "2016-10-01", "2016-12-31", "year"),
        ("2016-03-1X", "2016-03-10", "2016-03-19", "month"),
        ("1964-XX-16", "1964-01-16", "1964-12-16", "year"),
        ("2015-XX-31", "2015-01-31", "2015-12-31", "year"),
        ("201X-02-29", "2012-02-29", "2016-02-29", "decade"),
        ("2015-0X-3X?", "2015-01-30", "2015-09-30", "year"),
        ("2015-11-3X", "2015-11-30", "2015-11-30", "day"),
        ("[2014-06..2014-09]", "2014-06-01", "2014-09-30", "year"),
        ("[2016-03-02..2016-04-01]", "2016-03-02", "2016-04-01", "year"),
        ("[2016-03-02..2016-03-04]", "2016-03-02", "2016-03-04", "month"),
        ("[2016-03-02..2016-03-02]", "2016-03-02", "2016-03-02", "day"),
        ("[2019~..2020-06?]", "2019-01-01", "2020-06-30", "unspecified"),
        ("[2014..2014-06]", "2014-01-01", "2014-06-30", "year"),
        ("[..1991]", "", "1991-12-31", "unspecified"),
        ("[1991..]", "1991-01-01", "", "unspecified"),
    ],
)
def test_a_date_is_as_precise_as_its_text(text: str, earliest: str, latest: str, precision: str) -> None:
    assert parse_edtf(text) == Bounds(text, day(earliest), day(latest), Precision(precision), DateStatus.known)


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("2016", False, False),
        ("2016~", True, False),
        ("2016?", False, True),
        ("2016%", True, True),
        ("[2014~..2016?]", True, True),
    ],
)
def test_qualifiers_can_be_read(text: str, approximate: bool, uncertain: bool) -> None:
    bounds = parse_edtf(text)
    assert (bounds.approximate, bounds.uncertain) == (approximate, uncertain)


@pytest.mark.parametrize(
    ("text", "expected", "suggestion"),
    [
        ("", "empty text", None),
        ("..", "open start", None),
        ("20160314", "with dashes", "2016-03-14"),
        ("201603", "with dashes", "2016-03"),
        ("20161314", "with dashes", None),
        ("2016-3-4", "YYYY-MM-DD", "2016-03-04"),
        ("2016.03.14", "YYYY-MM-DD", "2016-03-14"),
        ("2016/03/14", "one date", "2016-03-14"),
        ("2014/2016", "during=", None),
        ("2016-03-14T10:00:00Z", "without a time", "2016-03-14"),
        ("2016-03-14 10:00", "without spaces", "2016-03-14"),
        (" 2016-03-14", "without spaces", "2016-03-14"),
        ("2016-03-14\n", "without spaces", "2016-03-14"),
        (" [2014..2016]", "without spaces", "[2014..2016]"),
        ("+2016-03-14", "without a sign", "2016-03-14"),
        ("-0044", "a year from 0001 to 9999", None),
        ("0000", "a year from 0001 to 9999", None),
        ("0000-21", "season", None),
        ("12016", "a year from 0001 to 9999", None),
        ("10000-01-01", "a year from 0001 to 9999", None),
        ("Y17000", "a year from 0001 to 9999", None),
        ("9999-24", "9999-23", None),
        ("\uff12\uff10\uff11\uff16", "ASCII digits", "2016"),
        ("٢٠١٦-٠٣", "ASCII digits", "2016-03"),
        ("2016\u201303\u201314", "ASCII", "2016-03-14"),
        ("201x", "YYYY", "201X"),
        ("~2016-03", "after the whole date", "2016-03~"),
        ("2016~-03", "after the whole date", None),
        ("2016-~03", "after the whole date", None),
        ("2016?~", "at most one qualifier", None),
        ("2025-02-30", "from 01 to 28", None),
        ("2024-02-30", "from 01 to 29", None),
        ("1976-06-31", "a day that 1976-06 has, from 01 to 30", None),
        ("201X-02-30", "from 01 to 29", None),
        ("2016-03-00", "from 01 to 31", None),
        ("2016-XX-32", "from 01 to 31", None),
        ("2016-00", "a month from 01 to 12", None),
        ("2016-13", "a month from 01 to 12", None),
        ("2016-20", "season from 21", None),
        ("2016-25", "season from 21", None),
        ("2016-21-01", "a season of one year", None),
        ("201X-21", "a season of one year", None),
        ("XXXX", "century is known", None),
        ("1XXX", "century is known", None),
        ("2016-3", "YYYY-MM", "2016-03"),
        ("16", "YYYY", None),
        ("2016-03-", "YYYY", None),
        ("2016Q1", "YYYY", None),
        ("open", "YYYY", None),
        ("[..]", "one set", None),
        ("[]", "one set", None),
        ("[2014]", "one set", None),
        ("[2014,2016]", "one set", None),
        ("{2014..2016}", "one set", None),
        ("[2014..2016", "one set", None),
        ("[2014..2016]~", "one set", None),
        ("2014..2016", "one set", None),
        ("[201X..2016]", "without X", None),
        ("[2016-21..2016-22]", "seasons", None),
        ("[2016..2014]", "A is not after B", "[2014..2016]"),
        ("[2014-02-30..2016]", "from 01 to 28", None),
        ("\ud800", "ASCII", None),
        ("2016\x00", "YYYY", None),
        ("9" * 100_000, "YYYY", None),
    ],
)
def test_a_bad_date_is_refused_with_what_was_expected(text: str, expected: str, suggestion: str | None) -> None:
    with pytest.raises(DateError) as caught:
        parse_edtf(text)
    error = caught.value
    assert expected in error.expected
    assert error.suggestion == (suggestion if error.value == text else None)
    assert error.value in text
    message = str(error)
    assert repr(error.value[:40])[1:-1] in message
    assert error.expected in message
    assert (f"did you mean {suggestion}?" in message) == (suggestion is not None)
    assert len(message.encode()) < 300


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[2014-3..2016]", r"'2014-3' is refused, .*; did you mean 2014-03\?"),
        ("[2014 .. 2016]", r"'2014 ' is refused, .* without spaces; did you mean 2014\?"),
        ("[..20160314]", r"'20160314' is refused, .* with dashes; did you mean 2016-03-14\?"),
    ],
)
def test_a_refused_part_of_a_set_is_named_with_its_own_suggestion(text: str, message: str) -> None:
    with pytest.raises(DateError, match=message):
        parse_edtf(text)


def test_an_error_survives_pickling() -> None:
    error = DateError("20160314", "dashes", "2016-03-14")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


# --- start, end -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "status"),
    [
        ("", "", "", "unknown"),
        ("..", "", "0001-01-01", "known"),
        ("2016-03", "2016-03-01", "2016-03-31", "known"),
        ("2030", "2030-01-01", "2030-12-31", "known"),
    ],
)
def test_a_start_is_unknown_open_or_a_date(text: str, earliest: str, latest: str, status: str) -> None:
    bounds = parse_start(text)
    assert (bounds.edtf, bounds.earliest, bounds.latest, bounds.status) == (text, day(earliest), day(latest), status)


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "status"),
    [
        ("..", "", "", "ongoing"),
        ("", "", "", "unknown"),
        ("XXXX", "", "", "ended_unknown"),
        ("2009-08-18", "2009-08-18", "2009-08-18", "known"),
        ("2026-11-20", "2026-11-20", "2026-11-20", "known"),
        ("2026-11-21", "2026-11-21", "2026-11-21", "scheduled"),
        ("2026-11", "2026-11-01", "2026-11-30", "known"),
        ("2027~", "2027-01-01", "2027-12-31", "scheduled"),
        ("[2027..]", "2027-01-01", "", "scheduled"),
        ("[..2027]", "", "2027-12-31", "known"),
        ("9999-12-31", "9999-12-31", "9999-12-31", "scheduled"),
    ],
)
def test_an_end_is_ongoing_unknown_past_or_scheduled(text: str, earliest: str, latest: str, status: str) -> None:
    bounds = parse_end(text, RECORDED)
    assert (bounds.edtf, bounds.earliest, bounds.latest, bounds.status) == (text, day(earliest), day(latest), status)


@pytest.mark.parametrize("text", ["XXXX", "...", "unknown", "2016/.."])
def test_a_start_takes_no_other_word(text: str) -> None:
    with pytest.raises(DateError):
        parse_start(text)


@pytest.mark.parametrize("text", ["xxxx", "XXX", "...", "null", "/.."])
def test_an_end_takes_no_other_word(text: str) -> None:
    with pytest.raises(DateError):
        parse_end(text, RECORDED)


# --- questions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2014", "2014-01-01", "2014-12-31"),
        ("2014-06", "2014-06-01", "2014-06-30"),
        ("2014-06-30", "2014-06-30", "2014-06-30"),
        ("2014-24", "2014-12-01", "2015-02-28"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
    ],
)
def test_a_day_range_runs_from_the_first_to_the_last_day(text: str, first: str, last: str) -> None:
    assert parse_day_range(text) == (day(first), day(last))
    assert parse_period(text) == Period(day(first), day(last))


@pytest.mark.parametrize(
    ("text", "expected", "suggestion"),
    [
        ("2014~", "no qualifier", "2014"),
        ("2014-06?", "no qualifier", "2014-06"),
        ("201X", "no X", None),
        ("2014-XX~", "no X", None),
        ("[2014..2016]", "no set", None),
        ("[..2016]", "no set", None),
        ("..", "side of A/B", None),
        ("", "empty", None),
        ("2014/2016", "during=", None),
        ("20140630", "dashes", "2014-06-30"),
    ],
)
def test_a_question_needs_a_sharp_date(text: str, expected: str, suggestion: str | None) -> None:
    with pytest.raises(DateError) as caught:
        parse_day_range(text)
    assert caught.value.value == text
    assert expected in caught.value.expected
    assert caught.value.suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2014/2016", "2014-01-01", "2016-12-31"),
        ("2014/2014-06", "2014-01-01", "2014-06-30"),
        ("2014-06-30/2014-06-30", "2014-06-30", "2014-06-30"),
        ("../2016-02", "", "2016-02-29"),
        ("2014/..", "2014-01-01", ""),
        ("../..", "", ""),
    ],
)
def test_a_period_includes_its_last_day(text: str, first: str, last: str) -> None:
    assert parse_period(text) == Period(day(first), day(last))


@pytest.mark.parametrize(
    ("text", "value", "suggestion"),
    [
        ("2016/2014", "2016/2014", "2014/2016"),
        ("2014-06-02/2014-06-01", "2014-06-02/2014-06-01", "2014-06-01/2014-06-02"),
        ("2014/", "2014/", None),
        ("/2014", "/2014", None),
        ("/", "/", None),
        ("2014/2015/2016", "2014/2015/2016", None),
        ("2016/03/14", "2016/03/14", "2016-03-14"),
        ("2014~/2016", "2014~", "2014"),
        ("2014/201X", "201X", None),
        ("2014/2015-02-29", "2015-02-29", None),
        ("2014 / 2016", "2014 ", "2014"),
        ("..", "..", None),
    ],
)
def test_a_bad_period_names_the_faulty_part(text: str, value: str, suggestion: str | None) -> None:
    with pytest.raises(DateError) as caught:
        parse_period(text)
    assert (caught.value.value, caught.value.suggestion) == (value, suggestion)


# --- intervals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2001-06-15", "..", "2001-06-15 2001-06-15 - -"),
        ("2001-06-15", "", "2001-06-15 2001-06-15 2001-06-16 -"),
        ("2001", "XXXX", "2001-01-01 2001-12-31 2001-01-02 -"),
        ("", "..", "- - - -"),
        ("", "", "- - 0001-01-02 -"),
        ("..", "XXXX", "- 0001-01-01 0001-01-02 -"),
        ("..", "2009-08-18", "- 0001-01-01 2009-08-18 2009-08-18"),
        ("", "2009-08-18", "- 2009-08-17 2009-08-18 2009-08-18"),
        ("[..1991]", "[..1995]", "- 1991-12-31 0001-01-02 1995-12-31"),
        ("[1991..]", "[1995..]", "1991-01-01 - 1995-01-01 -"),
        ("[1991..]", "1995-01", "1991-01-01 1995-01-30 1995-01-01 1995-01-31"),
        ("2016", "2016", "2016-01-01 2016-12-30 2016-01-02 2016-12-31"),
        ("2016-05", "2016", "2016-05-01 2016-05-31 2016-05-02 2016-12-31"),
        ("2016-12-30", "2016", "2016-12-30 2016-12-30 2016-12-31 2016-12-31"),
        ("2016", "2016-01-02", "2016-01-01 2016-01-01 2016-01-02 2016-01-02"),
        ("9999", "XXXX", "9999-01-01 9999-12-31 9999-01-02 -"),
        ("9999-12-30", "9999-12-31", "9999-12-30 9999-12-30 9999-12-31 9999-12-31"),
        ("9999-12-31", "..", "9999-12-31 9999-12-31 - -"),
        ("0001-01-01", "0001-01-02", "0001-01-01 0001-01-01 0001-01-02 0001-01-02"),
    ],
)
def test_an_interval_is_tightened_to_pairs_that_can_be(start: str, end: str, expected: str) -> None:
    held = lasting(start, end)
    assert " ".join(str(bound) if bound else "-" for bound in columns(held)) == expected
    assert (held.start.edtf, held.end.edtf) == (start, end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2016", "2014"),
        ("2009-08-18", "2009-08-18"),
        ("2016-12-31", "2016"),
        ("2016", "2016-01-01"),
        ("[2016..]", "[..2014]"),
        ("..", "0001-01-01"),
        ("", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("9999-12-31", ""),
        ("9999-12-31", "XXXX"),
    ],
)
def test_a_start_that_cannot_come_before_its_end_is_refused(start: str, end: str) -> None:
    with pytest.raises(DateError) as caught:
        lasting(start, end)
    assert caught.value.value == f"{start}/{end}"
    assert "a start before the end" in caught.value.expected


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("2016-03-14", "2016-03-15", "2016-03-14 2016-03-14 2016-03-15 2016-03-15"),
        ("2016-02-29?", "2016-03-01?", "2016-02-29 2016-02-29 2016-03-01 2016-03-01"),
        ("2016-03", "[2016-03-02..2016-04-01]", "2016-03-01 2016-03-31 2016-03-02 2016-04-01"),
        ("2016%", "[2016-01-02%..2017-01-01%]", "2016-01-01 2016-12-31 2016-01-02 2017-01-01"),
        ("2016-24~", "[2016-12-02~..2017-03-01~]", "2016-12-01 2017-02-28 2016-12-02 2017-03-01"),
        ("[..1991]", "[..1992-01-01]", "- 1991-12-31 0001-01-02 1992-01-01"),
        ("[1991..]", "[1991-01-02..]", "1991-01-01 - 1991-01-02 -"),
        ("0001-01-01", "0001-01-02", "0001-01-01 0001-01-01 0001-01-02 0001-01-02"),
    ],
)
def test_a_happening_of_a_day_ends_the_day_after(text: str, end: str, expected: str) -> None:
    held = point(text)
    assert (held.start.edtf, held.end.edtf) == (text, end)
    assert " ".join(str(bound) if bound else "-" for bound in columns(held)) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2025-08-31", "2025-09-01", "2025-08-31 2025-08-31 2025-09-02 2025-09-02"),
        ("2025-08-31", "2025-08-31", "2025-08-31 2025-08-31 2025-09-01 2025-09-01"),
        ("2025-08-31", None, "2025-08-31 2025-08-31 2025-09-01 2025-09-01"),
        ("2025-08", "2025-08-31", "2025-08-01 2025-08-31 2025-09-01 2025-09-01"),
        ("2025-08-31", "2025", "2025-08-31 2025-08-31 2025-09-01 2026-01-01"),
    ],
)
def test_the_last_day_of_a_happening_is_part_of_it(first: str, last: str | None, expected: str) -> None:
    assert " ".join(str(bound) for bound in columns(days(first, last))) == expected


def test_a_last_day_before_the_first_is_refused() -> None:
    with pytest.raises(DateError, match="'2025-08-30' is refused, expected a last day that is not before the first"):
        days("2025-08-31", "2025-08-30")


@pytest.mark.parametrize("text", ["9999-12-31", "9999", "[2016..9999]"])
def test_a_happening_cannot_end_after_the_calendar(text: str) -> None:
    with pytest.raises(DateError, match="before 9999-12-31"):
        point(text)


# --- when it holds --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "asked", "on_some", "on_every"),
    [
        # the day before, the first day, the last day, the end day
        ("2001-06-15", "2009-08-18", "2001-06-14", None, None),
        ("2001-06-15", "2009-08-18", "2001-06-15", "certain", "certain"),
        ("2001-06-15", "2009-08-18", "2009-08-17", "certain", "certain"),
        ("2001-06-15", "2009-08-18", "2009-08-18", None, None),
        ("2001-06-15", "2009-08-18", "2001-06-14/2001-06-15", "certain", None),
        ("2001-06-15", "2009-08-18", "2001-06-15/2009-08-17", "certain", "certain"),
        ("2001-06-15", "2009-08-18", "2001-06-15/2009-08-18", "certain", None),
        # imprecise start and end
        ("2016-03", "..", "2016-02-29", None, None),
        ("2016-03", "..", "2016-03-01/2016-03-30", "possible", "possible"),
        ("2016-03", "..", "2016-03-01/2016-03-31", "certain", "possible"),
        ("2016-03", "..", "2016-03-31", "certain", "certain"),
        ("2000", "2016-03", "2016-03-01/2016-03-30", "possible", "possible"),
        ("2000", "2016-03", "2016-02-29", "certain", "certain"),
        ("2000", "2016-03", "2016-03-31", None, None),
        # unknown ends are never certain after the first day, ongoing ones are
        ("2001-06-15", "", "2001-06-15", "certain", "certain"),
        ("2001-06-15", "", "2001-06-16", "possible", "possible"),
        ("2001-06-15", "XXXX", "2020-01-01/..", "possible", "possible"),
        ("2001-06-15", "..", "2020-01-01/..", "certain", "certain"),
        ("2001-06-15", "2050-01-01", "2020-01-01/..", "certain", None),
        # unknown starts are never certain, open ones always
        ("", "..", "2020-01-01", "possible", "possible"),
        ("", "..", "../..", "possible", "possible"),
        ("", "", "2020-01-01/..", "possible", "possible"),
        ("..", "..", "../..", "certain", "certain"),
        ("..", "..", "../0001-01-01", "certain", "certain"),
        ("..", "2001-01-01", "../2000-12-31", "certain", "certain"),
        ("..", "2001-01-01", "../2001-01-01", "certain", None),
        ("[..1991]", "..", "../1990-12-31", "possible", "possible"),
        ("[..1991]", "..", "../1991-12-31", "certain", "possible"),
        ("1991", "..", "../1991-12-31", "certain", None),
        ("1991", "..", "../1990-12-31", None, None),
        ("[2030..]", "..", "2020-01-01/..", "possible", None),
        # the edges of the calendar
        ("9999-12-31", "..", "9999-12-31", "certain", "certain"),
        ("9999-12-31", "..", "9999-12-31/..", "certain", "certain"),
        ("0001-01-01", "0001-01-02", "0001-01-01", "certain", "certain"),
        ("0001-01-01", "0001-01-02", "../0001-01-01", "certain", "certain"),
    ],
)
def test_it_holds_from_the_start_to_the_day_before_the_end(
    start: str, end: str, asked: str, on_some: str | None, on_every: str | None
) -> None:
    held, period = lasting(start, end), parse_period(asked)
    assert holds(held, period.first, period.last) == on_some
    assert holds_throughout(held, period.first, period.last) == on_every


def test_a_happening_in_a_month_is_possible_on_a_day_and_certain_in_the_month() -> None:
    held = point("2016-03")
    assert holds(held, date(2016, 3, 1), date(2016, 3, 1)) is Match.possible
    assert holds(held, date(2016, 3, 31), date(2016, 3, 31)) is Match.possible
    assert holds(held, date(2016, 4, 1), date(2016, 4, 1)) is None
    assert holds(held, *parse_day_range("2016-03")) is Match.certain


# --- properties -----------------------------------------------------------------------------------------------------


def masks(known: st.SearchStrategy[str], width: int) -> st.SearchStrategy[str]:
    """Put X in any of the last `width` places."""
    hidden = st.lists(st.booleans(), min_size=width, max_size=width)
    return st.builds(
        lambda text, places: (
            text[:-width] + "".join("X" if place else sign for place, sign in zip(places, text[-width:], strict=True))
        ),
        known,
        hidden,
    )


YEARS = masks(st.integers(1, 9999).map("{:04}".format), 2)
MONTHS = masks(st.integers(0, 13).map("{:02}".format), 2)
MONTH_DAYS = masks(st.integers(0, 32).map("{:02}".format), 2)
MASKED = st.one_of(
    YEARS,
    st.builds("{}-{}".format, YEARS, MONTHS),
    st.builds("{}-{}-{}".format, YEARS, MONTHS, MONTH_DAYS),
)
PLAIN = st.dates().flatmap(lambda known: st.sampled_from([f"{known:%Y}".zfill(4), str(known)[:7], str(known)]))
QUALIFIED = st.builds("{}{}".format, PLAIN, st.sampled_from(["", "", "~", "?", "%"]))
SEASONS = st.builds("{:04}-{}".format, st.integers(1, 9998), st.integers(21, 24))
SETS = st.builds("[{}..{}]".format, st.one_of(st.just(""), QUALIFIED), st.one_of(st.just(""), QUALIFIED))
TEXTS = st.one_of(MASKED, QUALIFIED, SEASONS, SETS)


def stands_for(text: str) -> list[date]:
    """Give every day of the calendar that agrees with a text of digits and X, by looking at all of them."""
    low, high = (max(1, int(text[:4].replace("X", sign))) for sign in "09")
    if high < low:
        return []
    one = date(low, 1, 1).toordinal()
    every = (date.fromordinal(number) for number in range(one, date(high, 12, 31).toordinal() + 1))
    return [known for known in every if all(sign in ("X", real) for sign, real in zip(text, str(known), strict=False))]


@given(MASKED)
@example("201X-02-29")
@example("9999-12-31")
@example("0000")
@settings(max_examples=150, deadline=None)
def test_bounds_are_the_smallest_interval_of_all_days_a_text_stands_for(text: str) -> None:
    every = stands_for(text)
    if not every:
        with pytest.raises(DateError):
            parse_edtf(text)
        return
    bounds = parse_edtf(text)
    assert (bounds.earliest, bounds.latest) == (every[0], every[-1])


@given(QUALIFIED, QUALIFIED)
def test_a_set_reaches_from_the_first_day_of_one_to_the_last_of_the_other(left: str, right: str) -> None:
    first, last = stands_for(left.rstrip("~?%")), stands_for(right.rstrip("~?%"))
    assume(first[0] <= last[-1])
    bounds = parse_edtf(f"[{left}..{right}]")
    assert (bounds.earliest, bounds.latest) == (first[0], last[-1])


@given(TEXTS)
def test_what_was_read_is_read_again_from_its_text(text: str) -> None:
    try:
        bounds = parse_edtf(text)
    except DateError:
        return
    assert bounds.edtf == text
    assert parse_edtf(bounds.edtf) == bounds
    assert parse_start(bounds.edtf) == bounds
    end = parse_end(bounds.edtf, RECORDED)
    assert parse_end(end.edtf, RECORDED) == end


@given(TEXTS)
def test_precision_is_a_unit_that_holds_all_days(text: str) -> None:
    try:
        bounds = parse_edtf(text)
    except DateError:
        return
    same = {Precision.day: 10, Precision.month: 7, Precision.year: 4, Precision.decade: 3, Precision.century: 2}
    length = same.get(bounds.precision)
    if length is not None:
        assert str(bounds.earliest)[:length] == str(bounds.latest)[:length]


@given(TEXTS)
def test_the_end_of_a_happening_is_read_again_from_its_text(text: str) -> None:
    try:
        held = point(text)
    except DateError:
        return
    written = parse_edtf(held.end.edtf)
    assert written.latest == held.end.latest
    assert written.earliest in (None, held.end.earliest)
    assert (written.approximate, written.uncertain) == (held.start.approximate, held.start.uncertain)


@given(st.text(alphabet="0129-X~?%[]./ T:٢\n", max_size=24) | st.text(max_size=60))
@settings(max_examples=500)
def test_any_text_is_read_or_refused_and_a_suggestion_is_always_good(text: str) -> None:
    for read in (parse_edtf, parse_start, parse_period, parse_day_range):
        try:
            read(text)
        except DateError as error:
            assert error.value in text  # noqa: PT017 - most texts are refused, some are not
            str(error).encode()
            if error.suggestion:
                (parse_period if "/" in error.suggestion else parse_edtf)(error.suggestion)


# All pairs of days of a small world: a window of eight days, the day on either side of it, the first two days of the
# calendar, which stand for a start without a lower bound, and two days after the calendar, LAST + 1 and LAST + 2, which
# stand for what has no upper bound. Days are ordinals.

WINDOWS = st.sampled_from([1, 738_000, LAST - 7])


@st.composite
def sides(draw: st.DrawFn, window: int) -> tuple[int | None, int | None]:
    """Draw a lower and an upper bound in the window of eight days; at least one."""
    low = draw(st.none() | st.integers(window, window + 7))
    high = draw(st.none() | st.integers(low or window, window + 7))
    return low, high


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, Bounds, Bounds]:
    """Draw a window, a start and an end of every status."""
    window = draw(WINDOWS)
    status = draw(st.sampled_from(DateStatus))
    start = draw(sides(window))
    worded = status in (DateStatus.ongoing, DateStatus.unknown, DateStatus.ended_unknown)
    end = (None, None) if worded else draw(sides(window))
    return window, bounded(start, DateStatus.known), bounded(end, status)


def bounded(side: tuple[int | None, int | None], status: DateStatus) -> Bounds:
    """Give bounds of two ordinals."""
    low, high = (date.fromordinal(number) if number else None for number in side)
    return Bounds("", low, high, Precision.unspecified, status)


def realizations(window: int, start: Bounds, end: Bounds) -> list[tuple[int, int]]:
    """Give all pairs of a start and a later end that the bounds allow; an ongoing end is beyond the calendar."""
    world = sorted({1, 2, *range(max(1, window - 1), min(window + 9, LAST + 1)), LAST + 1, LAST + 2})

    def allowed(bounds: Bounds) -> list[int]:
        low = bounds.earliest.toordinal() if bounds.earliest else 0
        high = bounds.latest.toordinal() if bounds.latest else LAST + 2
        return [number for number in world if low <= number <= high]

    ends = [LAST + 2] if end.status is DateStatus.ongoing else allowed(end)
    return [(one, other) for one, other in product(allowed(start), ends) if one < other]


def in_calendar(number: int) -> date | None:
    """Give the day, None when the calendar lacks it."""
    return date.fromordinal(number) if number <= LAST else None


@given(spans())
@settings(max_examples=600)
def test_tightened_bounds_are_those_of_all_pairs(drawn: tuple[int, Bounds, Bounds]) -> None:
    window, start, end = drawn
    pairs = realizations(window, start, end)
    soonest = min((pair[1] for pair in pairs), default=LAST + 1)
    if soonest > LAST and end.status is not DateStatus.ongoing:
        with pytest.raises(DateError):
            interval(start, end)
        return
    held = interval(start, end)
    starts, ends = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    assert (held.start.earliest or date.min) == date.fromordinal(min(starts))
    assert held.start.earliest == start.earliest
    assert held.start.latest == in_calendar(max(starts))
    assert held.end.earliest == in_calendar(min(ends))
    assert held.end.latest == in_calendar(max(ends))
    assert interval(held.start, held.end) == held


def verdict(truths: list[bool]) -> Match | None:
    """Give the match that many possible worlds amount to."""
    return Match.certain if all(truths) else Match.possible if any(truths) else None


@given(spans(), st.data())
@settings(max_examples=1500)
def test_it_holds_as_in_all_pairs_of_days(drawn: tuple[int, Bounds, Bounds], data: st.DataObject) -> None:
    window, start, end = drawn
    try:
        held = interval(start, end)
    except DateError:
        return
    first, last = data.draw(sides(window))
    low, high = first or 1, last or LAST
    shared = [len(range(max(one, low), min(other, high + 1))) for one, other in realizations(window, start, end)]
    asked = [date.fromordinal(number) if number else None for number in (first, last)]
    assert holds(held, *asked) == verdict([count > 0 for count in shared])
    assert holds_throughout(held, *asked) == verdict([count == high + 1 - low for count in shared])


PARTIAL = st.sampled_from(
    [
        "2016-01-31",
        "2016-02",
        "2016-02-01",
        "2016-02-XX",
        "2016-02-1X",
        "2016-02-29~",
        "2016-03",
        "2016-03-01?",
        "[2016-01-20..2016-02]",
        "[2016-02-28..2016-03-02]",
    ]
)
ASKED = ["2016-01", "2016-01-31", "2016-02", "2016-02-01", "2016-02-10", "2016-02-29", "2016-03-01", "2016-03-31"]


def all_days(bounds: Bounds) -> list[date]:
    """Give the days from earliest to latest."""
    assert bounds.earliest
    assert bounds.latest
    return [bounds.earliest + timedelta(number) for number in range((bounds.latest - bounds.earliest).days + 1)]


@given(PARTIAL, PARTIAL, st.sampled_from(ASKED), st.sampled_from(ASKED))
@settings(deadline=None)
def test_partial_dates_hold_as_in_all_pairs_of_days(start: str, end: str, left: str, right: str) -> None:
    try:
        held, asked = lasting(start, end), parse_period(f"{left}/{right}")
    except DateError:
        return
    assert asked.first
    assert asked.last
    question = {asked.first + timedelta(number) for number in range((asked.last - asked.first).days + 1)}
    pairs = [pair for pair in product(all_days(parse_edtf(start)), all_days(parse_edtf(end))) if pair[0] < pair[1]]
    inside = [sum(one <= known < other for known in question) for one, other in pairs]
    assert holds(held, asked.first, asked.last) == verdict([count > 0 for count in inside])
    assert holds_throughout(held, asked.first, asked.last) == verdict([count == len(question) for count in inside])
