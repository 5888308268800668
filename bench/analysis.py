"""Measure the analysis on synthetic frameworks, and against pySHACL and the SHACL engines of the package index.

usage: python -m bench.analysis [--sizes 100,1000,10000] [--peers 100,1000] [--cap 1200] [--no-engines] [--out FILE.md]

For each size N (about 120 triples each): the time to load the file into the store, the queries of all rules together, the whole
command ``atf check FILE --format json``, and its peak memory. Then, on one prepared graph (data, ontology, what follows from
both), the engines with the same rules as shapes; an engine that takes longer than the cap is ended, and the table says so.
ATF_SHARED names the folder with the generator. The engines get an environment of their own in a temporary folder.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, serialize

from api.analysis import engine_fast
from api.analysis.facts import facts_of_files
from api.analysis.rules import RuleSet, load_rules
from api.settings import ROOT, Settings
from bench.shacl_engines import ENGINES

AS_OF = date(2027, 6, 1)
WORST = 5


def main() -> None:
    """Measure and print the tables, as Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--peers", default="100,1000", help="sizes for the other engines and pySHACL")
    parser.add_argument("--pyshacl", default="100", help="sizes for pySHACL")
    parser.add_argument("--cap", type=float, default=1200.0, help="seconds after which an engine is ended")
    parser.add_argument("--no-engines", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one)))
        return
    sizes, peers, slow = (
        [int(text) for text in text.split(",") if text] for text in (args.sizes, args.peers, args.pyshacl)
    )
    with tempfile.TemporaryDirectory() as folder:
        lines = []
        for line in tables(Path(folder), sizes, [] if args.no_engines else peers, slow, args.cap):
            print(line, flush=True)
            lines.append(line)
    if args.out:
        args.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def tables(folder: Path, sizes: list[int], peers: list[int], slow: list[int], cap: float) -> Iterator[str]:
    """Yield the lines of both tables as they are measured."""
    rules = load_rules(ROOT).choose()
    yield f"{len(rules.rules)} rules, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}."
    yield ""
    yield "| N | triples | load, s (CPU) | queries of all rules, s (CPU) | whole command, s | command / load | growth of the command | peak, MB | findings |"
    yield "|---|---|---|---|---|---|---|---|---|"
    before, worst = 0.0, {}
    for number in sizes:
        file = generate(folder, number)
        found = json.loads(run([sys.executable, "-m", "bench.analysis", "--one", str(file)])[0])
        report = folder / "report.json"
        _, seconds, megabytes = run(check(file), out=report)
        findings = len(json.loads(report.read_text(encoding="utf-8"))["findings"])
        growth = f"{seconds / before:.1f} times" if before else ""
        yield (
            f"| {number} | {found['triples']} | {found['load']:.2f} ({found['load_cpu']:.2f}) "
            f"| {found['queries']:.2f} ({found['queries_cpu']:.2f}) | {seconds:.2f} "
            f"| {seconds / found['load']:.1f} | {growth} | {megabytes:.0f} | {findings} |"
        )
        before, worst = seconds, found["rules"]
    yield ""
    slowest = sorted(worst.items(), key=lambda item: -item[1])[:WORST]
    yield f"The slowest rules at N={sizes[-1]}, one by one: {', '.join(f'{rule} {seconds:.2f} s' for rule, seconds in slowest)}."
    yield ""
    yield from compared(folder, rules, peers, slow, cap)


