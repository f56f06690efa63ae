"""From a request to a question: the query string read strictly, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from app.edge.negotiation import negotiate
from app.errors import BadQueryError
from app.schemas.parsing import parse_question, refuse_unsafe

if TYPE_CHECKING:
    from starlette.requests import Request

    from app.formats.base import Format
    from app.schemas.filters import Spec
    from app.schemas.questions import Question

MAX_PARAMETERS = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: the question, its representation, and where in the answer it wants to go on."""

    question: Question
    format: Format
    cursor: str | None
    paged: bool


def read_parameters(request: Request) -> list[tuple[str, str]]:
    """Split and decode the query string; BadQueryError where it is not UTF-8 or has too many parameters."""
    text = request.scope["query_string"].decode("latin-1")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError as error:
        message = "the query is not UTF-8 text"
        raise BadQueryError(message) from error
    except ValueError as error:
        message = f"the query has more than {MAX_PARAMETERS} parameters"
        raise BadQueryError(message) from error
    return pairs


def ask(request: Request, spec: Spec) -> Asked:
    """Understand a request for a collection."""
    pairs = read_parameters(request)
    for name in ("format", "cursor"):
        if sum(1 for key, _ in pairs if key == name) > 1:
            raise BadQueryError.at(name, "repeated", f"'{name}' is given twice")
    given = dict(pairs)
    for name in ("format", "cursor"):
        if name in given:
            refuse_unsafe(name, given[name])
    chosen = negotiate(given.get("format"), request.scope.get("state", {}).get("suffix"), request.headers.get("accept", ""))
    rest = [(name, value) for name, value in pairs if name not in {"format", "cursor"}]
    question = parse_question(spec, rest)
    return Asked(question, chosen, given.get("cursor"), chosen.paged or "limit" in given or "cursor" in given)
