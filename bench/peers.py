"""Run pySHACL and the SHACL engines of the package index on one prepared graph with the rules as shapes; see bench/analysis.py.

Each engine runs in a process of its own. The kernel ends it when it has used the cap's seconds of processor time (``RLIMIT_CPU``),
so that other work on the machine takes nothing from it; one that mostly waits is ended after twenty times as long by the clock.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode, RdfFormat, Store, serialize

from api.analysis import engine_fast, engine_shacl
from api.analysis.rules import RuleSet, load_rules
from api.settings import ROOT
from bench.shacl_engines import ENGINES

PYSHACL: Final = "pySHACL (atf's reference)"
# A process that mostly waits uses up no processor time.
CLOCK: Final = 20
# Address space of an engine, in bytes: more than that and the machine would be the one that ends.
MEMORY: Final = 12 * 2**30
HEAD: Final = (
    "| N | engine | triples | load and rules, s | processor, s | times ours (processor) | findings (rule and focus) "
    "| missed | wrong |\n|---|---|---|---|---|---|---|---|---|"
)


@dataclass
class Contest:
    """The engines, one size after the other: an engine that does not finish a size within the cap is not tried at the next.

    ``cap`` is in seconds of processor time, ``jobs`` is the number of engines that run at once.
    """

    folder: Path
    rules: RuleSet
    cap: float
    jobs: int = 1
    _out: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write the shapes and install the engines."""
        every = [*self.rules.prefixes, *(triple for rule in self.rules.rules for triple in rule.triples)]
        self._shapes = self.folder / "shapes.ttl"
        serialize(every, str(self._shapes), RdfFormat.TURTLE)
        self._python = _environment(self.folder / "engines")

    def at(self, number: int, data: Path) -> Iterator[str]:
        """Yield the lines of the table for one size; ``data`` is the prepared graph as N-Triples, the lines come as measured."""
        size, ours, truth = _ours(data, self.rules)
        findings = len(truth)
        yield f"| {number} | **atf, fast** | {size:,} | {ours['seconds']:.2f} | {ours['cpu']:.2f} | 1 | {findings} | 0 | 0 |"
        runs: dict[str, Callable[[], dict[str, Any] | str]] = {PYSHACL: partial(self._reference, data)}
        runs.update({name: partial(self._peer, name, data) for name in ENGINES})
        for name, why in self._out.items():
            yield f"| {number} | {name} | {size:,} | not tried ({why}) | | | | | |"
        with ThreadPoolExecutor(self.jobs) as pool:
            waiting = {pool.submit(run): name for name, run in runs.items() if name not in self._out}
            for done in as_completed(waiting):
                found, name = done.result(), waiting[done]
                if isinstance(found, str):
                    self._out.setdefault(name, f"at {number}: {found}")
                yield f"| {number} | {name} | {size:,} | {_row(ours['cpu'], truth, found)} |"

    def _reference(self, data: Path) -> dict[str, Any] | str:
        out = data.with_name("found-pyshacl.json")
        return capped([sys.executable, "-m", "bench.peers", str(data), str(out)], out, self.cap)

    def _peer(self, name: str, data: Path) -> dict[str, Any] | str:
        python = self._python[name]
        if isinstance(python, str):
            return python
        script, out = ROOT / "bench" / "shacl_engines.py", data.with_name(f"found-{name}.json")
        return capped([str(python), str(script), name, str(data), str(self._shapes), str(out)], out, self.cap)


def capped(command: list[str], out: Path, cap: float) -> dict[str, Any] | str:
    """Run a command that writes JSON, with at most ``cap`` seconds of processor time; return that, or why there is none."""
    out.unlink(missing_ok=True)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(cap), int(cap) + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, timeout=CLOCK * cap, check=False, preexec_fn=limited
        )
    except subprocess.TimeoutExpired:
        return f"not finished after {CLOCK * cap:.0f} by the clock"
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        return f"not finished after {cap:.0f} of processor time"
    if not out.is_file():
        said = done.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1]
        return f"failed ({done.returncode}): {said[:100].replace('|', '/')}"
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def _row(ours: float, truth: set[tuple[str, str]], found: dict[str, Any] | str) -> str:
    if isinstance(found, str):
        return f"{found} | | | | |"
    pairs = {(rule, focus) for rule, focus in found["pairs"]}
    wrong, missed, times = len(pairs - truth), len(truth - pairs), found["cpu"] / ours
    return f"{found['seconds']:.2f} | {found['cpu']:.2f} | {times:.0f} | {len(pairs)} | {missed} | {wrong}"


def _ours(data: Path, rules: RuleSet) -> tuple[int, dict[str, float], set[tuple[str, str]]]:
    started, busy = time.perf_counter(), time.process_time()
    store = Store()
    store.bulk_load(path=str(data), format=RdfFormat.N_TRIPLES)
    pairs = engine_fast.find(store, rules.rules)
    took = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    return len(store), took, _foci(pairs)


def _foci(found: dict[str, set[engine_fast.Pair]]) -> set[tuple[str, str]]:
    return {
        (rule, pair.this.value) for rule, some in found.items() for pair in some if isinstance(pair.this, NamedNode)
    }


def _environment(folder: Path) -> dict[str, Path | str]:
    """Make an environment for the engines and install them; return the interpreter of each, or why there is none."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    found: dict[str, Path | str] = {}
    for name in ENGINES:
        command = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", name]
        done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": ""})
        found[name] = python if done.returncode == 0 else "cannot be installed here"
    return found


def main(data: str, out: str) -> None:
    """Run pySHACL as the command ``atf check --engine pyshacl`` does and write its seconds and its pairs of rule and focus."""
    started, busy = time.perf_counter(), time.process_time()
    store = Store()
    store.bulk_load(path=data, format=RdfFormat.N_TRIPLES)
    found = engine_shacl.find(store, load_rules(ROOT).choose())
    took = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    Path(out).write_text(json.dumps({**took, "pairs": sorted(_foci(found))}), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
