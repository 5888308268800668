"""The verbs ``atf import`` and ``atf template`` (architecture.md, "Command")."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from api.errors import UnavailableError, UsageError
from api.intake.limits import MAX_FILE
from api.intake.summary import to_text
from api.regular import check_regular
from api.settings import Settings

_WHICH: Final = "Give the path of a spreadsheet that you may read: .xlsx, .ods or .csv."
_KINDS: Final = ("plan", "report")
_FORMATS: Final = ("text", "json")
_LANGUAGES: Final = ("en", "ro")
# A step that begins later than this is named on standard error.
_PATIENCE_S: Final = 1.0


def add_parser(verbs: Any) -> None:
    """Add the verbs to the parser of the command; each sets ``run``."""
    imports = verbs.add_parser(
        "import", help="an action plan or monitoring report from a spreadsheet, as Turtle for review"
    )
    imports.add_argument("file", type=Path, metavar="FILE", help="a spreadsheet: .xlsx, .ods or .csv")
    imports.add_argument("--kind", default="plan", help="plan or report (default: plan)")
    imports.add_argument("--dry-run", action="store_true", help="show everything and write nothing")
    imports.add_argument("--partial", action="store_true", help="write the good rows although others have errors")
    imports.add_argument("--fragment", action="store_true", help="the file holds only some rows of the plan")
    imports.add_argument(
        "--plan", metavar="SLUG", help="the plan, for example action-plan-2018-2020 (default: by a title row)"
    )
    imports.add_argument("--period", help="its period, for example 2018-2020 (default: by the graph or a title row)")
    imports.add_argument(
        "--out", type=Path, metavar="DIR", help="folder to write to (default: data/plans of the checkout)"
    )
    imports.add_argument("--as-of", metavar="DATE", help="the day on which findings are compared, as year-month-day")
    imports.add_argument("--format", default="text", help="text or json (default: text)")
    imports.add_argument("--lang", default="en", help="language of the text: en or ro (default: en)")
    imports.set_defaults(run=run_import)
    template = verbs.add_parser(
        "template", help="an empty spreadsheet for a plan or a report, with lists to choose from"
    )
    template.add_argument("kind", metavar="plan|report", help="what it is for")
    template.add_argument("--lang", default="ro", help="language of the headings: ro or en (default: ro)")
    template.add_argument(
        "--plan", metavar="SLUG", help="fill it with a plan of the graph, or with what a report on it needs"
    )
    template.add_argument(
        "--out", type=Path, metavar="FILE", help="the file to write (default: plan.xlsx or report.xlsx)"
    )
    template.set_defaults(run=run_template)


def run_import(args: argparse.Namespace, settings: Settings) -> int:
    """Read a spreadsheet in a worker, print what it proposes, and write that unless a row has an error.

    Returns 1 where rows have errors. Raises ``AtfError`` for wrong use and for a file that cannot be read.
    """
    from api.intake.job import Job
    from api.intake.process import work
    from api.intake.proposal import Options

    _choice("kind", args.kind, _KINDS)
    _choice("format", args.format, _FORMATS)
    _choice("lang", args.lang, _LANGUAGES)
    data = _bytes_of(args.file)
    options = Options(args.file.name, args.kind, args.plan, args.period, args.partial, args.fragment)
    job = Job("import", options, as_of=args.as_of)
    found = asyncio.run(work(settings, job, data, _progress()))
    good = bool(found["turtle"]) and (args.partial or not found["errors"])
    files = _files(args, settings, found) if good else {}
    written = good and not args.dry_run
    if written:
        from api.intake.filing import write_files

        write_files(files)
    if args.format == "json":
        told = {key: found.get(key) for key in ("proposal", "errors", "notices", "findings")}
        shown = [{"path": str(path), **({} if written else {"turtle": text})} for path, text in files.items()]
        print(json.dumps({"written": written, "files": shown, **told}, ensure_ascii=False, indent=2))
    else:
        sys.stdout.write(to_text(found, files, args.lang, written=written))
    if found["errors"]:
        count = len(found["errors"])
        rest = "the other rows are written." if written else "nothing is written."
        print(f"atf import: {count} error{'s' if count > 1 else ''}; {rest}", file=sys.stderr)
    return 1 if found["errors"] else 0


def _files(args: argparse.Namespace, settings: Settings, found: dict[str, Any]) -> dict[Path, str]:
    from api.intake.filing import files_of

    folder = args.out or checkout(settings) / "data" / "plans"
    return files_of(folder, found["name"], found["turtle"], found["proposal"]["document"], found["label"])


def checkout(settings: Settings) -> Path:
    """Return the checkout that the command runs in: that of the setting, else the one around the working folder."""
    if "root" not in settings.model_fields_set:
        for folder in (Path.cwd(), *Path.cwd().parents):
            if (folder / "ontology" / "atf.ttl").is_file() and (folder / "data" / "catalog.ttl").is_file():
                return folder
    return settings.root


def run_template(args: argparse.Namespace, settings: Settings) -> int:
    """Write an empty spreadsheet, or one filled with a plan of the graph; returns 0."""
    from api.intake.filing import write_bytes
    from api.intake.job import framework_of_build
    from api.intake.templates import write_template

    if args.kind not in _KINDS:
        raise UsageError(f"There is no template {args.kind!r}.", f"Choose one of: {', '.join(_KINDS)}.")
    _choice("lang", args.lang, _LANGUAGES)
    target: Path = args.out or Path(f"{args.plan or args.kind}.xlsx")
    if not target.parent.is_dir():
        raise UnavailableError(f"There is no folder {target.parent}.", "Make it first, or write elsewhere: --out.")
    body = write_template(framework_of_build(settings), args.kind, args.lang, args.plan)
    write_bytes(target, body)
    print(f"Written: {target}")
    return 0


def _bytes_of(file: Path) -> bytes:
    check_regular(file)
    try:
        with file.open("rb") as source:
            return source.read(MAX_FILE + 1)
    except FileNotFoundError as error:
        raise UnavailableError(f"There is no file {file}.", _WHICH) from error
    except OSError as error:
        raise UnavailableError(f"{file} cannot be read: {error.strerror}.", _WHICH) from error


def _progress() -> Callable[[str], None]:
    started = time.monotonic()

    def say(step: str) -> None:
        seconds = time.monotonic() - started
        if seconds > _PATIENCE_S:
            print(f"[{seconds:5.1f} s] {step}", file=sys.stderr, flush=True)

    return say


def _choice(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageError(f"--{name} {value!r} is unknown.", f"Choose one of: {', '.join(known)}.")
