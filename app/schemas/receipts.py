"""Receipts on the wire: what was asked, of which revision, and what it came to; their digests, comparisons and citations."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

import orjson
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Describe

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LISTED = 1000

Answer: TypeAlias = "list[dict[str, object]]"


class ReceiptIn(BaseModel):
    """A question to keep."""

    model_config = ConfigDict(extra="forbid")

    query: str = Describe(
        description="path and parameters of any read of this API; limit, cursor and format do not belong to a question",
        min_length=1,
        max_length=4000,
        examples=["/v1/organizations/sco/dialogue-partners?at=2025-08-30"],
    )


class ReceiptOut(BaseModel):
    """A kept question: the same one at the same revision has the same id."""

    id: str = Describe(examples=["q3f0c9a1b2d4e5f60718293"])
    query: str = Describe(description="the canonical question")
    revision: int = Describe(description="the revision of the data that answered it")
    row_count: int = Describe(description="rows of the whole answer; of a single thing, one")
    sha256: str = Describe(
        description="SHA-256 (hexadecimal) of the answer: each row as JSON with sorted keys and without spaces in UTF-8, the "
        "lines sorted by their bytes, each ended by LF; of an empty answer, that of nothing"
    )
    created_at: str = Describe(description="when it was first asked for, UTC")
    replay: str = Describe(description="address of the answer as it was")
    verify: str = Describe(description="address that compares it with today's answer")
    cite: str = Describe(description="address of its citation")


class ReplayOut(BaseModel):
    """The answer of a kept question as it was, with its receipt beside it; rows are shaped as the question's own read says."""

    model_config = ConfigDict(extra="allow")

    data: list[dict[str, object]] | dict[str, object]
    meta: dict[str, object]
    receipt: ReceiptOut


class SideOut(BaseModel):
    """An answer in short; `problem` in place of the rest where the question has none any more."""

    revision: int
    row_count: int | None = None
    sha256: str | None = None
    problem: str | None = None


class ChangedOut(BaseModel):
    """A row that both answers have, with the members that differ."""

    id: str
    fields: list[str]


class VerdictOut(BaseModel):
    """Whether a question has the answer today that it had then."""

    id: str
    query: str
    same: bool = Describe(description="whether today's answer has the same rows")
    intact: bool = Describe(description="whether the replay still has the digest of the receipt; false is a fault of the store")
    then: SideOut
    now: SideOut
    counts: dict[str, int] = Describe(description="how many rows were added, removed, changed")
    added: list[object] = Describe(description="ids of rows that only today's answer has (the row itself, where rows have no id)")
    removed: list[object] = Describe(description="the same of the answer as it was")
    changed: list[ChangedOut]


class CitationOut(BaseModel):
    """A citation of a kept question."""

    text: str
    bibtex: str
    csl: dict[str, object] = Describe(description="CSL-JSON item")


def line_of(row: object) -> bytes:
    """Give a row as canonical JSON: keys sorted, no spaces, UTF-8."""
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)


def digest_of(rows: Answer) -> str:
    """Give the SHA-256 of an answer, whatever the order of its rows."""
    digest = hashlib.sha256()
    for line in sorted(map(line_of, rows)):
        digest.update(line + b"\n")
    return digest.hexdigest()


def receipt_id(query: str, revision: int) -> str:
    """Give the id of a question at a revision."""
    return "q" + hashlib.sha256(f"{query}\n{revision}".encode()).hexdigest()[:22]


def compare(then: Answer, now: Answer) -> dict[str, object]:
    """Give what differs between two answers: rows by their ids, or by themselves without one; at most 1000 of each are listed."""
    before, after = _by_key(then), _by_key(now)
    added = [after[key] for key in after if key not in before]
    removed = [before[key] for key in before if key not in after]
    changed = [(before[key], after[key]) for key in before if key in after and _lines(before[key]) != _lines(after[key])]
    return {
        "same": not (added or removed or changed),
        "counts": {"added": len(added), "removed": len(removed), "changed": len(changed)},
        "added": [_name(rows[0]) for rows in added[:MAX_LISTED]],
        "removed": [_name(rows[0]) for rows in removed[:MAX_LISTED]],
        "changed": [{"id": _name(old[0]), "fields": _differing(old[0], new[0])} for old, new in changed[:MAX_LISTED]],
    }


def _by_key(rows: Answer) -> dict[object, Answer]:
    found: dict[object, Answer] = defaultdict(list)
    for row in rows:
        name = _name(row)
        found[name if isinstance(name, str) else line_of(row)].append(row)
    return dict(found)


def _name(row: dict[str, object]) -> object:
    key = row.get("id")
    return key if isinstance(key, str) else row


def _lines(rows: Sequence[object]) -> list[bytes]:
    return sorted(map(line_of, rows))


def _differing(old: dict[str, object], new: dict[str, object]) -> list[str]:
    return sorted(name for name in {*old, *new} if line_of(old.get(name)) != line_of(new.get(name)))
