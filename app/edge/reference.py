"""The reading page of the interface: one OpenAPI document in, one static HTML page out, without a script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

Node = Mapping[str, object]

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_UNTAGGED = "Other"
_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matching {}",
}
_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\[(?P<text>[^\]]+)\]\((?P<url>(?:https?://|/|#)[^)\s]*)\)")
_BULLET = re.compile(r"\s*[-*] +")


class _Operation(NamedTuple):
    anchor: str
    method: str
    path: str
    node: Node
    parameters: Sequence[Node]


def render_reference(document: Node, *, openapi_url: str, static_url: str) -> str:
    """Give the page for an OpenAPI 3.1 document; both URLs are as the page's links shall have them.

    Each operation is a section with its `operationId` as anchor, each component schema one as `schema-NAME`. Texts
    of the document are escaped; of Markdown, paragraphs, lists, code, bold and links are shown as such. What the
    document lacks, or has in another shape than OpenAPI gives it, is left out.
    """
    info = _node(document.get("info"))
    title = escape(f"{_text(info, 'title')} {_text(info, 'version')}".strip())
    groups = _grouped(document)
    schemas = {name: _node(schema) for name, schema in _node(_node(document.get("components")).get("schemas")).items()}
    static, openapi = escape(static_url), escape(openapi_url)
    return "".join(
        [
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}: reference</title>\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f'<link rel="stylesheet" href="{static}/reference.css">\n',
            f'<link rel="icon" type="image/png" href="{static}/swagger/favicon-32x32.png">\n</head>\n<body>\n',
            f'<header>\n<a class="skip" href="#content">Skip to the content</a>\n<h1>{title}</h1>\n',
            _prose(_text(info, "description")),
            f'<p>The same for machines: <a href="{openapi}">{openapi}</a>.</p>\n</header>\n',
            _navigation(groups, schemas),
            '<main id="content">\n',
            *(_group(document, tag, operations) for tag, operations in groups.items()),
            _schema_part(schemas) if schemas else "",
            "</main>\n</body>\n</html>\n",
        ]
    )


def _node(value: object) -> Node:
    return value if isinstance(value, Mapping) else {}


def _nodes(value: object) -> list[Node]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(node: Node, name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


def _resolved(document: Node, value: object) -> Node:
    """Follow one local `$ref` (RFC 6901 pointer); one that leads nowhere gives an empty node."""
    node = _node(value)
    if "$ref" not in node:
        return node
    found: object = document
    for step in _text(node, "$ref").removeprefix("#/").split("/"):
        found = _node(found).get(step.replace("~1", "/").replace("~0", "~"))
    return _node(found)


def _grouped(document: Node) -> dict[str, list[_Operation]]:
    """Give the operations by their first tag, tags in the order of the document."""
    groups: dict[str, list[_Operation]] = {_text(tag, "name"): [] for tag in _nodes(document.get("tags"))}
    for path, value in _node(document.get("paths")).items():
        item = _node(value)
        for method in METHODS:
            if method not in item:
                continue
            node = _node(item[method])
            declared = [*_nodes(item.get("parameters")), *_nodes(node.get("parameters"))]
            parameters = [_resolved(document, parameter) for parameter in declared]
            anchor = _text(node, "operationId") or _slug(f"{method}-{path}")
            tags = node.get("tags")
            tag = str(tags[0]) if isinstance(tags, list) and tags else _UNTAGGED
            groups.setdefault(tag, []).append(_Operation(anchor, method, path, node, parameters))
    return {tag: operations for tag, operations in groups.items() if operations}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _navigation(groups: Mapping[str, Sequence[_Operation]], schemas: Iterable[str]) -> str:
    parts = ['<nav aria-label="Contents">\n<h2>Contents</h2>\n']
    for tag, operations in groups.items():
        links = [(o.anchor, f"{o.method.upper()} {o.path}") for o in operations]
        parts.append(_contents(tag, links))
    links = [(f"schema-{name}", name) for name in schemas]
    parts.append(_contents("Schemas", links) if links else "")
    return "".join([*parts, "</nav>\n"])


def _contents(title: str, links: Iterable[tuple[str, str]]) -> str:
    items = "".join(f'<li><a href="#{escape(anchor)}">{escape(label)}</a></li>\n' for anchor, label in links)
    return f"<details>\n<summary>{escape(title)}</summary>\n<ul>\n{items}</ul>\n</details>\n"


def _group(document: Node, tag: str, operations: Iterable[_Operation]) -> str:
    described = next((node for node in _nodes(document.get("tags")) if node.get("name") == tag), {})
    heading = f'<h2 id="tag-{_slug(tag)}">{escape(tag)}</h2>\n'
    sections = (_section(document, operation) for operation in operations)
    return "".join([heading, _prose(_text(described, "description")), *sections])


def _section(document: Node, operation: _Operation) -> str:
    node, anchor = operation.node, escape(operation.anchor)
    method, path = operation.method.upper(), escape(operation.path)
    return "".join(
        [
            f'<section class="operation" id="{anchor}" aria-labelledby="{anchor}-title">\n',
            f'<h3 id="{anchor}-title"><span class="method">{method}</span> <code>{path}</code></h3>\n',
            '<p class="deprecated">Deprecated.</p>\n' if node.get("deprecated") is True else "",
            _prose(_text(node, "summary")),
            _prose(_text(node, "description")),
            _parameters(operation.parameters),
            _body(_resolved(document, node.get("requestBody"))),
            _responses(document, _node(node.get("responses"))),
            "</section>\n",
        ]
    )


def _table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table of ready HTML cells, the first of each row its header; nothing without rows."""
    if not (lines := [f'<tr><th scope="row">{first}</th>{_cells(rest)}</tr>\n' for first, *rest in rows]):
        return ""
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    start = f"<table>\n<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n"
    return "".join([start, *lines, "</tbody>\n</table>\n"])


