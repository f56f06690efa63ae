"""How an answer is cited: the question itself, pinned to the revision it was read at, so that the address gives it again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from app.vocabulary import DATA_LICENSE

if TYPE_CHECKING:
    from app.schemas.questions import Question

PUBLISHER = "Foreign Policy API"
LICENSE_URL = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Edition:
    """The state of the data that was read: a revision, its UTC moment, and the release that is exactly it, if one is."""

    revision: int
    recorded_at: str | None = None
    release: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """What names one answer for good: its title, the address that replays it, the state of the data that was read.

    `base` is the scheme and host that clients see, `path` the rest of the address.
    """

    title: str
    base: str
    path: str
    edition: Edition
    license: str = DATA_LICENSE

    @property
    def url(self) -> str:
        """The address that gives this very answer, whatever is recorded later."""
        return f"{self.base}{self.path}"

    @property
    def day(self) -> str | None:
        """The day of the revision, `YYYY-MM-DD`."""
        moment = self.edition.recorded_at
        return moment[:10] if moment else None

    @property
    def version(self) -> str:
        """The release and the revision in words."""
        revision = f"data revision {self.edition.revision}"
        return f"release {self.edition.release}, {revision}" if self.edition.release else revision

    def __str__(self) -> str:
        """Give the citation as one line of text."""
        return f"{PUBLISHER}, {self.version} of {self.day or 'no date'}, {self.url}"


UNCITED = Citation("", "", "", Edition(0))
"""What a table carries before somebody says what it answers."""


def cite(question: Question, edition: Edition, base: str, entity: str = "") -> Citation:
    """Cite the answer to a question, or to the question for one thing, as it was in an edition of the data."""
    canonical = question.canonical()
    resource, _, asked = canonical.partition("?")
    path = f"/v1/{resource}" + (f"/{quote(entity, safe=':')}" if entity else "")
    pinned = asked
    if question.known_at is None and question.release is None and edition.recorded_at is not None:
        pinned = (
            replace(question, known_at=edition.recorded_at).canonical().partition("?")[2]
            if question.history
            else (f"{asked}{'&' if asked else ''}known_at={quote(edition.recorded_at, safe=',:/().')}")
        )
    words = [f"{PUBLISHER}: {resource}", *([entity] if entity else []), *(unquote(one) for one in asked.split("&") if one)]
    return Citation(", ".join(words), base, f"{path}?{pinned}" if pinned else path, edition)
