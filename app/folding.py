"""Text as it is searched: folded to lower-case ASCII words, so that both engines' full-text indexes agree."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

_WORD = re.compile(r"[a-z0-9]+")


@lru_cache(65536)
def fold(text: str) -> str:
    """Give the words of a text without diacritics, case and punctuation, joined by single spaces.

    `Türkmenbaşy` gives `turkmenbasy`, `Əliyev` gives `eliyev` (spellings in use are held as aliases).
    """
    return " ".join(_WORD.findall(anyascii(text).lower().replace("'", "")))
