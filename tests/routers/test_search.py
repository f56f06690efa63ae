"""Search finds things by every name they had, says why, and guesses only when nothing matches."""

from __future__ import annotations

import csv
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from app.main import create_app
from app.queries import ranking
from app.queries.paging import fetch_page
from app.queries.searching import SEARCHING
from app.schemas.parsing import parse_question
from app.settings import Settings
from tests.databases import seed

if TYPE_CHECKING:
    from pathlib import Path

    from app.db.sessions import Store


def ask(client: TestClient, path: str, **parameters: object) -> Any:
    answer = client.get(path, params={name: str(value) for name, value in parameters.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def first(client: TestClient, query: str, **parameters: object) -> Any:
    return ask(client, "/v1/search", q=query, **parameters)["data"][0]


@pytest.mark.parametrize(
    ("query", "found", "why", "lang"),
    [
        ("Shanghai Cooperation Organisation", "sco", "name", "en"),
        ("sco", "sco", "acronym", "en"),
        ("Turkic Council", "ots", "former", "en"),
        ("Burma", "MMR", "former", "en"),
        ("aze", "AZE", "code", None),
        ("上海合作组织", "sco", "official", "zh"),
        ("上海", "shanghai-five", "name", "en"),
        ("Азербайджан", "AZE", "localized", "be"),
        ("\N{CYRILLIC CAPITAL LETTER ES}" * 3 + "\N{CYRILLIC CAPITAL LETTER ER}", "SUN", "acronym", "ru"),
        ("cote d'ivoire", "CIV", None, None),
        ("Cote d Ivoire", "CIV", None, None),
        ("COTE-DIVOIRE", "CIV", None, None),
        ("timorleste", "TLS", None, None),
    ],
)
def test_a_thing_is_found_by_any_of_its_names(
    client: TestClient, query: str, found: str, why: str | None, lang: str | None
) -> None:
    hit = first(client, query)
    assert (hit["id"], hit["fuzzy"], hit["score"]) == (found, False, 100)
    if why is not None:
        assert (hit["why"], hit["lang"]) == (why, lang)


@pytest.mark.parametrize("query", ["İlham Əliyev", "Ilham Aliyev", "ilham eliyev", "ИЛЬХАМ АЛИЕВ", "aliyev ilh"])
def test_a_person_is_found_in_every_spelling_of_the_schwa(client: TestClient, query: str) -> None:
    assert first(client, query, kind="person")["id"] == "ilham-aliyev"


def test_the_matched_part_is_marked_without_markup(client: TestClient) -> None:
    hit = first(client, "turkmenb", kind="person,event,agreement,organization")
    assert "".join(part["text"] for part in hit["highlight"]) == hit["matched"]
    assert [part["text"] for part in hit["highlight"] if part["match"]] == ["Türkmenb"] or "Turkmenb" in hit["matched"]
    hit = first(client, "turkic cou")
    assert [part["text"] for part in hit["highlight"] if part["match"]] == ["Turkic", "Cou"]


def test_a_place_is_a_reason_but_never_before_a_name(client: TestClient) -> None:
    answer = ask(client, "/v1/search", q="shanghai", limit=200, kind="event,organization")
    whys = [hit["why"] for hit in answer["data"]]
    assert "place" in whys
    assert whys.index("place") > max(
        n for n, hit in enumerate(answer["data"]) if hit["matched"].startswith("Shanghai") and hit["why"] != "place"
    )


def test_facets_count_every_kind_whatever_kinds_are_asked_for(client: TestClient) -> None:
    everything = ask(client, "/v1/search", q="turkic council", limit=1000)
    counted = {one["value"]: one["count"] for one in everything["facets"]["kind"]}
    assert sum(counted.values()) == everything["page"]["total"] == len(everything["data"])
    for kind, count in counted.items():
        some = ask(client, "/v1/search", q="turkic council", kind=kind, limit=1000)
        assert some["facets"] == everything["facets"]
        assert some["page"]["total"] == count == len(some["data"])


def test_pages_by_cursor_are_the_whole_answer(client: TestClient) -> None:
    whole = [hit["id"] for hit in ask(client, "/v1/search", q="treaty", limit=1000)["data"]]
    url, paged = "/v1/search?q=treaty&limit=40", []
    while url:
        answer = client.get(url).json()
        assert answer["page"]["total"] == len(whole)
        paged += [hit["id"] for hit in answer["data"]]
        url = answer["page"]["next"]
    assert paged == whole


def test_what_is_shown_is_read_for_the_hits_of_a_page_and_ranked_once_for_all_pages(store: Store) -> None:
    question = parse_question(SEARCHING.spec, [("q", "treaty"), ("limit", "7")])
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    with store.reading() as snapshot:
        ranking._MEMORIES.clear()
        whole = list(SEARCHING.answer(snapshot, question).rows())
        ranking._MEMORIES.clear()
        event.listen(store.engine, "before_cursor_execute", note)
        try:
            first = fetch_page(snapshot, SEARCHING, question)
            assert len(statements) == 2
            second = fetch_page(snapshot, SEARCHING, question, first.next)
            assert len(statements) == 3
            assert SEARCHING.answer(snapshot, question, 7).total == first.counts.total == len(whole)
        finally:
            event.remove(store.engine, "before_cursor_execute", note)
    assert [*first.table.rows, *second.table.rows] == whole[:14]


def test_memory_for_searches_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "REMEMBERED", 300)
    ranking._MEMORIES.clear()
    with store.reading() as snapshot:
        for word in ("treaty", "council", "of", "a", "treaty", "union"):
            expected = ranking.rank(snapshot, (word,)).of(())
            assert list(ranking.rank(snapshot, (word,)).of(())) == list(expected)
            assert sum(len(one) + 1 for one in ranking._MEMORIES[store.engine]._held.values()) <= 300


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("azerbajan", "AZE"),
        ("Kirgistan", "KGZ"),
        ("Shangai Coperation Organisation", "sco"),
        ("Uzbekstan", "UZB"),
        ("zaerbaijan", "AZE"),
        ("Pashinian Nikoll", "nikol-pashinyan"),
    ],
)
def test_what_is_misspelled_is_guessed_and_says_so(client: TestClient, query: str, found: str) -> None:
    answer = ask(client, "/v1/search", q=query)
    assert answer["data"][0]["id"] == found
    assert all(hit["fuzzy"] and 72 <= hit["score"] < 100 for hit in answer["data"])
    assert [hit["score"] for hit in answer["data"]] == sorted((hit["score"] for hit in answer["data"]), reverse=True)
    assert answer["meta"]["warnings"] == ["nothing matches exactly; these are spelled alike"]
    assert answer["page"]["total"] == sum(one["count"] for one in answer["facets"]["kind"])


