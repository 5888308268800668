"""The verb ``atf links``: compare our links with CELLAR, and pin what it says (architecture.md, "Command")."""

import argparse
import csv
import io
import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from api.errors import UnavailableError, UsageError
from api.graph.names import short
from api.links.cellar import ENDPOINT, Cellar, Pace
from api.links.drift import Drift, compare
from api.links.harvest import Harvest, harvest
from api.links.ours import read_ours
from api.links.snapshot import NAME, enter_in_catalogue, read_snapshot, write_snapshot
from api.settings import Settings

FORMATS: Final = ("text", "json", "csv")
_COLUMNS: Final = ("act", "property", "ours", "theirs", "change")
# Steps that take longer are told on standard error.
_PATIENCE_S: Final = 1.0
# Some topics could not be asked: nobody may take the rest for the whole.
_INCOMPLETE: Final = 3
_NOTHING: Final = "Nothing was compared. Check the network and the address in --endpoint, then try again."


def add_parser(verbs: Any) -> None:
    """Add ``links`` with its two actions to the parser of the command; each sets ``run``."""
    links = verbs.add_parser("links", help="compare our links into EU legal data with CELLAR, or pin what it says")
    actions = links.add_subparsers(dest="action", required=True, metavar="check|harvest")
    check = actions.add_parser(
        "check", help="report what differs, is new or has vanished: the pinned snapshot, else CELLAR itself"
    )
    check.add_argument("--endpoint", metavar="URL", help=f"ask this SPARQL endpoint now (CELLAR: {ENDPOINT})")
    check.set_defaults(run=run_check)
    fetch = actions.add_parser("harvest", help=f"fetch a snapshot into {NAME}")
    fetch.add_argument("--endpoint", metavar="URL", default=ENDPOINT, help=f"SPARQL endpoint (default: {ENDPOINT})")
    fetch.add_argument("--out", type=Path, metavar="FILE", help=f"write here instead (default: {NAME})")
    fetch.set_defaults(run=run_harvest)
    for parser in (check, fetch):
        parser.add_argument("--format", default="text", help=f"{', '.join(FORMATS)} (default: text)")
        parser.add_argument("--timeout", type=float, default=60.0, metavar="S", help="seconds for an answer (60)")
        parser.add_argument("--attempts", type=int, default=4, metavar="N", help="attempts for each query (4)")
        parser.add_argument("--wait", type=float, default=1.0, metavar="S", help="first wait, then doubled (1)")


def run_check(args: argparse.Namespace, settings: Settings) -> int:
    """Compare, print the report, and return the exit code: 0 no drift, 1 drift, 3 not everything could be asked.

    Raises ``AtfError`` for wrong use and where neither snapshot nor endpoint can be read.
    """
    _check(args)
    ours = read_ours(settings.root)
    file = settings.root / NAME
    errors: list[str] = []
    nothing = False
    if args.endpoint is None and file.is_file():
        pinned = read_snapshot(file)
        endpoint, drift = pinned.endpoint, compare(ours, pinned.statements, live=False)
        where = f"the snapshot of {pinned.fetched_at.isoformat()} from {pinned.endpoint}"
    else:
        found = _ask(args, ours.acts, args.endpoint or ENDPOINT)
        endpoint = where = found.endpoint
        errors = [f"{topic}: {reason}" for topic, reason in found.failed.items()]
        earlier = read_snapshot(file).statements if file.is_file() else None
        nothing = "identity" in found.failed or not found.known
        if not errors and nothing:
            errors = [f"identity: {endpoint} knows none of our acts. Is it CELLAR?"]
        drift = [] if nothing else compare(ours, found.statements, found.failed, earlier)
    acts = 0 if nothing else len(ours.acts)
    report = {
        "checked_at": datetime.now(UTC).replace(microsecond=0).isoformat(),
        "endpoint": endpoint,
        "acts": acts,
        "drift": [one.public() for one in drift],
        "errors": errors,
    }
    _print(args.format, report, lambda: _table(drift), lambda: _text(drift, errors, acts, where))
    if args.format == "csv" or nothing:
        # The table has no place for what could not be asked; where nothing could, no format may hide it.
        for error in errors:
            print(f"atf links: {error.removeprefix('identity: ') if nothing else error}", file=sys.stderr)
        if nothing:
            print(_NOTHING, file=sys.stderr)
    return _INCOMPLETE if errors else int(bool(drift))


