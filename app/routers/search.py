"""Search and resolving: from words and codes to ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.edge.answering import answer_values
from app.edge.asking import read_known
from app.errors import BadQueryError, nearest
from app.queries.resolving import candidates, parse_code
from app.queries.searching import search
from app.routers.collections import responses
from app.routers.parameters import Schema, as_of_parameters, parameter
from app.schemas.common import ListOut
from app.schemas.parsing import MAX_LENGTH, MAX_LIMIT, parse_time, split_list
from app.schemas.questions import TimeTest
from app.schemas.service import CandidateOut, HitOut
from app.vocabulary import PLURALS, Kind, Scheme

if TYPE_CHECKING:
    from app.db.sessions import Snapshot

SEARCHABLE = (Kind.STATE, Kind.ORGANIZATION, Kind.EVENT, Kind.AGREEMENT, Kind.INITIATIVE, Kind.PERSON, Kind.TOPIC, Kind.SOURCE)
CODED = (Kind.STATE, Kind.ORGANIZATION, Kind.PERSON, Kind.INITIATIVE)

router = APIRouter(prefix="/v1", tags=["search"])

_KIND: Schema = {"type": "string", "pattern": f"^({'|'.join(SEARCHABLE)})(,({'|'.join(SEARCHABLE)}))*$"}


def _needed(asked: dict[str, str], name: str, example: str) -> str:
    if name not in asked:
        raise BadQueryError.at(name, "missing", f"'{name}' is needed, such as {name}={example}")
    return asked[name]


@router.get(
    "/search",
    operation_id="search",
    summary="Find anything by its names, without diacritics or case",
    responses=responses(ListOut[HitOut]),
    openapi_extra={
        "parameters": [
            parameter("q", "words, each a beginning of a word", {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": r"^[^\x00]+$"}, "Turkmenbasy") | {"required": True},
            parameter("kind", "only these kinds", _KIND, "organization"),
            parameter("limit", "most rows", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 20}, 20),
            *as_of_parameters(),
        ]
    },
)  # fmt: skip
async def search_everything(request: Request) -> Response:
    """Find entities whose names, acronyms or aliases have every word of the query."""
    asked = read_known(request, ("q", "kind", "limit"))
    query = _needed(asked, "q", "turkic council")
    kinds = _kinds(asked.get("kind"))
    limit = _limit(asked.get("limit", "20"))

    def work(snapshot: Snapshot) -> list[dict[str, object]]:
        found = search(snapshot, query, kinds, limit)
        return [
            {
                "id": one.id,
                "kind": one.kind,
                "name": one.name,
                "acronym": one.acronym,
                "matched": one.matched,
                "url": _url(one.kind, one.id),
            }
            for one in found
        ]

    return await answer_values(request, work, limit)


def _kinds(text: str | None) -> tuple[Kind, ...]:
    if text is None:
        return ()
    words = [kind.value for kind in SEARCHABLE]
    for one in split_list("kind", text):
        if one not in words:
            suggestion = nearest(one, words)
            raise BadQueryError.at("kind", "unknown-value", f"'{one}' is not a kind; there are {', '.join(words)}", suggestion)
    return tuple(Kind(one) for one in split_list("kind", text))


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MAX_LIMIT:
        raise BadQueryError.at("limit", "out-of-bounds", f"'limit' is {text}; it goes from 1 to {MAX_LIMIT}")
    return int(text)


def _url(kind: str, entity: str) -> str:
    return f"/v1/{PLURALS[Kind(kind)]}/{entity}"


@router.get(
    "/resolve",
    operation_id="resolve",
    summary="What a code stands for, and when",
    responses=responses(ListOut[CandidateOut]),
    openapi_extra={
        "parameters": [
            parameter("code", "a code with its scheme", {"type": "string", "pattern": f"^({'|'.join(Scheme)}):[A-Za-z0-9-]+$"}, "cow:373") | {"required": True},
            parameter("at", "on this day", {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}, "1980"),
            *as_of_parameters(),
        ]
    },
)  # fmt: skip
async def resolve(request: Request) -> Response:
    """List everything a code stands or stood for: one row, several over time, or none."""
    asked = read_known(request, ("code", "at"))
    scheme, value = parse_code(_needed(asked, "code", "cow:373"))
    time = parse_time(TimeTest.AT, asked["at"]) if "at" in asked else None

    def work(snapshot: Snapshot) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        for kind in CODED:
            for one in candidates(snapshot, scheme, value, (kind,)):
                if time is None or one.held(time.first, time.last):
                    held = {"id": one.id, "kind": kind.value, "name": one.name, "start": one.start, "end": one.end}
                    rows.append({**held, "url": _url(kind, one.id)})
        return rows

    return await answer_values(request, work, MAX_LIMIT)
