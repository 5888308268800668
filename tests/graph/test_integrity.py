"""The integrity rules: each flags the bad nodes of its examples and no others, and its file is complete."""

from pathlib import Path

import pytest
from pyoxigraph import Triple
from rdflib import RDF, RDFS, SH, SKOS, Graph, URIRef

from api.errors import BuildError
from api.graph.integrity import Violation, rules_of, violations
from api.graph.sources import Source, graph_iri, load_sources, parse_turtle, read_text
from api.settings import ROOT
from api.vocabulary import ATF, GRAPH, PREFIXES, RULE

RULES = sorted((ROOT / "shapes" / "integrity").glob("*.ttl"))
IDS = [path.name[:7] for path in RULES]
EXAMPLES = sorted((ROOT / "tests" / "shapes").glob("INT-*/*.ttl"))


def read(path: Path) -> list[Triple]:
    name = path.relative_to(ROOT).as_posix()
    return parse_turtle(read_text(path, name), name)[0]


def source(path: Path) -> Source:
    name = path.relative_to(ROOT).as_posix()
    return Source(name, graph_iri(name), read(path))


SHAPES = [source(path) for path in [*RULES, ROOT / "shapes" / "prefixes.ttl"]]


def shapes_of(rule: str) -> Graph:
    return rules_of([shape for shape in SHAPES if rule in shape.name or shape.name == "shapes/prefixes.ttl"])


def run(rule: str, text: str) -> list[Violation]:
    prefixes = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
    return violations(parse_turtle(prefixes + "PREFIX ex: <https://example.org/>\n" + text, "text")[0], shapes_of(rule))


def last(iri: str) -> str:
    return iri.rpartition("/")[2]


