"""The floor of a cold answer: SQL by hand on one kept sqlite3 connection and orjson, in an ASGI function without a framework.

It gives the same rows as the server, with the same total, and knows nothing else: no check of what is asked, no revisions,
no cursors, one connection, and the event loop waits for the database.
"""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl

import orjson

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping, Sequence

    Message: TypeAlias = MutableMapping[str, object]
    Receive: TypeAlias = Callable[[], Awaitable[Message]]
    Send: TypeAlias = Callable[[Message], Awaitable[None]]

Given: TypeAlias = "dict[str, str]"
Cells: TypeAlias = "Sequence[object]"

_STORE = sqlite3.connect(os.environ["BENCHMARK_STORE"], isolation_level=None, cached_statements=100)  # noqa: TID251 - a process of its own
_STORE.execute("PRAGMA cache_size = -65536")
_STORE.execute("PRAGMA mmap_size = 1073741824")


def _dates(table: str) -> str:
    parts = ("", "_earliest", "_latest", "_precision", "_status")
    return ", ".join(f'{table}."{end}{part}"' for end in ("start", "end") for part in parts)


_EVIDENCE = "f.claim_count, f.conflict, f.best_claim, c.source_id, cl.name, s.publisher, s.url, c.quote"
_BEST = (
    "LEFT JOIN claim c ON c.id = f.best_claim AND c.recorded_to IS NULL "
    "LEFT JOIN source s ON s.id = c.source_id AND s.recorded_to IS NULL "
    "LEFT JOIN label cl ON cl.id = c.source_id AND cl.recorded_to IS NULL"
)
# the plus keeps SQLite from the index of recorded_to, which nearly every row is in under one key
_MEMBERSHIP = (
    f"SELECT f.id, f.organization_id, o.name, o.acronym, f.member_id, m.name, f.member_kind, f.status, f.status_term, "
    f"{_dates('f')}, f.started_by, f.ended_by, f.note, {_EVIDENCE} FROM membership f "
    f"LEFT JOIN label o ON o.id = f.organization_id AND o.recorded_to IS NULL "
    f"LEFT JOIN label m ON m.id = f.member_id AND m.recorded_to IS NULL {_BEST} WHERE +f.recorded_to IS NULL"
)
_STATE = (
    f"SELECT f.id, l.name, f.standing, f.region, f.subregion, f.capital, f.latitude, f.longitude, {_dates('f')}, {_EVIDENCE}, "
    "(SELECT json_group_object(scheme, value) FROM code WHERE entity_id = f.id AND recorded_to IS NULL) FROM state f "
    f"LEFT JOIN label l ON l.id = f.id AND l.recorded_to IS NULL {_BEST} WHERE f.recorded_to IS NULL AND f.id = ?"
)
_ON_DAY = "AND (f.start_earliest IS NULL OR f.start_earliest <= ?) AND (f.end_latest IS NULL OR f.end_latest > ?)"
_FOUND = "SELECT rowid FROM search_fts WHERE search_fts MATCH ?"
_HITS = (
    "SELECT e.entity_id, e.kind, l.name, l.acronym, e.name, e.use, e.lang, max(e.weight) AS heaviest FROM search_entry e "
    f"JOIN label l ON l.id = e.entity_id AND l.recorded_to IS NULL WHERE e.pk IN ({_FOUND}) AND e.kind = 'event' "
    "AND e.recorded_to IS NULL GROUP BY e.entity_id "
    "ORDER BY CASE WHEN e.use = 'place' THEN 2 WHEN e.folded LIKE ? THEN 1 ELSE 2 END, "
    "heaviest DESC, length(e.folded), e.entity_id LIMIT ?"
)
_KINDS = f"SELECT kind, count(DISTINCT entity_id) FROM search_entry WHERE pk IN ({_FOUND}) AND recorded_to IS NULL GROUP BY kind"


def _date(cells: Cells) -> dict[str, object]:
    return {"edtf": cells[0], "earliest": cells[1], "latest": cells[2], "precision": cells[3], "status": cells[4]}


def _evidence(cells: Cells) -> dict[str, object]:
    names = ("id", "source", "title", "publisher", "url", "quote")
    return {"claims": cells[0], "conflict": bool(cells[1]), "best": dict(zip(names, cells[2:8], strict=True))}


def _match(row: Cells, first: int, day: str) -> str:
    """Say whether a row whose dates begin at a column holds on a day for certain; without a day nothing is doubtful."""
    latest, earliest = row[first + 2], row[first + 6]
    certain = not day or (latest is not None and str(latest) <= day and (earliest is None or str(earliest) > day))
    return "certain" if certain else "possible"


