"""Names say what a thing is; some words never do."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tests.architecture.tree import definitions, modules

if TYPE_CHECKING:
    from collections.abc import Iterator

NOWHERE = frozenset({"util", "utils", "helper", "helpers", "manager", "managers"})
NOTHING = frozenset({"data", "info"})
PREFIXES = ("process_", "base_")
REQUIRED = frozenset({"process_bind_param", "process_literal_param", "process_result_value"})
"""Names that SQLAlchemy calls."""


def empty(name: str) -> bool:
    """Tell whether a module's, function's or class's name is one of those that say nothing."""
    parts = [part.lower() for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]
    useless = NOWHERE | NOTHING if name[:1].isupper() or len(parts) == 1 else NOWHERE
    return name not in REQUIRED and (not useless.isdisjoint(parts) or name.lstrip("_").startswith(PREFIXES))


def empty_names(path: str, source: str) -> Iterator[str]:
    """Name the places whose names say nothing."""
    yield from (f"{path}: {part}" for part in PurePosixPath(path).with_suffix("").parts if empty(part))
    yield from (f"{path}:{node.lineno} {node.name}" for node in definitions(source) if empty(node.name))


def test_no_name_says_nothing() -> None:
    assert [one for path, source in modules().items() for one in empty_names(path, source)] == []


def test_names_that_say_nothing_are_found() -> None:
    bad = ["utils", "date_helpers", "KeyManager", "RevisionInfo", "data", "_process_rows", "base_query"]
    good = ["dataset", "Base", "base", "data_received", "info_url", "processed", "process_bind_param", "management"]
    assert [name for name in [*bad, *good] if empty(name)] == bad
    assert list(empty_names("app/utils/x.py", "class A:\n def info(self): ...")) == [
        "app/utils/x.py: utils",
        "app/utils/x.py:2 info",
    ]
