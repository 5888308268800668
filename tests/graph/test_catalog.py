"""The catalogue of graphs: every file has its entry, every judgement its interpretation."""

from pathlib import Path

import pytest

from api.errors import BuildError
from api.graph.catalog import check_catalog
from api.graph.sources import load_sources
from tests.mini import Mini

ENTRY = 'graph:judgements a dcat:Dataset ; atf:assertionKind kind:interpreted ; skos:prefLabel "J"@en, "J"@ro .'
JUDGEMENT = """
doc:plan atf:addresses inst:police .
<https://w3id.org/atf/id/interpretation/one> a atf:Interpretation ; skos:prefLabel "One"@en, "Una"@ro ;
  atf:aboutObject inst:police ; atf:aboutPredicate atf:addresses ; atf:aboutSubject doc:plan .
"""


@pytest.fixture
def mini(tmp_path: Path) -> Mini:
    return Mini(tmp_path)


def problems(mini: Mini) -> list[str]:
    with pytest.raises(BuildError) as caught:
        check_catalog(load_sources(mini.root))
    first, *lines = str(caught.value).splitlines()
    assert first == "The catalogue of graphs does not fit the files:"
    return lines


def test_a_complete_catalogue_passes(mini: Mini) -> None:
    mini.add("data/catalog.ttl", ENTRY)
    mini.write("data/judgements.ttl", JUDGEMENT)
    check_catalog(load_sources(mini.root))


def test_a_file_without_entry_or_kind_is_named(mini: Mini) -> None:
    mini.write("data/plans/one.ttl", "doc:plan atf:addresses inst:police .")
    mini.replace("data/catalog.ttl", "graph:bodies a dcat:Dataset ; atf:assertionKind kind:stated ;", "graph:bodies")
    assert [line.partition(":")[0] for line in problems(mini)] == ["data/bodies.ttl", "data/plans/one.ttl"]


def test_an_entry_without_file_is_named(mini: Mini) -> None:
    mini.add(
        "data/catalog.ttl",
        "graph:gone a dcat:Dataset . graph:inferred a dcat:Dataset . graph:ontology a dcat:Dataset .",
    )
    assert problems(mini) == ["data/catalog.ttl describes graph:gone, which no file holds."]


def test_no_file_is_inferred(mini: Mini) -> None:
    mini.replace(
        "data/catalog.ttl", "graph:bodies a dcat:Dataset ; atf:assertionKind kind:stated",
        "graph:bodies a dcat:Dataset ; atf:assertionKind kind:inferred",
    )  # fmt: skip
    assert problems(mini) == ["data/bodies.ttl cannot be of the kind inferred: only the build infers."]


def test_a_missing_catalogue_is_told(mini: Mini) -> None:
    (mini.root / "data" / "catalog.ttl").unlink()
    with pytest.raises(BuildError, match=r"data/catalog\.ttl is missing"):
        check_catalog(load_sources(mini.root))


def test_a_judgement_without_interpretation_and_the_reverse_are_named(mini: Mini) -> None:
    mini.add("data/catalog.ttl", ENTRY)
    mini.write("data/judgements.ttl", JUDGEMENT + "doc:plan atf:addresses inst:agency .")
    mini.replace("data/judgements.ttl", "atf:aboutObject inst:police", "atf:aboutObject inst:ministry")
    lines = problems(mini)
    assert len(lines) == 3
    assert lines[0].startswith("data/judgements.ttl: 'One' <https://w3id.org/atf/id/interpretation/one> explains a")
    assert "institution/agency" in lines[1] and "no atf:Interpretation stands beside" in lines[1]
    assert "institution/police" in lines[2]
