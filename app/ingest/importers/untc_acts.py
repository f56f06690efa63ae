"""The headings of the UN's status tables, and the acts that their letters stand for."""

from __future__ import annotations

import re
from typing import TypeAlias

from app.vocabulary import ActType

Meaning: TypeAlias = "dict[str, ActType | None]"
"""Letter (empty for none) -> act, None for a kind of act that has no counterpart here; empty for a heading that names none."""

_ACTS = (
    ("definitive signature or ", ActType.CONSENT_TO_BE_BOUND),
    ("definitive signature", ActType.DEFINITIVE_SIGNATURE),
    ("definitive acceptance", ActType.ACCEPTANCE),
    ("signature", ActType.SIGNATURE),
    ("succession to signature", ActType.SIGNATURE),
    ("ratification", ActType.RATIFICATION),
    ("accession", ActType.ACCESSION),
    ("acceptance", ActType.ACCEPTANCE),
    ("approval", ActType.APPROVAL),
    ("succession", ActType.SUCCESSION),
    ("formal confirmation", ActType.RATIFICATION),
    ("consent to be bound", ActType.CONSENT_TO_BE_BOUND),
    ("simplified procedure", ActType.CONSENT_TO_BE_BOUND),
    ("participation", ActType.CONSENT_TO_BE_BOUND),
    ("provisional application", ActType.PROVISIONAL_APPLICATION),
    ("application", ActType.ENTRY_INTO_FORCE),
)
"""What a heading's part begins with -> act; of several the first rules.

Formal confirmation is an organization's ratification (VCLT 1986, article 2). A regulation is in force for a party from the day
of its application. A heading that lumps kinds of consent together says no more than consent to be bound.
"""

_OTHER_ACTS = ("confirmation of signature", "provisional acceptance", "undertaking of", "notification", "extension")
_LETTERED = re.compile(r"(?P<word>.+?)\s*\((?P<letter>[A-Za-z]{1,2})\)")
_CONSENT = frozenset({
    ActType.RATIFICATION, ActType.ACCESSION, ActType.ACCEPTANCE, ActType.APPROVAL, ActType.SUCCESSION,
    ActType.DEFINITIVE_SIGNATURE, ActType.CONSENT_TO_BE_BOUND,
})  # fmt: skip


def meanings(heading: str) -> Meaning:
    """Give what the letters of a column stand for; `Ratification, Accession(a)` -> none is ratification, `a` accession."""
    plain: list[str] = []
    lettered: dict[str, list[str]] = {}
    for part in re.split(r", (?=[A-Z])", heading):
        found = _LETTERED.fullmatch(part.strip())
        if found:
            lettered.setdefault(found["letter"], []).append(found["word"])
        else:
            plain.append(part.strip())
    told: Meaning = {letter: _common(words) for letter, words in lettered.items()}
    if plain:
        told[""] = _common(plain)
    elif lettered:
        told[""] = _common([word for words in lettered.values() for word in words])
    return told if any(told.values()) or heading.lower().startswith(_OTHER_ACTS) else {}


def _common(words: list[str]) -> ActType | None:
    """Give the one act that the words name, or consent to be bound where they name several kinds of it."""
    acts = {act for word in words if (act := _act(word))}
    if len(acts) > 1:
        return ActType.CONSENT_TO_BE_BOUND if acts <= _CONSENT else None
    return acts.pop() if acts else None


def _act(word: str) -> ActType | None:
    lower = word.lower()
    return next((act for begin, act in _ACTS if lower.startswith(begin)), None)
