"""Where a proposal is written: its file, the catalogue, and the line that it makes untrue."""

from datetime import date
from pathlib import Path

import pytest

from api.errors import UnavailableError
from api.graph.catalog import check_catalog
from api.graph.sources import CATALOG, Source, parse_turtle
from api.graph.turtle import format_file
from api.intake.filing import files_of, write_files
from api.vocabulary import GRAPH

PLAN = "https://w3id.org/atf/id/document/action-plan-2021-2022"
TURTLE = f"PREFIX atf: <https://w3id.org/atf/ontology#>\n\n<{PLAN}>\n    atf:contentLoaded true ;\n.\n"
LABEL = {"en": "Plan 2021-2022", "ro": "Planul 2021-2022"}
SERIES = (
    TURTLE.replace("true", "false")
    .replace("    atf:c", "    a atf:PolicyDocument ;\n    atf:c")
    .replace("\n.", '\n    atf:validFrom "2021-01-01"^^<http://www.w3.org/2001/XMLSchema#date> ;\n.')
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of a checkout with a catalogue and the series of plans."""
    folder = tmp_path / "data"
    (folder / "framework").mkdir(parents=True)
    (folder / "framework" / "series.ttl").write_text(SERIES, encoding="utf-8")
    (folder / "catalog.ttl").write_text(
        f"PREFIX dcat: <http://www.w3.org/ns/dcat#>\n\n<{GRAPH}catalog>\n    a dcat:Dataset ;\n.\n", encoding="utf-8"
    )
    for file in folder.rglob("*.ttl"):
        format_file(file, check=False)
    return folder


def test_in_a_checkout_the_catalogue_knows_the_file_and_nothing_contradicts_it(data: Path) -> None:
    files = files_of(data / "plans", "action-plan-2021-2022", TURTLE, PLAN, LABEL, created=date(2026, 11, 24))
    assert sorted(path.relative_to(data).as_posix() for path in files) == [
        "catalog.ttl",
        "framework/series.ttl",
        "plans/action-plan-2021-2022.ttl",
    ]
    assert not (data / "plans").exists()
    write_files(files)
    assert "contentLoaded" not in (data / "framework" / "series.ttl").read_text(encoding="utf-8")
    assert not any(format_file(path, check=True) for path in files)
    name = "data/plans/action-plan-2021-2022.ttl"
    catalogue = parse_turtle((data / "catalog.ttl").read_text(encoding="utf-8"), "catalog")[0]
    plan = parse_turtle(TURTLE, name)[0]
    check_catalog(
        [Source("data/catalog.ttl", CATALOG, catalogue), Source(name, f"{GRAPH}plans/action-plan-2021-2022", plan)]
    )
    entry = (data / "catalog.ttl").read_text(encoding="utf-8").split("\n\n")[-1]
    assert entry == (
        f"<{GRAPH}plans/action-plan-2021-2022>\n    a dcat:Dataset ;\n"
        "    atf:assertionKind <https://w3id.org/atf/scheme/assertion-kind/stated> ;\n"
        '    dcterms:created "2026-11-24"^^xsd:date ;\n'
        "    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;\n"
        f"    dcterms:source <{PLAN}> ;\n"
        "    prov:wasAttributedTo <https://w3id.org/atf/id/agent/editors> ;\n"
        '    skos:prefLabel "Plan 2021-2022"@en ;\n    skos:prefLabel "Planul 2021-2022"@ro ;\n.\n'
    )


def test_an_entry_that_is_there_stays_as_the_editors_left_it(data: Path) -> None:
    write_files(files_of(data / "plans", "action-plan-2021-2022", TURTLE, PLAN, LABEL))
    again = files_of(data / "plans", "action-plan-2021-2022", TURTLE, PLAN, {"en": "other", "ro": "alta"})
    assert [path.name for path in again] == ["action-plan-2021-2022.ttl"]


def test_elsewhere_the_entry_comes_beside_the_file(tmp_path: Path) -> None:
    files = files_of(tmp_path / "out", "action-plan-2021-2022", TURTLE, PLAN, LABEL)
    assert sorted(path.name for path in files) == ["action-plan-2021-2022.ttl", "catalog.ttl"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnavailableError, match="The files cannot be written"):
        write_files({tmp_path / "file" / "plan.ttl": "x"})
