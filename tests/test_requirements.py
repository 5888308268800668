"""The checklist of a first-class endpoint (endpoint-and-pages.md): every requirement, by its number, has its tests."""

import ast
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import httpx
import pyoxigraph
import pytest
import rdflib
from pyoxigraph import RdfFormat

from api.settings import ROOT
from tests.endpoint import E, ask, call, get, post, served, settings

SPARQL = "tests/routes/test_sparql.py::"
MEDIA = "tests/web/test_media.py::"
SUITE = "tests/w3c/test_protocol.py::"
HERE = "tests/test_requirements.py::"
SELECT = f"SELECT ?o {{ <{E}s1> <{E}p> ?o }}"
CONSTRUCT = f"CONSTRUCT WHERE {{ <{E}s1> ?p ?o }}"
DIRECT = {"Content-Type": "application/sparql-query"}
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")

# Where each requirement is tested; the tests that stand in this file bear its number.
REQUIREMENTS: dict[int, tuple[str, list[str]]] = {
    1: (
        "GET with exactly one query, decoded once",
        [
            f"{SPARQL}test_a_query_is_answered_every_way",
            f"{SPARQL}test_parameters_are_decoded_exactly_once",
            f"{SPARQL}test_what_is_no_query_is_refused_with_the_right_status",
        ],
    ),
    2: ("POST of a form, decoded once", [f"{SPARQL}test_parameters_are_decoded_exactly_once"]),
    3: ("POST of a query, its charset and version", [f"{HERE}test_03_the_media_type_of_a_query_has_parameters"]),
    4: ("the method QUERY", [f"{SPARQL}test_a_query_is_answered_every_way"]),
    5: (
        "the dataset by parameters, over FROM",
        [
            f"{SPARQL}test_the_dataset_is_chosen_by_parameters",
            f"{HERE}test_05_the_protocol_overrides_from",
            f"{SUITE}test_every_test_of_queries_passes",
        ],
    ),
    6: ("the version of SPARQL", [f"{HERE}test_06_a_version_is_accepted"]),
    7: (
        "SELECT and ASK in every format",
        [
            f"{SPARQL}test_each_result_format_holds_the_same",
            f"{SUITE}test_result_formats_over_http",
            f"{HERE}test_07_ask_in_its_formats",
        ],
    ),
    8: (
        "graphs in every format",
        [f"{SPARQL}test_each_graph_format_is_read_back", f"{HERE}test_08_graphs_as_datasets_too"],
    ),
    9: ("Accept as RFC 9110 has it", [f"{MEDIA}test_rows", f"{SPARQL}test_no_accept_header_breaks_it"]),
    10: ("406 lists what there is", [f"{SPARQL}test_nothing_acceptable_lists_what_there_is"]),
    11: ("Vary", [f"{SPARQL}test_every_answer_has_the_headers_that_protect_and_share_it", f"{HERE}test_11_vary"]),
    12: (
        "400 with line and column",
        [
            f"{SPARQL}test_a_syntax_error_names_line_and_column",
            "tests/sparql/test_syntax.py::test_the_first_wrong_token_is_named",
        ],
    ),
    13: ("415, and 405 with Allow", [f"{SPARQL}test_what_is_no_query_is_refused_with_the_right_status"]),
    14: ("strict UTF-8", [f"{SPARQL}test_what_is_no_query_is_refused_with_the_right_status"]),
    15: ("HEAD", [f"{SPARQL}test_head_is_get_without_the_body"]),
    16: (
        "OPTIONS and CORS",
        [
            f"{SPARQL}test_options_and_preflight",
            f"{SPARQL}test_every_answer_has_the_headers_that_protect_and_share_it",
        ],
    ),
    17: ("gzip and br", [f"{SPARQL}test_answers_are_compressed_for_who_asks"]),
    18: ("ETag, 304, Cache-Control", [f"{SPARQL}test_an_answer_is_not_sent_twice", f"{HERE}test_18_caches_must_ask"]),
    19: ("a long GET, 414", [f"{SPARQL}test_an_address_is_long_enough_and_too_long_says_what_to_do"]),
    20: ("413 before reading", [f"{SPARQL}test_a_large_body_is_refused_before_it_is_read"]),
    21: ("a deadline that is enforced and told", [f"{SPARQL}test_killers_are_answered_and_others_served"]),
    22: ("timeout= lowers it", [f"{SPARQL}test_the_client_may_lower_the_deadline"]),
    23: (
        "the cap on rows is told",
        [f"{SPARQL}test_cut_rows_are_told", f"{HERE}test_23_a_cut_answer_says_so_in_its_body"],
    ),
    24: (
        "SERVICE is refused, no socket opened",
        [f"{SPARQL}test_no_socket_is_opened_for_anyone", "tests/sparql/test_guard.py::test_federation_is_refused"],
    ),
    25: (
        "no updates",
        [f"{SPARQL}test_nothing_changes_the_dataset", f"{SUITE}test_every_update_is_refused"],
    ),
    26: (
        "an honest service description",
        [
            f"{SPARQL}test_the_service_describes_itself",
            f"{SUITE}test_service_description",
            f"{HERE}test_26_the_public_address_is_the_one_that_is_described",
        ],
    ),
    27: ("/.well-known/void", [f"{HERE}test_27_the_dataset_describes_itself"]),
    28: (
        "the Graph Store Protocol, read only",
        [
            "tests/routes/test_graph_store.py::test_a_named_graph_is_whole_whatever_the_cap_on_rows",
            "tests/routes/test_graph_store.py::test_nothing_is_written",
            f"{SUITE}test_what_the_graph_store_holds_is_read_and_what_writes_is_refused",
        ],
    ),
    29: (
        "things lead to their descriptions",
        [
            "tests/routes/test_pages.py::test_a_thing_is_rdf_after_a_303",
            "tests/routes/test_pages.py::test_a_thing_leads_browsers_to_its_page",
            f"{HERE}test_29_a_description_links_to_its_other_forms",
        ],
    ),
    30: (
        "relative IRIs, and whom to believe",
        [
            f"{SPARQL}test_relative_iris_are_resolved_against_the_endpoint",
            f"{HERE}test_30_nobody_but_the_settings_moves_the_endpoint",
        ],
    ),
    31: (
        "a limit on what runs at once",
        [
            f"{SPARQL}test_many_at_once_are_served_or_told_and_a_tiny_one_is_quick",
            "tests/sparql/test_pool.py::test_a_thousand_at_once_are_served_or_told",
        ],
    ),
    32: (
        "headers that protect",
        [
            f"{SPARQL}test_every_answer_has_the_headers_that_protect_and_share_it",
            f"{SPARQL}test_data_is_never_a_page",
            f"{HERE}test_32_no_name_breaks_a_header",
        ],
    ),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(settings(tmp_path_factory.mktemp("build"))) as (url, _):
        yield url


def test_every_requirement_has_its_tests() -> None:
    assert sorted(REQUIREMENTS) == list(range(1, 33))
    wanted = {test for _, tests in REQUIREMENTS.values() for test in tests}
    files = {test.partition("::")[0] for test in wanted}
    there = {
        f"{file}::{node.name}"
        for file in files
        for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    assert wanted - there == set()
    numbered = {int(test.partition("::test_")[2][:2]) for test in wanted if test.startswith(HERE)}
    assert numbered == {number for number, (_, tests) in REQUIREMENTS.items() if any(HERE in test for test in tests)}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/sparql-query", 200),
        ("application/sparql-query;charset=utf-8", 200),
        ('Application/SPARQL-Query; charset="UTF-8"', 200),
        ("application/sparql-query;version=1.2", 200),
        ('application/sparql-query; version="1.2-basic"; charset=utf-8', 200),
        ("application/sparql-query; charset=iso-8859-2", 415),
        ("application/sparql-query; charset=utf-16", 415),
    ],
)
def test_03_the_media_type_of_a_query_has_parameters(address: str, kind: str, status: int) -> None:
    response = post(f"{address}/sparql", content='ASK { FILTER("ș" = "ș") }', headers={"Content-Type": kind})
    assert response.status_code == status
    assert status != 200 or response.json()["boolean"] is True


