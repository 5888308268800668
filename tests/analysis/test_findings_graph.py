"""The graph of findings: what the build writes is what the web application reads back."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from api.analysis.accounts import accounts_of
from api.analysis.check import analyse
from api.analysis.facts import FINDINGS_GRAPH
from api.analysis.findings import Finding
from api.analysis.findings_graph import read_findings, statements_of, stored_findings, triples_of
from api.analysis.local import LocalStore
from api.analysis.rules import load_rules
from api.graph.builder import build
from api.settings import ROOT
from api.vocabulary import ATF
from tests.analysed import DAY, OWNERS, PLAN, TODAY, facts, rules
from tests.mini import Mini

TEXT = (
    PLAN
    + OWNERS
    + """
ex:plan atf:refersTo ex:actions . ex:actions a atf:PolicyDocument ; eli:type_document type:action-plan ; atf:contentLoaded false .
ex:duty atf:function function:education ; atf:legalBasis ex:act .
ex:act a atf:NationalAct ; eli:date_no_longer_in_force "2015-01-01"^^xsd:date .
ex:other a atf:Responsibility ; atf:holder ex:crane ; atf:function function:education . ex:crane a atf:Institution .
ex:a a atf:Indicator ; dcterms:isPartOf ex:plan . ex:b a atf:Indicator ; dcterms:isPartOf ex:plan . ex:c a atf:Indicator ; dcterms:isPartOf ex:plan .
"""
)


def built(folder: Path, text: str = TEXT) -> Store:
    """A dataset with its graph of findings, made as the build makes it."""
    seen = facts(folder, text, *rules().by_id)
    graph = NamedNode("https://example.org/graph")
    quads = [
        Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in seen.store.quads_for_pattern(None, None, None, DefaultGraph())
    ]
    store = Store()
    store.extend(quads)
    findings = triples_of(ROOT, quads, DAY, TODAY)
    store.extend(
        [Quad(triple.subject, triple.predicate, triple.object, NamedNode(FINDINGS_GRAPH)) for triple in findings]
    )
    return store


def union(store: Store) -> LocalStore:
    """The dataset as the web application asks it: its default graph is the union of all graphs."""
    flat = Store()
    for quad in store:
        flat.extend([quad, Quad(quad.subject, quad.predicate, quad.object)])
    return LocalStore(flat)


def comparable(findings: list[Finding]) -> list[Finding]:
    return [replace(one, variant={}, message=None, unverified=False) for one in findings]


def test_findings_read_back_are_those_that_were_written(tmp_path: Path) -> None:
    store = built(tmp_path)
    analysis = rules().choose()
    read = asyncio.run(stored_findings(union(store), analysis))
    seen = facts(tmp_path, TEXT, *rules().by_id)
    made = list(analyse(seen, analysis).findings)
    assert comparable(read) == comparable(made)
    assert {one.status for one in read} == {"open", "not-assessable"}
    assert any(one.collapsed for one in read)
    assert any(len(one.values) == 2 and one.degree == "overlap" for one in read)


def test_they_are_told_in_the_same_words(tmp_path: Path) -> None:
    store = union(built(tmp_path))
    findings = asyncio.run(stored_findings(store, rules()))
    accounts = asyncio.run(accounts_of(store, findings, DAY, TODAY))
    gap = next(account for account in accounts if account.rule.id == "GAP-001")
    assert gap.message == {
        "en": "No institution is recorded as responsible for “Light the quays”.",
        "ro": "Nicio instituție nu este înregistrată ca responsabilă pentru „Iluminarea cheiurilor”.",
    }
    assert [document.iri for document in gap.waiting_for] == ["https://example.org/actions"]


def test_every_finding_has_a_label_in_each_language_and_a_slug_in_small_letters(tmp_path: Path) -> None:
    store = built(tmp_path)
    rows = store.query(
        f"""PREFIX atf: <https://w3id.org/atf/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?x (COUNT(?label) AS ?n) WHERE {{ GRAPH <{FINDINGS_GRAPH}> {{ ?x a atf:Finding ; skos:prefLabel ?label }} }} GROUP BY ?x"""
    )
    found = {row["x"].value: row["n"].value for row in rows}  # type: ignore[union-attr]
    assert found
    assert set(found.values()) == {"2"}
    assert all(iri == iri.lower() and iri.startswith("https://w3id.org/atf/id/finding/") for iri in found)


def test_a_finding_of_a_rule_that_is_gone_is_left_out(tmp_path: Path) -> None:
    store = built(tmp_path)
    triples = [quad.triple for quad in store.quads_for_pattern(None, None, None, NamedNode(FINDINGS_GRAPH))]
    some = asyncio.run(read_findings(union(store), statements_of(triples), rules().choose(["GAP-001"])))
    assert {one.rule.id for one in some} == {"GAP-001"}


def test_the_build_writes_the_findings_of_its_date(tmp_path: Path) -> None:
    mini = Mini(tmp_path)
    target = mini.root / "shapes" / "gap" / "GAP-009-responsibility-without-legal-basis.ttl"
    target.parent.mkdir()
    shutil.copy(ROOT / "shapes" / "gap" / target.name, target)
    manifest = build(mini.settings, today=TODAY)
    assert manifest.graphs[FINDINGS_GRAPH] > 0
    store = Store()
    store.bulk_load(path=str(mini.settings.build / "atf.nq"), format=RdfFormat.N_QUADS)
    (one,) = asyncio.run(stored_findings(union(store), load_rules(mini.root)))
    assert (one.rule.id, one.focus.value) == ("GAP-009", "https://w3id.org/atf/id/responsibility/training")
    days = store.quads_for_pattern(None, NamedNode(f"{ATF}asOf"), None, NamedNode(FINDINGS_GRAPH))
    assert [manifest.as_of.isoformat() in str(quad.object) for quad in days] == [True]
    # The same sources on the same day are the same dataset.
    assert build(mini.settings, today=TODAY).sha256 == manifest.sha256