@pytest.mark.parametrize("query", ["azerbaijan", "turkic council", "a", "minsk"])
def test_guesses_are_never_mixed_with_exact_hits(client: TestClient, query: str) -> None:
    assert not any(hit["fuzzy"] for hit in ask(client, "/v1/search", q=query, limit=1000)["data"])


def test_what_matches_in_other_kinds_is_told_with_the_guesses(client: TestClient) -> None:
    answer = ask(client, "/v1/search", q="tianjin", kind="person")
    assert answer["meta"]["warnings"][0].startswith("of other kinds, ")


@pytest.mark.parametrize("query", ["qqqqzzzz", "!!!", "%", "'; --", '" OR folded:*', "-", "a* NOT b"])
def test_what_is_not_there_is_an_empty_list(client: TestClient, query: str) -> None:
    answer = client.get("/v1/search", params={"q": query})
    assert answer.status_code == 200
    if query in {"qqqqzzzz", "!!!", "%", "-"}:
        assert answer.json()["data"] == []


def test_one_letter_is_answered_quickly(client: TestClient) -> None:
    ask(client, "/v1/search", q="a")
    began = time.perf_counter()
    answer = ask(client, "/v1/search", q="e")
    assert time.perf_counter() - began < 0.5
    assert answer["page"]["total"] > 100


def test_a_comma_is_part_of_what_is_searched(client: TestClient) -> None:
    assert first(client, "Congo, Democratic")["id"] == "COD"


def test_names_are_given_in_the_language_asked_for(client: TestClient) -> None:
    assert first(client, "Germany", lang="az")["name"] == "Almaniya"


