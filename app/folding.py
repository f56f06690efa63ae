"""Text as it is searched: folded to lower-case ASCII words, so that both engines' full-text indexes agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from anyascii import anyascii

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = "'`"
_SCHWA = "əƏ"


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to fold what can be spelled in two: the schwa, an apostrophe between letters, a hyphen between words."""

    schwa: str = "a"
    apostrophe: str = ""
    hyphen: str = " "

    def letters(self, char: str) -> str:
        """Give what one character becomes; words are what is left of letters and digits."""
        if char in _SCHWA:
            return self.schwa
        found = anyascii(char).lower()
        if found == "-":
            return self.hyphen
        for mark in _APOSTROPHES:
            found = found.replace(mark, self.apostrophe)
        return found


USUAL = Spelling()
"""`Əliyev` as `aliyev`, as English writes it; `O'zbekiston` and `d'Ivoire` as one word; hyphens between words."""

SPELLINGS = (USUAL, Spelling(schwa="e"), Spelling(apostrophe=" "), Spelling(hyphen=""))
"""What a name is findable by: also `eliyev`, `d ivoire` and `timorleste`."""


class _Letters(dict[int, str]):
    """What each character becomes in one spelling, found out when it first comes (`str.translate` asks by code point)."""

    def __init__(self, spelling: Spelling) -> None:
        super().__init__()
        self._spelling = spelling

    def __missing__(self, code: int) -> str:
        return self.setdefault(code, self._spelling.letters(chr(code)))


_LETTERS = {one: _Letters(one) for one in SPELLINGS}


@lru_cache(65536)
def fold(text: str, spelling: Spelling = USUAL) -> str:
    """Give the words of a text without diacritics, case and punctuation, joined by single spaces.

    `Türkmenbaşy` gives `turkmenbasy`, `Əliyev` gives `aliyev`, `上海` gives `shanghai`.
    """
    return " ".join(_WORD.findall(text.translate(_LETTERS[spelling])))


def folds(text: str) -> list[str]:
    """Give every spelling of a text, the usual one first, none twice; nothing where it has no letters."""
    return [one for one in dict.fromkeys(fold(text, spelling) for spelling in SPELLINGS) if one]


def grams(folded: str) -> list[str]:
    """Give what words that are spelled alike share: the first two letters of each word, and its runs of three."""
    found = (part for word in folded.split() for part in (word[:2], *(word[n : n + 3] for n in range(len(word) - 2))))
    return list(dict.fromkeys(found))


def marked(text: str, words: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Cut a text into parts that a search for these folded words matched and parts that it did not; joined they are the text."""
    if _SPELLED.search(text) is None:
        return _cut(text, _beginnings(text.lower(), words))
    hit = bytearray(len(text))
    for letters in _LETTERS.values():
        pieces = [letters[ord(char)] for char in text]
        origins = [n for n, one in enumerate(pieces) for _ in one]
        for start, end in _beginnings("".join(pieces), words):
            first, last = origins[start], origins[end - 1]
            hit[first : last + 1] = b"\x01" * (last + 1 - first)
    return _cut(text, [one.span() for one in _HIT.finditer(hit)])


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    parts: list[tuple[str, bool]] = []
    place = 0
    for start, end in spans:
        parts += [(text[place:start], False)] if start > place else []
        parts.append((text[start:end], True))
        place = end
    return [*parts, (text[place:], False)] if place < len(text) else parts


_HIT = re.compile(b"\x01+")
_SPELLED = re.compile(r"[-'`]|[^\x00-\x7f]")
"""What can be spelled in several ways, or in more or fewer letters; all else is one letter, in small, in every spelling."""


_IN_WORDS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def _beginnings(letters: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Give where words begin with one of these, and where the longest that fits ends."""
    ends: dict[int, int] = {}
    for word in words:
        place = letters.find(word)
        while place >= 0:
            if place == 0 or letters[place - 1] not in _IN_WORDS:
                ends[place] = max(ends.get(place, 0), place + len(word))
            place = letters.find(word, place + 1)
    return sorted(ends.items())
