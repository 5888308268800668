"""The build of a small checkout: what it publishes, and what it says when something is wrong."""

import json
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store
from rdflib import RDF

from api.errors import BuildError, UnavailableError
from api.graph.builder import build
from api.graph.dataset import Manifest, load_manifest, nquads_path
from api.vocabulary import ATF, GRAPH, ID
from tests.mini import HEAD, Mini

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mini, Manifest]:
    mini = Mini(tmp_path_factory.mktemp("mini"))
    (mini.root / "ontology" / "inference").mkdir()
    (mini.root / "ontology" / "inference" / "known.rq").write_text(
        "PREFIX atf: <https://w3id.org/atf/ontology#>\n"
        "CONSTRUCT { ?body atf:addresses ?thing } WHERE { ?body atf:isInvolvedIn ?thing }"
    )
    return mini, build(mini.settings, today=TODAY)


@pytest.fixture
def mini(tmp_path: Path) -> Mini:
    return Mini(tmp_path)


def failure(mini: Mini) -> str:
    """Build what is broken, check that an older build stays, and return the message."""
    folder = mini.settings.build
    folder.mkdir(exist_ok=True)
    (folder / "atf.nq").write_bytes(b"old")
    (folder / "manifest.json").write_bytes(b"old")
    with pytest.raises(BuildError) as caught:
        build(mini.settings, today=TODAY)
    assert sorted(path.name for path in folder.iterdir()) == ["atf.nq", "manifest.json"]
    assert {path.read_bytes() for path in folder.iterdir()} == {b"old"}
    return str(caught.value)


def test_the_dataset_holds_each_file_as_its_graph(built: tuple[Mini, Manifest]) -> None:
    mini, manifest = built
    store = Store()
    store.load(path=str(nquads_path(mini.settings.build)), format=RdfFormat.N_QUADS)
    names = {graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode)}
    assert names == set(manifest.graphs)
    assert {"ontology", "scheme/role", "catalog", "duties", "bodies", "rule/INT-001", "inferred"} <= {
        name.removeprefix(str(GRAPH)) for name in names
    }
    assert len(store) == manifest.quads == sum(manifest.graphs.values())
    assert manifest.classes[f"{ATF}LeadResponsibility"] == 1
    assert manifest.classes[f"{ATF}Institution"] == 3
    assert load_manifest(mini.settings.build) == manifest


def test_the_inferences_are_in_their_own_graph(built: tuple[Mini, Manifest]) -> None:
    mini, _ = built
    lines = nquads_path(mini.settings.build).read_text(encoding="utf-8").splitlines()
    inferred = {line.removesuffix(f" <{GRAPH}inferred> .") for line in lines if line.endswith("inferred> .")}
    agency, plan = f"<{ID}institution/agency>", f"<{ID}document/plan>"
    above, a = "<http://www.w3.org/ns/org#transitiveSubOrganizationOf>", f"<{RDF.type}>"
    assert inferred == {
        f"<{ID}responsibility/training> {a} <{ATF}LeadResponsibility>",
        f"{agency} <{ATF}isInvolvedIn> {plan}",
        f"{agency} <{ATF}addresses> {plan}",
        f"{agency} {above} <{ID}institution/police>",
        f"{agency} {above} <{ID}institution/ministry>",
        f"<{ID}institution/police> {above} <{ID}institution/ministry>",
        f'<{ID}analysis/run> <{ATF}asOf> "2022-12-31"^^<http://www.w3.org/2001/XMLSchema#date>',
    }


def test_a_build_is_the_same_every_time(built: tuple[Mini, Manifest], tmp_path: Path) -> None:
    mini, manifest = built
    steps: list[str] = []
    again = build(mini.settings, out=tmp_path / "deep" / "out", progress=steps.append, today=TODAY)
    assert again.sha256 == manifest.sha256
    data = nquads_path(tmp_path / "deep" / "out").read_bytes()
    assert sha256(data).hexdigest() == manifest.sha256
    assert data.splitlines() == sorted(data.splitlines())
    assert sorted(path.name for path in (tmp_path / "deep" / "out").iterdir()) == ["atf.nq", "manifest.json"]
    assert json.loads((tmp_path / "deep" / "out" / "manifest.json").read_text())["as_of"] == "2022-12-31"
    assert len(steps) >= 3


def test_the_default_date_is_today_while_a_document_is_in_force(mini: Mini) -> None:
    assert build(mini.settings, today=date(2020, 5, 1)).as_of == date(2020, 5, 1)


def test_a_thing_in_two_disjoint_classes_is_named(mini: Mini) -> None:
    mini.add("data/duties.ttl", "inst:agency a atf:PolicyDocument .")
    message = failure(mini)
    assert "'Agency' <https://w3id.org/atf/id/institution/agency> is both" in message
    assert "'Institution' atf:Institution and 'Policy document' atf:PolicyDocument" in message
    assert "data/bodies.ttl" in message
    assert "data/duties.ttl" in message


def test_a_value_outside_the_range_of_its_property_is_named(mini: Mini) -> None:
    mini.add("data/duties.ttl", "resp:training atf:holder doc:plan .")
    message = failure(mini)
    assert "'Plan' <https://w3id.org/atf/id/document/plan> is both" in message
    assert "'Train border guards' <https://w3id.org/atf/id/responsibility/training> 'holder' atf:holder" in message
    assert "(data/duties.ttl)" in message


