"""The server processes: what they are made of, and how they are started, without what the other commands need.

Reading and checking records takes libraries and declarations that a server never uses; loading them is most of a start and a
third of the memory. So a store that needs nothing is served from here at once (`app.__main__`).
"""

from __future__ import annotations

import gc
import sys
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import select

from app.db.sessions import Store
from app.models import Revision
from app.settings import Settings
from app.telemetry import configure_logging

ROOT = Path(__file__).resolve().parent.parent
SEED = ROOT / "seed_data.json"
MIGRATIONS = ROOT / "migrations" / "versions"


def application() -> object:
    """Make the application from the environment: what each server process runs."""
    from app.main import create_app  # noqa: PLC0415 - what starts servers, and the other commands, do without it

    settings = Settings()
    configure_logging(settings.log_level, settings.log_format)
    app = create_app(settings)
    gc.freeze()  # what was made at the start stays to the end: no collection has to walk through it
    gc.enable()
    return app.front or app


def is_migrated(store: Store) -> bool:
    """Give whether a store stands at the newest schema; it costs a third of a second less than asking Alembic."""
    return store.schema_version() == max(path.name.partition("_")[0] for path in MIGRATIONS.glob("[0-9]*.py"))


def is_ready() -> bool:
    """Give whether the store of the environment has the newest schema and holds the seed as it lies here."""
    store = Store(Settings().database_url)
    try:
        if not is_migrated(store):
            return False
        newest = select(Revision.reason).where(Revision.origin == "seed").order_by(Revision.id.desc()).limit(1)
        with store.engine.connect() as connection:
            reason = connection.execute(newest).scalar_one_or_none() or ""
        return not SEED.exists() or f"sha256:{_digest(SEED)}" in reason
    finally:
        store.close()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def serve() -> None:
    """Serve the store of the environment as it is, and say where."""
    import uvicorn  # noqa: PLC0415 - as above

    settings = Settings()
    host = "localhost" if settings.host in {"127.0.0.1", "0.0.0.0"} else settings.host  # noqa: S104 - only named, not bound
    address = f"http://{host}:{settings.port}"
    sys.stderr.write(f"serving {settings.database_url.split('@')[-1]}\n  docs     {address}/docs\n")
    sys.stderr.write(f"  try      {address}/v1/organizations/sco/dialogue-partners?at=2025-08-30\n")
    sys.stderr.flush()
    uvicorn.run(
        "app.serving:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http="app.edge.protocol:BoundedProtocol",
        log_config=None,
        access_log=False,
        server_header=False,
    )
