"""Results as bytes: every term survives, caps are exact and told, no format is given what it cannot hold."""

import json
import warnings

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from api.sparql.results import RESULT_FORMATS, TooManyBytesError, UnwritableError, write_graph, write_rows

XSD = "http://www.w3.org/2001/XMLSchema#"
BIG = 1 << 24
# No NUL: the guard keeps it out, and no surrogates: they are no characters.
TEXTS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]))
TERMS = st.one_of(
    st.builds(lambda number: NamedNode(f"http://example.org/ș{number}#x"), st.integers()),
    st.builds(Literal, TEXTS),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["ro", "en-GB", "de-CH-1996"])),
    st.builds(
        lambda text, name: Literal(text, datatype=NamedNode(XSD + name)),
        st.one_of(
            TEXTS,
            st.from_regex(r"\A[+-]?[0-9]{0,3}\.?[0-9]{0,3}([eE][0-9])?\Z"),
            st.sampled_from(["true", "1", "NaN", "-INF"]),
        ),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date", "string", "nonsense"]),
    ),
    st.just(BlankNode("b1")),
)


def rows(store: Store, query: str = "SELECT * { ?s ?p ?o } ORDER BY ?s ?o") -> QuerySolutions:
    found = store.query(query)
    assert isinstance(found, QuerySolutions)
    return found


def numbers(count: int) -> Store:
    store = Store()
    node = NamedNode("http://example.org/p")
    store.extend(Quad(NamedNode(f"http://example.org/{i}"), node, Literal(f"line\n{i}\t")) for i in range(count))
    return store


@given(st.lists(TERMS, max_size=5))
def test_rows_are_written_as_the_engine_writes_them(terms: list[NamedNode | Literal | BlankNode]) -> None:
    store = Store()
    for index, term in enumerate(terms):
        store.add(Quad(NamedNode(f"http://example.org/{index}"), NamedNode("http://example.org/p"), term))
    query = "SELECT ?s ?o ?unbound { ?s ?p ?o } ORDER BY ?s"
    for name, form in RESULT_FORMATS.items():
        try:
            written, truncated = write_rows(rows(store, query), name, 100, BIG)
        except UnwritableError:
            assert name == "xml"
            continue
        assert (written, truncated) == (rows(store, query).serialize(format=form), False)


@pytest.mark.parametrize(
    "query",
    ["SELECT * {}", "SELECT ?x {}", "SELECT ?x { VALUES ?x { UNDEF UNDEF } }", "SELECT * { FILTER(false) }"],
)
@pytest.mark.parametrize("name", list(RESULT_FORMATS))
def test_rows_without_values_are_rows(query: str, name: str) -> None:
    direct = rows(Store(), query).serialize(format=RESULT_FORMATS[name])
    assert write_rows(rows(Store(), query), name, 100, BIG) == (direct, False)


@pytest.mark.parametrize(
    ("cap", "kept", "truncated"), [(0, 0, True), (1, 1, True), (9, 9, True), (10, 10, False), (11, 10, False)]
)
@pytest.mark.parametrize("name", list(RESULT_FORMATS))
def test_the_cap_is_exact_and_told(cap: int, kept: int, truncated: bool, name: str) -> None:
    written, told = write_rows(rows(numbers(10)), name, cap, BIG)
    query = f"SELECT * {{ ?s ?p ?o }} ORDER BY ?s ?o LIMIT {kept}"
    assert (written, told) == (rows(numbers(10), query).serialize(format=RESULT_FORMATS[name]), truncated)


def test_the_cap_is_exact_over_many_chunks() -> None:
    written, told = write_rows(rows(numbers(5000)), "json", 4321, BIG)
    assert (len(json.loads(written)["results"]["bindings"]), told) == (4321, True)


def test_what_lies_beyond_the_cap_is_not_computed() -> None:
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    written, told = write_rows(rows(numbers(300), endless), "csv", 10, BIG)
    assert (written.count(b"http://example.org/p"), told) == (40, True)


@pytest.mark.parametrize("name", list(RESULT_FORMATS))
def test_too_many_bytes_are_refused(name: str) -> None:
    with pytest.raises(TooManyBytesError):
        write_rows(rows(numbers(100)), name, 100, 1000)


