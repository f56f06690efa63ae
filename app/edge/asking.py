"""From a request to a question: the query string read strictly, once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlencode

from app.edge.mementos import AsOf, as_of
from app.edge.negotiation import negotiate
from app.errors import BadQueryError, UnsupportedMediaTypeError, nearest
from app.formats.registry import offered
from app.schemas.parsing import AS_OF_PARAMETERS, MAX_LENGTH, parse_question, refuse_unsafe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from app.formats.base import Format
    from app.schemas.filters import Spec
    from app.schemas.questions import Question

MAX_PARAMETERS = 64
FORM = "application/x-www-form-urlencoded"
SHAPES = ("nested", "flat")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: the question, its representation, and where in the answer it wants to go on."""

    question: Question
    format: Format
    cursor: str | None
    paged: bool
    flat: bool = False
    """Whether rows that could be nested shall be flat."""
    negotiated: bool = False
    """Whether `Accept-Datetime` named the moment that `question.known_at` holds."""
    carried: tuple[tuple[str, str], ...] = ()
    """Parameters that the address of the next page needs, though this one had none: what was understood without them."""


def read_parameters(request: Request) -> list[tuple[str, str]]:
    """Split and decode the query string, by name: an answer does not depend on the order in which it was asked.

    BadQueryError where it is not UTF-8 or has too many parameters.
    """
    return list(split_query(request.scope["query_string"]))


@lru_cache(1024)
def split_query(query: bytes) -> tuple[tuple[str, str], ...]:
    """Split and decode a query string, by name; BadQueryError as for `read_parameters`."""
    try:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError as error:
        message = "the query is not UTF-8 text"
        raise BadQueryError(message) from error
    except ValueError as error:
        message = f"the query has more than {MAX_PARAMETERS} parameters"
        raise BadQueryError(message) from error
    return tuple(sorted(pairs, key=itemgetter(0)))


@lru_cache(1024)
def written_parameters(query: bytes) -> tuple[tuple[str, str], ...]:
    """Give each parameter of a query string with its name, written as an address of ours has it."""
    return tuple((name, written_parameter(name, value)) for name, value in split_query(query))


_PLAIN = re.compile(r"[A-Za-z0-9_.~,:/-]*")
"""Texts that stand in a query as they are."""


def written_parameter(name: str, value: str) -> str:
    """Write a parameter as an address of ours has it."""
    if _PLAIN.fullmatch(name) and _PLAIN.fullmatch(value):
        return f"{name}={value}"
    return urlencode([(name, value)], safe=",:/")


def read_known(request: Request, known: Sequence[str]) -> dict[str, str]:
    """Give the parameters of a view with few of them; BadQueryError for any but those and the ones that name a revision."""
    return read_given(read_parameters(request), (*known, *AS_OF_PARAMETERS))


