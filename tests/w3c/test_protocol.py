"""The W3C's suites of protocols: queries are answered, updates and writes are refused with the right status."""

from pathlib import Path

import httpx
import pytest
import rdflib

from tests.w3c import exchanges
from tests.w3c.exchanges import Exchange
from tests.w3c.report import known_failures
from tests.w3c.run import DIRECT, MEDIA, judge
from tests.w3c.suite import GRAPHS, RESULT_SUITES, graph_of, read

Answers = dict[str, list[tuple[Exchange, httpx.Response]]]
RESULTS_JSON = "application/sparql-results+json"
# What a format that the suite expects is here.
FORMATS = {"boolean": RESULTS_JSON, "tabular": RESULTS_JSON, "RDF": "text/turtle; charset=utf-8"}
# How each update of the suite is refused: all for what they are, save those that are no request at all.
REFUSED = {
    "update_dataset_default_graph": 403,
    "update_dataset_default_graphs": 403,
    "update_dataset_named_graphs": 403,
    "update_dataset_full": 403,
    "update_post_form": 403,
    "update_post_direct": 403,
    "update_base_uri": 403,
    "bad_update_get": 403,
    "bad_multiple_updates": 403,
    "bad_update_wrong_media_type": 415,
    "bad_update_missing_form_type": 415,
    "bad_update_non_utf8": 415,
    "bad_update_syntax": 403,
    "bad_update_dataset_conflict": 403,
}


def is_query(name: str) -> bool:
    """Whether a test is one of queries."""
    return name.startswith(("query_", "bad_query", "bad_multiple_queries"))


def test_every_test_of_queries_passes(protocol: Answers) -> None:
    tests = {name: answers for name, answers in protocol.items() if is_query(name)}
    assert len(tests) == 20
    for name, answers in tests.items():
        for wanted, response in answers:
            assert wanted.status_fits(response.status_code), (name, response.text)
            if wanted.boolean is not None:
                assert response.json()["boolean"] is wanted.boolean, name
            if wanted.format is not None:
                assert response.headers["content-type"] == FORMATS[wanted.format], name


def test_every_update_is_refused(protocol: Answers, protocol_server: str) -> None:
    refused = {name: answers[0][1] for name, answers in protocol.items() if not is_query(name)}
    assert {name: response.status_code for name, response in refused.items()} == REFUSED
    for response in refused.values():
        assert response.headers["content-type"] == "application/problem+json"
    # A test that expects a refusal is passed; after the others, the data is what it was.
    assert all(protocol[name][0][0].status_fits(status) for name, status in REFUSED.items() if name.startswith("bad_"))
    query = f"SELECT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{GRAPHS}')) }}"
    assert len(httpx.get(f"{protocol_server}/sparql", params={"query": query}).json()["results"]["bindings"]) == 3


def test_service_description(suites: Path, protocol_server: str) -> None:
    manifest = rdflib.Graph().parse(suites / "service-description" / "manifest.ttl")
    mf = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
    tests = {str(test).rpartition("#")[2] for test in manifest.subjects(rdflib.RDF.type, mf.ServiceDescriptionTest)}
    assert tests == {"returns-rdf", "has-endpoint-triple", "conforms-to-schema"}
    endpoint = rdflib.URIRef(f"{protocol_server}/sparql")
    response = httpx.get(endpoint, headers={"Accept": "text/turtle"})
    # returns-rdf
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    found = rdflib.Graph().parse(data=response.content, format="turtle")
    # has-endpoint-triple
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    [service] = found.subjects(sd.endpoint, endpoint)
    # conforms-to-schema: what the vocabulary says of domains and ranges, and its cardinalities
    assert (service, rdflib.RDF.type, sd.Service) in found
    for value in found.objects(service, sd.defaultDataset):
        assert (value, rdflib.RDF.type, sd.Dataset) in found
    for dataset, value in found.subject_objects(sd.defaultGraph):
        assert (dataset, rdflib.RDF.type, sd.Dataset) in found
        assert (value, rdflib.RDF.type, sd.Graph) in found
    for dataset, named in found.subject_objects(sd.namedGraph):
        assert (dataset, rdflib.RDF.type, sd.Dataset) in found
        assert (named, rdflib.RDF.type, sd.NamedGraph) in found
        assert len(list(found.objects(named, sd.name))) == 1
        [graph] = found.objects(named, sd.graph)
        assert (graph, rdflib.RDF.type, sd.Graph) in found
    for predicate in (sd.supportedLanguage, sd.feature, sd.resultFormat):
        values = list(found.objects(service, predicate))
        assert values
        assert all(isinstance(value, rdflib.URIRef) for value in values)
    terms = {term for triple in found for term in triple if isinstance(term, rdflib.URIRef) and term in sd}
    known = "Service endpoint supportedLanguage SPARQL11Query feature UnionDefaultGraph defaultDataset Dataset Graph"
    assert terms <= {sd[name] for name in f"{known} NamedGraph defaultGraph namedGraph name graph resultFormat".split()}


def test_what_the_graph_store_holds_is_read_and_what_writes_is_refused(graph_store: dict[str, list[str]]) -> None:
    assert len(graph_store) == 9
    assert {name: wrong for name, wrong in graph_store.items() if wrong} == {}


def test_graphs_are_not_named_by_their_path(suites: Path, protocol_server: str) -> None:
    for method in ("GET", "PUT"):
        response = httpx.request(method, f"{protocol_server}/store/person/1.ttl", content=b"")
        assert response.status_code == 404
    assert len(exchanges.read(suites / "graph-store-protocol", "manifest-direct.ttl")) == 4


@pytest.mark.parametrize("suite", RESULT_SUITES)
def test_result_formats_over_http(suites: Path, protocol_server: str, suite: str) -> None:
    wrong = {}
    for case in read(suites, suite):
        assert case.result
        response = httpx.post(
            f"{protocol_server}/sparql",
            params={"default-graph-uri": [graph_of(suite, path) for path, _ in case.default]},
            content=case.query.read_bytes(),
            headers={**DIRECT, "Accept": MEDIA[case.result.suffix]},
        )
        assert response.headers["content-type"].split(";")[0] == MEDIA[case.result.suffix]
        if judge(case, response).wrong:
            wrong[suite, case.name] = judge(case, response).wrong
    assert wrong.keys() == {key for key in known_failures() if key[0] == suite}
