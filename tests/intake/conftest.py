"""A small framework of its own for the intake: one loaded strategy, two plans that are not, some bodies in time."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from api.graph.dataset import Manifest
from api.graph.inference import infer, rules_of_axioms, rules_of_files
from api.graph.sources import graph_iri, parse_turtle
from api.graph.terms import graph_of
from api.intake.faults import Remarks
from api.intake.framework import Framework
from api.intake.job import Job, framework_of_build, run
from api.intake.process import work
from api.intake.proposal import Options
from api.settings import ROOT, Settings
from api.vocabulary import GRAPH

FIXTURE = ROOT / "tests" / "fixtures" / "intake.ttl"
AS_OF = date(2019, 12, 31)


def dataset(folder: Path, *files: tuple[str, Path]) -> Settings:
    """Write a built dataset of the ontology, the fixture and further files, each as (graph, file)."""
    graphs: dict[str, list[Triple]] = {}
    for source in [ROOT / "ontology" / "atf.ttl", *(ROOT / "ontology" / "schemes").glob("*.ttl")]:
        name = source.relative_to(ROOT).as_posix()
        graphs[graph_iri(name)] = parse_turtle(source.read_text(encoding="utf-8"), name)[0]
    for graph, file in (("test", FIXTURE), *files):
        graphs[f"{GRAPH}{graph}"] = [quad.triple for quad in parse(path=str(file), format=RdfFormat.TURTLE)]
    stated = [triple for triples in graphs.values() for triple in triples]
    rules = [*rules_of_axioms(graph_of(stated)), *rules_of_files(ROOT / "ontology" / "inference")]
    graphs[f"{GRAPH}inferred"] = list(infer(stated, rules))
    quads = [
        Quad(triple.subject, triple.predicate, triple.object, NamedNode(graph))
        for graph, triples in graphs.items()
        for triple in triples
    ]
    data = serialize(quads, format=RdfFormat.N_QUADS) or b""
    manifest = Manifest(
        sha256=sha256(data).hexdigest(), quads=len(quads), graphs={name: len(some) for name, some in graphs.items()},
        classes={}, version="0", built_at=datetime(2026, 1, 1, tzinfo=UTC), as_of=AS_OF,
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "atf.nq").write_bytes(data)
    (folder / "manifest.json").write_text(manifest.model_dump_json(), encoding="utf-8")
    return Settings(root=ROOT, build=folder, workers=1, store=None)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a checkout whose dataset is the small framework."""
    return dataset(tmp_path_factory.mktemp("built"))


@pytest.fixture
def framework(built: Settings) -> Framework:
    """What the intake knows of the small framework."""
    return framework_of_build(built)


@pytest.fixture
def remarks() -> Remarks:
    """Where faults and notices go."""
    return Remarks()


@pytest.fixture
def importing(built: Settings) -> Callable[..., dict[str, Any]]:
    """Import bytes as the worker does, in this process; options as of the command."""

    def imported(data: bytes, file: str = "plan.xlsx", *, findings: bool = False, **options: Any) -> dict[str, Any]:
        return run(built, Job("import", Options(file, **options), findings=findings), data)

    return imported


@pytest.fixture
def working(built: Settings) -> Callable[..., dict[str, Any]]:
    """Import bytes in the real worker, a process with limits."""

    def worked(data: bytes, file: str = "plan.xlsx", **limits: Any) -> dict[str, Any]:
        return asyncio.run(work(built, Job("import", Options(file), findings=False), data, **limits))

    return worked
