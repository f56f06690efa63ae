"""GeoJSON, JSON-LD, BibTeX and CSL-JSON, each read by a library of its own kind."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

import pytest
from geojson_pydantic import Feature, FeatureCollection, Point
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from app.queries.catalog import RESOURCES

if TYPE_CHECKING:
    from starlette.testclient import TestClient

pytestmark = [
    pytest.mark.once,  # of either engine tests/test_postgres.py compares the bytes of every format
    pytest.mark.filterwarnings("ignore:.*(ConjunctiveGraph|default_context).*:DeprecationWarning"),  # rdflib of itself
]

ORG = Namespace("http://www.w3.org/ns/org#")
PROV = Namespace("http://www.w3.org/ns/prov#")
SCHEMA = Namespace("https://schema.org/")
EDTF = URIRef("http://id.loc.gov/datatypes/edtf/EDTF")
BASE = "http://testserver/v1"
Features: TypeAlias = FeatureCollection[Feature[Point, dict[str, object]]]
LOCATED = [name for name, one in RESOURCES.items() if one.spec.located]


def features(client: TestClient, path: str) -> Features:
    """Ask for GeoJSON and give it validated."""
    answer = client.get(path, headers={"accept": "application/geo+json"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/geo+json"
    return Features.model_validate_json(answer.content)


@pytest.mark.parametrize("name", LOCATED)
def test_geojson_of_every_located_collection_is_valid_and_has_every_row(client: TestClient, name: str) -> None:
    total = client.get(f"/v1/{name}?limit=1").json()["page"]["total"]
    found = features(client, f"/v1/{name}").features
    assert len(found) == total
    assert any(one.geometry is not None for one in found)


def test_a_membership_stands_at_the_point_of_its_member_with_the_record_as_properties(client: TestClient) -> None:
    path = "/v1/organizations/sco/members?at=2025-08-30"
    placed = {one.id: one for one in features(client, path).features}
    state = client.get("/v1/states/AZE").json()["data"]
    record = next(row for row in client.get(path).json()["data"] if row["member"]["id"] == "AZE")
    feature = placed[record["id"]]
    assert feature.geometry is not None
    assert tuple(feature.geometry.coordinates)[:2] == (state["longitude"], state["latitude"])
    assert feature.properties == record


def test_an_organization_that_is_a_member_stands_at_its_seat_and_what_has_no_place_is_nowhere(client: TestClient) -> None:
    seats = {row["id"]: row["seat"] for row in client.get("/v1/organizations?limit=1000").json()["data"]}
    members = features(client, "/v1/memberships?member_kind=organization").features
    assert members
    for one in members:
        member = (one.properties or {})["member"]
        assert isinstance(member, dict)
        seat = seats[member["id"]]
        known = seat is not None and seat["latitude"] is not None
        assert (one.geometry is not None) is known


def test_a_place_that_is_not_among_the_fields_is_drawn_all_the_same(client: TestClient) -> None:
    (one,) = features(client, "/v1/events?id=sco-summit-2025-tianjin&fields=id,title").features
    assert one.geometry is not None
    assert set(one.properties or {}) == {"id", "title", "match"}


def test_flat_geojson_has_the_columns_of_csv(client: TestClient) -> None:
    header = client.get("/v1/events.csv?limit=1").text.partition("\r\n")[0].split(",")
    found = features(client, "/v1/events.geojson?limit=1&shape=flat").features[0]
    assert list(found.properties or {}) == header


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/v1/topics?format=geojson", "*/*", 400),
        ("/v1/topics.geojson", "*/*", 406),
        ("/v1/topics", "application/geo+json", 406),
        ("/v1/topics", "application/geo+json, */*;q=0.1", 200),
    ],
)
def test_rows_without_a_place_have_no_geojson(client: TestClient, path: str, accept: str, status: int) -> None:
    answer = client.get(path, headers={"accept": accept})
    assert answer.status_code == status
    if status != 200:
        assert "no place" in answer.text or "names none of" in answer.text
    else:
        assert answer.headers["content-type"] == "application/json"


def graph(client: TestClient, path: str) -> Graph:
    """Ask for JSON-LD and give its triples; the context is in the answer, so nothing is fetched."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/ld+json"
    found = Graph()
    found.parse(data=answer.text, format="json-ld")
    return found


@pytest.mark.parametrize("name", RESOURCES)
def test_every_row_of_linked_data_is_a_typed_node_with_an_absolute_address(client: TestClient, name: str) -> None:
    ids = [row["id"] for row in client.get(f"/v1/{name}?limit=1000&fields=id").json()["data"]]
    found = graph(client, f"/v1/{name}.jsonld?limit=1000")
    subjects = {str(one) for one in found.subjects(RDF.type, None) if str(one).startswith(f"{BASE}/{name}/")}
    assert {f"{BASE}/{name}/{one}" for one in ids} == subjects
    assert all(urlsplit(str(one)).scheme for one in found.predicates())


