"""What rows can be counted by: fields of the shape, references as a whole, years of dates, filters with many values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.errors import BadQueryError
from app.schemas.tables import FieldType
from app.schemas.values import parse_whole

if TYPE_CHECKING:
    from collections.abc import Collection

    from app.schemas.filters import Spec
    from app.schemas.questions import Question

MAX_KEYS = 6
MAX_SAMPLE = 100_000
MAX_SEED = 2**31 - 1
FACET_VALUES = 20
COUNTED = ("group_by", "facets", "count_distinct")
"""The parameters that count rows by keys."""
COUNTS = ("count", "certain", "possible")
"""The numbers of a group: its rows, those that hold for certain, and those that hold only possibly."""


def countable(spec: Spec) -> list[str]:
    """Give what `group_by`, `facets` and `count_distinct` take.

    A field; a reference by its parent (`organization` is its id, name and acronym); a date by its EDTF text, or by the `year` it
    lies in; a filter whose rows have many values (`topic` of events), where a row counts once under each of its values.
    """
    fields = [one for one in spec.fields if one.type is not FieldType.JSON and one.path not in spec.includes]
    references = [one.path.removesuffix(".id") for one in fields if one.path.endswith(".id")]
    years = [f"{one.path}.year" for one in fields if one.type is FieldType.MOMENT]
    many = [one.name for one in spec.filters.values() if one.many]
    return list(dict.fromkeys([*references, *(one.path for one in fields), *years, *many]))


def sortable_groups(question: Question) -> list[str]:
    """Give what groups can be ordered by: their keys and their numbers."""
    return [*question.group_by, *COUNTS]


def counted_by(question: Question, name: str, keys: tuple[str, ...]) -> Question:
    """Give the question with its keys of `group_by`, `facets` or `count_distinct`; BadQueryError where they contradict."""
    if len(keys) > MAX_KEYS:
        raise BadQueryError.at(name, "too-many", f"'{name}' has {len(keys)} keys; at most {MAX_KEYS} are taken")
    for one in keys:
        inner = next((other for other in keys if other.startswith(f"{one}.")), None)
        if inner is not None:
            raise BadQueryError.at(name, "repeated", f"'{name}' names '{one}' and '{inner}', which is part of it")
    match name:
        case "group_by":
            return replace(question, group_by=keys)
        case "facets":
            return replace(question, facets=keys)
        case _:
            return replace(question, count_distinct=keys)


def sampled(question: Question, name: str, text: str) -> Question:
    """Give the question narrowed to a random sample of `sample` rows, or with the `seed` that draws it."""
    lowest, highest = (1, MAX_SAMPLE) if name == "sample" else (0, MAX_SEED)
    value = parse_whole(name, text, lowest, highest)
    return replace(question, sample=value) if name == "sample" else replace(question, seed=value)


_APART = {
    "group_by": ("fields", "include", "codes", "history", "facets"),
    "facets": ("history",),
    "count_distinct": ("history",),
    "sample": ("history",),
    "resolve": ("history",),
}
_TOGETHER = {"seed": "sample"}


def refuse_apart(given: Collection[str]) -> None:
    """Refuse parameters that contradict each other, and one that means nothing without another."""
    for name, others in _APART.items():
        other = next((one for one in others if name in given and one in given), None)
        if other is not None:
            raise BadQueryError.at(other, "not-together", f"'{other}' does not go with '{name}'")
    for name, needed in _TOGETHER.items():
        if name in given and needed not in given:
            raise BadQueryError.at(name, "alone", f"'{name}' means nothing without '{needed}'")