def _cells(contents: Iterable[str]) -> str:
    return "".join(f"<td>{content}</td>" for content in contents)


def _parameters(parameters: Iterable[Node]) -> str:
    rows = []
    for parameter in parameters:
        schema = _node(parameter.get("schema"))
        place = [_text(parameter, "in"), "required" if parameter.get("required") is True else "optional"]
        place += ["deprecated"] if parameter.get("deprecated") is True else []
        meaning = _prose(_text(parameter, "description") or _text(schema, "description")) + _rules(schema)
        rows.append((_literal(_text(parameter, "name")), escape(", ".join(place)), _type(schema), meaning))
    return _table("Parameters", ("Name", "Where", "Type", "Meaning"), rows)


def _body(body: Node) -> str:
    if not body:
        return ""
    rows = [(_literal(media), kind) for media, kind in _media(body)]
    return _prose(_text(body, "description")) + _table("Request body", ("Media type", "Type"), rows)


def _responses(document: Node, responses: Node) -> str:
    rows = []
    for status, value in responses.items():
        response = _resolved(document, value)
        content = "<br>".join(f"{_literal(media)}: {kind}" for media, kind in _media(response))
        fields = ", ".join(map(_literal, _node(response.get("headers"))))
        rows.append((escape(status), _prose(_text(response, "description")), content or "none", fields or "none"))
    return _table("Responses", ("Status", "Meaning", "Content", "Header fields"), rows)


def _media(holder: Node) -> list[tuple[str, str]]:
    content = _node(holder.get("content"))
    return [(media, _type(_node(_node(value).get("schema")))) for media, value in content.items()]


def _schema_part(schemas: Mapping[str, Node]) -> str:
    parts = ['<h2 id="schemas">Schemas</h2>\n']
    for name, schema in schemas.items():
        anchor = f"schema-{escape(name)}"
        parts += [
            f'<section class="schema" id="{anchor}" aria-labelledby="{anchor}-title">\n<h3 id="{anchor}-title">',
            f"{escape(name)}</h3>\n{_prose(_text(schema, 'description'))}",
            _members(schema) or f"<p>{_type(schema)}</p>\n{_rules(schema)}",
            "</section>\n",
        ]
    return "".join(parts)


def _members(schema: Node) -> str:
    required = schema.get("required")
    needed = required if isinstance(required, list) else []
    rows = []
    for name, value in _node(schema.get("properties")).items():
        member = _node(value)
        meaning = _prose(_text(member, "description")) + _rules(member)
        rows.append((_literal(name), "always" if name in needed else "may be absent", _type(member), meaning))
    return _table("Members", ("Name", "Present", "Type", "Meaning"), rows)


def _type(schema: Node) -> str:
    """Give the type as HTML: a link for a component, words for the rest."""
    if "$ref" in schema:
        name = escape(_text(schema, "$ref").rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    for keyword, word in (("anyOf", " or "), ("oneOf", " or "), ("allOf", " and ")):
        if keyword in schema:
            return word.join(dict.fromkeys(map(_type, _nodes(schema[keyword]))))
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list):
        return " or ".join(map(_literal, values))
    return _plain_type(schema)


def _plain_type(schema: Node) -> str:
    kind = schema.get("type", "any")
    if kind == "array":
        return f"array of {_type(_node(schema.get('items')))}"
    if isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {_type(_node(schema['additionalProperties']))}"
    words = " or ".join(map(str, kind)) if isinstance(kind, list) else str(kind)
    detail = _text(schema, "format")
    return escape(f"{words} ({detail})" if detail else words)


def _rules(schema: Node) -> str:
    """Give bounds, default and examples, also those of the alternatives of a nullable type, as a paragraph."""
    parts = [schema, *_nodes(schema.get("anyOf"))]
    words = [text.format(_literal(part[name])) for part in parts for name, text in _BOUNDS.items() if name in part]
    if schema.get("default") is not None:
        words.append(f"default {_literal(schema['default'])}")
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        words.append("such as " + ", ".join(map(_literal, examples)))
    return f"<p>{'; '.join(words)}</p>" if words else ""


def _literal(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"<code>{escape(text)}</code>"


def _prose(markdown: str) -> str:
    """Give paragraphs and lists as HTML; everything else of Markdown stays as it was typed."""
    blocks = []
    for block in re.split(r"\n\s*\n", markdown.strip()):
        lines = block.splitlines()
        first = next((number for number, line in enumerate(lines) if _BULLET.match(line)), len(lines))
        if first:
            blocks.append(f"<p>{_inline(' '.join(lines[:first]))}</p>\n")
        items: list[str] = []
        for line in lines[first:]:
            if _BULLET.match(line):
                items.append(_BULLET.sub("", line, count=1))
            else:
                items[-1] += f" {line.strip()}"
        if items:
            blocks.append("<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>\n")
    return "".join(blocks)


def _inline(text: str) -> str:
    def marked(match: re.Match[str]) -> str:
        if match["code"] is not None:
            return f"<code>{match['code']}</code>"
        if match["bold"] is not None:
            return f"<strong>{match['bold']}</strong>"
        return f'<a href="{match["url"]}">{match["text"]}</a>'

    return _INLINE.sub(marked, escape(text))