def read_given(
    pairs: list[tuple[str, str]], known: tuple[str, ...], may_be_empty: tuple[str, ...] = (), longest: int | None = MAX_LENGTH
) -> dict[str, str]:
    """Give the parameters of a view that has few of them; BadQueryError for any other, a second one, an unsafe value."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            suggestion = nearest(name, known)
            hint = f"did you mean '{suggestion}'?" if suggestion else f"it knows {', '.join(known) or 'none'}"
            raise BadQueryError.at(name, "unknown-parameter", f"'{name}' is not a parameter here; {hint}", suggestion)
        if name in found:
            raise BadQueryError.at(name, "repeated", f"'{name}' is given twice")
        if value or name not in may_be_empty:
            refuse_unsafe(name, value, longest)
        found[name] = value
    return found


async def read_form(request: Request) -> list[tuple[str, str]]:
    """Read the fields of a form; UnsupportedMediaTypeError for a body of another type, BadQueryError where it is no form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        message = f"the body is {kind or 'of no type'}; {FORM} is read here"
        raise UnsupportedMediaTypeError(message)
    try:
        return parse_qsl((await request.body()).decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except ValueError as error:
        message = f"the body is no form of UTF-8 text with at most {MAX_PARAMETERS} fields"
        raise BadQueryError(message) from error


REPRESENTING = ("format", "shape", "cursor")
"""Parameters that say how an answer is given, not what is asked."""

COLUMN_PARAMETERS = ("fields", "include", "codes", "history")
"""Parameters that decide which columns a flat answer has."""


def ask(
    request: Request,
    spec: Spec,
    *,
    pairs: Sequence[tuple[str, str]] | None = None,
    formats: Mapping[str, Format] | None = None,
) -> Asked:
    """Understand a request for a collection.

    `pairs` are its parameters where they are not simply those of the URL, `formats` where they are not those of all rows.
    """
    headers = {name: value.decode("latin-1") for name, value in reversed(request.scope["headers"]) if name in _ASKING}
    suffix, accept = request.scope.get("state", {}).get("suffix"), headers.get(b"accept", "")
    if pairs is None and formats is None and _MOMENT not in headers:
        return _asked(spec, request.scope["query_string"], suffix, accept)
    offer = offered(located=spec.located) if formats is None else formats
    given = Given(tuple(read_parameters(request) if pairs is None else pairs), suffix, accept)
    return _understood(spec, given, offer, headers.get(_MOMENT))


_MOMENT = b"accept-datetime"
_ASKING = frozenset({b"accept", _MOMENT})
"""Header fields that say something of what is asked."""


class Given(NamedTuple):
    """What a request is given with: its parameters, the suffix of its path, what it accepts."""

    pairs: tuple[tuple[str, str], ...]
    suffix: str | None
    accept: str


@lru_cache(1024)
def _asked(spec: Spec, query: bytes, suffix: str | None, accept: str) -> Asked:
    """Understand a request whose address says all: reads of single things have the same words again and again."""
    return _understood(spec, Given(split_query(query), suffix, accept), offered(located=spec.located), None)


def _understood(spec: Spec, given: Given, offer: Mapping[str, Format], accepted: str | None) -> Asked:
    pairs = given.pairs
    held = dict(pairs)
    for name in REPRESENTING:
        if name in held:
            if sum(1 for key, _ in pairs if key == name) > 1:
                raise BadQueryError.at(name, "repeated", f"'{name}' is given twice")
            refuse_unsafe(name, held[name])
    chosen = negotiate(offer, held.get("format"), given.suffix, given.accept)
    flat = _flat(chosen, held.get("shape"))
    rest = [(name, value) for name, value in pairs if name not in REPRESENTING]
    question = _parsed(spec, tuple(rest))
    if chosen.located:
        question = replace(question, located=True)
    carried: tuple[tuple[str, str], ...] = ()
    moment = AsOf()
    if accepted is not None:
        moment = as_of(accepted, {name: value for name, value in rest if name in AS_OF_PARAMETERS})
    if moment.negotiated and moment.known_at is not None:
        question, carried = replace(question, known_at=moment.known_at), (("known_at", moment.known_at),)
    paged = chosen.paged or "limit" in held or "cursor" in held
    return Asked(question, chosen, held.get("cursor"), paged, flat, moment.negotiated, carried)


@lru_cache(1024)
def _parsed(spec: Spec, pairs: tuple[tuple[str, str], ...]) -> Question:
    """Understand what is asked; all pages of a crawl ask the same."""
    return parse_question(spec, pairs)


def _flat(chosen: Format, shape: str | None) -> bool:
    """Give whether rows that could be nested shall be flat; BadQueryError for a shape that the format has not."""
    if shape is None:
        return False
    where, problem = "shape", "unknown-value"
    if shape not in SHAPES:
        suggestion = nearest(shape, SHAPES)
        hint = f"did you mean '{suggestion}'?" if suggestion else f"there are {', '.join(SHAPES)}"
        raise BadQueryError.at(where, problem, f"'{shape}' is not a shape; {hint}", suggestion)
    if shape not in chosen.shapes:
        known = f"is always {chosen.shapes[0]}" if chosen.shapes else "has no shape to choose"
        raise BadQueryError.at(where, problem, f"'{shape}' does not go with {chosen.name}, which {known}")
    return shape == "flat" and len(chosen.shapes) > 1