def compared(folder: Path, rules: RuleSet, peers: list[int], slow: list[int], cap: float) -> Iterator[str]:
    """Yield the table of the engines."""
    yield "| engine | triples | load and rules, s | times ours | findings (rule and focus) | missed | wrong |"
    yield "|---|---|---|---|---|---|---|"
    shapes = folder / "shapes.ttl"
    every = [*rules.prefixes, *(triple for rule in rules.rules for triple in rule.triples)]
    serialize(every, str(shapes), RdfFormat.TURTLE)
    python = environment(folder / "engines") if peers else {}
    for number in sorted({*peers, *slow}):
        data = folder / f"prepared-{number}.nt"
        facts = facts_of_files(Settings(), [generate(folder, number)], rules, as_of=AS_OF)
        facts.store.dump(str(data), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        started = time.perf_counter()
        store = Store()
        store.bulk_load(path=str(data), format=RdfFormat.N_TRIPLES)
        pairs = engine_fast.find(store, rules.rules)
        ours = time.perf_counter() - started
        truth = {
            (rule, pair.this.value) for rule, some in pairs.items() for pair in some if isinstance(pair.this, NamedNode)
        }
        size = len(store)
        yield f"| **atf, fast** | {size} | {ours:.2f} | 1 | {len(truth)} | 0 | 0 |"
        if number in slow:
            yield row("pySHACL (atf, reference)", size, ours, truth, reference(data, folder, cap))
        for name in ENGINES if number in peers else ():
            yield row(name, size, ours, truth, peer(python[name], name, data, shapes, cap))


def row(name: str, size: int, ours: float, truth: set[tuple[str, str]], found: dict[str, Any] | str) -> str:
    """Return a line of the table: what was measured, or why there is nothing."""
    if isinstance(found, str):
        return f"| {name} | {size} | {found} | | | | |"
    pairs = {(rule, focus) for rule, focus in found["pairs"]}
    wrong, missed = len(pairs - truth), len(truth - pairs)
    return f"| {name} | {size} | {found['seconds']:.2f} | {found['seconds'] / ours:.0f} | {len(pairs)} | {missed} | {wrong} |"


def reference(data: Path, folder: Path, cap: float) -> dict[str, Any] | str:
    """Run pySHACL as the command does, on the prepared graph."""
    code = (
        "import json, sys, time; from pyoxigraph import *; from api.analysis import engine_shacl; from api.analysis.rules import *; "
        "from api.settings import ROOT; s = Store(); t = time.perf_counter(); s.bulk_load(path=sys.argv[1], format=RdfFormat.N_TRIPLES); "
        "p = engine_shacl.find(s, load_rules(ROOT).choose()); t = time.perf_counter() - t; "
        "json.dump({'seconds': t, 'pairs': [[r, x.this.value] for r, some in p.items() for x in some]}, open(sys.argv[2], 'w'))"
    )
    return capped([sys.executable, "-c", code, str(data), str(folder / "found.json")], folder / "found.json", cap)


def peer(python: Path | str, name: str, data: Path, shapes: Path, cap: float) -> dict[str, Any] | str:
    """Run an engine in its environment."""
    if isinstance(python, str):
        return python
    script, out = ROOT / "bench" / "shacl_engines.py", data.with_name("found.json")
    return capped([str(python), str(script), name, str(data), str(shapes), str(out)], out, cap)


def capped(command: list[str], out: Path, cap: float) -> dict[str, Any] | str:
    """Run a command that writes JSON; return that, or in words that it was ended or failed."""
    out.unlink(missing_ok=True)
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=cap, check=False)
    except subprocess.TimeoutExpired:
        return f"not finished after {cap:.0f}"
    if not out.is_file():
        said = done.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1]
        return f"failed: {said[:100].replace('|', '/')}"
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def environment(folder: Path) -> dict[str, Path | str]:
    """Make an environment for the engines and install them; return the interpreter of each, or why there is none."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    found: dict[str, Path | str] = {}
    for name in ENGINES:
        command = [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", name]
        done = subprocess.run(command, capture_output=True, check=False)
        found[name] = python if done.returncode == 0 else "cannot be installed here"
    return found


def measure(file: Path) -> dict[str, Any]:
    """Measure the load of a file, and the queries of the rules together and one by one."""
    rules = load_rules(ROOT).choose()
    started, busy = time.perf_counter(), time.process_time()
    plain = Store()
    plain.bulk_load(path=str(file), format=RdfFormat.N_TRIPLES)
    load, load_cpu, triples = time.perf_counter() - started, time.process_time() - busy, len(plain)
    del plain
    facts = facts_of_files(Settings(), [file], rules, as_of=AS_OF)
    started, busy = time.perf_counter(), time.process_time()
    engine_fast.find(facts.store, rules.rules)
    queries, queries_cpu = time.perf_counter() - started, time.process_time() - busy
    each = {}
    for rule in rules.rules:
        started = time.perf_counter()
        engine_fast.find(facts.store, [rule])
        each[rule.id] = time.perf_counter() - started
    times = {"load": load, "load_cpu": load_cpu, "queries": queries, "queries_cpu": queries_cpu}
    return {"triples": triples, **times, "rules": each}


def check(file: Path) -> list[str]:
    """Return the command that a user gives."""
    return [sys.executable, "-m", "api", "check", str(file), "--as-of", AS_OF.isoformat(), "--format", "json"]


def run(command: list[str], out: Path | None = None) -> tuple[str, float, float]:
    """Run a command; return what it prints (unless it goes into a file), its seconds and its peak memory in MB."""
    with tempfile.TemporaryFile() as here, open(out, "wb") if out else here as file:  # noqa: PTH123
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        here.seek(0)
        return here.read().decode() if out is None else "", seconds, usage.ru_maxrss / 1024


def generate(folder: Path, number: int) -> Path:
    """Make a synthetic framework, once."""
    stem = folder / f"framework-{number}"
    file = stem.with_suffix(".nt")
    if not file.is_file():
        shared = os.environ.get("ATF_SHARED", "").strip()
        script = Path(shared) / "bench" / "generate.py"
        if not shared or not script.is_file():
            raise SystemExit("ATF_SHARED names no folder with bench/generate.py, which makes the frameworks.")
        subprocess.run([sys.executable, str(script), str(number), str(stem)], check=True, capture_output=True)
    return file


if __name__ == "__main__":
    main()
