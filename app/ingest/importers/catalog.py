"""The datasets that can be imported, by the name that `import NAME` takes."""

from __future__ import annotations

from app.ingest.importers.atop import ATOP
from app.ingest.importers.cow_igo import COW_IGO
from app.ingest.importers.cow_states import COW_STATES
from app.ingest.importers.factbook import FACTBOOK
from app.ingest.importers.icews import ICEWS
from app.ingest.importers.informal_igos import INFORMAL_IGOS
from app.ingest.importers.manystates import MANYSTATES
from app.ingest.importers.manytreaties import MANYTREATIES
from app.ingest.importers.uk_treaties import UK_TREATIES
from app.ingest.importers.untc import UNTC
from app.ingest.importers.unvotes import UNVOTES
from app.ingest.importers.wipo import WIPO

_EVERY = (
    COW_IGO,
    COW_STATES,
    MANYSTATES,
    INFORMAL_IGOS,
    FACTBOOK,
    WIPO,
    UNTC,
    UK_TREATIES,
    ATOP,
    MANYTREATIES,
    UNVOTES,
    ICEWS,
)

IMPORTERS = {one.name: one for one in _EVERY}
