"""From the parameters of a URL to a question: strict, and helpful where it refuses."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from app.dates import DateError, parse_day_range, parse_period
from app.errors import BadQueryError, FieldError, nearest
from app.schemas.counting import countable, counted_by, refuse_apart, sampled, sortable_groups
from app.schemas.filters import FilterType, Operator
from app.schemas.questions import (
    BY_SOURCE,
    RULES,
    Certainty,
    Condition,
    Group,
    Question,
    Sort,
    TimeCondition,
    TimeTest,
)
from app.schemas.tables import FieldType
from app.schemas.values import parse_instant, parse_value
from app.vocabulary import LANGUAGES, Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.schemas.filters import Filter, Spec

MAX_LIMIT = 1000
MAX_VALUES = 200
MAX_LENGTH = 2000

AS_OF_PARAMETERS = ("known_at", "release")
TIME_PARAMETERS = tuple(test.value for test in TimeTest)
COUNTING_PARAMETERS = ("group_by", "facets", "count_distinct", "sample", "seed")
SHAPING_PARAMETERS = (
    *("certainty", "sort", "fields", "include", "codes", "lang", "limit", "known_at", "release", "history", "resolve"),
    *COUNTING_PARAMETERS,
)


def parse_question(spec: Spec, pairs: Iterable[tuple[str, str]]) -> Question:
    """Understand the parameters of a collection's URL, already split and decoded.

    Raises BadQueryError that lists every wrong parameter with the nearest right one.
    """
    question = Question(spec.name)
    conditions: list[Condition] = []
    errors: list[FieldError] = []
    seen: set[str] = set()
    for name, text in sorted(pairs, key=lambda pair: pair[0] != "group_by"):  # what `sort` takes depends on it
        try:
            if name in seen:
                raise BadQueryError.at(name, "repeated", f"'{name}' is given twice; write {name}=a,b for either of two")
            seen.add(name)
            refuse_unsafe(name, text)
            if name in _SHAPERS and (spec.dated or name not in TIME_PARAMETERS) and spec.takes(name):
                question = _SHAPERS[name](spec, question, text)
            else:
                conditions.append(parse_condition(spec, name, text))
        except BadQueryError as error:
            errors.extend(error.errors)
    if question.known_at and question.release:
        errors.extend(_two_moments().errors)
    errors += [_missing(one) for one in spec.filters.values() if one.required and one.name not in seen]
    if errors:
        raise BadQueryError("; ".join(error.message for error in errors), errors=errors)
    refuse_apart(seen)
    return question.also(*conditions)


def _two_moments() -> BadQueryError:
    return BadQueryError.at("release", "conflict", "'release' and 'known_at' both name a revision; give one of them")


def parse_as_of(given: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Understand `known_at` (as UTC text) and `release`, of which at most one may be given."""
    if "known_at" in given and "release" in given:
        raise _two_moments()
    known_at = parse_instant("known_at", given["known_at"]) if "known_at" in given else None
    return known_at, given.get("release")


def _missing(needed: Filter) -> FieldError:
    message = f"'{needed.name}' is needed, such as {needed.name}={needed.example}"
    return FieldError("missing", message, parameter=needed.name)


def refuse_unsafe(name: str, text: str, longest: int | None = MAX_LENGTH) -> None:
    """Refuse what no question needs: empty and endless values, NUL."""
    if text == "":
        raise BadQueryError.at(name, "empty", f"'{name}' has no value")
    if longest is not None and len(text) > longest:
        raise BadQueryError.at(name, "too-long", f"'{name}' has {len(text)} characters; at most {longest} are read")
    if "\0" in text:
        raise BadQueryError.at(name, "bad-character", f"'{name}' holds a NUL character")


def known_parameters(spec: Spec) -> list[str]:
    """Give every parameter that a collection understands, time and shape included."""
    own = [one.parameter(operator) for one in spec.filters.values() for operator in one.operators]
    lacking = {"history": not spec.kinds, "include": not spec.includes, "codes": not spec.actors}
    shaping = [*(TIME_PARAMETERS if spec.dated else ()), *(one for one in SHAPING_PARAMETERS if not lacking.get(one))]
    return [*own, *(one for one in shaping if spec.takes(one)), "cursor", "format", "shape"]


