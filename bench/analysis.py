"""Measure the analysis on synthetic frameworks, and against pySHACL and the SHACL engines of the package index.

usage: python -m bench.analysis [--sizes 100,1000,10000] [--peers 100,1000] [--cap 1200] [--jobs 1] [--no-engines] [--out FILE.md]

For each size N (about 120 triples each): the time to load the file into the store, the queries of all rules together, the whole
command ``atf check FILE --format json``, and its peak memory. Then, on one prepared graph (data, ontology, what follows from
both), the engines with the same rules as shapes (bench/peers.py); one that takes longer than the cap is ended, the table says so.
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
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, RdfFormat, Store

from api.analysis import engine_fast
from api.analysis.facts import facts_of_files
from api.analysis.rules import RuleSet, load_rules
from api.settings import ROOT, Settings
from bench.peers import HEAD, Contest

AS_OF = date(2027, 6, 1)
WORST = 5


def main() -> None:
    """Measure and print the tables, as Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--peers", default="100,1000", help="sizes for pySHACL and the other engines")
    parser.add_argument(
        "--cap", type=float, default=1200.0, help="seconds of processor time after which an engine is ended"
    )
    parser.add_argument("--jobs", type=int, default=1, help="engines that run at once")
    parser.add_argument("--no-engines", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one)))
        return
    sizes, peers = (sorted(int(number) for number in text.split(",") if number) for text in (args.sizes, args.peers))
    with tempfile.TemporaryDirectory() as name:
        folder, rules, lines = Path(name), load_rules(ROOT).choose(), []
        engines = [] if args.no_engines or not peers else compared(folder, rules, peers, args.cap, args.jobs)
        for line in chain(by_size(folder, rules, sizes), engines):
            print(line, flush=True)
            lines.append(line)
            if args.out:
                args.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def by_size(folder: Path, rules: RuleSet, sizes: list[int]) -> Iterator[str]:
    """Yield the table by size."""
    yield f"{len(rules.rules)} rules, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {date.today()}."
    yield ""
    yield "| N | triples | load, s (CPU) | queries of all rules, s (CPU) | whole command, s (CPU) | command / load | growth of the command | peak, MB | findings |"
    yield "|---|---|---|---|---|---|---|---|---|"
    before, worst = 0.0, {}
    for number in sizes:
        file = generate(folder, number)
        found = json.loads(run([sys.executable, "-m", "bench.analysis", "--one", str(file)])[0])
        report = folder / "report.json"
        _, seconds, busy, megabytes = run(check(file), out=report)
        findings = len(json.loads(report.read_text(encoding="utf-8"))["findings"])
        growth = f"{seconds / before:.1f} times" if before else ""
        yield (
            f"| {number} | {found['triples']} | {found['load']:.2f} ({found['load_cpu']:.2f}) "
            f"| {found['queries']:.2f} ({found['queries_cpu']:.2f}) | {seconds:.2f} ({busy:.2f}) "
            f"| {seconds / found['load']:.1f} | {growth} | {megabytes:.0f} | {findings} |"
        )
        before, worst = seconds, found["rules"]
    yield ""
    if not sizes:
        return
    slowest = sorted(worst.items(), key=lambda item: -item[1])[:WORST]
    yield f"The slowest rules at N={sizes[-1]}, one by one: {', '.join(f'{rule} {seconds:.2f} s' for rule, seconds in slowest)}."
    yield ""


def compared(folder: Path, rules: RuleSet, peers: list[int], cap: float, jobs: int) -> Iterator[str]:
    """Yield the table of the engines."""
    contest = Contest(folder, rules, cap, jobs)
    yield HEAD
    for number in peers:
        data = folder / f"prepared-{number}.nt"
        facts = facts_of_files(Settings(), [generate(folder, number)], rules, as_of=AS_OF)
        facts.store.dump(str(data), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
        del facts
        yield from contest.at(number, data)


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


def run(command: list[str], out: Path | None = None) -> tuple[str, float, float, float]:
    """Run a command; return what it prints (unless into a file), its seconds by the clock and the processor, its peak in MB."""
    with tempfile.TemporaryFile() as here, open(out, "wb") if out else here as file:  # noqa: PTH123
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        here.seek(0)
        return (
            here.read().decode() if out is None else "",
            seconds,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / 1024,
        )


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
