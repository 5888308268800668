"""The OWL 2 DL check: what is wrong is named, with the file that uses it."""

from pathlib import Path

import pytest

from api.errors import BuildError
from api.graph.profile import check_profile
from api.graph.sources import load_sources
from api.graph.terms import graph_of
from api.settings import ROOT
from tests.mini import Mini


def check(root: Path) -> None:
    model = [source for source in load_sources(root) if not source.name.startswith("shapes/")]
    check_profile(graph_of(triple for source in model for triple in source.triples), model)


def test_the_small_ontology_and_the_real_one_are_owl_2_dl(tmp_path: Path) -> None:
    check(Mini(tmp_path).root)
    check(ROOT)


X = 'a owl:ObjectProperty ; skos:prefLabel "x"@en .'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("inst:a atf:knows inst:b .", "ontology/atf.ttl: the property atf:knows is not declared (first on <"),
        ("inst:a a atf:Ghost .", "the class atf:Ghost is not declared"),
        ('inst:a atf:holder "Agency" .', "the object property atf:holder has a literal as its value"),
        (
            "inst:a atf:firstLine inst:b .",
            "the datatype property atf:firstLine has something else than a literal",
        ),
        ("inst:a owl:hasKeys inst:b .", "owl:hasKeys is no term of OWL 2"),
        (
            "atf:holder a owl:DatatypeProperty .",
            "atf:holder is declared as object property and as datatype property",
        ),
        (
            "atf:holder a owl:AnnotationProperty .",
            "atf:holder is declared as object property and as annotation",
        ),
        ("rdfs:label a owl:DatatypeProperty .", "rdfs:label belongs to OWL itself and cannot be declared"),
        (
            "<https://w3id.org/atf/ontology> owl:imports eli:x .",
            "is imported; declare the terms in use instead",
        ),
        ("atf:validFrom rdfs:range xsd:date .", "range of atf:validFrom: xsd:date is no datatype of OWL 2"),
        ("atf:validFrom rdfs:range xsd:gYear .", "xsd:gYear is no datatype of OWL 2"),
        (
            "atf:holder rdfs:range atf:Ghost .",
            "rdfs:range of atf:holder: the class atf:Ghost is not declared",
        ),
        (
            "atf:nobody rdfs:domain atf:Institution .",
            "rdfs:domain of atf:nobody: the property is not declared",
        ),
        (
            "atf:Institution rdfs:subClassOf atf:Ghost .",
            "rdfs:subClassOf on atf:Institution: the class atf:Ghost",
        ),
        (
            "atf:Institution rdfs:subClassOf [ a owl:Restriction ; owl:onProperty atf:holder ] .",
            "a restriction on atf:holder that does not say exactly one thing",
        ),
        (
            "atf:Institution rdfs:subClassOf [ owl:onProperty skos:note ; owl:hasValue 1 ] .",
            "a restriction on skos:note, which is no object or datatype property",
        ),
        (
            "atf:Institution rdfs:subClassOf [ owl:onProperty atf:holder ; owl:hasValue 1 ] .",
            "has the wrong kind of value",
        ),
        (
            "atf:Institution rdfs:subClassOf [ a owl:Class ; owl:unionOf ( atf:Passage atf:Ghost ) ] .",
            "the class atf:Ghost is not declared",
        ),
        ("atf:Institution rdfs:subClassOf [ a owl:Class ] .", "neither one restriction nor one combination"),
        (
            "atf:Institution rdfs:subClassOf _:x . _:x a owl:Class ; owl:complementOf _:x .",
            "a class expression holds itself",
        ),
        ("[] a owl:AllDisjointClasses ; owl:members ( atf:Passage ) .", "at least two classes"),
        ("atf:holder rdfs:subPropertyOf atf:firstLine .", "atf:firstLine is of another kind"),
        (
            "atf:firstLine a owl:SymmetricProperty .",
            "atf:firstLine is an owl:SymmetricProperty but not declared",
        ),
        (
            "org:transitiveSubOrganizationOf a owl:FunctionalProperty .",
            "org:transitiveSubOrganizationOf is transitive or a chain and cannot be an owl:Functional",
        ),
        (
            "atf:Institution rdfs:subClassOf [ a owl:Restriction ; owl:onProperty atf:isInvolvedIn ; "
            "owl:maxCardinality 1 ] .",
            "atf:isInvolvedIn is transitive or a chain and cannot be restricted by owl:maxCardinality",
        ),
        (
            "atf:role owl:propertyChainAxiom ( atf:holder ) .",
            "The property chain of atf:role is no list of two",
        ),
        (
            "atf:role owl:propertyChainAxiom ( atf:concerns atf:isInvolvedIn ) . "
            "atf:concerns owl:propertyChainAxiom ( atf:role atf:holder ) .",
            "The property chain of atf:role is built from the property itself",
        ),
    ],
)
def test_what_is_not_owl_2_dl_is_named(tmp_path: Path, text: str, words: str) -> None:
    mini = Mini(tmp_path)
    mini.add("ontology/atf.ttl", text)
    with pytest.raises(BuildError) as caught:
        check(mini.root)
    assert str(caught.value).startswith("The sources are not OWL 2 DL:\n")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        # A chain may begin or end with its own property, and a transitive property is a chain of itself.
        f"atf:above {X} atf:above owl:propertyChainAxiom ( atf:above org:subOrganizationOf ) .",
        f"atf:above {X} atf:above owl:propertyChainAxiom ( atf:above atf:above ) .",
        f"atf:self {X} atf:LeadResponsibility rdfs:subClassOf [ owl:onProperty atf:self ; owl:hasSelf true ] .",
        "atf:Institution owl:disjointUnionOf ( atf:InstitutionGroup atf:Passage ) .",
        "atf:Institution rdfs:subClassOf [ a owl:Restriction ; owl:onProperty atf:firstLine ; "
        "owl:someValuesFrom xsd:integer ] .",
        "atf:Institution rdfs:subClassOf [ a owl:Restriction ; owl:onProperty [ owl:inverseOf atf:holder ] ; "
        "owl:minQualifiedCardinality 1 ; owl:onClass atf:Responsibility ] .",
        'atf:Institution rdfs:comment "A body."@en ; rdfs:seeAlso <https://example.org/> .',
    ],
)
def test_what_owl_2_dl_allows_passes(tmp_path: Path, text: str) -> None:
    mini = Mini(tmp_path)
    mini.add("ontology/atf.ttl", text)
    check(mini.root)


def test_a_term_that_a_file_uses_often_is_told_once(tmp_path: Path) -> None:
    mini = Mini(tmp_path)
    mini.add("data/duties.ttl", "inst:agency atf:knows inst:police . inst:police atf:knows inst:agency .")
    with pytest.raises(BuildError) as caught:
        check(mini.root)
    assert str(caught.value).count("atf:knows") == 1
    assert "data/duties.ttl" in str(caught.value)
