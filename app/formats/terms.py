"""The terms of the linked format: which standard says what our words say.

schema.org; W3C ORG (The Organization Ontology, 2014); W3C PROV-O (2013); SKOS; DCMI Terms; EDTF literals typed by the
Library of Congress. What none of them has keeps our word, in the namespace of the context document.
"""

from __future__ import annotations

CONTEXT_PATH = "/v1/context.jsonld"

TYPES: dict[str, str | list[str]] = {
    "states": "Country",
    "organizations": ["Organization", "schema:Organization"],
    "events": "Event",
    "agreements": "Legislation",
    "initiatives": "Project",
    "people": "Person",
    "topics": "Concept",
    "sources": ["CreativeWork", "prov:Entity"],
    "memberships": "Membership",
    "participations": "Participation",
    "acts": "Act",
    "parties": "Party",
    "relations": "Relation",
    "claims": ["Claim", "prov:Entity"],
    "coverage": "Coverage",
}
"""The type of a collection's rows."""

ROLES = {"memberships": ("status", "statuses"), "participations": ("role", "roles")}
"""The member of a row that is a role, and the vocabulary whose words it takes."""

COLLECTIONS = {
    **dict.fromkeys(("organization", "organizations", "predecessors", "successors"), "organizations"),
    "event": "events",
    **dict.fromkeys(("agreement", "agreements"), "agreements"),
    "person": "people",
    "topics": "topics",
    "initiatives": "initiatives",
    "source": "sources",
    "claims": "claims",
    "acts": "acts",
    "parties": "parties",
    "participations": "participations",
    **dict.fromkeys(("member", "actor", "holder", "from", "to", "hosts", "subject"), ""),
}
"""Where the things stand that a member names; empty: their own kind says it."""

SAME_AS = {"wd": "http://www.wikidata.org/entity/"}
"""Code schemes whose codes are the ends of IRIs."""

_PREFIXES = {
    "schema": "https://schema.org/",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
}

_MOMENTS = {
    "start": "schema:startDate",
    "end": "schema:endDate",
    "founded": "schema:foundingDate",
    "dissolved": "schema:dissolutionDate",
    "signed": "schema:legislationDate",
    "in_force": "in_force",
    "terminated": "terminated",
    "published": "schema:datePublished",
    "date": "dcterms:date",
}

_PLAIN = {
    "name": "schema:name",
    "title": "schema:name",
    "acronym": "schema:alternateName",
    "description": "schema:description",
    "identifier": "schema:identifier",
    "codes": "schema:identifier",
    "same_as": "owl:sameAs",
    "latitude": "schema:latitude",
    "longitude": "schema:longitude",
    "place": "schema:location",
    "seat": "schema:location",
    "country": "schema:addressCountry",
    "predecessors": "dcterms:replaces",
    "successors": "dcterms:isReplacedBy",
    "organizations": "schema:organizer",
    "hosts": "schema:organizer",
    "topics": "schema:about",
    "offices": "org:holds",
    "holder": "org:postIn",
    "publisher": "schema:publisher",
    "lang": "schema:inLanguage",
    "quote": "schema:text",
    "claims": "prov:wasDerivedFrom",
    "source": "prov:hadPrimarySource",
}

_LITERALS = {"url": ("schema:url", "xsd:anyURI"), "website": ("schema:url", "xsd:anyURI"), "accessed": ("accessed", "xsd:date"),
             "last_day": ("last_day", "xsd:date")}  # fmt: skip


def _linked(term: str) -> dict[str, str]:
    return {"@id": term, "@type": "@id"}


_SCOPED: dict[str, dict[str, object]] = {
    "Country": {"@id": "schema:Country"},
    "Organization": {"@id": "org:Organization"},
    "Event": {"@id": "schema:Event"},
    "Legislation": {"@id": "schema:Legislation"},
    "Project": {"@id": "schema:Project"},
    "Person": {"@id": "schema:Person"},
    "Concept": {"@id": "skos:Concept"},
    "CreativeWork": {"@id": "schema:CreativeWork"},
    "Membership": {
        "@id": "org:Membership",
        "@context": {"organization": "org:organization", "member": "org:member", "role": _linked("org:role")},
    },
    "Participation": {
        "@id": "prov:Association",
        "@context": {"actor": "prov:agent", "person": "prov:agent", "role": _linked("prov:hadRole")},
    },
    "Act": {
        "@id": "prov:Activity",
        "@context": {"actor": "prov:wasAssociatedWith", "person": "prov:wasAssociatedWith", "agreement": "prov:used"},
    },
    "Claim": {"@id": "schema:Claim", "@context": {"subject": "schema:about"}},
}
"""Types, with what their members mean in them alone: `organization` is `org:organization` of a membership only."""


def context(base: str) -> dict[str, object]:
    """Give the JSON-LD context of a service at `base` (scheme and host)."""
    moments: dict[str, object] = {}
    for name, term in _MOMENTS.items():
        moments[name] = {"@id": term, "@type": "edtf:EDTF"}
        moments |= {f"{name}_{end}": {"@id": f"{name}_{end}", "@type": "xsd:date"} for end in ("earliest", "latest")}
    literals = {name: {"@id": term, "@type": kind} for name, (term, kind) in _LITERALS.items()}
    return {"@version": 1.1, "@vocab": f"{base}{CONTEXT_PATH}#", **_PREFIXES, **_PLAIN, **literals, **moments, **_SCOPED}
