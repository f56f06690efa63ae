"""The pages about the interface: served from here alone, under a policy without inline scripts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.edge.docs import STATIC, mount_docs

PAGES = ["/docs", "/redoc"]


class Page(HTMLParser):
    """What a page loads and what it runs."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        source = found.get("src") or (found.get("href") if tag == "link" else None)
        if source:
            self.loaded.append(source)
        self.inline += [name for name in found if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in found):
            self.inline.append(tag)


def application() -> FastAPI:
    app = FastAPI(title="States & <organizations>", version="1", docs_url=None, redoc_url=None)

    @app.get("/v1/states", operation_id="listStates")
    async def index(limit: int = 50) -> list[int]:
        return [limit]

    mount_docs(app)
    return app


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(application())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_only_what_is_served_here(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    assert page.inline == []
    assert page.loaded
    for source in page.loaded:
        assert not re.match(r"(?:[a-z]+:)?//", source)
        assert client.get(f"/{source}").status_code == 200, source


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_a_policy_without_inline_scripts(client: TestClient, path: str) -> None:
    policy = client.get(path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_a_title_is_text_and_not_markup(client: TestClient, path: str) -> None:
    html = client.get(path).text
    assert "States &amp; &lt;organizations&gt;" in html
    assert "<organizations>" not in html


@pytest.mark.parametrize("path", PAGES)
def test_a_known_page_is_not_sent_again(client: TestClient, path: str) -> None:
    tag = client.get(path).headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        answer = client.get(path, headers={"if-none-match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_head_and_refuses_post(client: TestClient, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


def test_swagger_ui_is_told_where_the_document_is(client: TestClient) -> None:
    html = client.get("/docs").text
    assert 'data-openapi="openapi.json"' in html
    assert client.get("/openapi.json").json()["info"]["title"] == "States & <organizations>"


def test_the_pages_are_not_part_of_the_interface(client: TestClient) -> None:
    assert list(client.get("/openapi.json").json()["paths"]) == ["/v1/states"]


def test_the_reference_follows_the_document() -> None:
    app = application()
    client = TestClient(app)
    first = client.get("/redoc")
    assert client.get("/redoc").headers["etag"] == first.headers["etag"]

    @app.get("/v1/later", operation_id="later")
    async def later() -> None: ...

    app.openapi_schema = None
    second = client.get("/redoc")
    assert second.headers["etag"] != first.headers["etag"]
    assert 'id="later"' in second.text


@pytest.mark.parametrize("given", [{}, {"docs_url": None}, {"docs_url": None, "redoc_url": None, "openapi_url": None}])
def test_an_application_that_would_load_from_elsewhere_is_refused(given: dict[str, None]) -> None:
    with pytest.raises(ValueError, match="is needed"):
        mount_docs(FastAPI(**given))  # type: ignore[arg-type]  # mypy cannot see that the names are parameters


@pytest.mark.parametrize("path", ["/docs/static/swagger/none.js", "/docs/static/../docs.py", "/docs/static/%2e%2e/docs.py"])
def test_only_the_static_files_are_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_committed_files_name_no_registry_and_no_machine() -> None:
    forbidden = re.compile(rb"regis[t]ry\.|npm[j]s|unpk[g]|jsdeliv[r]|/home/[a-z]|/User[s]/|/roo[t]/|/tm[p]/")
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {
        "LICENSE",
        "NOTICE",
        "favicon-32x32.png",
        "reference.css",
        "start.js",
        "swagger-ui-bundle.js",
        "swagger-ui-bundle.js.LICENSE.txt",
        "swagger-ui.css",
    }
    for path in files:
        assert not forbidden.search(path.read_bytes()), path