def test_search_comes_in_every_format(client: TestClient) -> None:
    answer = client.get("/v1/search.csv?q=turkic council")
    lines = list(csv.DictReader(answer.text.splitlines()))
    assert len(lines) == ask(client, "/v1/search", q="turkic council")["page"]["total"]
    assert (lines[0]["id"], lines[0]["why"], lines[0]["fuzzy"]) == ("ots", "former", "false")
    lines = [json.loads(line) for line in client.get("/v1/search?q=turkic council&format=jsonl").text.splitlines()]
    assert lines[0]["highlight"][0] == {"text": "Turkic", "match": True}


@pytest.mark.parametrize(
    ("url", "code", "suggestion"),
    [
        ("/v1/search", "missing", None),
        ("/v1/search?q=", "empty", None),
        ("/v1/search?q=a&kind=organisation", "unknown-value", "organization"),
        ("/v1/search?q=a&kinds=state", "unknown-parameter", "kind"),
        ("/v1/search?q=" + "a" * 201, "too-long", None),
        ("/v1/search?q=a&q=b", "repeated", None),
        ("/v1/search?q=a&q__not=b", "unknown-parameter", None),
        ("/v1/suggest?q=a&limit=21", "out-of-bounds", None),
        ("/v1/suggest?q=a&cursor=x", "unknown-parameter", None),
        ("/v1/resolve", "missing", None),
        ("/v1/resolve?code=cov:365", "unknown-scheme", "cow:365"),
        ("/v1/resolve?code=cow:365&at=20", "bad-date", None),
        ("/v1/resolve?code=Азербайджан", "bad-code", None),
    ],
)
def test_a_wrong_parameter_is_named(client: TestClient, url: str, code: str, suggestion: str | None) -> None:
    answer = client.get(url)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)
    if suggestion:
        assert answer.json()["errors"][0]["suggestion"] == suggestion


def test_suggestions_are_few_small_and_of_things(client: TestClient) -> None:
    answer = client.get("/v1/suggest?q=tur")
    rows = answer.json()["data"]
    assert len(rows) == 10
    assert rows[0]["id"] == "TUR"
    assert set(rows[0]) == {"id", "kind", "name", "acronym", "matched", "url"}
    assert all(row["kind"] != "source" for row in rows)
    assert len(answer.content) < 4096
    assert answer.json()["page"]["next"] is None
    assert {row["kind"] for row in ask(client, "/v1/suggest", q="tur", kind="organization", limit=20)["data"]} == {"organization"}
    assert {row["kind"] for row in ask(client, "/v1/suggest", q="tur", kind="source")["data"]} == {"source"}


def test_a_suggestion_follows_every_letter(client: TestClient) -> None:
    for typed in ("azer", "azerb", "azerba", "Azərb"):
        assert ask(client, "/v1/suggest", q=typed)["data"][0]["id"] == "AZE"


def resolved(client: TestClient, **parameters: object) -> list[tuple[str, str, str, str]]:
    rows = ask(client, "/v1/resolve", **parameters)["data"]
    return [(row["asked"], row["scheme"], row["id"], row["match"]) for row in rows]


def test_a_code_that_stood_for_several_lists_them_with_their_dates(client: TestClient) -> None:
    rows = ask(client, "/v1/resolve", code="cow:365")["data"]
    assert [(row["id"], row["start"]["edtf"], row["end"]["edtf"]) for row in rows] == [
        ("SUN", "1922-12-30", "1991-12-26"),
        ("RUS", "1991-12-25", ".."),
    ]
    assert resolved(client, code="cow:365", at="1980") == [("cow:365", "cow", "SUN", "certain")]
    assert resolved(client, code="cow:365", at="2020-01-01") == [("cow:365", "cow", "RUS", "certain")]


