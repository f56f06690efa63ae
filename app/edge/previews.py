"""A small page about one entity, for others to show in a frame: text alone, no style, no script."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from app.vocabulary import PLURALS

if TYPE_CHECKING:
    from app.queries.describing import Described

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{name}</title></head>
<body>
<p><a href="{url}" target="_blank" rel="noopener"><strong>{name}</strong></a></p>
<p>{description}</p>
<p><small>{codes}</small></p>
</body>
</html>
"""


def render_preview(entity: Described, base: str) -> str:
    """Give the page: the name with its address, what it is, its codes; all of it escaped."""
    codes = ", ".join(f"{scheme}:{value}" for scheme, value in entity.codes.items())
    url = f"{base}/v1/{PLURALS[entity.kind]}/{entity.id}"
    return _PAGE.format(
        name=escape(entity.name), url=escape(url), description=escape(entity.description), codes=escape(codes or entity.id)
    )
