"""Releases on the wire, and their files as they are recorded."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel
from pydantic import Field as Describe


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a release: its name, size in bytes, SHA-256 in hexadecimal digits, media type."""

    name: str
    bytes: int
    sha256: str
    media_type: str


class FileOut(BaseModel):
    """One file of a release."""

    name: str = Describe(examples=["memberships.csv"])
    bytes: int
    sha256: str = Describe(description="SHA-256 of the content, in hexadecimal digits")
    media_type: str
    url: str


class CitationOut(BaseModel):
    """How to cite a release."""

    text: str
    bibtex: str
    csl: dict[str, object] = Describe(description="CSL-JSON item")


class ReleaseOut(BaseModel):
    """A named revision, immutable, with its files."""

    id: str = Describe(examples=["2026.11"])
    revision: int
    recorded_at: str = Describe(description="moment of the revision")
    created_at: str = Describe(description="moment the release was made")
    title: str
    notes: str | None
    license: str
    citation: CitationOut
    url: str
    files: list[FileOut]
