"""Names of states in many languages, from the Unicode CLDR by way of Babel."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale

from app.dates import interval, parse_end, parse_start
from app.ingest.evidence import digest
from app.ingest.rows import Handle, dated_columns, findable
from app.models import Code, Name
from app.vocabulary import LANGUAGES, Kind, NameType, NameUse, Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.ingest.changes import Batch


@cache
def _territories(lang: str) -> Mapping[str, str]:
    return dict(Locale.parse(lang).territories)


def add_localized_names(batch: Batch) -> None:
    """Give every state that has an alpha-2 code and exists today its name in each language, findable by it."""
    held = dated_columns(interval(parse_start(""), parse_end("..", date.min)))
    for code in list(batch.rows[Code].values()):
        if code["scheme"] != Scheme.ISO2 or code["end_status"] != "ongoing":
            continue
        entity = str(code["entity_id"])
        for lang in LANGUAGES:
            name = _territories(lang).get(str(code["value"]))
            if name is None:
                continue
            key = digest(entity, name, lang, NameType.CLDR.value)
            row = {"id": key, "entity_id": entity, "name": name, "lang": lang, "type": NameType.CLDR.value, "position": 1000}
            batch.add(Name, {**row, **held})
            findable(batch, entity, Kind.STATE, Handle(name, NameUse.LOCALIZED, lang))
