"""Canonical Turtle: what a reader of a diff sees."""

import difflib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

from api.errors import BuildError
from api.graph.sources import parse_turtle
from api.graph.terms import graph_of
from api.graph.turtle import canonical, format_file
from api.vocabulary import ATF, bind_prefixes

EX = "https://example.org/"

ONTOLOGY = """
@prefix atf: <https://w3id.org/atf/ontology#> .
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/atf/id/institution/anitp> a atf:Institution ;
    skos:prefLabel "Agenția"@ro, "National Agency"@en ; ex:size 12 ; ex:share 1.50 ; ex:open true .
atf:Lead owl:equivalentClass [ owl:intersectionOf ( atf:Responsibility
    [ a owl:Restriction ; owl:onProperty atf:role ; owl:hasValue ex:lead ]
    [ owl:onProperty [ owl:inverseOf atf:ratifies ] ; a owl:Restriction ; owl:someValuesFrom atf:Act ] ) ;
  a owl:Class ] .
[] a owl:AllDisjointClasses ; owl:members ( atf:B atf:A ) .
[] a owl:AllDisjointClasses ; owl:members ( atf:C atf:D ) .
"""

WRITTEN = """\
PREFIX atf: <https://w3id.org/atf/ontology#>
PREFIX ex: <https://example.org/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

<https://w3id.org/atf/id/institution/anitp>
    a atf:Institution ;
    ex:open true ;
    ex:share 1.50 ;
    ex:size 12 ;
    skos:prefLabel "National Agency"@en ;
    skos:prefLabel "Agenția"@ro ;
.

atf:Lead
    owl:equivalentClass [
        a owl:Class ;
        owl:intersectionOf (
            atf:Responsibility
            [
                a owl:Restriction ;
                owl:hasValue ex:lead ;
                owl:onProperty atf:role ;
            ]
            [
                a owl:Restriction ;
                owl:onProperty [
                    owl:inverseOf atf:ratifies ;
                ] ;
                owl:someValuesFrom atf:Act ;
            ]
        ) ;
    ] ;
.

[]
    a owl:AllDisjointClasses ;
    owl:members (
        atf:B
        atf:A
    ) ;
.

[]
    a owl:AllDisjointClasses ;
    owl:members (
        atf:C
        atf:D
    ) ;
.
"""


def read(text: str) -> Graph:
    return graph_of(*parse_turtle(text, "test"))


def added_and_removed(before: str, after: str) -> tuple[list[str], list[str]]:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in lines if line[0] == "+"], [line[2:] for line in lines if line[0] == "-"]


def test_the_form_is_this_one() -> None:
    assert canonical(read(ONTOLOGY)) == WRITTEN


def test_it_is_its_own_canonical_form() -> None:
    assert canonical(read(WRITTEN)) == WRITTEN
    assert isomorphic(read(WRITTEN), read(ONTOLOGY))


ANITP = URIRef("https://w3id.org/atf/id/institution/anitp")


@pytest.mark.parametrize(
    ("triple", "line"),
    [
        ((ANITP, SKOS.prefLabel, Literal("Agence", lang="fr")), '    skos:prefLabel "Agence"@fr ;'),
        ((ANITP, SKOS.prefLabel, Literal("A", lang="en")), '    skos:prefLabel "A"@en ;'),
        ((ANITP, SKOS.prefLabel, Literal("Z", lang="ro")), '    skos:prefLabel "Z"@ro ;'),
        ((ANITP, SKOS.altLabel, Literal("ANITP", lang="en")), '    skos:altLabel "ANITP"@en ;'),
        ((ANITP, RDF.type, ATF.Body), "    a atf:Body ;"),
        ((ANITP, RDF.type, ATF.Zebra), "    a atf:Zebra ;"),
        ((ANITP, ATF.guides, URIRef(f"{EX}lead")), "    atf:guides ex:lead ;"),
        ((ATF.Lead, ATF.guides, ANITP), "    atf:guides <https://w3id.org/atf/id/institution/anitp> ;"),
    ],
)
def test_one_more_statement_is_one_more_line(triple: tuple[Node, Node, Node], line: str) -> None:
    graph = read(ONTOLOGY)
    graph.add(triple)
    assert added_and_removed(WRITTEN, canonical(graph)) == ([line], [])


def test_a_new_subject_changes_no_other_line() -> None:
    graph = read(ONTOLOGY)
    graph.add((URIRef(f"{EX}new"), SKOS.broader, ANITP))
    added, removed = added_and_removed(WRITTEN, canonical(graph))
    assert removed == []
    assert [line for line in added if line] == [
        "ex:new", "    skos:broader <https://w3id.org/atf/id/institution/anitp> ;", ".",
    ]  # fmt: skip


def test_a_reference_to_a_subject_does_not_move_it() -> None:
    graph = read(ONTOLOGY)
    graph.add((URIRef(f"{EX}a"), SKOS.broader, ATF.Lead))
    graph.add((ANITP, SKOS.broader, ATF.Lead))
    assert added_and_removed(WRITTEN, canonical(graph))[1] == []


