"""What the README shows is what the server says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.counts import block
from tests.databases import ROOT

if TYPE_CHECKING:
    from starlette.testclient import TestClient

_EXAMPLE = re.compile(r"```\n(GET|POST) (\S+)(?:\n(\{.*?))?\n```\n```json\n(.*?)\n```", re.DOTALL)
EXAMPLES = _EXAMPLE.findall((ROOT / "README.md").read_text(encoding="utf-8"))


def missing(shown: object, said: object, path: str = "") -> list[str]:
    """Say what the README shows and the server does not say; members the README leaves out are no difference."""
    if isinstance(shown, dict) and isinstance(said, dict):
        return [text for key, value in shown.items() for text in missing(value, said.get(key, "nothing"), f"{path}.{key}")]
    if isinstance(shown, list) and isinstance(said, list):
        if len(shown) != len(said):
            return [f"{path} has {len(said)} elements, not {len(shown)}"]
        return [
            text for n, (one, other) in enumerate(zip(shown, said, strict=True)) for text in missing(one, other, f"{path}[{n}]")
        ]
    return [] if shown == said else [f"{path} is {said!r}, not {shown!r}"]


def test_the_readme_has_its_questions() -> None:
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize(("method", "path", "body", "shown"), EXAMPLES, ids=[one[1] for one in EXAMPLES])
def test_the_server_says_what_the_readme_shows(client: TestClient, method: str, path: str, body: str, shown: str) -> None:
    answer = client.request(method, path, json=json.loads(body) if body else None)
    said: Any = answer.json()
    assert missing(json.loads(shown), said) == []


def test_the_readme_says_how_much_is_held(client: TestClient) -> None:
    assert block(client) in (ROOT / "README.md").read_text(encoding="utf-8"), "`make counts` writes it anew"
