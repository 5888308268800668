"""Two engines, one truth: what is planted is found, nothing else is, and pySHACL finds the same."""

import json
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper

from api.analysis import engine_fast, engine_shacl
from api.analysis.check import Analysis, analyse
from api.analysis.engine_fast import find
from api.analysis.facts import Facts, facts_of_build, facts_of_files
from api.analysis.rules import Rule, RuleSet, read_rule
from api.errors import BuildError
from api.settings import Settings
from tests.analysed import HEAD, OWNERS, PLAN, facts, generator, rules

__all__ = ["generator"]

# Rules whose cost per node on pySHACL is small enough for every framework of the property test.
PROPERTY_RULES = ("GAP-001", "GAP-009", "GAP-019", "LAW-001", "OVL-001", "OVL-003", "OVL-004")
# The last day of the strategy, on which most is valid; and a day on which no loaded document is.
REAL_DAYS = (date(2022, 12, 31), date(2026, 11, 24))


def told(analysis: Analysis) -> set[tuple[str, ...]]:
    """What both engines must agree on: rule, focus, values and degree."""
    return {
        (one.rule.id, one.focus.value, " ".join(value.value for value in one.values), one.degree or "")
        for one in analysis.findings
    }


@dataclass(frozen=True)
class Planted:
    """A generated framework, and what an analysis must find in it."""

    file: Path
    as_of: date
    findings: dict[str, Any]


def plant(generator: Path, folder: Path, number: int, seed: int) -> Planted:
    stem = folder / f"framework-{number}-{seed}"
    command = [sys.executable, str(generator), str(number), str(stem), "--seed", str(seed)]
    subprocess.run(command, check=True, capture_output=True)
    manifest = json.loads(stem.with_name(f"{stem.name}.manifest.json").read_text(encoding="utf-8"))
    return Planted(stem.with_name(f"{stem.name}.nt"), date.fromisoformat(manifest["as_of"]), manifest["planted"])


@pytest.mark.parametrize(("number", "seed"), [(40, 7), (40, 11), (200, 7), (200, 11), (1000, 3)])
def test_everything_planted_is_found_and_nothing_else(generator: Path, tmp_path: Path, number: int, seed: int) -> None:
    framework = plant(generator, tmp_path, number, seed)
    chosen = rules().choose(framework.findings)
    analysis = analyse(facts_of_files(Settings(), [framework.file], chosen, as_of=framework.as_of), chosen)
    assert analysis.notices == ()
    assert {one.status for one in analysis.findings} == {"open"}
    for rule, expected in framework.findings.items():
        found = [one for one in analysis.findings if one.rule.id == rule]
        if rule == "OVL-001":
            pairs = sorted(
                [one.focus.value, one.values[0].value, one.degree] for one in found if one.degree != "fragmentation"
            )
            assert pairs == sorted([*planted["pair"], planted["degree"]] for planted in expected)
        else:
            assert {one.focus.value for one in found} == set(expected), rule


@pytest.mark.parametrize(("number", "seed"), [(12, 7), (20, 11)])
def test_both_engines_find_the_same_in_a_generated_framework(
    generator: Path, tmp_path: Path, number: int, seed: int
) -> None:
    framework = plant(generator, tmp_path, number, seed)
    chosen = rules().choose()
    seen = facts_of_files(Settings(), [framework.file], chosen, as_of=framework.as_of)
    fast = told(analyse(seen, chosen))
    assert {rule for rule, *_ in fast} >= set(framework.findings)
    assert fast == told(analyse(seen, chosen, "pyshacl"))


def analysed_by_reference(day: date) -> set[tuple[str, ...]]:
    """What pySHACL finds in the real graph; run in a process of its own, one for each core."""
    return told(analyse(facts_of_build(Settings(), day), rules().choose(), "pyshacl"))


def test_both_engines_find_the_same_in_the_real_graph() -> None:
    with ProcessPoolExecutor(len(REAL_DAYS), get_context("spawn")) as pool:
        reference = list(pool.map(analysed_by_reference, REAL_DAYS))
    for day, expected in zip(REAL_DAYS, reference, strict=True):
        found = told(analyse(facts_of_build(Settings(), day), rules().choose()))
        assert found
        assert found == expected


# A small random framework: few bodies, functions, groups, places and days, so that everything meets everything.
BODIES = ("port", "quay", "crane", "pilot")
FUNCTIONS = (
    "accommodation",
    "identification",
    "protection",
    "investigation",
    "supervision-of-investigation",
    "education",
)
GROUPS = ("victims", "adult-national-victims", "child-national-victims")
PLACES = ("county", "region", "elsewhere")
DAYS = ("2020-05-31", "2020-06-01", "2020-06-02")
ROLES = ("lead", "lead", "principal", "coordinator", "partner", "regulator")


