"""Citations of the very question that was asked: BibTeX and CSL-JSON.

One entry cites the answer: title, address pinned to the revision, version, day, licence. Where the answer is a list of
sources, their own entries follow, so that `/v1/sources` is a bibliography.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import orjson

from app.formats.base import Format
from app.formats.records import record_maker
from app.schemas.citations import PUBLISHER
from app.schemas.citing import escape_tex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.schemas.tables import Table


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to cite; `issued` is the year, month and day as far as they are known."""

    key: str
    kind: str
    title: str
    publisher: str | None
    url: str | None
    issued: tuple[int, ...] = ()
    accessed: str | None = None
    version: str | None = None
    note: str | None = None
    language: str | None = None


def entries(table: Table) -> Iterator[Entry]:
    """Give the entry of the answer, then those of its sources where it is a list of sources.

    The key of the first holds a digest of the pinned question: two questions in one bibliography never have one key.
    """
    citation = table.citation
    name = re.sub(r"[^a-z0-9]+", "-", citation.path.partition("?")[0].lower()).strip("-").removeprefix("v1-")
    digest = hashlib.sha256(citation.path.encode()).hexdigest()[:8]
    yield Entry(
        key=f"foreign-policy-api-{name or 'answer'}-{digest}",
        kind="dataset",
        title=citation.title,
        publisher=PUBLISHER,
        url=citation.url,
        issued=_parts(citation.day),
        version=citation.version,
        note=f"Licence: {citation.license}",
    )
    if table.name == "sources":
        make = record_maker(table.fields)
        yield from (_source(record) for record in map(make, table.rows) if record.get("id") is not None)


_SOURCE_KINDS = {"treaty": "treaty", "press": "article-newspaper", "dataset": "dataset", "article": "article-journal"}


def _source(record: Mapping[str, object]) -> Entry:
    published = record.get("published")
    day = published.get("edtf") if isinstance(published, dict) else None
    return Entry(
        key=str(record["id"]),
        kind=_SOURCE_KINDS.get(str(record.get("type")), "webpage"),
        title=_text(record.get("title")) or str(record["id"]),
        publisher=_text(record.get("publisher")),
        url=_text(record.get("url")),
        issued=_parts(_text(day)),
        accessed=_text(record.get("accessed")),
        language=_text(record.get("lang")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _parts(text: str | None) -> tuple[int, ...]:
    """Read year, month and day as far as EDTF text is exact about them; nothing where it is not."""
    found = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?(?:-(\d\d))?", text or "")
    return tuple(int(part) for part in found.groups() if part) if found else ()


class BibTex(Format):
    """BibTeX: `@misc` entries (no style lacks it), special characters of TeX escaped, the address verbatim."""

    name = "bibtex"
    suffix = "bib"
    media_type = "application/x-bibtex"
    aliases = ("text/x-bibtex",)
    shapes: ClassVar[tuple[str, ...]] = ()

    def write(self, table: Table) -> Iterator[bytes]:
        """Give one entry a chunk."""
        for one in entries(table):
            yield _bibtex(one).encode()


def _tex(text: str | None) -> str | None:
    return None if text is None else escape_tex(" ".join(text.split()))


def _bibtex(one: Entry) -> str:
    numbers = dict(zip(("year", "month", "day"), one.issued, strict=False))
    author = _tex(one.publisher)
    members = {
        "title": f"{{{_tex(one.title)}}}",
        "author": None if author is None else f"{{{author}}}",
        **{name: str(number) for name, number in numbers.items()},
        "version": _tex(one.version),
        "url": None if one.url is None else re.sub(r"[{}\s\\]", lambda found: f"%{ord(found[0]):02X}", one.url),
        "urldate": one.accessed,
        "note": _tex(one.note),
        "language": one.language,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in members.items() if value is not None]
    return f"@misc{{{one.key},\n" + ",\n".join(lines) + "\n}\n\n"


class CslJson(Format):
    """CSL-JSON 1.0.2, what Zotero, pandoc and citeproc read: a list of items."""

    name = "csl-json"
    suffix = "csl.json"
    media_type = "application/vnd.citationstyles.csl+json"
    body: ClassVar[Mapping[str, object]] = {"type": "array", "items": {"type": "object"}}
    shapes: ClassVar[tuple[str, ...]] = ()

    def write(self, table: Table) -> Iterator[bytes]:
        """Give one item a chunk."""
        before = b"[\n"
        for one in entries(table):
            yield before + orjson.dumps(_csl(one))
            before = b",\n"
        yield b"\n]\n"


def _csl(one: Entry) -> dict[str, object]:
    accessed = _parts(one.accessed)
    members: dict[str, object] = {
        "id": one.key,
        "type": one.kind,
        "title": one.title,
        "author": [{"literal": one.publisher}] if one.publisher else None,
        "publisher": one.publisher,
        "issued": {"date-parts": [one.issued]} if one.issued else None,
        "accessed": {"date-parts": [accessed]} if accessed else None,
        "URL": one.url,
        "version": one.version,
        "note": one.note,
        "language": one.language,
    }
    return {name: value for name, value in members.items() if value is not None}
