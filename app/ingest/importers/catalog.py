"""The datasets that can be imported, by the name that `import NAME` takes."""

from __future__ import annotations

from app.ingest.importers.cow_igo import COW_IGO

IMPORTERS = {one.name: one for one in (COW_IGO,)}
