"""Modules and functions stay small: when one grows past its size, a room is missing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.architecture.tree import definitions, modules

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULE_LINES = 300
FUNCTION_LINES = 40
ALLOWED: dict[str, str] = {}
"""What may be longer (`app/x.py` or `app/x.py:function`), and why."""


def long_functions(path: str, source: str) -> Iterator[str]:
    """Name the functions with more lines than allowed, docstrings and decorators aside."""
    for node in definitions(source):
        if isinstance(node, ast.ClassDef) or node.end_lineno is None:
            continue
        lines = node.end_lineno - node.lineno + 1
        if ast.get_docstring(node) is not None:
            docstring = node.body[0]
            lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
        if lines > FUNCTION_LINES and f"{path}:{node.name}" not in ALLOWED:
            yield f"{path}:{node.name} has {lines} lines"


def test_no_module_is_longer_than_a_room() -> None:
    sizes = {path: len(source.splitlines()) for path, source in modules().items() if path not in ALLOWED}
    assert {path: lines for path, lines in sizes.items() if lines > MODULE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    assert [one for path, source in modules().items() for one in long_functions(path, source)] == []


def test_a_docstring_does_not_count() -> None:
    body = "    a = 1\n" * (FUNCTION_LINES - 1)
    assert list(long_functions("x", f'def f():\n    """One.\n\n    Two.\n    """\n{body}')) == []
    assert list(long_functions("x", f"class C:\n  async def f():\n{body}    b = 2\n")) == ["x:f has 41 lines"]