@pytest.mark.parametrize("character", ["\x01", "\x1f", "\ufffe", "\uffff"])
def test_xml_is_not_given_what_it_cannot_hold(character: str) -> None:
    store = Store()
    triple = Triple(NamedNode("http://example.org/s"), NamedNode("http://example.org/p"), Literal(f"a{character}b"))
    store.add(Quad(*triple))
    with pytest.raises(UnwritableError, match=f"U\\+{ord(character):04X}"):
        write_rows(rows(store), "xml", 1, BIG)
    with pytest.raises(UnwritableError, match="XML cannot hold"):
        write_graph([triple], "rdf", {}, 1, BIG)
    assert (
        json.loads(write_rows(rows(store), "json", 1, BIG)[0])["results"]["bindings"][0]["o"]["value"]
        == f"a{character}b"
    )


@pytest.mark.parametrize("name", ["1", "a/", "p%20"])
def test_rdf_xml_is_not_given_names_that_it_cannot_write(name: str) -> None:
    iri = NamedNode(f"http://example.org/{name}")
    for triple in (Triple(iri, iri, iri), Triple(iri, NamedNode(str(rdflib.RDF.type)), iri)):
        with pytest.raises(UnwritableError, match="XML name"):
            write_graph([triple], "rdf", {}, 1, BIG)


def test_a_graph_is_a_set_in_a_stable_order() -> None:
    names = [NamedNode(f"http://example.org/{name}") for name in "abc"]
    triples = [Triple(s, names[0], o) for s in names for o in names]
    first = write_graph(triples, "nt", {}, 100, BIG)
    assert write_graph(list(reversed(triples)) + triples, "nt", {}, 100, BIG) == first
    assert (first[0].count(b"\n"), first[1]) == (9, False)
    assert write_graph(triples * 2, "nt", {}, 9, BIG)[1] is False
    cut, told = write_graph(triples, "nt", {}, 8, BIG)
    assert (cut.count(b"\n"), told) == (8, True)


@pytest.mark.parametrize(("name", "reader"), [("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")])
def test_every_graph_format_is_read_back_by_another_library(name: str, reader: str) -> None:
    node = NamedNode("http://example.org/id/a/b")
    triples = [
        Triple(node, NamedNode("http://example.org/ns#p"), Literal("ș\n\"'<&>", language="ro")),
        Triple(
            node,
            NamedNode("http://example.org/ns#q"),
            Literal("2020-01-01", datatype=NamedNode(XSD + "date")),
        ),
        Triple(node, NamedNode(str(rdflib.RDF.type)), NamedNode("http://example.org/ns#T")),
        Triple(BlankNode("x"), NamedNode("http://example.org/ns#p"), node),
    ]
    prefixes = {
        "e": "http://example.org/ns#",
        "id": "http://example.org/id/",
        "xsd": XSD,
        "un": "http://unused/",
    }
    written, _ = write_graph(triples, name, prefixes, 10, BIG)
    expected = rdflib.Graph().parse(data=write_graph(triples, "nt", {}, 10, BIG)[0], format="nt")
    # rdflib's reader of JSON-LD warns of a class of its own that it is about to drop.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert rdflib.Graph().parse(data=written, format=reader).isomorphic(expected)
    if name == "ttl":
        text = written.decode()
        assert "e:p" in text
        assert "@prefix un" not in text
        assert "<http://example.org/id/a/b>" in text, "no escaped slash in a prefixed name"


@pytest.mark.parametrize("text", ['a},{"b', "},{", ",{", "{},{}", '\\",{', "\\", '"', '},{"p":{'])
def test_rows_are_counted_as_rows_and_not_in_what_they_say(text: str) -> None:
    store = Store()
    node = NamedNode("http://example.org/p")
    for number in range(3000):
        store.add(Quad(NamedNode(f"http://example.org/{number:04}"), node, Literal(text * (number % 7))))
    for cap in (1, 2, 1499, 2999, 3000, 3001):
        written, truncated = write_rows(rows(store), "json", cap, BIG)
        query = f"SELECT * {{ ?s ?p ?o }} ORDER BY ?s ?o LIMIT {cap}"
        assert (written, truncated) == (rows(store, query).serialize(format=RESULT_FORMATS["json"]), cap < 3000)