def test_there_are_the_rules_of_the_catalogue() -> None:
    assert IDS[:8] == [f"INT-00{number}" for number in range(1, 9)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_rule_flags_the_bad_nodes_of_its_examples_and_no_other(path: Path) -> None:
    triples = read(path)
    nodes = {str(term) for triple in triples for term in (triple.subject, triple.object)}
    bad = {last(node.strip("<>")) for node in nodes if last(node).startswith("bad")}
    assert bool(bad) == path.name.startswith("fail-")
    found = violations(triples, shapes_of(path.parent.name))
    assert {last(violation.focus) for violation in found} == bad
    assert {violation.rule for violation in found} <= {path.parent.name}


@pytest.mark.parametrize("rule", IDS)
def test_a_rule_has_examples_of_both_kinds(rule: str) -> None:
    names = [path.name for path in EXAMPLES if path.parent.name == rule]
    assert any(name.startswith("pass-") for name in names)
    assert any(name.startswith("fail-") for name in names)


@pytest.mark.parametrize(
    ("rule", "text", "message"),
    [
        (
            "INT-001",
            'ex:a a atf:Responsibility ; skos:prefLabel "Train border guards"@en, "Instruire"@ro .',
            "No source is recorded for 'Train border guards'.",
        ),
        ("INT-001", "ex:a-duty a atf:Responsibility .", "No source is recorded for 'a-duty'."),
        (
            "INT-002",
            'ex:a a atf:Institution ; skos:prefLabel "Agency"@en .',
            "'Agency' has no preferred label in Romanian.",
        ),
        (
            "INT-003",
            'ex:a skos:prefLabel "Duty"@en ; atf:holder <https://w3id.org/atf/id/institution/anipt> .',
            "'Duty' refers to 'institution/anipt', which is described nowhere.",
        ),
        (
            "INT-004",
            'ex:a skos:prefLabel "Plan"@en ; atf:validFrom "2022-01-01"^^xsd:date ; '
            'atf:validThrough "2021-01-01"^^xsd:date .',
            "'Plan' is valid through 2021-01-01, which is before its first day 2022-01-01.",
        ),
        (
            "INT-006",
            'ex:a skos:prefLabel "Duty"@en ; atf:role <https://w3id.org/atf/scheme/function/training> .',
            "'Duty' has the value 'training', which is no concept of the scheme 'role'.",
        ),
        (
            "INT-007",
            "ex:a a dcat:Dataset ; prov:wasAttributedTo ex:b ; "
            "atf:assertionKind <https://w3id.org/atf/scheme/assertion-kind/external> .",
            "'a' has no confidence.",
        ),
        ("INT-008", "ex:a atf:holder ex:b . ex:b a foaf:Person .", "'a' is held by a person."),
        (
            "INT-009",
            'ex:a atf:dueDate "2018-02-30"^^xsd:date .',
            "'a' has the date '2018-02-30', which is no day of the calendar.",
        ),
    ],
)
def test_the_message_names_the_thing_by_its_label(rule: str, text: str, message: str) -> None:
    assert message in {violation.message for violation in run(rule, text)}


def test_the_other_value_is_told() -> None:
    (found,) = run("INT-003", "ex:a atf:holder <https://w3id.org/atf/id/institution/x> .")
    assert (found.focus, found.value) == ("https://example.org/a", "https://w3id.org/atf/id/institution/x")


@pytest.mark.parametrize("path", RULES, ids=IDS)
def test_a_rule_file_follows_the_house_template(path: Path) -> None:
    rule = path.name[:7]
    graph = rules_of([source(path)])
    shape, check = URIRef(RULE + rule), URIRef(f"{RULE}{rule}-check")
    assert set(graph.subjects(RDF.type, SH.NodeShape)) == {shape}
    assert str(graph.value(shape, URIRef("http://purl.org/dc/terms/identifier"))) == rule
    assert graph.value(shape, SH.severity) == SH.Violation
    assert set(graph.objects(shape, SH.sparql)) == {check}
    assert graph.value(check, SH.prefixes) == RULE.prefixes
    for prop in (SKOS.prefLabel, SKOS.definition, ATF.rationale, ATF.remedy, ATF.limits):
        languages = sorted(text.language for text in graph.objects(shape, prop))  # type: ignore[attr-defined]
        assert languages == ["en", "ro"], prop
    definition = next(text for text in graph.objects(shape, SKOS.definition) if text.language == "en")  # type: ignore[attr-defined]
    assert str(definition).startswith("Flags ")
    message = str(graph.value(check, SH.message))
    assert message.endswith(".") and "{$this}" not in message and rule not in message
    select = str(graph.value(check, SH.select))
    assert select.startswith("SELECT $this ") and "MINUS" not in select and "VALUES" not in select
    assert not list(graph.objects(None, RDFS.label))
    assert not {"ş", "ţ"} & set(path.read_text(encoding="utf-8"))


def test_the_shared_prefixes_are_those_of_the_code() -> None:
    graph = rules_of([source(ROOT / "shapes" / "prefixes.ttl")])
    declared = {
        str(graph.value(node, SH.prefix)): str(graph.value(node, SH.namespace))
        for node in graph.objects(RULE.prefixes, SH.declare)
    }
    assert declared == PREFIXES


def test_only_the_rules_of_the_kind_are_run() -> None:
    sources = load_sources(ROOT)
    names = {str(shape)[-7:] for shape in rules_of(sources).subjects(RDF.type, SH.NodeShape)}
    assert names == set(IDS)


def test_a_query_that_does_not_parse_is_named() -> None:
    text = """
    PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rule: <https://w3id.org/atf/rule/>
    PREFIX atf: <https://w3id.org/atf/ontology#>
    rule:INT-999 a sh:NodeShape ; sh:targetClass atf:Thing ; sh:sparql rule:INT-999-check .
    rule:INT-999-check sh:message "m" ; sh:select "SELECT $this WHERE { $this }" .
    """
    broken = Source("shapes/x", f"{GRAPH}rule/INT-999", parse_turtle(text, "x")[0])
    data = parse_turtle("<https://example.org/a> a <https://w3id.org/atf/ontology#Thing> .", "x")[0]
    with pytest.raises(BuildError, match=r"(?s)A rule is wrong: .*SELECT \$this"):
        violations(data, rules_of([broken]))
