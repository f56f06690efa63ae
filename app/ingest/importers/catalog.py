"""The datasets that can be imported, by the name that `import NAME` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ingest.importers.datasets import Importer

IMPORTERS: dict[str, Importer] = {}
