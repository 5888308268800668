"""The command ``atf``: one parser for each verb, one line for each error (architecture.md, "Command")."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from api import __version__
from api.analysis import check_command, suggest_command, waive_command
from api.ask import command as ask_command
from api.assistants import mcp_command
from api.errors import AtfError, UsageError
from api.intake import import_command
from api.links import command as links_command
from api.printing import report_command
from api.profiles import command as export_command
from api.settings import Settings
from api.sparql import load_command

Run = Callable[[argparse.Namespace, Settings], int]

# Modules with verbs of their own (``add_parser(verbs)``); what is heavy they import when their verb runs.
_VERBS: Final = (
    load_command,
    check_command,
    waive_command,
    suggest_command,
    links_command,
    export_command,
    import_command,
    ask_command,
    mcp_command,
    report_command,
)


def _progress(started: float) -> Callable[[str], None]:
    """Return a function that prints a step with the seconds since the start to standard error."""

    def say(step: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} s] {step}", file=sys.stderr, flush=True)

    return say


def _build(args: argparse.Namespace, settings: Settings) -> int:
    from api.graph.builder import build  # imported late: reasoning libraries take a while to load

    progress = _progress(time.monotonic())
    manifest = build(settings, out=args.out, progress=progress)
    print(
        f"Built {manifest.quads} statements in {len(manifest.graphs)} graphs as of {manifest.as_of}: "
        f"{args.out or settings.build}/atf.nq ({manifest.sha256[:12]})."
    )
    if args.reload:
        from api.servers import reload_all

        progress("telling the servers of this build")
        told = reload_all(args.out or settings.build, manifest.sha256)
        print(f"Reloaded by {len(told)} server{'' if len(told) == 1 else 's'}.")
    return 0


def _fmt(args: argparse.Namespace, settings: Settings) -> int:
    from api.graph.turtle import format_file

    folders = [settings.root / name for name in ("ontology", "shapes", "data", "tests/shapes")]
    files = args.file or sorted(file for folder in folders for file in folder.rglob("*.ttl"))
    changed = [file for file in files if format_file(file, check=args.check)]
    for file in changed:
        print(f"{'not canonical' if args.check else 'rewritten'}: {file}")
    if args.check and changed:
        print(f"{len(changed)} of {len(files)} files are not in canonical form. Run: atf fmt", file=sys.stderr)
        return 1
    return 0


def _serve(args: argparse.Namespace, settings: Settings) -> int:
    from api.web.server import serve

    serve(load_command.with_store(settings, args), host=args.host, port=args.port)
    return 0


def _query(args: argparse.Namespace, settings: Settings) -> int:
    from api.commands import run_query

    settings = load_command.with_store(settings, args)
    body = asyncio.run(run_query(settings, args.query, args.param, args.format, args.lang))
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
    return 0


def parser() -> argparse.ArgumentParser:
    """Build the parser of the command and its verbs."""
    top = argparse.ArgumentParser(
        prog="atf",
        description="A knowledge graph of an anti-trafficking framework: who holds which duty, by which law.",
        epilog="Exit codes: 0 ok, 1 a check failed, 2 wrong use, 3 could not do it.",
    )
    top.add_argument("--version", action="version", version=f"atf {__version__}")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="verb")

    build = verbs.add_parser("build", help="check and reason over the sources and write the dataset")
    build.add_argument("--out", type=Path, help="folder for atf.nq and manifest.json (default: build)")
    build.add_argument(
        "--reload", action="store_true", help="afterwards tell the servers of that folder to serve the new dataset"
    )
    build.set_defaults(run=_build)

    serve = verbs.add_parser("serve", help="serve the pages, the questions and the SPARQL endpoint")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
    load_command.add_options(serve, "answer from this SPARQL 1.1 server instead of the embedded store")
    serve.set_defaults(run=_serve)

    query = verbs.add_parser("query", help="answer a named question, or any SPARQL query from a file or standard input")
    query.add_argument(
        "query", metavar="NAME|FILE|-", help="a question's name, a file with a query, or - for standard input"
    )
    query.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help="a parameter of the question")
    query.add_argument(
        "--format",
        help="a question: text (default), json, csv, xlsx, ttl; SPARQL: json (default), text, csv, tsv, xml, ttl, nt",
    )
    query.add_argument("--lang", choices=("en", "ro"), default="en", help="language of the words (default: en)")
    load_command.add_options(query, "ask this SPARQL 1.1 server instead of the embedded store")
    query.set_defaults(run=_query)

    fmt = verbs.add_parser("fmt", help="write the Turtle files in canonical form")
    fmt.add_argument(
        "file", nargs="*", type=Path, help="files (default: all of ontology, shapes, data and tests/shapes)"
    )
    fmt.add_argument("--check", action="store_true", help="only report the files that are not in canonical form")
    fmt.set_defaults(run=_fmt)
    for module in _VERBS:
        module.add_parser(verbs)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; an error is one line on standard error."""
    args = parser().parse_args(argv)
    try:
        run: Run = args.run
        return run(args, Settings())
    except AtfError as error:
        print(f"atf {args.verb}: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of a pipe has seen enough (atf query … | head).
        sys.stderr.close()
        return 0
    except ValidationError as error:
        wrong = error.errors()[0]
        name = "ATF_" + "_".join(str(part) for part in wrong["loc"]).upper()
        print(f"atf {args.verb}: The setting {name} is {wrong['input']!r}. {wrong['msg']}.", file=sys.stderr)
        return UsageError.exit_code