def test_a_membership_is_one_of_the_organization_ontology_derived_from_a_claim(client: TestClient) -> None:
    found = graph(client, "/v1/memberships.jsonld?organization=sco&member=AZE&status=dialogue_partner")
    (row,) = found.subjects(RDF.type, ORG.Membership)
    assert found.value(row, ORG.organization) == URIRef(f"{BASE}/organizations/sco")
    assert found.value(row, ORG.member) == URIRef(f"{BASE}/states/AZE")
    assert found.value(row, ORG.role) == URIRef(f"{BASE}/vocabularies/statuses#dialogue_partner")
    assert found.value(row, SCHEMA.startDate) == Literal("2016-03-14", datatype=EDTF)
    claim = found.value(row, PROV.wasDerivedFrom)
    assert (claim, RDF.type, SCHEMA.Claim) in found
    assert str(found.value(claim, PROV.hadPrimarySource)).startswith(f"{BASE}/sources/")


def test_the_answer_itself_is_a_data_set_with_licence_and_moment(client: TestClient) -> None:
    found = graph(client, "/v1/topics.jsonld")
    (answer,) = found.subjects(RDF.type, SCHEMA.Dataset)
    assert str(found.value(answer, SCHEMA.license)).startswith("https://creativecommons.org/")
    assert found.value(answer, PROV.generatedAtTime) is not None


def test_codes_at_wikidata_are_the_same_thing(client: TestClient) -> None:
    found = graph(client, "/v1/states/AZE.jsonld")
    same = URIRef("http://www.w3.org/2002/07/owl#sameAs")
    assert found.value(URIRef(f"{BASE}/states/AZE"), same) == URIRef("http://www.wikidata.org/entity/Q227")


def test_the_context_is_served_and_is_the_one_in_answers(client: TestClient) -> None:
    answer = client.get("/v1/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.json()["@context"] == client.get("/v1/topics.jsonld").json()["@context"]
    assert client.get("/v1/context.jsonld", headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def entries(client: TestClient, path: str) -> list[dict[str, str]]:
    """Ask for BibTeX and give what a parser of BibTeX reads."""
    library = import_module("bibtexparser").parse_string(client.get(path).text)
    assert not library.failed_blocks
    return [{one.key: one.value for one in entry.fields} | {"key": entry.key} for entry in library.entries]


def test_a_citation_names_the_question_the_revision_its_day_and_the_licence(client: TestClient) -> None:
    (entry,) = entries(client, "/v1/memberships.bib?status=member&organization=sco&at=2025-08-30")
    assert entry["title"] == r"{Foreign Policy API: memberships, organization=sco, status=member, at=2025-08-30}"
    assert (entry["year"], entry["month"], entry["day"], entry["version"]) == ("2026", "11", "24", "data revision 1")
    assert "CC-BY-4.0" in entry["note"]


@pytest.mark.parametrize(
    "path",
    ["/v1/memberships?organization=sco&at=2025-08-30", "/v1/organizations/sco/observers", "/v1/events/sco-summit-2025-tianjin"],
)
def test_the_address_of_a_citation_gives_the_very_answer_again(client: TestClient, path: str) -> None:
    (item,) = client.get(path, headers={"accept": "application/vnd.citationstyles.csl+json"}).json()
    again = client.get(item["URL"].removeprefix("http://testserver"))
    assert again.headers["cache-control"].endswith("immutable")
    assert again.json()["data"] == client.get(path).json()["data"]
    assert item["URL"] in client.get(path).json()["meta"]["cite"]


def test_two_questions_have_two_keys(client: TestClient) -> None:
    keys = {entries(client, f"/v1/memberships.bib?organization={one}")[0]["key"] for one in ("sco", "ots")}
    assert len(keys) == 2


def test_a_list_of_sources_is_a_bibliography(client: TestClient) -> None:
    sources = client.get("/v1/sources?publisher__contains=SCO&limit=1000").json()["data"]
    found = entries(client, "/v1/sources.bib?publisher__contains=SCO")
    assert [one["key"] for one in found[1:]] == [one["id"] for one in sources]
    assert [one["url"] for one in found[1:]] == [one["url"] for one in sources]


def test_csl_json_is_what_citeproc_reads(client: TestClient) -> None:
    answer = client.get("/v1/sources?format=csl-json&limit=20")
    source = import_module("citeproc.source.json").CiteProcJSON(answer.json())
    first = answer.json()[0]
    assert source[first["id"]].title == ["Foreign Policy API: sources"]
    assert source[first["id"]].issued.year == 2026
    assert len(source) == 21


def test_braces_and_signs_of_tex_are_escaped(client: TestClient) -> None:
    answer = client.get("/v1/sources.bib", params={"title__contains": "50% & {x}_y"})
    assert r"50\% \& \{x\}\_y" in answer.text
    (entry,) = import_module("bibtexparser").parse_string(answer.text).entries
    assert entry.key.startswith("foreign-policy-api-sources")
