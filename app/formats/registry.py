"""The formats there are, by name; the first is the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.formats.citation import BibTex, CslJson
from app.formats.columnar import Parquet
from app.formats.delimited import Csv
from app.formats.document import Json, JsonLines
from app.formats.geographic import GeoJson
from app.formats.linked import JsonLd

if TYPE_CHECKING:
    from app.formats.base import Format

_ALL: tuple[Format, ...] = (
    Json(),
    JsonLines(),
    Csv(),
    Parquet(),
    GeoJson(),
    JsonLd(),
    BibTex(),
    CslJson(),
)

FORMATS = {one.name: one for one in _ALL}


def offered(*, located: bool) -> dict[str, Format]:
    """Give the formats of rows that have a point, or have none."""
    return {name: one for name, one in FORMATS.items() if located or not one.located}
