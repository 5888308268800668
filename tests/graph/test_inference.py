"""The inferences, compared with those of owlrl, and the derivations in files."""

from pathlib import Path

import owlrl
import pytest
from pyoxigraph import Literal, NamedNode, Triple
from rdflib import RDF, Graph, URIRef

from api.errors import BuildError
from api.graph.inference import Rule, infer, rules_of_axioms, rules_of_files
from api.graph.sources import parse_turtle
from api.graph.terms import graph_of, to_rdflib
from api.settings import ROOT
from tests.mini import HEAD

EX = "https://example.org/"

AXIOMS = """
ex:Ministry rdfs:subClassOf ex:Body . ex:Body rdfs:subClassOf ex:Thing .
ex:Office owl:equivalentClass ex:Bureau .
ex:Lead owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( ex:Duty
  [ a owl:Restriction ; owl:onProperty ex:role ; owl:hasValue ex:lead ] ) ] ;
  rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:self ; owl:hasSelf true ] .
ex:Ratified owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( ex:Treaty
  [ a owl:Restriction ; owl:onProperty ex:ratifiedBy ; owl:someValuesFrom ex:Act ] ) ] .
ex:Doer owl:equivalentClass [ a owl:Restriction ; owl:onProperty ex:does ; owl:someValuesFrom owl:Thing ] .
ex:Any owl:equivalentClass [ a owl:Class ; owl:unionOf ( ex:Treaty ex:Act ) ] .
ex:Deep owl:equivalentClass [ a owl:Restriction ; owl:onProperty ex:does ; owl:someValuesFrom
  [ a owl:Class ; owl:intersectionOf ( ex:Duty ex:Lead ) ] ] .
ex:Marked rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:mark ; owl:hasValue 1 ] .
ex:ratifiedBy owl:inverseOf ex:ratifies .
ex:does rdfs:subPropertyOf ex:relatesTo . ex:alike a owl:SymmetricProperty .
ex:within a owl:TransitiveProperty . ex:directlyWithin rdfs:subPropertyOf ex:within .
ex:performs owl:equivalentProperty ex:does .
ex:handles owl:propertyChainAxiom ( [ owl:inverseOf ex:holder ] ex:concerns ) .
ex:serves owl:propertyChainAxiom ( ex:handles ex:within ) .
"""

FACTS = """
ex:ministry a ex:Ministry ; ex:does ex:duty . ex:desk a ex:Office ; ex:performs ex:task .
ex:duty a ex:Duty ; ex:role ex:lead ; ex:holder ex:agency ; ex:concerns ex:plan .
ex:task a ex:Duty ; ex:role ex:partner ; ex:holder ex:desk .
ex:treaty a ex:Treaty . ex:law a ex:Act ; ex:ratifies ex:treaty .
ex:other a ex:Treaty ; ex:ratifiedBy ex:nobody .
ex:plan ex:directlyWithin ex:series . ex:series ex:within ex:archive . ex:a ex:alike ex:b .
ex:stamp a ex:Marked .
"""


def read(text: str) -> list[Triple]:
    return parse_turtle(HEAD + f"PREFIX ex: <{EX}>\n" + text, "text")[0]


def named(graph: Graph) -> set[tuple[object, ...]]:
    """Keep what is said in the terms of the example: owlrl adds much about OWL itself."""
    return {
        triple
        for triple in graph
        if str(triple[0]).startswith(EX) and (str(triple[1]).startswith(EX) or triple[1] == RDF.type)
        and (triple[1] != RDF.type or str(triple[2]).startswith(EX))
    }  # fmt: skip


def test_the_inferences_are_those_of_owlrl() -> None:
    axioms, facts = graph_of(read(AXIOMS)), read(FACTS)
    ours = {tuple(map(to_rdflib, triple)) for triple in infer(facts, rules_of_axioms(axioms))}
    closure = graph_of(read(AXIOMS + FACTS))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closure)
    expected = named(closure) - set(graph_of(facts))
    # OWL RL knows no self-restrictions, the one thing that we read beyond it.
    self = (URIRef(f"{EX}duty"), URIRef(f"{EX}self"), URIRef(f"{EX}duty"))
    assert ours == expected | {self}
    assert len(ours) > 20