def _membership(row: Cells, day: str = "") -> dict[str, object]:
    return {
        "id": row[0],
        "organization": {"id": row[1], "name": row[2], "acronym": row[3]},
        "member": {"id": row[4], "name": row[5], "kind": row[6]},
        "status": row[7],
        "status_term": row[8],
        "start": _date(row[9:14]),
        "end": _date(row[14:19]),
        "started_by": row[19],
        "ended_by": row[20],
        "note": row[21],
        "evidence": _evidence(row[22:]),
        "match": _match(row, 9, day),
    }


def _listed(rows: list[dict[str, object]], total: object, **more: object) -> bytes:
    return orjson.dumps({"data": rows, "page": {"limit": len(rows), "next": None, "total": total}, **more})


def _count(where: str, values: Sequence[object]) -> object:
    recorded = "+f.recorded_to" if where else "f.recorded_to"
    return _STORE.execute(f"SELECT count(*) FROM membership f WHERE {recorded} IS NULL {where}", values).fetchone()[0]


def one(collection: str, given: Given) -> bytes:
    """Give one state or one membership."""
    if collection == "memberships":
        row = _STORE.execute(f"{_MEMBERSHIP} AND f.id = ?", (given["id"],)).fetchone()
        return orjson.dumps({"data": _membership(row)})
    row = _STORE.execute(_STATE, (given["id"],)).fetchone()
    names = ("id", "name", "standing", "region", "subregion", "capital", "latitude", "longitude")
    own = dict(zip(names, row[:8], strict=True))
    codes = orjson.loads(row[26])
    dated = {"start": _date(row[8:13]), "end": _date(row[13:18]), "evidence": _evidence(row[18:26]), "match": "certain"}
    return orjson.dumps({"data": {**own, "names": [], "codes": codes, **dated}})


def page(given: Given) -> bytes:
    """Give a page by id, of two members where they are given, after an id where one is given."""
    where, values = "", list[object]()
    if given["members"]:
        where, values = "AND f.member_id IN (?, ?)", [*given["members"].split(",")]
    total = _count(where, values) if not given["after"] else None
    rows = _STORE.execute(f"{_MEMBERSHIP} {where} AND f.id > ? ORDER BY f.id LIMIT ?", [*values, given["after"], given["limit"]])
    return _listed([_membership(row) for row in rows], total)


def members(given: Given) -> bytes:
    """Give the members of an organization on a day."""
    day = given["day"]
    rows = _STORE.execute(f"{_MEMBERSHIP} AND f.organization_id = ? {_ON_DAY} ORDER BY f.id", (given["organization"], day, day))
    found = [_membership(row, day) for row in rows]
    return _listed(found, len(found))


def _hit(row: Cells, word: str) -> dict[str, object]:
    before, found, after = str(row[4]).partition(word)
    parts = [{"text": text, "match": text is found} for text in (before, found, after) if text]
    own = {"id": row[0], "kind": row[1], "name": row[2], "acronym": row[3], "matched": row[4], "highlight": parts}
    return {**own, "why": row[5], "lang": row[6], "fuzzy": False, "score": 100.0, "url": f"/v1/events/{row[0]}"}


def search(given: Given) -> bytes:
    """Give events by a word, and how many hits there are of each kind."""
    word = given["word"]
    matching = f'folded : ("{word.lower()}"*)'
    rows = [_hit(row, word) for row in _STORE.execute(_HITS, (matching, f"{word.lower()}%", given["limit"]))]
    kinds = dict(_STORE.execute(_KINDS, (matching,)).fetchall())
    return _listed(rows, kinds.get("event"), facets={"kind": [{"value": kind, "count": kinds[kind]} for kind in kinds]})


def groups(given: Given) -> bytes:
    """Count by organization and status; certain and possible apart."""
    day = given["day"]
    where, certain = (_ON_DAY, "f.start_latest <= ?1 AND (f.end_earliest IS NULL OR f.end_earliest > ?1)") if day else ("", "1")
    where = where.replace("?", "?1")
    rows = _STORE.execute(
        f"SELECT f.organization_id, f.status, count(*) AS n, sum({certain}) FROM membership f "
        f"WHERE f.recorded_to IS NULL {where} GROUP BY 1, 2 ORDER BY n DESC, 1, 2",
        (day,) if day else (),
    )
    return b"\n".join(
        orjson.dumps(
            {"organization": {"id": row[0]}, "status": row[1], "count": row[2], "certain": row[3], "possible": row[2] - row[3]}
        )
        for row in rows
    )


_ROUTES: dict[str, Callable[[Given], bytes]] = {
    "/states": partial(one, "states"),
    "/memberships": partial(one, "memberships"),
    "/page": page,
    "/members": members,
    "/search": search,
    "/groups": groups,
    "/readyz": lambda _: b"",
}


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one request."""
    del receive
    if scope["type"] != "http":
        return
    given = dict(parse_qsl(str(scope["query_string"], "ascii"), keep_blank_values=True))  # type: ignore[call-overload] # ASGI: bytes
    body = _ROUTES[str(scope["path"])](given)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
