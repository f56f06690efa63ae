"""How a release is cited: CITATION.cff (Citation File Format 1.2.0), BibTeX, CSL-JSON and one line of text."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from app.vocabulary import DATA_LICENSE

AUTHOR = "Foreign Policy API contributors"


@dataclass(frozen=True, slots=True)
class Named:
    """What a citation of a release says; `day` is the UTC day it was made, `url` may be empty."""

    id: str
    title: str
    revision: int
    day: str
    url: str

    @property
    def key(self) -> str:
        """The key of the entry in a bibliography."""
        return f"foreign-policy-api-{self.id}"

    def text(self) -> str:
        """Give one line of text."""
        said = f"{AUTHOR} ({self.day[:4]}). {self.title}. Version {self.id}, data revision {self.revision}. {DATA_LICENSE}."
        return f"{said} {self.url}" if self.url else said

    def cff(self) -> str:
        """Give CITATION.cff; JSON strings are YAML strings."""
        fields = {
            "cff-version": "1.2.0",
            "message": "If you use this data set, please cite it as below.",
            "type": "dataset",
            "title": self.title,
            "version": self.id,
            "date-released": self.day,
            "license": DATA_LICENSE,
            **({"url": self.url} if self.url else {}),
        }
        lines = [f"{name}: {orjson.dumps(value).decode()}" for name, value in fields.items()]
        return "\n".join([*lines, "authors:", f"  - name: {orjson.dumps(AUTHOR).decode()}", ""])

    def bibtex(self) -> str:
        """Give a BibTeX entry of type `misc`, which every style knows."""
        fields = {
            "author": f"{{{AUTHOR}}}",
            "title": f"{{{_escaped(self.title)}}}",
            "year": self.day[:4],
            "month": str(int(self.day[5:7])),
            "version": self.id,
            "note": f"Data revision {self.revision}, {DATA_LICENSE}",
            **({"url": self.url} if self.url else {}),
        }
        inner = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@misc{{{self.key},\n{inner}\n}}\n"

    def csl(self) -> dict[str, object]:
        """Give a CSL-JSON item of type `dataset`."""
        found: dict[str, object] = {"id": self.key, "type": "dataset", "title": self.title, "version": self.id}
        found |= {"author": [{"literal": AUTHOR}], "note": f"Data revision {self.revision}, {DATA_LICENSE}"}
        found["issued"] = {"date-parts": [[int(part) for part in self.day.split("-")]]}
        return found | ({"URL": self.url} if self.url else {})


def _escaped(text: str) -> str:
    return "".join(f"\\{one}" if one in "&%$#_{}" else one for one in text)