def test_bare_codes_are_looked_up_in_every_scheme(client: TestClient) -> None:
    found = resolved(client, code="AZ,373,SCO,Q227,31,aze")
    assert found == [
        ("AZ", "iso2", "AZE", "certain"),
        ("373", "cow", "AZE", "certain"),
        ("373", "gw", "AZE", "certain"),
        ("SCO", "id", "sco", "certain"),
        ("SCO", "cow-igo", "sco", "certain"),
        ("SCO", "acronym", "sco", "certain"),
        ("Q227", "wd", "AZE", "certain"),
        ("31", "isonum", "AZE", "certain"),
        ("31", "m49", "AZE", "certain"),
        ("31", "cow", "BHS", "certain"),
        ("31", "gw", "BHS", "certain"),
        ("aze", "id", "AZE", "certain"),
        ("aze", "iso3", "AZE", "certain"),
    ]


def test_a_code_resolves_in_any_case_and_with_or_without_zeros(client: TestClient) -> None:
    assert resolved(client, code="ISO2:az") == resolved(client, code="ISO2:az")
    assert [row[2] for row in resolved(client, code="iso2:az,m49:31,m49:031,wd:q227")] == ["AZE"] * 4


def test_a_name_resolves_for_the_time_it_was_one(client: TestClient) -> None:
    assert resolved(client, name="burma", at="1980") == [("burma", "name", "MMR", "certain")]
    assert resolved(client, name="burma", at="2020") == []
    assert "MMR" in ask(client, "/v1/resolve", name="burma", at="2020")["meta"]["warnings"][0]


def test_what_stands_for_nothing_is_an_empty_list_with_near_misses(client: TestClient) -> None:
    answer = ask(client, "/v1/resolve", code="cow:999,AZX")
    assert answer["data"] == []
    assert answer["meta"]["warnings"] == ["'cow:999' stands for nothing", "'AZX' stands for nothing"]
    near = {(one["asked"], one["code"]) for one in answer["meta"]["near"]}
    assert ("AZX", "iso3:AZE") in near
    assert all(code.startswith("cow:") for asked, code in near if asked == "cow:999")
    assert any(one["id"] == "AZE" for one in ask(client, "/v1/resolve", name="Azerbajan")["meta"]["near"])


def test_resolve_keeps_to_kinds_and_comes_as_csv(client: TestClient) -> None:
    assert {row[2] for row in resolved(client, code="SCO", kind="organization")} == {"sco"}
    assert resolved(client, code="SCO", kind="state") == []
    lines = list(csv.DictReader(client.get("/v1/resolve.csv?code=cow:365").text.splitlines()))
    assert [(line["id"], line["end_earliest"], line["match"]) for line in lines] == [
        ("SUN", "1991-12-26", "certain"),
        ("RUS", "", "certain"),
    ]


def _file(path: Path, name: str) -> Path:
    records = [
        {
            "kind": "source",
            "id": "gazette",
            "title": "Gazette",
            "publisher": "Press",
            "url": "https://example.org/",
            "lang": "en",
            "type": "press",
        },
        {"kind": "topic", "id": "thing", "name": name, "claims": [{"source": "gazette"}]},
    ]
    path.write_text("[\n" + ",\n".join(json.dumps(one) for one in records) + "\n]\n")
    return path


def test_search_finds_by_the_names_that_were_held_then(empty_store: Store, tmp_path: Path) -> None:
    seed(empty_store, _file(tmp_path / "a.json", "Transcaspian"), at="2026-01-01T00:00:00.000000Z")
    seed(empty_store, _file(tmp_path / "a.json", "Lapis Lazuli"), at="2026-02-01T00:00:00.000000Z")
    with TestClient(create_app(Settings(database_url=str(empty_store.engine.url)))) as client:
        then: dict[str, str] = {"known_at": "2026-01-15"}
        now: dict[str, str] = {}
        for query, when in (("transcasp", then), ("lapis", now)):
            assert [hit["id"] for hit in ask(client, "/v1/search", q=query, **when)["data"]] == ["thing"]
            assert [hit["id"] for hit in ask(client, "/v1/suggest", q=query, **when)["data"]] == ["thing"]
        for query, when in (("transcasp", now), ("lapis", then)):
            assert ask(client, "/v1/search", q=query, **when)["data"] == []
        assert [hit["fuzzy"] for hit in ask(client, "/v1/search", q="Transkaspian", **then)["data"]] == [True]
        assert ask(client, "/v1/search", q="Transkaspian")["data"] == []
        assert resolved(client, name="transcaspian", **then) != []
        assert resolved(client, name="transcaspian") == []
