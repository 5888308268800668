"""What the analysis derives in a store is what the build derives, as far as the rules read it."""

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from api.analysis.derivation import Derivation, awake, derivations, materialise, needed, terms
from api.graph.inference import infer, rules_of_axioms, rules_of_files
from api.graph.sources import parse_turtle
from api.graph.terms import graph_of
from api.settings import ROOT
from tests.analysed import EX, HEAD

ATF = "https://w3id.org/atf/ontology#"
GRAPH = """
ex:doc a atf:PolicyDocument ; atf:validFrom "2018-01-01"^^xsd:date ; atf:validThrough "2022-12-31"^^xsd:date .
ex:open a atf:PolicyDocument .
ex:top a atf:Passage ; eli:is_part_of ex:doc . ex:part a atf:Passage ; eli:is_part_of ex:top .
ex:duty a atf:LeadResponsibility ; dcterms:source ex:part ; atf:holder ex:unit ; atf:concerns ex:so .
ex:own a atf:Responsibility ; dcterms:source ex:part ; atf:validThrough "2019-12-31"^^xsd:date .
ex:go a atf:GeneralObjective ; dcterms:isPartOf ex:doc . ex:so a atf:SpecificObjective ; dcterms:isPartOf ex:go ; atf:measuredBy ex:ind .
ex:ind a atf:Indicator . ex:late a atf:Measure ; dcterms:isPartOf ex:doc ; atf:validFrom "2021-01-01"^^xsd:date .
ex:both a atf:Measure ; dcterms:isPartOf ex:doc, ex:open .
ex:unit a atf:InstitutionGroup ; org:subOrganizationOf ex:office . ex:office org:subOrganizationOf ex:ministry .
ex:listing a atf:Listing ; atf:inDocument ex:doc ; atf:lists ex:unit ; atf:listingKind <https://w3id.org/atf/scheme/listing-kind/responsible> .
"""
WANTED = {
    ATF + name for name in ("effectiveFrom", "effectiveThrough", "listsAsResponsible", "Objective", "Institution")
}
WANTED |= {"http://www.w3.org/ns/org#transitiveSubOrganizationOf", ATF + "role"}


def read() -> list[Triple]:
    return parse_turtle(HEAD + GRAPH, "text")[0]


def ontology() -> list[Triple]:
    return parse_turtle((ROOT / "ontology" / "atf.ttl").read_text(encoding="utf-8"), "atf.ttl")[0]


def derived(wanted: set[str]) -> set[Triple]:
    store = Store()
    store.extend([Quad(*triple) for triple in [*read(), *ontology()]])
    before = {quad.triple for quad in store}
    materialise(store, needed(awake(derivations(ROOT), store), wanted))
    return {quad.triple for quad in store} - before


def day(thing: str, name: str, triples: set[Triple]) -> set[str]:
    return {
        triple.object.value
        for triple in triples
        if triple.subject == NamedNode(EX + thing)
        and triple.predicate == NamedNode(ATF + name)
        and isinstance(triple.object, Literal)
    }


def test_what_the_rules_read_is_derived_as_the_build_derives_it() -> None:
    everything = infer(
        [*read(), *ontology()],
        [*rules_of_axioms(graph_of(ontology())), *rules_of_files(ROOT / "ontology" / "inference")],
    )
    names = {str(NamedNode(name)) for name in WANTED}

    def kept(triples: set[Triple]) -> set[str]:
        return {
            str(triple)
            for triple in triples
            if str(triple.subject).startswith(f"<{EX}")
            and (str(triple.predicate) in names or str(triple.object) in names)
        }

    mine = kept(derived(WANTED))
    assert mine == kept(set(everything))
    assert any("transitiveSubOrganizationOf" in text and "ministry" in text and "/unit" in text for text in mine)


def test_what_no_rule_reads_is_not_derived() -> None:
    assert not any(str(triple.predicate) == f"<{ATF}leads>" for triple in derived({ATF + "effectiveFrom"}))


def test_parts_of_a_document_have_its_days_unless_they_have_their_own() -> None:
    found = derived(WANTED)
    assert day("so", "effectiveFrom", found) == {"2018-01-01"}
    assert day("ind", "effectiveThrough", found) == {"2022-12-31"}
    assert day("late", "effectiveFrom", found) == {"2021-01-01"}
    assert day("late", "effectiveThrough", found) == {"2022-12-31"}
    # One of its two documents has no end, so it has none either.
    assert day("both", "effectiveThrough", found) == set()
    assert day("duty", "effectiveThrough", found) == {"2022-12-31"}
    assert day("own", "effectiveThrough", found) == {"2019-12-31"}


def test_derivations_that_build_on_one_another_end() -> None:
    ring = [
        Derivation(
            "INSERT { ?x <urn:b> ?y } WHERE { ?x <urn:a> ?y }", "one", frozenset({"urn:a"}), frozenset({"urn:b"})
        ),
        Derivation(
            "INSERT { ?y <urn:a> ?x } WHERE { ?x <urn:b> ?y }", "two", frozenset({"urn:b"}), frozenset({"urn:a"})
        ),
        Derivation(
            "INSERT { ?x <urn:c> ?y } WHERE { ?x <urn:b> ?y }", "three", frozenset({"urn:b"}), frozenset({"urn:c"})
        ),
    ]
    groups = needed(ring[::-1], {"urn:c"})
    assert [{one.name for one in group} for group in groups] == [{"one", "two"}, {"three"}]
    store = Store()
    store.add(Quad(NamedNode("urn:1"), NamedNode("urn:a"), NamedNode("urn:2")))
    materialise(store, groups)
    assert len(list(store.quads_for_pattern(None, NamedNode("urn:c"), None))) == 2


def test_terms_are_the_iris_that_a_query_names() -> None:
    text = 'PREFIX ex: <urn:ex#> SELECT ?x WHERE { ?x ex:p <urn:o> . FILTER(?x != "ex:q") } # ex:r'
    assert terms(text) == {"urn:ex#p", "urn:o"}
