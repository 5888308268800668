"""HermiT itself, a process of its own: ``python -m api.graph.hermit FOLDER JAVA`` (api/graph/reasoning.py starts it).

owlready2 loads and classifies the terminology. The whole dataset then goes to the HermiT that owlready2
brings, for consistency and classes only: owlready2 would also ask for the hierarchy of data properties, and
with thousands of individuals that costs ten times the proof itself.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import owlready2
from owlready2 import reasoning

TERMINOLOGY: Final = "terminology.nt"
EVERYTHING: Final = "everything.nt"
VERDICT: Final = "verdict.json"
JAVA_MEMORY_MB: Final = 2000

_OWL: Final = "http://www.w3.org/2002/07/owl#"
_EQUIVALENT: Final = re.compile(r"^EquivalentClasses\( (.+) \)$", re.MULTILINE)


def judge(folder: Path, java: str) -> dict[str, Any]:
    """Return what ``api.graph.reasoning.Verdict`` holds, about the two N-Triples files in a folder.

    Ends the process with HermiT's own words when HermiT fails.
    """
    owlready2.JAVA_EXE = java
    reasoning.JAVA_MEMORY = JAVA_MEMORY_MB
    world = owlready2.World()
    with (folder / TERMINOLOGY).open("rb") as file:
        world.get_ontology("http://localhost/terminology#").load(fileobj=file)
    verdict = {"consistent": True, "unsatisfiable": list[str](), "classes": len(list(world.classes()))}
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return verdict | {"consistent": False}
    empty = [found.iri for found in world.inconsistent_classes() if hasattr(found, "iri")]
    empty = sorted(iri for iri in empty if not iri.startswith(_OWL))
    if empty:
        return verdict | {"unsatisfiable": empty}
    hermit = ["-cp", reasoning._HERMIT_CLASSPATH, "org.semanticweb.HermiT.cli.CommandLine"]
    run = subprocess.run(  # noqa: S603
        [java, f"-Xmx{JAVA_MEMORY_MB}M", *hermit, "-c", (folder / EVERYTHING).as_uri()],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    output = run.stdout.decode("utf-8", errors="replace")
    if "InconsistentOntologyException" in output or "Inconsistent ontology" in output:
        return verdict | {"consistent": False}
    if run.returncode != 0 or "Exception" in output:
        sys.exit(output)
    return verdict | {"unsatisfiable": _unsatisfiable(output)}


def _unsatisfiable(output: str) -> list[str]:
    """Return the classes that HermiT lists as equivalent to owl:Nothing."""
    groups = [re.findall(r"<([^>]+)>", found) for found in _EQUIVALENT.findall(output)]
    empty = {iri for group in groups if f"{_OWL}Nothing" in group for iri in group}
    return sorted(iri for iri in empty if not iri.startswith(_OWL))


if __name__ == "__main__":
    here = Path(sys.argv[1])
    (here / VERDICT).write_text(json.dumps(judge(here, sys.argv[2])), encoding="utf-8")
