"""Labels, places and institutions read statement by statement: the same as by the questions to a store."""

import asyncio
from pathlib import Path

from rdflib.namespace import DCTERMS, RDFS

from api.analysis.accounts import accounts_of
from api.analysis.evidence import Place, places_of
from api.analysis.facts import facts_of_build
from api.analysis.local import LocalStore
from api.analysis.lookups import bodies_in, labels_in, places_in
from api.answering.labels import labels_of
from api.settings import Settings
from tests.analysed import DAY, EX, OWNERS, PLAN, TODAY, analysed

NAMED = f"""
ex:stated {{
  ex:duty dcterms:source ex:passage, "by word of mouth" .
  ex:old dcterms:source ex:passage .
  ex:bare a atf:Responsibility .
  ex:plan dcterms:source ex:passage .
  ex:stated atf:assertionKind kind:stated .
}}
ex:unsaid {{ ex:duty dcterms:source ex:page . }}
ex:duty <{RDFS.label}> "Label"@en, "Label too"@en, "Libellé"@fr .
ex:page <{DCTERMS.title}> "A page" ; skos:prefLabel "Page"@en .
ex:alone dcterms:source ex:page .
<urn:x:1> skos:prefLabel "By number" . <mailto:a@example.org> skos:prefLabel "By letter" ; a atf:Institution .
"""


def both(folder: Path, nodes: set[str]) -> None:
    graph = analysed(folder, PLAN + OWNERS + NAMED, "GAP-001", name="facts.trig").facts.store
    store = LocalStore(graph)
    assert labels_in(graph, nodes) == asyncio.run(labels_of(store, nodes))
    assert places_in(graph, nodes) == asyncio.run(places_of(store, nodes))


def test_a_graph_and_a_store_say_the_same_of_every_node(tmp_path: Path) -> None:
    names = ("duty", "old", "bare", "plan", "pilots", "passage", "page", "alone", "nowhere", "one")
    both(tmp_path, {EX + name for name in names} | {"urn:x:1", "mailto:a@example.org", "_:b0", "plain text"})


def test_a_place_names_passage_graph_and_who_says_it(tmp_path: Path) -> None:
    graph = analysed(tmp_path, PLAN + OWNERS + NAMED, "GAP-001", name="facts.trig").facts.store
    found = places_in(graph, {EX + "duty", EX + "alone", EX + "bare", EX + "nowhere"})
    assert Place(EX + "duty", EX + "passage", EX + "stated", "stated") in found[EX + "duty"]
    assert Place(EX + "duty", EX + "page", EX + "unsaid") in found[EX + "duty"]
    assert found[EX + "alone"] == [Place(EX + "alone", EX + "page")]
    assert found[EX + "bare"] == [Place(EX + "bare", "", EX + "stated", "stated")]
    assert found[EX + "nowhere"] == [Place(EX + "nowhere")]
    assert bodies_in(graph, {EX + "pilots", EX + "duty", "mailto:a@example.org"}) == {EX + "pilots"}


def test_the_built_dataset_says_the_same_in_both_ways() -> None:
    facts = facts_of_build(Settings(), DAY, TODAY)
    nodes = {quad.subject.value for quad in facts.store if hasattr(quad.subject, "value")}
    store = LocalStore(facts.store)
    assert labels_in(facts.store, nodes) == asyncio.run(labels_of(store, nodes))
    assert places_in(facts.store, nodes) == asyncio.run(places_of(store, nodes))


class Asked:
    """A store that can only be asked."""

    def __init__(self, store: LocalStore) -> None:
        self.select, self.construct = store.select, store.construct


def test_findings_are_told_alike_from_a_graph_and_from_a_store_that_can_only_be_asked(tmp_path: Path) -> None:
    analysis = analysed(tmp_path, PLAN + OWNERS, "GAP-001", "GAP-011")
    store, facts = LocalStore(analysis.facts.store), analysis.facts
    here = asyncio.run(accounts_of(store, analysis.findings, facts.as_of, facts.today))
    there = asyncio.run(accounts_of(Asked(store), analysis.findings, facts.as_of, facts.today))
    assert here == there
    assert here