def test_domains_and_ranges_are_read_only_to_find_contradictions() -> None:
    axioms = graph_of(read("ex:holder rdfs:domain ex:Duty ; rdfs:range ex:Body ."))
    facts = read("ex:x ex:holder ex:y . ex:z ex:holder 1 .")
    assert infer(facts, rules_of_axioms(axioms)) == []
    types = {triple.subject.value for triple in infer(facts, rules_of_axioms(axioms, domains=True))}  # type: ignore[union-attr]
    assert types == {f"{EX}x", f"{EX}y", f"{EX}z"}


def test_what_sparql_cannot_tell_infers_nothing() -> None:
    axioms = graph_of(
        read(
            "ex:A owl:equivalentClass [ a owl:Class ; owl:complementOf ex:B ] . "
            "ex:C owl:equivalentClass [ a owl:Restriction ; owl:onProperty ex:p ; owl:allValuesFrom ex:B ] . "
            "ex:D owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( ex:B "
            "[ a owl:Class ; owl:complementOf ex:C ] ) ] ."
        )
    )
    assert infer(read("ex:x a ex:E . ex:y a ex:B ; ex:p ex:y ."), rules_of_axioms(axioms)) == []


def test_what_is_stated_is_not_inferred_and_the_order_is_fixed() -> None:
    axioms = graph_of(read("ex:A rdfs:subClassOf ex:B ."))
    facts = read("ex:x a ex:A, ex:B . ex:z a ex:A . ex:y a ex:A .")
    assert [str(triple.subject) for triple in infer(facts, rules_of_axioms(axioms))] == [
        f"<{EX}y>",
        f"<{EX}z>",
    ]


CONSTRUCT = f"CONSTRUCT {{ ?x <{EX}through> ?day }} WHERE {{ ?x <{EX}in> ?y . ?y <{EX}until> ?day }}"


def test_files_and_axioms_build_on_each_other() -> None:
    axioms = graph_of(read("ex:within a owl:TransitiveProperty . ex:through rdfs:subPropertyOf ex:until ."))
    facts = read("ex:a ex:in ex:b . ex:b ex:in ex:c . ex:c ex:until 7 .")
    found = infer(facts, [*rules_of_axioms(axioms), Rule(CONSTRUCT, "x.rq")])
    assert Triple(NamedNode(f"{EX}a"), NamedNode(f"{EX}through"), Literal(7)) in found


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("CONSTRUCT { ?x a ?y }\nWHERE { ?x ?y }", "x.rq line 2, column 16: expected"),
        ("SELECT * WHERE { ?x ?y ?z }", "x.rq is no CONSTRUCT query"),
        (f"CONSTRUCT {{ ?x <{EX}p> [] }} WHERE {{ ?x ?y ?z }}", "x.rq derives statements about blank nodes"),
        (
            f"CONSTRUCT {{ ?x <{EX}n> ?m }} WHERE {{ ?x <{EX}n> ?n BIND(?n + 1 AS ?m) }}",
            "The inferences do not end after 50 rounds. Look at x.rq.",
        ),
    ],
)
def test_a_derivation_that_is_wrong_is_named(query: str, message: str) -> None:
    with pytest.raises(BuildError) as caught:
        infer(read("ex:a ex:n 1 ."), [Rule(query, "x.rq")])
    assert message in str(caught.value)


def test_the_files_of_a_folder_are_read_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "ontology" / "inference"
    folder.mkdir(parents=True)
    (folder / "b.rq").write_text("B")
    (folder / "a.rq").write_text("A")
    (folder / "note.txt").write_text("none")
    assert rules_of_files(folder) == [
        Rule("A", "ontology/inference/a.rq"),
        Rule("B", "ontology/inference/b.rq"),
    ]
    (folder / "c.rq").write_bytes(b"\xff")
    with pytest.raises(BuildError, match=r"ontology/inference/c\.rq cannot be read as UTF-8 text"):
        rules_of_files(folder)
    assert rules_of_files(tmp_path / "none") == []


def test_the_derivations_of_the_project_parse() -> None:
    assert infer([], rules_of_files(ROOT / "ontology" / "inference")) == []
