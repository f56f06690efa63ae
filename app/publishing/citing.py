"""How a release is cited: CITATION.cff (Citation File Format 1.2.0), an entry of a bibliography, and one line of text."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from app.schemas.citing import Entry
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
    def entry(self) -> Entry:
        """The release as an entry of a bibliography."""
        key, note = f"foreign-policy-api-{self.id}", f"Data revision {self.revision}, {DATA_LICENSE}"
        return Entry(key, "dataset", self.title, AUTHOR, self.url or None, issued=self.day, version=self.id, note=note)

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