def test_05_the_protocol_overrides_from(address: str) -> None:
    count = "SELECT (COUNT(*) AS ?n) FROM <{E}g1> FROM NAMED <{E}g1> {{ {where} }}"
    for where in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
        query = count.format(E=E, where=where)
        given = {"default-graph-uri": f"{E}g2", "named-graph-uri": f"{E}g2"}
        own, overridden = (
            one.json()["results"]["bindings"][0]["n"]["value"]
            for one in (ask(address, query), get(f"{address}/sparql", params={"query": query, **given}))
        )
        assert (own, overridden) == ("400", "3"), where


def test_06_a_version_is_accepted(address: str) -> None:
    for version in ("1.1", "1.2", "1.2-basic", "9"):
        assert ask(address, SELECT, version=version).status_code == 200
        assert post(f"{address}/sparql", data={"query": SELECT, "version": version}).status_code == 200
    assert ask(address, f'VERSION "1.2" {SELECT}').status_code == 200
    assert get(f"{address}/sparql?query={quote(SELECT)}&version=1.1&version=1.2").status_code == 400


def test_07_ask_in_its_formats(address: str) -> None:
    query = "ASK { ?s ?p ?o }"
    for accept in ("application/sparql-results+json", "application/sparql-results+xml", "application/json", "text/xml"):
        response = ask(address, query, headers={"Accept": accept})
        assert (response.status_code, response.headers["content-type"].split(";")[0]) == (200, accept)
        assert b"true" in response.content
    assert ask(address, query, format="xml").headers["content-type"] == "application/sparql-results+xml"


