"""Run one SHACL engine of the package index over a graph with the rules as shapes; run by bench/analysis.py.

usage: python shacl_engines.py ENGINE DATA.nt SHAPES.ttl OUT.json

It runs in the environment of the engines, so it imports nothing of the project. The seconds are those from opening the
files to the results in Python, without the imports; "cpu" is the processor's, of all threads.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

Found = Iterable[tuple[str, str]]
SH = "http://www.w3.org/ns/shacl#"


def pyshifty(data: str, shapes: str) -> Callable[[], Found]:
    """Validate to a W3C report graph."""
    shifty = import_module("shifty")

    return lambda: of_graph(shifty.validate(Path(data), Path(shapes))[1])


def pyshacl_turbo(data: str, shapes: str) -> Callable[[], Found]:
    """The interface of pySHACL."""
    pyshacl_turbo = import_module("pyshacl_turbo")

    return lambda: of_graph(pyshacl_turbo.validate(data, shacl_graph=shapes, advanced=True)[1])


def shacl(data: str, shapes: str) -> Callable[[], Found]:
    """The package of that name."""
    engine = import_module("shacl")

    def run() -> Found:
        report = engine.Shapes.from_file(shapes).validate_file(data)
        return [(str(one.source_shape), str(one.focus_node)) for one in report.results]

    return run


def shacl_rust(data: str, shapes: str) -> Callable[[], Found]:
    """Stream both files."""
    engine = import_module("shacl_rust")

    return lambda: [
        (str(one["source_shape"]), str(one["focus_node"])) for one in engine.validate_file(data, shapes)["results"]
    ]


def pyrudof(data: str, shapes: str) -> Callable[[], Found]:
    """Its native mode; the SPARQL mode is for data at an endpoint."""
    engine = import_module("pyrudof")

    def run() -> Found:
        rudof = engine.Rudof(engine.RudofConfig())
        rudof.read_data(data, engine.RDFFormat.NTriples)
        rudof.read_shacl(shapes)
        return [(str(one.source_shape), str(one.focus_node)) for one in rudof.validate_shacl()]

    return run


def of_graph(report: Any) -> Found:
    """Read the results of a report graph."""
    from rdflib import URIRef

    focus = dict(report.subject_objects(URIRef(SH + "focusNode")))
    return [(str(shape), str(focus[node])) for node, shape in report.subject_objects(URIRef(SH + "sourceShape"))]


ENGINES = {
    "pyshifty": pyshifty,
    "shacl": shacl,
    "shacl-rust": shacl_rust,
    "pyrudof": pyrudof,
    "pyshacl-turbo": pyshacl_turbo,
}


def main(name: str, data: str, shapes: str, out: str) -> None:
    """Validate and write the seconds and the pairs of rule and focus."""
    run = ENGINES[name](data, shapes)
    started, busy = time.perf_counter(), time.process_time()
    found = list(run())
    took = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    pairs = sorted(
        {(shape.strip("<>").rsplit("/", 1)[-1].removesuffix("-check"), node.strip("<>")) for shape, node in found}
    )
    Path(out).write_text(json.dumps({**took, "pairs": pairs}), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:5])
