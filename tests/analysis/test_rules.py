"""Each rule on its examples: what must be flagged is (ex:bad…), nothing else is, and both engines agree."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from api.analysis import engine_fast, engine_shacl
from api.analysis.facts import facts_of_files
from api.analysis.rules import RuleSet, load_rules
from api.settings import ROOT, Settings

EXAMPLES = sorted(
    file for file in (ROOT / "tests" / "shapes").rglob("*.ttl") if not file.parent.name.startswith("INT-")
)
RUN = NamedNode("https://w3id.org/atf/id/analysis/run")


@cache
def rules() -> RuleSet:
    return load_rules(ROOT)


def day_of(example: Store, term: str, otherwise: date) -> date:
    """The date that an example sets for itself, else that of the tests."""
    for quad in example.quads_for_pattern(RUN, NamedNode(f"https://w3id.org/atf/ontology#{term}"), None):
        if isinstance(quad.object, Literal):
            return date.fromisoformat(quad.object.value)
    return otherwise


@pytest.fixture(scope="module")
def anchor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One thing of our vocabulary beside each example: some hold figures only, and that alone is no framework."""
    file = tmp_path_factory.mktemp("anchor") / "anchor.ttl"
    file.write_text("<https://example.org/okAnchor> a <https://w3id.org/atf/ontology#Edition> .", encoding="utf-8")
    return file


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_rule_flags_what_it_must_and_nothing_else(file: Path, anchor: Path) -> None:
    example = Store()
    example.load(path=str(file), format=RdfFormat.TURTLE)
    chosen = rules().choose([file.parent.name])
    facts = facts_of_files(
        Settings(), [file, anchor], chosen, as_of=day_of(example, "asOf", date(2020, 6, 1)), today=day_of(example, "today", date(2026, 11, 24))
    )  # fmt: skip
    found = engine_fast.find(facts.store, chosen.rules)[file.parent.name]
    bad = {
        node.value
        for quad in example
        for node in (quad.subject, quad.object)
        if isinstance(node, NamedNode) and node.value.startswith("https://example.org/") and node.value.rsplit("/", 1)[-1].startswith("bad")
    }  # fmt: skip
    # The ontology and the schemes lie in the same graph; the example speaks of its own nodes only.
    assert {pair.this.value for pair in found if pair.this.value.startswith("https://example.org/")} == bad
    assert file.stem.startswith("fail-") == bool(bad)
    assert engine_shacl.find(facts.store, chosen)[file.parent.name] == found


def test_every_rule_has_an_example_that_passes_and_one_that_fails() -> None:
    missing = []
    for rule in rules().rules:
        folder = ROOT / "tests" / "shapes" / rule.id
        kinds = {file.stem.split("-")[0] for file in folder.glob("*.ttl")}
        if not {"pass", "fail"} <= kinds:
            missing.append(rule.id)
    assert missing == []