def test_a_class_that_can_have_no_member_is_named(mini: Mini) -> None:
    mini.add(
        "ontology/atf.ttl",
        'atf:Ghost a owl:Class ; skos:prefLabel "Ghost"@en, "Fantomă"@ro ; '
        "rdfs:subClassOf atf:Institution, atf:Passage .",
    )
    message = failure(mini)
    assert "These classes can have no member" in message
    assert "'Ghost' atf:Ghost" in message


def test_a_contradiction_without_a_known_pattern_is_narrowed_to_its_file(mini: Mini) -> None:
    mini.add(
        "ontology/atf.ttl",
        "atf:Institution rdfs:subClassOf [ a owl:Restriction ; owl:onProperty atf:addresses ; "
        "owl:allValuesFrom atf:Passage ] .",
    )
    mini.add("data/duties.ttl", "inst:agency atf:addresses resp:training .")
    assert "Without data/duties.ttl there is no contradiction." in failure(mini)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("data/duties.ttl", "inst:agency atf:unheardOf inst:police .", ["atf:unheardOf", "data/duties.ttl"]),
        ("data/duties.ttl", "inst:agency a atf:Unheard .", ["atf:Unheard", "data/duties.ttl"]),
        (
            "data/duties.ttl",
            'inst:agency a atf:Institution ; skos:prefLabel "Agency"@en .',
            ['"Agency"@en stands in data/bodies.ttl and in data/duties.ttl', "institution/agency> <http"],
        ),
        ("data/duties.ttl", "\ninst:agency atf:holder ;\n.", ["data/duties.ttl line", ", column"]),
        ("ontology/atf.ttl", "<https://w3id.org/atf/other> a owl:Ontology .", ["exactly one owl:Ontology"]),
    ],
)
def test_what_is_wrong_before_reasoning_is_named(mini: Mini, file: str, text: str, words: list[str]) -> None:
    mini.add(file, text)
    message = failure(mini)
    for word in words:
        assert word in message


def test_the_line_of_broken_turtle_is_the_line_in_the_file(mini: Mini) -> None:
    mini.add("data/duties.ttl", "\ninst:agency atf:holder ;\n.")
    text = (mini.root / "data" / "duties.ttl").read_text(encoding="utf-8")
    line = next(number for number, line in enumerate(text.splitlines(), 1) if line == "inst:agency atf:holder ;")
    assert f"data/duties.ttl line {line}, column 24" in failure(mini)


def test_every_violation_of_the_integrity_rules_is_listed(mini: Mini) -> None:
    mini.replace("data/duties.ttl", ', "Instruirea polițiștilor"@ro', "")
    mini.replace("data/duties.ttl", "dcterms:source <https://w3id.org/atf/id/passage/plan-1> .", ".")
    mini.replace("data/bodies.ttl", '"2022-12-31"', '"2017-12-31"')
    mini.add("data/duties.ttl", "resp:training atf:concerns inst:agncy .")
    lines = failure(mini).splitlines()
    assert lines[0] == "5 violations of the integrity rules:"
    duty = f"data/duties.ttl <{ID}responsibility/training>"
    assert sorted(lines[1:]) == [
        f"INT-001 {duty}: No source is recorded for 'Train border guards'.",
        f"INT-002 {duty}: 'Train border guards' has no preferred label in Romanian.",
        f"INT-003 {duty}: 'Train border guards' refers to 'institution/agncy', which is described nowhere.",
        # What follows from the wrong statement is wrong as well.
        f"INT-003 inferred <{ID}institution/agency>: "
        "'Agency' refers to 'institution/agncy', which is described nowhere.",
        f"INT-004 data/bodies.ttl <{ID}document/plan>: 'Plan' is valid through 2017-12-31, "
        "which is before its first day 2018-01-01.",
    ]


def test_a_folder_that_cannot_be_written_is_one_sentence_before_any_work(mini: Mini) -> None:
    (mini.root / "file").write_text("no folder")
    steps: list[str] = []
    with pytest.raises(UnavailableError, match=r"cannot be written to .*/file: (File exists|Not a directory)\."):
        build(mini.settings, out=mini.root / "file", progress=steps.append)
    assert steps == []


FULL_DISK = """
import resource, sys
from pathlib import Path
from api.graph.builder import build
from api.errors import AtfError
from api.settings import Settings
root = Path(sys.argv[1])
# No file may grow beyond this: enough for the reasoner's input, too little for the dataset.
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    build(Settings(root=root, build=root / "build"))
except AtfError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


def test_a_full_disk_costs_only_the_attempt(mini: Mini) -> None:
    folder = mini.settings.build
    folder.mkdir()
    (folder / "atf.nq").write_bytes(b"old")
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(mini.root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr.startswith(f"UnavailableError: The dataset cannot be written to {folder}: File too large.")
    assert [path.name for path in folder.iterdir()] == ["atf.nq"]
    assert (folder / "atf.nq").read_bytes() == b"old"


def test_the_prefixes_of_the_fixture_change_nothing(mini: Mini) -> None:
    assert HEAD.count("PREFIX") > 30
    (mini.root / "ontology" / "atf.ttl").unlink()
    assert "no ontology/atf.ttl" in failure(mini)
