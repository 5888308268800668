"""The options ``--record`` and ``--known`` of ``atf check``: write the history of findings, or ask it."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from api.analysis.check import Analysis
from api.analysis.findings import ACCEPTED, NOT_ASSESSABLE, OPEN
from api.analysis.history import CLOSED, HISTORY, history_of_file
from api.analysis.history_record import record
from api.errors import UsageError
from api.graph.dataset import load_manifest
from api.settings import Settings

# What a record is not made with: it holds all findings of the built dataset on its own day.
_ALONE: Final = ("as_of", "known", "fail_on", "explain", "integrity", "summary")
# Findings that a notice names one by one.
_NAMED: Final = 20


def add_options(checks: argparse.ArgumentParser) -> None:
    """Add the options to the verb."""
    checks.add_argument(
        "--record",
        nargs="?",
        const="",
        metavar="VERSION",
        help=f"write what is new in this version (default: that of the build) to {HISTORY}, and print no findings",
    )
    checks.add_argument("--known", metavar="VERSION", help="only findings that stood in a recorded dataset version")


def check_options(args: argparse.Namespace, rules: Sequence[str], files: Sequence[Path]) -> None:
    """Raise ``UsageError`` for a record of a part of the findings."""
    if args.record is None:
        return
    given = [name.replace("_", "-") for name in _ALONE if getattr(args, name)]
    if rules or files or given:
        raise UsageError(
            "--record stands alone: it records all findings of the built dataset on its own day.",
            "Leave out the files, --rule and the other options.",
        )


def run_record(args: argparse.Namespace, settings: Settings, analysis: Analysis) -> int:
    """Record the findings as those of a version, and say what is new in it."""
    manifest = load_manifest(settings.build)
    name = args.record or manifest.version
    findings = [found for found in analysis.findings if found.rule.kind != "integrity"]
    counts = record(settings.root, name, findings, manifest.as_of, analysis.facts.today)
    told = ", ".join(f"{counts.get(status, 0)} {status}" for status in (OPEN, NOT_ASSESSABLE, ACCEPTED, CLOSED))
    print(f"Version {name}: {told} that were not so before. Written to {HISTORY}.")
    print("Look at it, commit it, then run: atf build.", file=sys.stderr)
    return 0


def as_known(args: argparse.Namespace, settings: Settings, analysis: Analysis) -> Analysis:
    """Return the analysis with the findings only that stood in a version; what is gone since is a notice.

    Raises ``ParameterError`` for a version that is not recorded.
    """
    if not args.known:
        return analysis
    standing = asyncio.run(history_of_file(settings.root)).standing(args.known)
    kept = tuple(found for found in analysis.findings if found.id in standing)
    gone = sorted(standing.keys() - {found.id for found in kept})
    notices = analysis.notices
    if gone:
        more = f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
        some = ", ".join(gone[:_NAMED])
        notices = (*notices, f"{len(gone)} findings known in {args.known} are not among these: {some}{more}.")
    return replace(analysis, findings=kept, notices=notices)
