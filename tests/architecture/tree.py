"""The sources of app/, parsed once for the tests of the house."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]

Definition: TypeAlias = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def modules() -> dict[str, str]:
    """Give the source of every module by its path from the root."""
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted((ROOT / "app").rglob("*.py"))}


def definitions(source: str) -> Iterator[Definition]:
    """Give every class and function of a source, however deep."""
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, DEFINITIONS))