@pytest.mark.parametrize("media", ["application/n-quads", "application/trig"])
def test_08_graphs_as_datasets_too(address: str, media: str) -> None:
    response = ask(address, CONSTRUCT, headers={"Accept": media})
    assert response.headers["content-type"].split(";")[0] == media
    assert len(list(pyoxigraph.parse(response.content, format=RdfFormat.from_media_type(media)))) == 3


def test_11_vary(address: str) -> None:
    browser = {"Accept": "text/html"}
    for path, headers, names in (
        (f"/sparql?query={quote(SELECT)}", {}, {"Accept"}),
        ("/sparql", {}, {"Accept"}),
        ("/sparql", browser, {"Accept", "Accept-Language"}),
        ("/sparql?query=nonsense", {}, {"Accept"}),
        ("/nothing", browser, {"Accept", "Accept-Language"}),
        ("/", browser, {"Accept-Language"}),
    ):
        response = get(address + path, headers=headers)
        assert set(response.headers["vary"].split(", ")) == names | {"Accept-Encoding"}, path


def test_18_caches_must_ask(address: str) -> None:
    response = ask(address, SELECT)
    assert response.headers["cache-control"] == "public, no-cache"
    assert response.headers["etag"].startswith('W/"')
    for encoding in ("gzip", "br", "identity"):
        again = ask(address, SELECT, headers={"If-None-Match": response.headers["etag"], "Accept-Encoding": encoding})
        assert again.status_code == 304
    assert ask(address, SELECT, format="xml").headers["etag"] != response.headers["etag"]


def test_23_a_cut_answer_says_so_in_its_body(address: str) -> None:
    cut = ask(address, "SELECT ?s ?p ?o { ?s ?p ?o }")
    assert cut.headers["x-result-truncated"] == "true"
    assert cut.json()["head"] == {"link": [f"{address}/sparql"], "vars": ["s", "p", "o"]}
    description = rdflib.Graph().parse(data=get(f"{address}/sparql").content, format="turtle")
    [comment] = description.objects(rdflib.URIRef(f"{address}/sparql"), rdflib.RDFS.comment)
    assert "at most 100 rows" in str(comment)
    whole = ask(address, "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100")
    assert whole.json()["head"] == {"vars": ["s", "p", "o"]}
    assert len(whole.json()["results"]["bindings"]) == len(cut.json()["results"]["bindings"]) == 100