def parse_condition(spec: Spec, name: str, text: str) -> Condition:
    """Understand `field__operator=value,value` for one of the collection's filters."""
    field, _, suffix = name.partition("__")
    declared = spec.filters.get(field)
    if declared is None or suffix == Operator.EQ or (suffix or Operator.EQ) not in declared.operators:
        raise unknown_parameter(spec, name)
    operator = Operator(suffix) if suffix else Operator.EQ
    whole = operator is Operator.ISNULL or declared.type in {FilterType.PHRASE, FilterType.INSTANT}
    return condition_of(declared, operator, [text] if whole else split_list(name, text))


def condition_of(declared: Filter, operator: Operator, texts: Iterable[str]) -> Condition:
    """Understand the values of one filter; BadQueryError names its parameter."""
    name, field = declared.parameter(operator), declared.name
    if operator is Operator.ISNULL:
        values = tuple(parse_value(name, text, FilterType.BOOLEAN) for text in texts)
    elif declared.type is FilterType.INSTANT:
        first = operator in {Operator.GTE, Operator.LT}
        values = tuple(parse_instant(name, text, first=first) for text in texts)
    else:
        values = tuple(dict.fromkeys(_parse_one(declared, name, one) for one in texts))
    if (operator in _SINGLE or declared.single) and len(values) > 1:
        raise BadQueryError.at(name, "one-value", f"'{name}' takes one value")
    return Condition(field, operator, values)


_SINGLE = {Operator.ISNULL, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE}


def _parse_one(declared: Filter, name: str, text: str) -> str | int | float | bool | None:
    if declared.choices is not None:
        return _word(name, text, [str(word.value) for word in declared.choices])
    return parse_value(name, text, declared.type)


def unknown_parameter(spec: Spec, name: str) -> BadQueryError:
    """Give the error for a parameter that the collection does not know, with the nearest one it knows."""
    suggestion = nearest(name, known_parameters(spec))
    hint = f"; did you mean '{suggestion}'?" if suggestion else f"; it knows {', '.join(sorted(spec.filters))}"
    return BadQueryError.at(name, "unknown-parameter", f"'{name}' is not a parameter of {spec.name}{hint}", suggestion)


def split_list(name: str, text: str) -> list[str]:
    """Split at commas; a value that holds a comma is written in double quotes (RFC 4180)."""
    try:
        parts = next(csv.reader([text], skipinitialspace=True, strict=True)) if '"' in text else text.split(",")
    except csv.Error as error:
        raise BadQueryError.at(name, "bad-list", f"'{name}' is not a list: a value in double quotes ends with one") from error
    values = [part.strip() for part in parts]
    if "" in values:
        raise BadQueryError.at(name, "empty", f"'{name}' has an empty value in its list")
    if len(values) > MAX_VALUES:
        raise BadQueryError.at(name, "too-many", f"'{name}' has {len(values)} values; at most {MAX_VALUES} are taken")
    return values


def _word(name: str, text: str, choices: list[str]) -> str:
    if text in choices:
        return text
    suggestion = nearest(text.replace("-", "_").replace(" ", "_"), choices)
    hint = f"did you mean '{suggestion}'?" if suggestion else f"one of {', '.join(choices)}"
    raise BadQueryError.at(name, "unknown-value", f"'{text}' is not a value of '{name}'; {hint}", suggestion)


def _words(name: str, text: str, choices: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_word(name, one, choices) for one in split_list(name, text)))


def _time(test: TimeTest) -> Callable[[Spec, Question, str], Question]:
    def shape(spec: Spec, question: Question, text: str) -> Question:
        del spec
        return replace(question, times=(*question.times, parse_time(test, text)))

    return shape


