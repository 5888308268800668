"""From pairs to findings: values, degrees, severities and evidence, the same for both engines."""

import asyncio
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from api.analysis.accounts import accounts_of
from api.analysis.details import findings_of
from api.analysis.engine_fast import Pair, find
from api.analysis.facts import facts_of_files
from api.analysis.findings_graph import read_findings, statements_of
from api.analysis.local import LocalStore
from api.analysis.report_rdf import finding_triples
from api.analysis.rules import read_rule
from api.errors import BuildError
from api.settings import ROOT, Settings
from tests.analysed import DAY, EX, HEAD, OWNERS, PLAN, TODAY, analysed, facts, found, rules

OVERLAPS = sorted((ROOT / "tests" / "shapes" / "OVL-001").glob("fail-*.ttl"))
RULE = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rule: <https://w3id.org/atf/rule/> .
@prefix atf: <https://w3id.org/atf/ontology#> .
rule:TST-001 a sh:NodeShape ; sh:targetClass atf:SpecificObjective ; sh:sparql rule:TST-001-check ; atf:severity "medium" ;
  atf:detailSelect '''%s''' .
rule:TST-001-check a sh:SPARQLConstraint ; sh:select '''SELECT $this ?value WHERE { $this <urn:p> ?value }''' ."""


@pytest.mark.parametrize("file", OVERLAPS, ids=lambda file: file.stem)
def test_an_overlap_has_the_degree_that_its_example_names(file: Path) -> None:
    chosen = rules().choose(["OVL-001"])
    seen = facts_of_files(Settings(), [file], chosen, as_of=DAY, today=TODAY)
    pairs = find(seen.store, chosen.rules)["OVL-001"]
    told = findings_of(seen, chosen.rules[0], pairs)
    degrees = {one.degree for one in told if one.focus.value.startswith(EX)}
    assert degrees == {file.stem.split("-")[1]}


def test_an_overlap_names_the_pair_the_function_and_both_duties(tmp_path: Path) -> None:
    text = """ex:a a atf:Institution . ex:b a atf:Institution .
    ex:d1 a atf:Responsibility ; atf:holder ex:b ; atf:role role:lead ; atf:function function:accommodation .
    ex:d2 a atf:Responsibility ; atf:holder ex:a ; atf:role role:lead ; atf:function function:accommodation ."""
    one = found(analysed(tmp_path, text, "OVL-001"))["a"]
    assert [value.value.rsplit("/", 1)[-1] for value in one.values] == ["b", "accommodation"]
    assert one.evidence == (f"{EX}d1", f"{EX}d2")
    assert one.severity == "high"


def test_two_functions_of_a_pair_are_two_findings_and_the_strongest_degree_counts(tmp_path: Path) -> None:
    text = """ex:a a atf:Institution . ex:b a atf:Institution .
    ex:d1 a atf:Responsibility ; atf:holder ex:a ; atf:role role:lead ; atf:function function:accommodation ; atf:concerns ex:m .
    ex:d2 a atf:Responsibility ; atf:holder ex:b ; atf:role role:lead ; atf:function function:accommodation ; atf:concerns ex:m .
    ex:d3 a atf:Responsibility ; atf:holder ex:b ; atf:function function:accommodation .
    ex:d4 a atf:Responsibility ; atf:holder ex:a ; atf:function function:education .
    ex:d5 a atf:Responsibility ; atf:holder ex:b ; atf:function function:education ."""
    told = {one.values[1].value.rsplit("/", 1)[-1]: one for one in analysed(tmp_path, text, "OVL-001").findings}
    assert {name: (one.degree, one.severity) for name, one in told.items()} == {
        "accommodation": ("duplication", "high"),
        "education": ("overlap", "medium"),
    }
    assert f"{EX}d3" in told["accommodation"].evidence


def test_a_finding_without_details_rests_on_its_nodes(tmp_path: Path) -> None:
    text = (
        OWNERS
        + 'ex:act a atf:NationalAct ; eli:date_no_longer_in_force "2015-01-01"^^xsd:date . ex:duty atf:legalBasis ex:act .'
    )
    one = found(analysed(tmp_path, text, "LAW-001"))["duty"]
    assert one.evidence == (f"{EX}act", f"{EX}duty")
    assert one.degree is None


def details(folder: Path, query: str) -> list[tuple[str, ...]]:
    rule = read_rule(RULE % query, "shapes/gap/TST-001-x.ttl", "")
    seen = facts(folder, PLAN + OWNERS, "GAP-001")
    pairs = {Pair(NamedNode(EX + name), None) for name in ("one", "two")}
    told = findings_of(seen, rule, pairs)
    assert not list(seen.store.quads_for_pattern(None, NamedNode(rule.iri), None)), "the marks are gone"
    return [(one.focus.value, one.severity, str(sorted(one.variant.items())), str(len(one.values))) for one in told]


def test_details_start_from_the_pairs_and_may_weigh_a_finding_anew(tmp_path: Path) -> None:
    query = """SELECT ?this ?severity ?variant WHERE { ?this <https://w3id.org/atf/rule/TST-001> ?value .
    FILTER(STRENDS(STR(?this), "one")) VALUES (?severity ?variant) { ("low" "yes"@en) ("low" "da"@ro) } }"""
    assert details(tmp_path, query) == [
        (f"{EX}two", "medium", "[]", "0"),
        (f"{EX}one", "low", "[('en', 'yes'), ('ro', 'da')]", "0"),
    ]


def test_further_values_tell_findings_apart(tmp_path: Path) -> None:
    query = "SELECT ?this ?value2 WHERE { ?this <https://w3id.org/atf/rule/TST-001> ?value . VALUES ?value2 { 1 2 } }"
    assert [row[0].rsplit("/", 1)[-1] for row in details(tmp_path, query)] == ["one", "one", "two", "two"]


def test_a_query_that_cannot_be_evaluated_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"TST-001-x\.ttl: atf:detailSelect of TST-001"):
        details(tmp_path, "SELECT ?this WHERE {")


def test_ids_do_not_change_with_labels(tmp_path: Path) -> None:
    other = PLAN.replace("Light the quays", "Something else")
    ids = [{one.id for one in analysed(tmp_path, text, "GAP-001").findings} for text in (PLAN, other)]
    assert ids[0] == ids[1]
    assert HEAD


NAMES = """ex:plan skos:prefLabel "P"@en . ex:one atf:wordingVariant "Light the quay"@en, "Light all quays"@en, "A third"@en, "A fourth"@en ."""


def test_a_rule_that_groups_its_values_makes_one_finding_of_each_focus(tmp_path: Path) -> None:
    (one,) = analysed(tmp_path, PLAN + NAMES, "CON-001").findings
    assert [value.value for value in one.values] == ["A fourth", "A third", "Light all quays", "Light the quay"]
    account = asyncio.run(accounts_of(LocalStore(Store()), [one], DAY, TODAY))[0]
    assert account.public()["values"][0] == {
        "iri": None,
        "label": {"en": "A fourth", "ro": "A fourth"},
        "value": "A fourth",
        "lang": "en",
    }


def test_grouped_values_come_back_from_the_graph_in_their_order(tmp_path: Path) -> None:
    (one,) = analysed(tmp_path, PLAN + NAMES, "CON-001").findings
    accounts = asyncio.run(accounts_of(LocalStore(Store()), [one], DAY, TODAY))
    statements = statements_of(finding_triples(accounts, DAY))
    (read,) = asyncio.run(read_findings(LocalStore(Store()), statements, rules()))
    assert (read.id, read.values, read.collapsed) == (one.id, one.values, False)


def test_words_of_a_lesser_severity_are_left_out(tmp_path: Path) -> None:
    rows = 'VALUES (?severity ?variant) { ("low" ", in one part"@en) ("high" UNDEF) ("low" ", in another"@en) }'
    query = f"SELECT ?this ?severity ?variant WHERE {{ ?this <https://w3id.org/atf/rule/TST-001> ?value . {rows} }}"
    assert [row[1:3] for row in details(tmp_path, query)] == [("high", "[]"), ("high", "[]")]