def test_26_the_public_address_is_the_one_that_is_described(tmp_path_factory: pytest.TempPathFactory) -> None:
    public = "https://data.example.org/atf"
    with served(settings(tmp_path_factory.mktemp("build"), public_url=f"{public}/")) as (address, _):
        graph = rdflib.Graph().parse(data=get(f"{address}/sparql").content, format="turtle")
        endpoint = rdflib.URIRef(f"{public}/sparql")
        assert list(graph.subject_objects(SD.endpoint)) == [(endpoint, endpoint)]
        features = set(graph.objects(endpoint, SD.feature))
        assert not features & {SD.BasicFederatedQuery, SD.DereferencesURIs, SD.EmptyGraphs}
        assert set(graph.objects(endpoint, SD.supportedLanguage)) == {SD.SPARQL11Query}
        found = ask(address, "SELECT ?x { BIND(<there> AS ?x) }").json()["results"]["bindings"]
        assert found[0]["x"]["value"] == f"{public}/there"


def test_27_the_dataset_describes_itself(address: str) -> None:
    response = httpx.get(f"{address}/.well-known/void", headers={"Accept": "text/turtle"}, follow_redirects=True)
    graph = rdflib.Graph().parse(data=response.content, format="turtle")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    for predicate in (void.sparqlEndpoint, void.triples, rdflib.DCTERMS.license):
        assert list(graph.subject_objects(predicate)), predicate


def test_29_a_description_links_to_its_other_forms(server: str) -> None:
    thing = f"{server}/id/institution/anitp"
    assert get(thing, headers={"Accept": "text/turtle"}).status_code == 303
    response = get(thing, headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    for link in response.headers["link"].split(", "):
        target, *attributes = link.split("; ")
        assert 'rel="alternate"' in attributes
        other = get(server + target.strip("<>"))
        media = next(one for one in attributes if one.startswith("type=")).split('"')[1]
        assert (other.status_code, other.headers["content-type"].split(";")[0]) == (200, media)
    strange = get(f"{server}/resource", params={"iri": "http://example.org/ș>, <x", "format": "ttl"})
    assert strange.status_code in {200, 404}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"},
        {"Forwarded": "host=evil.example;proto=https"},
        {"X-Forwarded-Prefix": "/evil.example", "X-Original-URL": "/evil.example"},
    ],
)
def test_30_nobody_but_the_settings_moves_the_endpoint(address: str, headers: dict[str, str]) -> None:
    assert "evil.example" not in get(f"{address}/sparql", headers=headers).text
    found = ask(address, "SELECT ?x { BIND(<there> AS ?x) }", headers=headers).json()["results"]["bindings"]
    assert found[0]["x"]["value"] == f"{address}/there"


def test_32_no_name_breaks_a_header(server: str) -> None:
    listed = get(f"{server}/queries", headers={"Accept": "application/json"}).json()["queries"]
    name = next(one["id"] for one in listed if not any(param["required"] for param in one["params"].values()))
    for extension in ("csv", "xlsx", "ttl"):
        response = get(f"{server}/queries/{name}/results", params={"format": extension})
        assert response.headers["content-disposition"] == f'attachment; filename="{name}.{extension}"'
        assert response.headers["x-content-type-options"] == "nosniff"
        assert not response.headers["content-type"].startswith("text/html")
    # Letters beyond Latin-1 in an address come back in headers only as their escapes.
    for path in (
        "/queries/ș/results?format=csv",
        "/id/institution/ș",
        "/graph/ș?format=ttl",
        "/resource?iri=http://ș/",
    ):
        response = call("GET", server + path)
        assert response.status_code in {200, 303, 400, 404}, path
        assert urlsplit(response.headers.get("location", "/")).path.isascii()
