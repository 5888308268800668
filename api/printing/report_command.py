"""The verb ``atf report``: an institution's dossier, the matrix or the findings as PDF or workbook."""

import argparse
import asyncio
from pathlib import Path
from typing import Any, Final

from api.errors import UnavailableError, UsageError
from api.settings import Settings
from api.sparql.load_command import add_options, with_store

# What can be printed, and where the application gives it.
_KINDS: Final = {"dossier": "/dossier/{subject}", "gaps": "/findings", "matrix": "/matrix"}


def add_parser(verbs: Any) -> None:
    """Add the verb to the parser of the command."""
    verb = verbs.add_parser("report", help="write a report to print or keep: dossier, gaps or matrix, as PDF or XLSX")
    verb.add_argument("kind", choices=tuple(_KINDS), help="what to report on")
    verb.add_argument("institution", nargs="?", help="of a dossier: the institution, e.g. anitp")
    verb.add_argument("--format", choices=("pdf", "xlsx"), default="pdf", help="the format (default: pdf)")
    verb.add_argument("--lang", choices=("en", "ro"), default="en", help="the language (default: en)")
    verb.add_argument("--as-of", metavar="DATE", help="the day (default: that of the dataset)")
    verb.add_argument("--out", type=Path, metavar="FILE", help="the file (default: KIND.FORMAT in this folder)")
    add_options(verb, "answer from this SPARQL 1.1 server instead of the embedded store")
    verb.set_defaults(run=_run)


def _run(args: argparse.Namespace, settings: Settings) -> int:
    if (args.kind == "dossier") != bool(args.institution):
        hint = "For example: atf report dossier anitp" if args.kind == "dossier" else f"Write: atf report {args.kind}"
        raise UsageError("A dossier is of one institution, and only a dossier is.", hint)
    name = "-".join(part for part in (args.kind, args.institution, args.lang) if part).replace("/", "-")
    file: Path = args.out or Path(f"{name}.{args.format}")
    pairs = [("format", args.format), ("lang", args.lang), *([("as-of", args.as_of)] if args.as_of else [])]
    path = _KINDS[args.kind].format(subject=args.institution)
    body = asyncio.run(_asked(with_store(settings, args), path, pairs))
    try:
        file.write_bytes(body)
    except OSError as error:
        raise UnavailableError(
            f"{file} cannot be written: {error.strerror}.", "Name another file with --out."
        ) from error
    print(f"Wrote {file} ({len(body):,} bytes).")
    return 0


async def _asked(settings: Settings, path: str, pairs: list[tuple[str, str]]) -> bytes:
    # Imported late: no other verb needs the whole application.
    from api.web.alone import running
    from api.web.inside import Inside

    async with running(settings) as app:
        return (await Inside(app).get(path, pairs)).body
