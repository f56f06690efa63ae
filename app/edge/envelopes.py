"""What stands beside the rows of a page: facets, distinct counts, the cursor of a question in a body; and where nothing can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import BadQueryError
from app.queries.computed import Computation
from app.queries.counting import distinct_counts, facets
from app.schemas.counting import COUNTED

if TYPE_CHECKING:
    from starlette.requests import Request

    from app.db.sessions import Snapshot
    from app.edge.asking import Asked
    from app.queries.resource import Resource
    from app.schemas.questions import Question


def for_body(request: Request, cursor: str | None) -> dict[str, object]:
    """Give the cursor itself where the question stands in a body, which has a member for it."""
    return {"cursor": cursor} if request.method == "POST" else {}


def beside(snapshot: Snapshot, resource: Resource | Computation, question: Question) -> dict[str, object]:
    """Give what a collection counts beside its first page: facets, and the distinct values that stand in `meta`."""
    found: dict[str, object] = {}
    if isinstance(resource, Computation):
        return found
    if question.count_distinct and not question.group_by:
        found["distinct"] = distinct_counts(snapshot, resource, question)
    if question.facets:
        found["facets"] = facets(snapshot, resource, question)
    return found


def refuse_beside(asked: Asked) -> None:
    """Refuse what only the envelope of JSON has a place for, where there is none."""
    question = asked.question
    beside = {"facets": question.facets, "count_distinct": question.count_distinct and not question.group_by}
    name = next((name for name, given in beside.items() if given), None)
    if name is not None and asked.format.name != "json":
        raise BadQueryError.at(
            name, "not-together", f"'{name}' stands beside the rows in JSON; {asked.format.name} has rows only"
        )


def refuse_counting(question: Question) -> None:
    """Refuse to count where there is one thing."""
    name = next((name for name in (*COUNTED, "sample") if getattr(question, name)), None)
    if name is not None:
        raise BadQueryError.at(name, "not-here", f"'{name}' asks for many rows; there is one thing here")
