"""Citations of the very question that was asked: BibTeX and CSL-JSON.

One entry cites the answer: title, address pinned to the revision, version, day, licence. Where the answer is a list of
sources, their own entries follow, so that `/v1/sources` is a bibliography.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, ClassVar

import orjson

from app.formats.base import Format
from app.formats.records import record_maker
from app.schemas.citations import PUBLISHER
from app.schemas.citing import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.schemas.tables import Table


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
        issued=citation.day,
        version=citation.version,
        note=f"Licence: {citation.license}",
    )
    if table.name == "sources":
        make = record_maker(table.fields)
        yield from (_source(record) for record in map(make, table.rows) if record.get("id") is not None)


_SOURCE_KINDS = {"treaty": "treaty", "press": "article-newspaper", "dataset": "dataset", "article": "article-journal"}


def _source(record: Mapping[str, object]) -> Entry:
    published = record.get("published")
    return Entry(
        key=str(record["id"]),
        kind=_SOURCE_KINDS.get(str(record.get("type")), "webpage"),
        title=_text(record.get("title")) or str(record["id"]),
        publisher=_text(record.get("publisher")),
        url=_text(record.get("url")),
        issued=_text(published.get("edtf")) if isinstance(published, dict) else None,
        accessed=_text(record.get("accessed")),
        language=_text(record.get("lang")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


class BibTex(Format):
    """BibTeX: `@misc` entries, one after another."""

    name = "bibtex"
    suffix = "bib"
    media_type = "application/x-bibtex"
    aliases = ("text/x-bibtex",)
    shapes: ClassVar[tuple[str, ...]] = ()

    def write(self, table: Table) -> Iterator[bytes]:
        """Give one entry a chunk."""
        for one in entries(table):
            yield f"{one.bibtex()}\n".encode()


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
            yield before + orjson.dumps(one.csl())
            before = b",\n"
        yield b"\n]\n"
