"""JSON-LD 1.1: every row a node with an absolute IRI, in terms of schema.org, W3C ORG and W3C PROV.

The context stands in each answer, so that a file means the same years later without a network; it is served at
`/v1/context.jsonld` too, where the terms that no standard has are named.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

import orjson

from app.formats.base import Format
from app.formats.records import record_maker
from app.formats.terms import COLLECTIONS, ROLES, SAME_AS, TYPES, context
from app.schemas.citations import LICENSE_URL, PUBLISHER
from app.vocabulary import PLURALS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from app.schemas.citations import Citation
    from app.schemas.tables import Table

CHUNK = 500

Node = dict[str, object]


class JsonLd(Format):
    """A graph: first the answer itself as a data set with its licence and revision, then one node a row."""

    name = "jsonld"
    suffix = "jsonld"
    media_type = "application/ld+json"
    body: ClassVar[Mapping[str, object]] = {"type": "object", "required": ["@context", "@graph"]}
    shapes = ("nested",)

    def write(self, table: Table) -> Iterator[bytes]:
        """Give nodes in chunks of some hundred."""
        make = record_maker(table.fields, parsed=True)
        linker = _Linker(table.citation.base, table.name)
        head = b'{"@context":' + orjson.dumps(context(table.citation.base)) + b',"@graph":[\n'
        before = head + orjson.dumps(_answer(table.citation))
        rows = iter(table.rows)
        while part := list(islice(rows, CHUNK)):
            yield before + b"".join(b",\n" + orjson.dumps(linker.row(make(row))) for row in part)
            before = b""
        yield before + b"\n]}\n"


def _answer(citation: Citation) -> Node:
    moment = {"@type": "xsd:dateTime", "@value": citation.edition.recorded_at} if citation.edition.recorded_at else None
    return _stripped(
        {
            "@id": citation.url,
            "@type": ["schema:Dataset", "prov:Entity"],
            "schema:name": citation.title,
            "schema:publisher": PUBLISHER,
            "schema:license": {"@id": LICENSE_URL},
            "schema:version": str(citation.edition.revision),
            "schema:isPartOf": {"@id": f"{citation.base}/v1/dataset"},
            "prov:generatedAtTime": moment,
        }
    )


class _Linker:
    """Turns nested records into nodes: ids into IRIs, moments into EDTF literals, evidence into derivation."""

    def __init__(self, base: str, collection: str) -> None:
        self._base = base
        self._collection = collection

    def row(self, record: Mapping[str, object]) -> Node:
        """Give the node of one row, typed after its collection."""
        node = self._node(record, self._collection)
        if kind := TYPES.get(self._collection):
            node = {"@id": node.pop("@id"), "@type": kind, **node} if "@id" in node else {"@type": kind, **node}
        member, vocabulary = ROLES.get(self._collection, ("", ""))
        if word := record.get(member):
            node["role"] = f"{self._base}/v1/vocabularies/{vocabulary}#{word}"
        return node

    def _node(self, record: Mapping[str, object], collection: str | None) -> Node:
        node: Node = {}
        for name, value in record.items():
            if value is None or name == "evidence":
                continue
            if name == "id":
                node |= {"@id": self._iri(collection, value)} if collection else {"identifier": value}
            elif name == "codes" and isinstance(value, dict):
                node |= _codes(value)
            elif isinstance(value, dict) and "edtf" in value:
                node |= _moment(name, value)
            elif name == "country":
                node[name] = {"@id": self._iri("states", value)}
            else:
                node[name] = self._value(name, value)
        if isinstance(evidence := record.get("evidence"), dict):
            node = self._evidence(evidence) | node
        return _stripped(node)

    def _value(self, name: str, value: object) -> object:
        if isinstance(value, list):
            return [self._value(name, one) for one in value]
        if not isinstance(value, dict):
            return value
        kind = value.get("kind")
        known = COLLECTIONS.get(name)
        if known == "" and kind in set(Kind):  # an actor, or the subject of a claim: its kind says where it stands
            known = PLURALS[Kind(str(kind))]
        return self._node(value, known)

    def _evidence(self, evidence: Mapping[str, object]) -> Node:
        """Give the counts, and the best claim as what the fact was derived from, with its source."""
        node: Node = {"claim_count": evidence.get("claims"), "conflict": evidence.get("conflict")}
        best = evidence.get("best")
        if isinstance(best, dict):
            source = {"id": best.get("source"), **{one: best.get(one) for one in ("title", "publisher", "url")}}
            claim = self._node({"id": best.get("id"), "quote": best.get("quote"), "source": source}, "claims")
            node["claims"] = {"@type": TYPES["claims"], **claim}
        return node

    def _iri(self, collection: str | None, identifier: object) -> str:
        return f"{self._base}/v1/{collection}/{quote(str(identifier), safe=':')}"


def _codes(codes: Mapping[str, object]) -> Node:
    """Give codes as property values, and those that are IRIs of the same thing elsewhere as such."""
    held = {scheme: value for scheme, value in codes.items() if value is not None}
    values = [{"@type": "schema:PropertyValue", "schema:propertyID": one, "schema:value": held[one]} for one in held]
    same = [{"@id": f"{SAME_AS[scheme]}{value}"} for scheme, value in held.items() if scheme in SAME_AS]
    return {"codes": values, "same_as": same or None}


def _moment(name: str, moment: Mapping[str, object]) -> Node:
    """Give a date as it is known: its EDTF text unless it is open or unknown, its bounds as days, its status."""
    text = moment.get("edtf")
    return {
        name: None if text in {"", ".."} else text,
        f"{name}_earliest": moment.get("earliest"),
        f"{name}_latest": moment.get("latest"),
        f"{name}_status": moment.get("status"),
    }


def _stripped(node: Mapping[str, object]) -> Node:
    return {name: value for name, value in node.items() if value is not None}
