"""The verb ``atf export``: the graph as an EU profile, or what that profile loses (architecture.md, "Command")."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

from api.errors import UnavailableError, UsageError
from api.graph.dataset import load_manifest, nquads_path
from api.settings import Settings

_LOSS_FORMATS: Final = ("text", "json")


def add_parser(verbs: Any) -> None:
    """Add ``export`` to the parser of the command; it sets ``run``."""
    export = verbs.add_parser("export", help="write the graph in a vocabulary that EU tools accept")
    export.add_argument(
        "--profile", required=True, metavar="NAME", help="eli, cpov, cpsv-ap, dcat-ap, rrmv, schema-org or skos"
    )
    export.add_argument("--format", help="ttl (default), rdf or jsonld; of a loss report text (default) or json")
    export.add_argument("--loss", action="store_true", help="report, counted, what the profile does not carry instead")
    export.add_argument("--out", type=Path, metavar="FILE", help="write to a file instead of standard output")
    export.add_argument("--lang", default="en", choices=("en", "ro"), help="language of the report (default: en)")
    export.set_defaults(run=run_export)


def run_export(args: argparse.Namespace, settings: Settings) -> int:
    """Write the export, or its loss report, and name the loss in one line on standard error.

    Raises ``AtfError`` for an unknown profile or format, without a build, and where the file cannot be written.
    """
    from pyoxigraph import RdfFormat, Store

    from api.profiles.export import construct, written
    from api.profiles.loss import loss_of
    from api.profiles.profile import profile_of

    profile = profile_of(args.profile)
    known = _LOSS_FORMATS if args.loss else ("ttl", "rdf", "jsonld")
    name = args.format or known[0]
    if name not in known:
        raise UsageError(f"There is no format {name[:60]!r} here.", f"Choose one of: {', '.join(known)}.")
    load_manifest(settings.build)
    store = Store()
    store.bulk_load(path=str(nquads_path(settings.build)), format=RdfFormat.N_QUADS)
    triples = construct(store, profile)
    report = loss_of(store, profile, triples)
    if args.loss:
        text = (
            json.dumps(report.public(), ensure_ascii=False, indent=2) + "\n"
            if name == "json"
            else report.text(args.lang)
        )
        body = text.encode()
    else:
        body = written(triples, name)
        whole = report.statements
        print(
            f"atf export: {profile.standard} carries {whole.carried} of {whole.total} statements "
            f"({whole.unverified} are not verified); see --loss.",
            file=sys.stderr,
        )
    if args.out is None:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return 0
    try:
        args.out.write_bytes(body)
    except OSError as error:
        hint = "Choose a file in a folder that exists and that you may write to."
        raise UnavailableError(f"{args.out} cannot be written: {error.strerror}.", hint) from error
    return 0
