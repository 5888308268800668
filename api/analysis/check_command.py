"""The verbs ``atf check`` and ``atf diff`` (architecture.md, "Command")."""

import argparse
import asyncio
import gc
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from api.analysis import history_command
from api.analysis.accounts import Report, accounts_of
from api.analysis.check import ENGINES, Analysis, check
from api.analysis.comparison import compare, snapshot
from api.analysis.comparison_text import to_text
from api.analysis.explanations import explain
from api.analysis.findings import OPEN
from api.analysis.local import LocalStore
from api.analysis.reports import FORMATS, write
from api.analysis.rules import SEVERITIES
from api.analysis.summary import to_page
from api.analysis.surroundings import surroundings_of
from api.answering.edition import Editions
from api.answering.labels import LANGUAGES
from api.errors import ParameterError, UsageError
from api.graph.asof import parse_date
from api.graph.dataset import NQUADS
from api.settings import Settings
from api.sparql.load_command import add_options, with_store

# A step that takes longer is named on standard error.
_PATIENCE_S: Final = 1.0


def add_parser(verbs: Any) -> None:
    """Add the two verbs to the parser of the command; each sets ``run``."""
    checks = verbs.add_parser("check", help="gap and overlap analysis of the built dataset, or of RDF files")
    checks.add_argument(
        "file", nargs="*", type=Path, help="RDF files to analyse instead (Turtle, N-Triples, …, also .gz)"
    )
    _common(checks)
    checks.add_argument("--format", default="text", help=f"{', '.join(FORMATS)} (default: text)")
    checks.add_argument("--fail-on", metavar="SEVERITY", help="exit with 1 if an open finding weighs as much")
    checks.add_argument("--engine", default="fast", help=f"{' or '.join(ENGINES)} (default: fast)")
    checks.add_argument("--explain", action="store_true", help="add evidence, passages, reasons and limits")
    checks.add_argument("--integrity", action="store_true", help="run the integrity rules (INT-…) as well")
    checks.add_argument("--summary", action="store_true", help="only the page for the committee")
    history_command.add_options(checks)
    add_options(checks, "analyse what this SPARQL 1.1 server holds, instead of the built dataset")
    checks.set_defaults(run=run_check)
    diff = verbs.add_parser("diff", help="findings and responsibilities that appear, vanish or move")
    diff.add_argument("before", metavar="A", help="a date, an RDF file or a folder with a built dataset")
    diff.add_argument("after", metavar="B", help="the same, for what A is compared with")
    _common(diff)
    diff.add_argument("--format", default="text", help="text or json (default: text)")
    diff.set_defaults(run=run_diff)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", metavar="DATE", help="the day of the analysis, as year-month-day")
    parser.add_argument("--rule", nargs="+", action="extend", default=[], metavar="ID", help="only these rules")
    parser.add_argument("--lang", default="en", help="language of text: en or ro (default: en)")


def run_check(args: argparse.Namespace, settings: Settings) -> int:
    """Analyse, print the report, and return the exit code of the command.

    Raises ``AtfError`` for wrong use and for what cannot be read; nothing is printed then.
    """
    _choice("format", args.format, tuple(FORMATS))
    _choice("lang", args.lang, LANGUAGES)
    if args.fail_on:
        _choice("fail-on", args.fail_on, SEVERITIES)
    settings = with_store(settings, args)
    # A file after --rule ID is read as one more id.
    rules = [text for text in args.rule if not _is_path(text)]
    files = [*args.file, *(Path(text) for text in args.rule if _is_path(text))]
    if files and args.store:
        raise UsageError("Files and --store are two graphs to analyse.", "Give one of them.")
    history_command.check_options(args, rules, files)
    with _undisturbed(args.engine), _progress() as progress:
        analysis = check(
            settings,
            files,
            as_of=parse_date(args.as_of) if args.as_of else None,
            rules=rules,
            engine=args.engine,
            integrity=args.integrity or not (files or rules),
            remote=args.store is not None,
            progress=progress,
        )
        if args.record is not None:
            return history_command.run_record(args, settings, analysis)
        analysis = history_command.as_known(args, settings, analysis)
        progress("writing the report")
        body = asyncio.run(_written(analysis, args, settings))
    for notice in analysis.notices:
        print(f"atf check: {notice}", file=sys.stderr)
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
    heavy = SEVERITIES[: SEVERITIES.index(args.fail_on) + 1] if args.fail_on else ()
    failed = any(found.status == OPEN and found.severity in heavy for found in analysis.findings)
    return 1 if failed else 0


async def _written(analysis: Analysis, args: argparse.Namespace, settings: Settings) -> bytes:
    facts, store = analysis.facts, LocalStore(analysis.facts.store)
    accounts = await accounts_of(store, analysis.findings, facts.as_of, facts.today)
    report = Report(facts.as_of, facts.dataset, accounts)
    if args.summary:
        return to_page(report, args.lang, await surroundings_of(store, report, facts.today)).encode()
    explanations = await explain(store, Editions(settings.sources), accounts) if args.explain else None
    return write(report, args.format, args.lang, explanations)


def run_diff(args: argparse.Namespace, settings: Settings) -> int:
    """Compare two analyses, print what changed, and return the exit code of the command."""
    _choice("format", args.format, ("text", "json"))
    _choice("lang", args.lang, LANGUAGES)
    as_of = parse_date(args.as_of) if args.as_of else None
    with _progress() as progress:
        sides = []
        for name in (args.before, args.after):
            files, day = _side(name)
            progress(f"analysing {name}")
            sides.append(check(settings, files, as_of=day or as_of, rules=args.rule, progress=progress))
        first, second = (asyncio.run(snapshot(side)) for side in sides)
    found = compare(first, second)
    text = (
        json.dumps(found.public(), ensure_ascii=False, indent=2) + "\n"
        if args.format == "json"
        else to_text(found, args.lang)
    )
    sys.stdout.write(text)
    return 0


def _side(name: str) -> tuple[list[Path], date | None]:
    try:
        return [], parse_date(name)
    except ParameterError:
        path = Path(name)
        if path.is_dir():
            path /= NQUADS
        if not path.exists() and not path.suffix:
            raise UsageError(f"{name!r} is neither a date nor a file.", "Write a date as year-month-day.") from None
        return [path], None


def _choice(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(f"--{name} {value!r} is unknown.", f"Choose one of: {', '.join(known)}.")


def _is_path(text: str) -> bool:
    return "/" in text or "." in text


@contextmanager
def _undisturbed(engine: str) -> Iterator[None]:
    """Let Python not look for objects that refer to each other, of which the fast engine makes none to speak of.

    It would look through all findings again and again, which took a fifth of the time of the whole command.
    """
    if engine == "pyshacl" or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _progress() -> Iterator[Any]:
    """Give a function that names a step on standard error once it has taken a second."""
    started = time.monotonic()
    waiting: list[threading.Timer] = []

    def say(step: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {step}", file=sys.stderr, flush=True)

    def begin(step: str) -> None:
        for timer in waiting:
            timer.cancel()
        timer = threading.Timer(_PATIENCE_S, say, [step])
        timer.daemon = True
        timer.start()
        waiting[:] = [timer]

    try:
        yield begin
    finally:
        for timer in waiting:
            timer.cancel()
