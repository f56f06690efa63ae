"""OpenAPI parameters of a collection, made from its declaration: each with description, schema and example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.edge.asking import COLUMN_PARAMETERS, SHAPES
from app.formats.registry import offered
from app.schemas.counting import FACET_VALUES, MAX_KEYS, MAX_SAMPLE, MAX_SEED, countable
from app.schemas.filters import FilterType, Operator
from app.schemas.parsing import MAX_LENGTH, MAX_LIMIT
from app.schemas.questions import PREFERRED, Certainty
from app.schemas.tables import FieldType
from app.schemas.values import MAX_PHRASE
from app.vocabulary import LANGUAGES, Scheme

if TYPE_CHECKING:
    from app.schemas.filters import Filter, Spec

Schema = dict[str, object]

_DAY = r"\d{4}(-\d{2}(-\d{2})?)?"
_HTTP_DATE = (
    r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), (0[1-9]|[12]\d|3[01]) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d GMT$"
)
_LIST = r"[^,\x00]+(,[^,\x00]+)*"
_PATTERNS = {
    FilterType.YEARS: r"^\d{4}(\.\.\d{4})?$",
    FilterType.INSTANT: f"^{_DAY}$",
    FilterType.INTEGER: r"^-?\d{1,9}$",
    FilterType.NUMBER: r"^-?\d{1,9}$",
}
_TEXTS = {FilterType.PHRASE: (MAX_PHRASE, r"[^\x00]+"), FilterType.CODE: (MAX_LENGTH, r"[!-+.-~-]+(,[!-+.-~-]+)*")}
_OTHERWISE = {"Accept-Datetime": "known_at"}
_PHRASES = {
    Operator.EQ: "{text}; commas mean or",
    Operator.NOT: "not any of these: {text}",
    Operator.ALL: "every one of these: {text}",
    Operator.GT: "after, or greater than: {text}",
    Operator.GTE: "from, or at least: {text}",
    Operator.LT: "before, or less than: {text}",
    Operator.LTE: "until, or at most: {text}",
    Operator.CONTAINS: "has this text anywhere, in any case: {text}",
    Operator.STARTSWITH: "begins with this text, in any case: {text}",
    Operator.ISNULL: "true where there is none: {text}",
}


def parameter(name: str, description: str, schema: Schema, example: object = None, *, where: str = "query") -> Schema:
    """Give one OpenAPI parameter."""
    found: Schema = {"name": name, "in": where, "required": where == "path", "description": description, "schema": schema}
    if example not in {None, ""}:
        found["example"] = example
    return found


def collection_parameters(spec: Spec, *, fixed: frozenset[str] = frozenset()) -> list[Schema]:
    """Give every parameter of a collection but the fixed ones, which a view has set already."""
    own = [
        parameter(
            one.parameter(operator),
            one.description if one.single else _PHRASES[operator].format(text=one.description),
            _schema(one, operator),
            _example(one, operator),
        )
        | ({"required": True} if one.required else {})
        for one in spec.filters.values()
        if one.name not in fixed
        for operator in one.operators
    ]
    shaping = [
        one
        for one in (*(_times() if spec.dated else []), *_shaping(spec), *counting_parameters(spec))
        if spec.takes(_OTHERWISE.get(str(one["name"]), str(one["name"])))
    ]
    return [*own, *shaping, *_paging(), *representation_parameters(spec)]


def item_parameters(spec: Spec) -> list[Schema]:
    """Give the parameters of a single thing."""
    shaping = [one for one in _shaping(spec) if one["name"] not in {"sort", "certainty"}]
    return [*([_times()[0]] if spec.dated else []), *shaping, *representation_parameters(spec)]


def as_of_parameters() -> list[Schema]:
    """Give the parameters by which every read names the revision it wants."""
    moment = "as the data was known on this day or at this moment (RFC 3339); a revision's moment is in /v1/revisions"
    named = "as the data was in this release: another way to name a revision, see /v1/releases"
    header = "as `known_at`, as an HTTP-date (RFC 7089); `Memento-Datetime` answers with the moment of the revision"
    return [
        parameter("known_at", moment, {"type": "string", "pattern": rf"^{_DAY}(T\d{{2}}:\d{{2}}(:\d{{2}}(\.\d{{1,6}})?)?Z)?$"}),
        parameter(
            "release", named, {"type": "string", "minLength": 1, "maxLength": 40, "pattern": r"^[0-9A-Za-z][0-9A-Za-z._-]*$"}
        ),
        parameter("Accept-Datetime", header, {"type": "string", "pattern": _HTTP_DATE}, where="header"),
    ]


def identifier(spec: Spec, name: str = "id") -> Schema:
    """Give the path parameter that names one thing."""
    text = "permanent id in any case, or a code with its scheme (iso2:AZ, cow:373, wd:Q227)"
    return parameter(
        name, text, {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[^/\x00]+$"}, spec.example, where="path"
    )


def _example(one: Filter, operator: Operator) -> object:
    return None if operator is Operator.ISNULL else one.example


def _schema(one: Filter, operator: Operator) -> Schema:
    if operator is Operator.ISNULL or one.type is FilterType.BOOLEAN:
        return {"type": "string", "enum": ["true", "false"]}
    if one.choices is not None:
        words = "|".join(word.value for word in one.choices)
        return {"type": "string", "pattern": f"^({words})$" if one.single else f"^({words})(,({words}))*$"}
    if one.type in _PATTERNS:
        return {"type": "string", "pattern": _PATTERNS[one.type]}
    if one.type in {FilterType.MOMENT, FilterType.HELD_AT}:
        several = operator is Operator.EQ and not one.single
        return {"type": "string", "pattern": f"^{_DAY}(,{_DAY})*$" if several else f"^{_DAY}$"}
    length, pattern = _TEXTS.get(one.type, (MAX_LENGTH, _LIST))
    return {"type": "string", "minLength": 1, "maxLength": length, "pattern": f"^{pattern}$"}


def _times() -> list[Schema]:
    period = f"^({_DAY}|\\.\\.)(/({_DAY}|\\.\\.))?$"
    return [
        parameter(
            "at",
            "true on this day; of a month or a year: on some day of it",
            {"type": "string", "pattern": f"^{_DAY}$"},
            "2025-08-30",
        ),
        parameter(
            "during", "true on some day from A to B (A/B, `..` is open)", {"type": "string", "pattern": period}, "2016/2020"
        ),
        parameter("throughout", "true on every day from A to B", {"type": "string", "pattern": period}, "2016/2020"),
    ]


def _shaping(spec: Spec) -> list[Schema]:
    sortable = "|".join(one.path.replace(".", r"\.") for one in spec.fields if one.type is not FieldType.JSON)
    found = [
        parameter(
            "certainty",
            "which rows an imprecise date lets through",
            {"type": "string", "enum": [one.value for one in Certainty]},
            "any",
        ),
        parameter(
            "sort",
            "fields to order by, `-` before one for descending, missing values last; of groups, their keys and numbers",
            {"type": "string", "pattern": f"^-?({sortable})(,-?({sortable}))*$"},
            spec.default_sort,
        ),
        parameter("fields", "only these fields; a parent names all below it", {"type": "string", "enum": _paths(spec)}, "id"),
        *as_of_parameters(),
        parameter("lang", "language of names, by the Unicode CLDR", {"type": "string", "enum": ["en", *LANGUAGES]}, "en"),
    ]
    if spec.kinds:
        text = "every recorded version of a row, with the revisions that held it"
        found.append(parameter("history", text, {"type": "string", "enum": ["true", "false"]}))
    found += resolve_parameter(spec)
    if spec.includes:
        text = "; ".join(f"{name}: {what}" for name, what in spec.includes.items())
        found.append(parameter("include", f"more of each row. {text}", {"type": "string", "enum": list(spec.includes)}))
    if spec.actors:
        schemes = "|".join(one.value for one in Scheme)
        found.append(
            parameter(
                "codes", "codes to show beside actors", {"type": "string", "pattern": f"^({schemes})(,({schemes}))*$"}, "iso2,cow"
            )
        )
    return found


def resolve_parameter(spec: Spec) -> list[Schema]:
    """Give the parameter that says which claim rules a date, where a resource has such dates."""
    if not spec.resolvable:
        return []
    dates = ", ".join(spec.resolvable)
    text = (
        f"where sources differ, the date that rules ({dates}): as curated, the earliest or latest claimed, or a source's own word"
    )
    schema: Schema = {"type": "string", "pattern": r"^(preferred|earliest|latest|source:[a-z0-9-]+)$", "default": PREFERRED}
    return [parameter("resolve", text, schema, "earliest")]


def counting_parameters(spec: Spec) -> list[Schema]:
    """Give the parameters that count rows and draw samples of them."""
    words = "|".join(one.replace(".", r"\.") for one in countable(spec))
    keys: Schema = {"type": "string", "pattern": f"^({words})(,({words})){{0,{MAX_KEYS - 1}}}$"}
    example = "start.year" if spec.dated and "start.year" in countable(spec) else countable(spec)[-1]
    most = {"type": "integer", "minimum": 1, "maximum": MAX_SAMPLE}
    seed = {"type": "integer", "minimum": 0, "maximum": MAX_SEED, "default": 0}
    return [
        parameter("group_by", "rows counted by these keys; a row with several values counts under each", keys, example),
        parameter("facets", f"beside the first page, the {FACET_VALUES} most frequent values of each", keys, example),
        parameter("count_distinct", "how many different values: in `meta.distinct`, or of each group", keys, example),
        parameter("sample", "only this many rows, drawn at random: the same for the same seed and revision", most, 10),
        parameter("seed", "which sample is drawn", seed, 1),
    ]  # fmt: skip


def _paths(spec: Spec) -> list[str]:
    paths = [one.path for one in spec.default_fields]
    return list(dict.fromkeys([*(path.split(".")[0] for path in paths), *paths]))


def _paging() -> list[Schema]:
    return [
        parameter("limit", "most rows of a page", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 50}, 50),
        cursor_parameter(),
    ]


def cursor_parameter() -> Schema:
    """Give the parameter that goes on where a page ended."""
    schema: Schema = {"type": "string", "maxLength": 1000, "pattern": r"^[A-Za-z0-9_-]+$"}
    return parameter("cursor", "where the next page begins: `page.next` has it", schema)


def representation_parameters(spec: Spec | None = None) -> list[Schema]:
    """Give the parameters that choose a representation; all of them where nothing is known of the rows."""
    formats = offered(located=spec is None or spec.located)
    suffixes = ", ".join(f".{one.suffix}" for one in formats.values())
    return [
        parameter(
            "format",
            f"representation, before a suffix of the path ({suffixes}) and Accept; all but json give every row, not a page",
            {"type": "string", "enum": list(formats)},
            "json",
        ),
        parameter(
            "shape",
            "of json, jsonl and geojson: nested, or flat with the columns of csv, lists and objects as JSON text",
            {"type": "string", "enum": list(SHAPES)},  # no example: none fits every format, and examples are asked together
        ),
    ]


def column_parameters(spec: Spec) -> list[Schema]:
    """Give the parameters that decide which columns a flat answer has."""
    return [one for one in _shaping(spec) if one["name"] in COLUMN_PARAMETERS]
