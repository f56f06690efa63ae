"""The formats there are, by name; the first is the default."""

from __future__ import annotations

from app.formats.delimited import Csv
from app.formats.document import Json, JsonLines

FORMATS = {one.name: one for one in (Json(), JsonLines(), Csv())}