def maybe(values: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


DUTIES = st.fixed_dictionaries(
    {
        "holder": st.lists(st.sampled_from(BODIES), max_size=2, unique=True),
        "role": maybe(ROLES),
        "function": maybe(FUNCTIONS),
        "group": st.lists(st.sampled_from(GROUPS), max_size=2, unique=True),
        "place": maybe(PLACES),
        "concerns": maybe(("goal", "step", "other")),
        "through": maybe(BODIES),
        "from": maybe(DAYS),
        "until": maybe(DAYS),
        "basis": maybe(("law", "article")),
    }
)
FRAMEWORKS = st.fixed_dictionaries(
    {
        "duties": st.lists(DUTIES, min_size=1, max_size=6),
        "above": st.dictionaries(st.sampled_from(BODIES), st.sampled_from(BODIES), max_size=2),
        "repealed": maybe(DAYS),
        "entered": maybe(DAYS),
        "mechanism": maybe(FUNCTIONS),
    }
)


def turtle(framework: dict[str, Any]) -> str:
    lines = [f"ex:{body} a atf:Institution ." for body in BODIES]
    lines += [f"ex:{unit} org:subOrganizationOf ex:{body} ." for unit, body in framework["above"].items()]
    lines += [
        "ex:county dcterms:isPartOf ex:region . ex:goal a atf:SpecificObjective . ex:other a atf:SpecificObjective ."
    ]
    lines += [
        "ex:step a atf:Measure ; atf:contributesTo ex:goal . ex:article a atf:Provision ; eli:is_part_of ex:law ."
    ]
    lines += ["ex:law a atf:NationalAct ."]
    for name, day in (
        ("date_no_longer_in_force", framework["repealed"]),
        ("first_date_entry_in_force", framework["entered"]),
    ):
        lines += [f'ex:law eli:{name} "{day}"^^xsd:date .'] if day else []
    if framework["mechanism"]:
        lines += [f"ex:mechanism a atf:System ; atf:concerns function:{framework['mechanism']} ."]
    for number, duty in enumerate(framework["duties"]):
        said = ["a atf:Responsibility"]
        said += [f"atf:holder ex:{body}" for body in duty["holder"]] + [
            f"atf:targetGroup group:{one}" for one in duty["group"]
        ]
        said += [f"atf:role role:{duty['role']}"] if duty["role"] else []
        said += [f"atf:function function:{duty['function']}"] if duty["function"] else []
        said += [f"atf:territory ex:{duty['place']}"] if duty["place"] else []
        said += [f"atf:concerns ex:{duty['concerns']}"] if duty["concerns"] else []
        said += [f"atf:actsThrough ex:{duty['through']}"] if duty["through"] else []
        said += [f"atf:legalBasis ex:{duty['basis']}"] if duty["basis"] else []
        for name, day in (("validFrom", duty["from"]), ("validThrough", duty["until"])):
            said += [f'atf:{name} "{day}"^^xsd:date'] if day else []
        lines.append(f"ex:duty{number} {' ; '.join(said)} .")
    return "\n".join(lines)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FRAMEWORKS)
def test_both_engines_find_the_same_in_any_small_framework(tmp_path: Path, framework: dict[str, Any]) -> None:
    chosen = rules().choose(PROPERTY_RULES)
    seen = facts(tmp_path, turtle(framework), *PROPERTY_RULES)
    fast, reference = engine_fast.find(seen.store, chosen.rules), engine_shacl.find(seen.store, chosen)
    assert fast == reference
    # Whatever is found of one body and another holds the other way round as well: only the first is the focus.
    assert all(str(pair.this) < str(pair.value) for pair in fast["OVL-001"])


def test_a_rule_that_cannot_be_evaluated_is_named(tmp_path: Path) -> None:
    seen: Facts = facts(tmp_path, PLAN + OWNERS, "GAP-001")
    broken = made("SELECT $this WHERE { ?this ?p ?o . FILTER(BOUND( }")
    with pytest.raises(BuildError, match="shapes/gap/TST-001-x"):
        find(seen.store, [broken])


def made(select: str, more: str = "") -> Rule:
    text = (
        HEAD
        + f"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rule: <https://w3id.org/atf/rule/> .
    rule:TST-001 a sh:NodeShape ; sh:targetClass atf:SpecificObjective ; sh:sparql rule:TST-001-check {more} .
    rule:TST-001-check a sh:SPARQLConstraint ; sh:prefixes rule:prefixes ; sh:select '''{select}''' ."""
    )
    return read_rule(text, "shapes/gap/TST-001-x.ttl", "PREFIX atf: <https://w3id.org/atf/ontology#>\n")


def test_a_rule_without_a_set_query_runs_its_select_on_all_targets(tmp_path: Path) -> None:
    seen = facts(tmp_path, PLAN + OWNERS + "ex:port a atf:Institution .", "GAP-001")
    rule = made("SELECT $this ?value WHERE { FILTER NOT EXISTS { ?duty atf:concerns $this } }")
    expected = engine_shacl.find(seen.store, RuleSet((rule,), rules().prefixes))
    assert find(seen.store, [rule]) == expected
    assert [pair.this.value for pair in expected["TST-001"]] == ["https://example.org/one"]


def test_a_shape_that_shacl_refuses_is_told(tmp_path: Path) -> None:
    seen = facts(tmp_path, PLAN + OWNERS, "GAP-001")
    rule = made("SELECT $this WHERE { $this ?p ?o MINUS { ?x ?y $this } }")
    before = vars(SPARQLQueryHelper)["has_minus_regex"]
    for _ in range(2):
        with pytest.raises(BuildError, match="MINUS"):
            engine_shacl.find(seen.store, RuleSet((rule,), rules().prefixes))
    assert vars(SPARQLQueryHelper)["has_minus_regex"] is before, "pySHACL is left as it was"
