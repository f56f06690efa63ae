"""Citations of a kept question: a sentence, a BibTeX entry, a CSL-JSON item."""

from __future__ import annotations

from dataclasses import dataclass

_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{one: f"\\{one}" for one in "&%$#_{}"},
}


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation names."""

    id: str
    publisher: str
    query: str
    revision: int
    row_count: int
    sha256: str
    created_at: str
    url: str

    @property
    def day(self) -> str:
        """The day it was asked on."""
        return self.created_at[:10]

    @property
    def note(self) -> str:
        """What lets a reader check it."""
        return f"Query {self.query}; data revision {self.revision}; {self.row_count} rows; SHA-256 {self.sha256}"


def as_text(cited: Cited) -> str:
    """Give the citation as a sentence."""
    what = f"Answer to {cited.query}, data revision {cited.revision}, {cited.row_count} rows, SHA-256 {cited.sha256}"
    return f"{cited.publisher} ({cited.day[:4]}). {what}. Retrieved {cited.day} from {cited.url}"


def as_bibtex(cited: Cited) -> str:
    """Give the citation as a BibTeX entry."""
    fields = {
        "author": f"{{{escape_tex(cited.publisher)}}}",
        "title": f"{{{escape_tex(f'Answer to {cited.query}')}}}",
        "year": cited.day[:4],
        "version": f"revision {cited.revision}",
        "note": escape_tex(cited.note),
        "url": cited.url,
        "urldate": cited.day,
    }
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{cited.id},\n{body}}}\n"


def as_csl(cited: Cited) -> dict[str, object]:
    """Give the citation as a CSL-JSON item (schema 1.0.2)."""
    day = {"date-parts": [[int(part) for part in cited.day.split("-")]]}
    return {
        "id": cited.id,
        "type": "dataset",
        "title": f"Answer to {cited.query}",
        "author": [{"literal": cited.publisher}],
        "publisher": cited.publisher,
        "version": f"revision {cited.revision}",
        "issued": day,
        "accessed": day,
        "note": cited.note,
        "URL": cited.url,
    }


def escape_tex(text: str) -> str:
    """Spell the characters that TeX would take for commands."""
    return "".join(_TEX.get(letter, letter) for letter in text)
