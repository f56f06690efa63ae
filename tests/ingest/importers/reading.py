"""Ten real lines of a file at a time, read as an import reads them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from app.ingest.importers.base import Explained, Noticed, Refused
from app.ingest.importers.catalog import IMPORTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.ingest.importers.base import Reading

LINES = Path(__file__).resolve().parent / "lines"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the real files lie in ../shared/data, which is not here")

_Kind = TypeVar("_Kind")


def read(name: str, *paths: Path) -> list[Reading]:
    """Read files, of one or several datasets, to the end."""
    return [one for dataset, tables in IMPORTERS[name].assign(paths) for one in dataset.read(tables)]


def lines(name: str, *files: str) -> list[Reading]:
    """Read files of real lines that lie beside the tests."""
    return read(name, *(LINES / one for one in files))


def only(found: Sequence[Reading], kind: type[_Kind]) -> list[_Kind]:
    """Give the records of one kind."""
    return [one for one in found if isinstance(one, kind)]


def refusals(found: Sequence[Reading]) -> list[tuple[int, str, str]]:
    """Give line, column and value of everything refused."""
    return [(one.line, one.column, one.value) for one in only(found, Refused)]


def explanations(found: Sequence[Reading]) -> list[tuple[int, str]]:
    """Give line and reason of every line of which nothing is applied."""
    return [(one.line, one.reason) for one in only(found, Explained)]


def notices(found: Sequence[Reading]) -> list[tuple[int, str, str]]:
    """Give line, column and reason of what is odd and applied as it stands; that ten lines are not the whole file is not."""
    return [(one.line, one.column, one.reason) for one in only(found, Noticed) if not one.reason.endswith("may be cut")]
