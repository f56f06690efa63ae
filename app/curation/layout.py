"""The form of the file: a JSON array, one record a line, sorted by kind and id, so that a diff can be read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.curation.findings import Finding, Severity
from app.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORDER = (
    Kind.SOURCE, Kind.TOPIC, Kind.STATE, Kind.ORGANIZATION, Kind.PERSON, Kind.AGREEMENT, Kind.EVENT, Kind.INITIATIVE,
    Kind.MEMBERSHIP, Kind.RELATION, Kind.COVERAGE,
)  # fmt: skip
_PLACE = {kind.value: position for position, kind in enumerate(ORDER)}


def laid_out(text: str) -> str:
    """Give a file's text in the form; fields of a record keep their order. The text must hold records that can be read."""
    lines = (line.strip().rstrip(",") for line in text.splitlines())
    records: list[dict[str, object]] = [json.loads(line) for line in lines if line not in {"", "[", "]"}]
    records.sort(key=lambda one: (_PLACE.get(str(one.get("kind")), len(ORDER)), str(one.get("id"))))
    return "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in records) + "\n]\n"


def layout(path: Path) -> Iterator[Finding]:
    """Name the first line that differs from the form, if any."""
    text = path.read_text(encoding="utf-8")
    wanted = laid_out(text)
    if text == wanted:
        return
    pairs = enumerate(zip(text.splitlines(), wanted.splitlines(), strict=False), 1)
    line = next((number for number, (one, other) in pairs if one != other), len(wanted.splitlines()))
    sentence = "not one record a line, sorted by kind and id, from here on; --write lays the file out"
    yield Finding(Severity.ERROR, "layout", sentence, path.name, line)
