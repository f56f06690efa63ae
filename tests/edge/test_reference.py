"""An OpenAPI document becomes a page that says everything the document says, and runs nothing."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Annotated, Literal

import pytest
from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field

from app.edge.reference import render_reference


class StatesParams(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=1000, description="Rows of a page.")
    region: str | None = Field(None, min_length=2, examples=["Caucasus"], description="An *M49* region, `in words`.")
    status: Literal["member", "observer"] = "member"


class State(BaseModel):
    """One state <of the world>."""

    id: str = Field(description="ISO 3166-1 alpha-3", pattern="^[A-Z]{3}$")
    names: list[str]
    codes: dict[str, str] = {}
    successor: State | None = None


class Structure(HTMLParser):
    """Anchors, links, tags and headings of a page; fails on tags that do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: Counter[str] = Counter()
        self.headings: list[int] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name == "href" and value:
                self.links.append(value)
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def document() -> dict[str, object]:
    tags = [{"name": "states", "description": "Actors, then and now."}, {"name": "unused"}]
    app = FastAPI(
        title="Test",
        version="2.1",
        description="One.\n\n- **two**\n- [three](https://example.org/)",
        openapi_tags=tags,
        separate_input_output_schemas=False,
    )

    @app.get("/v1/states", operation_id="listStates", tags=["states"], summary="List states")
    async def index(params: Annotated[StatesParams, Query()]) -> list[State]:
        raise NotImplementedError(params)

    @app.put("/v1/states/{id}", tags=["states"], deprecated=True, responses={404: {"description": "Nothing is here."}})
    async def replace(id: str, state: State) -> State:
        raise NotImplementedError(id, state)

    @app.get("/livez", operation_id="live", responses={200: {"headers": {"X-Age": {"schema": {"type": "string"}}}}})
    async def live() -> None: ...

    return app.openapi()


def rendered(spec: dict[str, object]) -> str:
    return render_reference(spec, openapi_url="openapi.json", static_url="static")


@pytest.fixture(scope="module")
def html() -> str:
    return rendered(document())


def section(html: str, anchor: str) -> str:
    return html.partition(f'id="{anchor}" ')[2].partition("</section>")[0]


def test_every_link_leads_to_an_anchor_that_is_there_once(html: str) -> None:
    page = Structure(html)
    assert max(Counter(page.ids).values()) == 1
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert {"listStates", "live", "schema-State", "tag-states", "content"} <= set(page.ids)


def test_the_page_runs_nothing_and_its_headings_form_a_tree(html: str) -> None:
    page = Structure(html)
    assert not page.tags.keys() & {"script", "style", "iframe", "form", "input"}
    assert page.tags["h1"] == page.tags["main"] == page.tags["title"] == 1
    assert all(later - earlier <= 1 for earlier, later in zip(page.headings, page.headings[1:], strict=False))
    assert html.startswith('<!DOCTYPE html>\n<html lang="en">')


def test_a_parameter_has_its_place_type_bounds_default_and_meaning(html: str) -> None:
    text = section(html, "listStates")
    row = '<tr><th scope="row"><code>limit</code></th><td>query, optional</td><td>integer</td><td><p>Rows of a page.</p>'
    assert row in text.replace("\n", "")
    assert "<p>at least <code>1</code>; at most <code>1000</code>; default <code>50</code></p>" in text
    assert "<td>string or null</td>" in text
    assert "at least <code>2</code> characters; such as <code>Caucasus</code>" in text
    assert "<code>member</code> or <code>observer</code>" in text
    assert "An *M49* region, <code>in words</code>." in text


def test_an_operation_has_its_body_and_every_response(html: str) -> None:
    anchor = next(name for name in Structure(html).ids if name.startswith("replace"))
    text = section(html, anchor)
    assert '<span class="method">PUT</span> <code>/v1/states/{id}</code>' in text
    assert "Deprecated." in text
    assert "path, required" in text
    assert "<caption>Request body</caption>" in text
    assert '<code>application/json</code>: <a href="#schema-State">State</a>' in text
    for status in ("200", "404", "422"):
        assert f'<th scope="row">{status}</th>' in text
    assert "<code>X-Age</code>" in section(html, "live")
    assert 'array of <a href="#schema-State">State</a>' in section(html, "listStates")


def test_a_schema_has_its_members(html: str) -> None:
    text = section(html, "schema-State")
    assert "One state &lt;of the world&gt;." in text
    assert "<code>id</code></th><td>always</td><td>string</td>" in text
    assert "matching <code>^[A-Z]{3}$</code>" in text
    assert "<td>array of string</td>" in text
    assert "<td>object of string</td>" in text
    assert '<td><a href="#schema-State">State</a> or null</td>' in text


def test_prose_is_shown_as_prose(html: str) -> None:
    assert "<p>One.</p>\n<ul><li><strong>two</strong></li>" in html
    assert '<a href="https://example.org/">three</a>' in html
    assert "Actors, then and now." in html
    assert "unused" not in html


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "[x](javascript:alert(1))"])
def test_text_of_the_document_is_never_markup(text: str) -> None:
    operation = {
        "operationId": text,
        "tags": [text],
        "summary": text,
        "description": text,
        "parameters": [{"name": text, "in": text, "description": text, "schema": {"type": text, "default": text}}],
        "responses": {text: {"description": text, "content": {text: {"schema": {"enum": [text]}}}}},
    }
    spec: dict[str, object] = {
        "info": {"title": text, "version": text, "description": text},
        "tags": [{"name": text, "description": text}],
        "paths": {text: {"get": operation}},
        "components": {"schemas": {text: {"properties": {text: {"$ref": f"#/components/schemas/{text}"}}}}},
    }
    page = Structure(rendered(spec))
    assert not page.tags.keys() & {"script", "img"}
    assert not any(link.startswith("javascript") for link in page.links)


def test_shared_parts_are_followed_and_what_is_missing_is_left_out() -> None:
    spec: dict[str, object] = {
        "paths": {
            "/a": {
                "parameters": [{"$ref": "#/components/parameters/at"}, {"$ref": "#/components/parameters/none"}],
                "get": {"responses": {"404": {"$ref": "#/components/responses/not~1found"}}},
            },
        },
        "components": {
            "parameters": {"at": {"name": "at", "in": "query", "schema": {"oneOf": [{"type": ["string", "null"]}]}}},
            "responses": {"not/found": {"description": "Nothing is here."}},
        },
    }
    text = section(rendered(spec), "get-a")
    assert "<code>at</code>" in text
    assert "string or null" in text
    assert "Nothing is here." in text


@pytest.mark.parametrize("spec", [{}, {"paths": None}, {"paths": {"/a": {"get": []}}}, {"info": 3, "components": []}])
def test_a_poor_document_gives_a_poor_page(spec: dict[str, object]) -> None:
    assert Structure(rendered(spec)).tags["main"] == 1
