"""What a bibliography holds of anything that can be cited, as BibTeX and CSL-JSON: an answer, a source, a receipt, a release."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{one: f"\\{one}" for one in "&%$#_{}"},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to cite; `issued` and `accessed` are EDTF text, of which only what is exact is told."""

    key: str
    kind: str
    """Type of CSL 1.0.2, such as `dataset`."""
    title: str
    publisher: str | None
    url: str | None = None
    issued: str | None = None
    accessed: str | None = None
    version: str | None = None
    note: str | None = None
    language: str | None = None

    def bibtex(self) -> str:
        """Give a BibTeX entry of type `misc`, which every style knows: TeX's own characters escaped, the address verbatim."""
        numbers = dict(zip(("year", "month", "day"), _parts(self.issued), strict=False))
        author = _tex(self.publisher)
        members = {
            "title": f"{{{_tex(self.title)}}}",
            "author": None if author is None else f"{{{author}}}",
            **{name: str(number) for name, number in numbers.items()},
            "version": _tex(self.version),
            "url": None if self.url is None else re.sub(r"[{}\s\\]", lambda found: f"%{ord(found[0]):02X}", self.url),
            "urldate": self.accessed,
            "note": _tex(self.note),
            "language": self.language,
        }
        lines = [f"  {name} = {{{value}}}" for name, value in members.items() if value is not None]
        return f"@misc{{{self.key},\n" + ",\n".join(lines) + "\n}\n"

    def csl(self) -> dict[str, object]:
        """Give a CSL-JSON item (schema 1.0.2), what Zotero, pandoc and citeproc read."""
        issued, accessed = _parts(self.issued), _parts(self.accessed)
        members: dict[str, object] = {
            "id": self.key,
            "type": self.kind,
            "title": self.title,
            "author": [{"literal": self.publisher}] if self.publisher else None,
            "publisher": self.publisher,
            "issued": {"date-parts": [issued]} if issued else None,
            "accessed": {"date-parts": [accessed]} if accessed else None,
            "URL": self.url,
            "version": self.version,
            "note": self.note,
            "language": self.language,
        }
        return {name: value for name, value in members.items() if value is not None}


def _tex(text: str | None) -> str | None:
    return None if text is None else "".join(_TEX.get(letter, letter) for letter in " ".join(text.split()))


def _parts(text: str | None) -> tuple[int, ...]:
    """Read year, month and day as far as EDTF text is exact about them; nothing where it is not."""
    found = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?(?:-(\d\d))?", text or "")
    return tuple(int(part) for part in found.groups() if part) if found else ()