@lru_cache(4096)
def parse_time(test: TimeTest, text: str) -> TimeCondition:
    """Understand the value of `at`, `during` or `throughout`."""
    try:
        if test is TimeTest.AT:
            first, last = parse_day_range(text)
        else:
            period = parse_period(text)
            first, last = period.first or date.min, period.last or date.max
    except DateError as error:
        raise BadQueryError.at(test.value, "bad-date", f"{test.value}: {error}") from error
    return TimeCondition(test, first.isoformat(), last.isoformat(), text)


def _sort(spec: Spec, question: Question, text: str) -> Question:
    fields = [one.path for one in spec.fields if one.type is not FieldType.JSON]
    sortable = sortable_groups(question) if question.group_by else fields
    keys: list[Sort] = []
    for one in split_list("sort", text):
        path = _word("sort", one.removeprefix("-"), sortable)
        keys.append(Sort(path, descending=one.startswith("-")))
    if len({key.path for key in keys}) < len(keys):
        raise BadQueryError.at("sort", "repeated", "'sort' names a field twice")
    return replace(question, sort=tuple(keys))


def _fields(spec: Spec, question: Question, text: str) -> Question:
    paths = [one.path for one in spec.fields if one.path not in spec.includes]
    groups = sorted({path.rsplit(".", n)[0] for path in paths for n in range(1, path.count(".") + 1)})
    asked = _words("fields", text, [*paths, *groups])
    chosen = [path for path in paths if any(path == one or path.startswith(f"{one}.") for one in asked)]
    return replace(question, fields=tuple(chosen))


def _include(spec: Spec, question: Question, text: str) -> Question:
    if not spec.includes:
        raise unknown_parameter(spec, "include")
    return replace(question, include=tuple(sorted(_words("include", text, list(spec.includes)))))


def _codes(spec: Spec, question: Question, text: str) -> Question:
    if not spec.actors:
        raise unknown_parameter(spec, "codes")
    return replace(question, codes=_words("codes", text, [one.value for one in Scheme]))


def _history(spec: Spec, question: Question, text: str) -> Question:
    if not spec.kinds:
        raise unknown_parameter(spec, "history")
    return replace(question, history=bool(parse_value("history", text, FilterType.BOOLEAN)))


def _counted(name: str) -> Callable[[Spec, Question, str], Question]:
    def shape(spec: Spec, question: Question, text: str) -> Question:
        return counted_by(question, name, _words(name, text, countable(spec)))

    return shape


def _resolve(spec: Spec, question: Question, text: str) -> Question:
    if not spec.resolvable:
        raise unknown_parameter(spec, "resolve")
    if text.startswith(BY_SOURCE) and text != BY_SOURCE:
        return replace(question, resolve=text)
    return replace(question, resolve=_word("resolve", text, [*RULES, f"{BY_SOURCE}ID"]))


def _limit(spec: Spec, question: Question, text: str) -> Question:
    del spec
    value = parse_value("limit", text, FilterType.INTEGER)
    if not isinstance(value, int) or not 1 <= value <= MAX_LIMIT:
        raise BadQueryError.at("limit", "out-of-bounds", f"'limit' is {text}; it goes from 1 to {MAX_LIMIT}")
    return replace(question, limit=value)


_SHAPERS: dict[str, Callable[[Spec, Question, str], Question]] = {
    **{test.value: _time(test) for test in TimeTest},
    "certainty": lambda _, question, text: replace(
        question, certainty=Certainty(_word("certainty", text, [one.value for one in Certainty]))
    ),
    "sort": _sort,
    "fields": _fields,
    "include": _include,
    "codes": _codes,
    "lang": lambda _, question, text: replace(question, lang=_word("lang", text, ["en", *LANGUAGES])),
    "limit": _limit,
    "resolve": _resolve,
    **{name: _counted(name) for name in ("group_by", "facets", "count_distinct")},
    "sample": lambda _, question, text: sampled(question, "sample", text),
    "seed": lambda _, question, text: sampled(question, "seed", text),
    "known_at": lambda _, question, text: replace(question, known_at=parse_instant("known_at", text)),
    "release": lambda _, question, text: replace(question, release=text),
    "history": _history,
}


def all_of(*conditions: Condition) -> Group:
    """Join conditions that must all hold."""
    return Group("and", conditions)
