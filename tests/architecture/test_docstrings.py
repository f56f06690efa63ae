"""Everything public says what it is for."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from tests.architecture.tree import DEFINITIONS, modules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.architecture.tree import Definition

FILLING = frozenset({"a", "an", "the", "of", "for", "this", "it", "is", "module", "class", "function", "method"})


def words(text: str) -> set[str]:
    """Split a name or a text into its words, plural or not."""
    return {word.lower().removesuffix("s") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+", text)}


def silent(path: str, node: ast.Module | Definition) -> Iterator[str]:
    """Name what is public and has no docstring, or one that only repeats the name."""
    docstring = ast.get_docstring(node)
    if docstring is None:
        yield f"{path} says nothing"
    elif not words(docstring) - words(path) - FILLING:
        yield f"{path} only repeats its name"
    if isinstance(node, ast.Module | ast.ClassDef):
        for child in node.body:
            if isinstance(child, DEFINITIONS) and not child.name.startswith("_"):
                yield from silent(f"{path}:{child.name}", child)


def test_every_public_module_class_and_function_says_what_it_is_for() -> None:
    assert [one for path, source in modules().items() for one in silent(path, ast.parse(source))] == []


def test_silence_and_repetition_are_found() -> None:
    source = (
        '"""Rules of a house."""\nclass OpenDoors:\n    """The open door."""\n    def shut(self): ...\n    def _lock(self): ...\n'
    )
    assert list(silent("app/x.py", ast.parse(source))) == [
        "app/x.py:OpenDoors only repeats its name",
        "app/x.py:OpenDoors:shut says nothing",
    ]