def test_no_prefix_that_is_not_used_nor_the_empty_one_nor_one_for_our_things() -> None:
    text = canonical(
        read(
            "@prefix : <https://example.org/> . @prefix x: <https://example.com/> . "
            "@prefix inst: <https://w3id.org/atf/id/institution/> . :a :b inst:iom ."
        )
    )
    iom = "<https://w3id.org/atf/id/institution/iom>"
    assert text == f"<https://example.org/a>\n    <https://example.org/b> {iom} ;\n.\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Literal("a\nb"), '"""a\nb"""'),
        (Literal('say "x"'), '"say \\"x\\""'),
        (Literal('"""\n"'), '"""\\"\\""\n\\""""'),
        (Literal("back\\slash\ttab\rcr\x00"), '"back\\\\slash\\ttab\\rcr\\u0000"'),
        (Literal("ș„"), '"ș„"'),
        (Literal("01", datatype=XSD.integer, normalize=False), "01"),
        (Literal("x", datatype=XSD.integer, normalize=False), '"x"^^xsd:integer'),
        (Literal("2018-01-01", datatype=XSD.date), '"2018-01-01"^^xsd:date'),
        (URIRef(f"{EX}a/b.c"), "<https://example.org/a/b.c>"),
    ],
)
def test_terms(value: Node, written: str) -> None:
    graph = Graph()
    graph.add((URIRef(f"{EX}s"), URIRef(f"{EX}p"), value))
    text = canonical(graph)
    assert f"<https://example.org/p> {written} ;" in text
    assert set(read(text)) == set(graph)


def test_blank_nodes_that_are_shared_or_in_a_ring_keep_their_identity_and_order() -> None:
    text = """
    @prefix ex: <https://example.org/> .
    ex:a ex:knows _:x . ex:b ex:knows _:x . _:x ex:name "X" .
    _:r1 ex:next _:r2 . _:r2 ex:next _:r1 ; ex:name "ring" .
    ex:c ex:list _:l . _:l ex:name "no list" ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> () .
    """
    written = canonical(read(text))
    assert isomorphic(read(written), read(text))
    assert canonical(read(written)) == written
    assert canonical(read(text.replace("_:x", "_:other").replace("_:r1", "_:z"))) == written


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Small graphs with every kind of term, blank nodes and lists among them."""
    iris = st.sampled_from([URIRef(f"{EX}{name}") for name in "abc"] + [ATF.Role, RDF.type, RDF.nil])
    blanks = st.sampled_from([BNode(name) for name in "xyz"])
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    literals: st.SearchStrategy[Node] = st.one_of(
        texts.map(Literal),
        texts.map(lambda text: Literal(text, lang="ro")),
        st.integers().map(Literal),
        st.booleans().map(Literal),
        texts.map(lambda text: Literal(text, datatype=URIRef(f"{EX}type"))),
    )
    graph = Graph()
    for _ in range(draw(st.integers(0, 7))):
        graph.add((draw(st.one_of(iris, blanks)), draw(iris), draw(st.one_of(iris, blanks, literals))))
    linked = draw(st.booleans())
    members = draw(st.lists(literals, max_size=3))
    head = BNode()
    Collection(graph, head, members)
    if members and linked:
        graph.add((URIRef(f"{EX}a"), ATF.items, head))
    return graph


@given(graphs())
def test_any_graph_comes_back_the_same_and_stays(graph: Graph) -> None:
    text = canonical(graph)
    again = read(text)
    assert isomorphic(again, graph)
    assert canonical(bind_prefixes(again)) == text


def test_format_file_rewrites_once_and_check_only_looks(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text(ONTOLOGY, encoding="utf-8")
    file.chmod(0o640)
    assert format_file(file, check=True)
    assert file.read_text(encoding="utf-8") == ONTOLOGY
    assert format_file(file, check=False)
    assert file.read_text(encoding="utf-8") == WRITTEN
    assert file.stat().st_mode & 0o777 == 0o640
    assert not format_file(file, check=False)
    assert [path.name for path in tmp_path.iterdir()] == ["a.ttl"]


def test_format_file_keeps_a_comment_rather_than_lose_it(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    text = '<https://example.org/#a> <https://example.org/b> "# none", """#""" .\n# one\n'
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BuildError, match="line 2: a comment would be lost"):
        format_file(file, check=False)
    assert file.read_text(encoding="utf-8") == text


def test_format_file_names_the_line_of_broken_turtle(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("<https://example.org/a>\n  <https://example.org/b> ;\n.", encoding="utf-8")
    with pytest.raises(BuildError, match=r"a\.ttl line 2, column 27"):
        format_file(file, check=False)


def test_format_file_says_so_when_brackets_are_too_deep(tmp_path: Path) -> None:
    file = tmp_path / "deep.ttl"
    depth = 3000
    file.write_text("<x:a> <x:b> " + "[<x:c> " * depth + "1" + "]" * depth + " .", encoding="utf-8")
    with pytest.raises(BuildError, match="nested too deep"):
        format_file(file, check=True)
