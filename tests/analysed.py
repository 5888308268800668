"""Small graphs for the tests of the analysis, written in the test and analysed by the project's own rules."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from api.analysis.check import Analysis, analyse
from api.analysis.facts import Facts, facts_of_files
from api.analysis.findings import Finding
from api.analysis.rules import RuleSet, load_rules
from api.settings import ROOT, Settings

EX = "https://example.org/"
HEAD = """@prefix atf: <https://w3id.org/atf/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix ex: <https://example.org/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix role: <https://w3id.org/atf/scheme/role/> .
@prefix function: <https://w3id.org/atf/scheme/function/> .
@prefix group: <https://w3id.org/atf/scheme/target-group/> .
@prefix type: <https://w3id.org/atf/scheme/document-type/> .
@prefix confidence: <https://w3id.org/atf/scheme/confidence/> .
@prefix kind: <https://w3id.org/atf/scheme/assertion-kind/> .
"""
DAY = date(2020, 6, 1)
TODAY = date(2026, 11, 24)
# A plan with three objectives that nobody answers for.
PLAN = """
ex:plan a atf:PolicyDocument ; atf:contentLoaded true ; atf:validFrom "2018-01-01"^^xsd:date ;
  atf:validThrough "2022-12-31"^^xsd:date ; skos:prefLabel "Harbour Plan"@en, "Planul porturilor"@ro .
ex:one a atf:SpecificObjective ; dcterms:isPartOf ex:plan ; skos:prefLabel "Light the quays"@en, "Iluminarea cheiurilor"@ro .
ex:two a atf:SpecificObjective ; dcterms:isPartOf ex:plan ; skos:prefLabel "Dredge"@en, "Dragare"@ro .
ex:three a atf:SpecificObjective ; dcterms:isPartOf ex:plan ; skos:prefLabel "Train pilots"@en, "Instruirea piloților"@ro .
"""
# Somebody answers for two of them.
OWNERS = """
ex:pilots a atf:Institution ; skos:prefLabel "Pilot Service"@en, "Serviciul de Pilotaj"@ro .
ex:duty a atf:Responsibility ; atf:holder ex:pilots ; atf:role role:lead ; atf:concerns ex:two, ex:three ;
  dcterms:source ex:passage ; skos:prefLabel "Pilotage"@en, "Pilotaj"@ro .
ex:passage a atf:Passage ; eli:is_part_of ex:plan ; skos:prefLabel "I.1"@en, "I.1"@ro .
"""


@cache
def rules() -> RuleSet:
    """The rules of the project."""
    return load_rules(ROOT)


def write(folder: Path, text: str, name: str = "facts.ttl") -> Path:
    """Write a small graph in Turtle, or in TriG by its name, with the usual prefixes."""
    file = folder / name
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def facts(folder: Path, text: str, *ids: str, as_of: date = DAY, today: date = TODAY, name: str = "facts.ttl") -> Facts:
    """A small graph as an analysis by some rules sees it."""
    return facts_of_files(Settings(), [write(folder, text, name)], rules().choose(ids), as_of=as_of, today=today)


def analysed(
    folder: Path, text: str, *ids: str, as_of: date = DAY, today: date = TODAY, name: str = "facts.ttl"
) -> Analysis:
    """The analysis of a small graph by some rules."""
    return analyse(facts(folder, text, *ids, as_of=as_of, today=today, name=name), rules().choose(ids))


def found(analysis: Analysis) -> dict[str, Finding]:
    """The findings by the last part of their focus."""
    return {finding.focus.value.rsplit("/", 1)[-1]: finding for finding in analysis.findings}


@pytest.fixture(scope="session")
def generator(shared: Path) -> Iterator[Path]:
    """The generator of synthetic frameworks, which the folder of ATF_SHARED holds."""
    script = shared / "bench" / "generate.py"
    assert script.is_file()
    yield script