def run_harvest(args: argparse.Namespace, settings: Settings) -> int:
    """Fetch everything, write the snapshot and its entry in the catalogue, and say what came.

    Raises ``AtfError`` where a topic cannot be read: half a snapshot is none, and the old one stays.
    """
    _check(args)
    ours = read_ours(settings.root)
    found = _ask(args, ours.acts, args.endpoint)
    if found.failed:
        first = "; ".join(f"{topic}: {reason}" for topic, reason in found.failed.items())
        raise UnavailableError(f"Nothing was written. {first}", "Try again later.")
    if not found.known:
        raise UnavailableError(f"Nothing was written: {found.endpoint} knows none of our acts.", "Is it CELLAR?")
    file = args.out or settings.root / NAME
    write_snapshot(found, file)
    if args.out is None:
        enter_in_catalogue(settings.root)
    report = {
        "harvested_at": found.fetched_at.isoformat(),
        "endpoint": found.endpoint,
        "acts": len(ours.acts),
        "known": len(found.known),
        "statements": len(found.statements),
        "file": str(file),
        "errors": [],
    }
    rows = [tuple(report)[:6], tuple(str(value) for value in report.values())[:6]]
    said = f"{len(found.statements)} statements about {len(found.known)} of {len(ours.acts)} acts from {found.endpoint}"
    _print(args.format, report, lambda: _csv(rows), lambda: f"{said} are in {file}. Now run: atf build\n")
    return 0


def _check(args: argparse.Namespace) -> None:
    if args.format not in FORMATS:
        raise UsageError(f"--format {args.format!r} is unknown.", f"Choose one of: {', '.join(FORMATS)}.")
    if not 0 < args.timeout <= 3600 or not 1 <= args.attempts <= 20 or not 0 <= args.wait <= 600:
        raise UsageError("--timeout, --attempts or --wait is out of range.", "See: atf links check --help")


def _ask(args: argparse.Namespace, acts: dict[str, str], endpoint: str) -> Harvest:
    pace = Pace(timeout_s=args.timeout, attempts=args.attempts, first_wait_s=args.wait, gap_s=min(args.wait, 0.2))
    return harvest(Cellar(endpoint, pace), acts.keys(), _progress())


def _progress() -> Callable[[str], None]:
    started = time.monotonic()

    def say(step: str) -> None:
        if time.monotonic() - started >= _PATIENCE_S:
            print(f"[{time.monotonic() - started:5.1f} s] {step}", file=sys.stderr, flush=True)

    return say


def _print(name: str, report: dict[str, Any], table: Callable[[], str], text: Callable[[], str]) -> None:
    if name == "json":
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(table() if name == "csv" else text())


def _table(drift: Sequence[Drift]) -> str:
    return _csv([_COLUMNS, *(tuple(value or "" for value in one.public().values()) for one in drift)])


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _text(drift: Sequence[Drift], errors: Sequence[str], acts: int, where: str) -> str:
    if not acts and errors:
        return "\n".join([f"0 acts compared with {where}.", *(f"  not asked: {error}" for error in errors)]) + "\n"
    count = f"{len(drift) or 'no'} difference{'' if len(drift) == 1 else 's'}"
    lines = [f"{acts} acts compared with {where}: {count}{' in what could be asked' if errors else ''}."]
    for one in drift:
        name = short(one.property)
        match one.change:
            case "differs":
                lines.append(f"  differs  {one.act} {name}: ours {one.ours}, theirs {one.theirs}")
            case "new":
                lines.append(f"  new      {one.act} {name}: {one.theirs}")
            case "gone":
                lines.append(f"  gone     {one.act} {name}: {one.ours}")
    lines += [f"  not asked: {error}" for error in errors]
    return "\n".join(lines) + "\n"
