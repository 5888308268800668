"""The verb ``atf load``, and the options that name a SPARQL server."""

import argparse
import asyncio
import sys
import time
from typing import Any, Final
from urllib.parse import urlsplit

from api.errors import UsageError
from api.settings import Settings

# A step that takes longer is worth a line on standard error.
_PATIENCE_S: Final = 1.0
_OPTIONS: Final = {
    "store": "base address of a SPARQL 1.1 server, e.g. http://127.0.0.1:7878",
    "store_query": "address of its query endpoint, where it is not found by itself",
    "store_graphs": "address of its graph store, where it is not found by itself",
}


def add_parser(verbs: Any) -> None:
    """Add the verb to the parser of the command."""
    load = verbs.add_parser("load", help="write the built dataset into a SPARQL 1.1 server, graph by graph")
    add_options(load, _OPTIONS["store"])
    load.set_defaults(run=_run)


def add_options(parser: argparse.ArgumentParser, meaning: str) -> None:
    """Add ``--store``, with what it means to this verb, and the two that override what is found from it."""
    for name, text in {**_OPTIONS, "store": meaning}.items():
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="URL", help=text)


def with_store(settings: Settings, args: argparse.Namespace) -> Settings:
    """Return the settings with the options that were given; raises ``UsageError`` for what is no address."""
    given = {name: value for name in _OPTIONS if (value := getattr(args, name, None))}
    for name, value in given.items():
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{option} {value!r} is no address of a server.", "For example http://127.0.0.1:7878")
    return settings.model_copy(update=given)


def _run(args: argparse.Namespace, settings: Settings) -> int:
    from api.sparql.upload import upload  # imported late: it brings the libraries of a client

    settings = with_store(settings, args)
    if not settings.store:
        raise UsageError("atf load needs the address of a server.", "Give --store URL, or set ATF_STORE.")
    started = said = time.monotonic()

    def progress(step: str) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said > _PATIENCE_S:
            said = now
            print(f"[{now - started:5.1f} s] {step}", file=sys.stderr, flush=True)

    graphs = asyncio.run(upload(settings, progress))
    print(f"Loaded {graphs} graphs, and their merge as the default graph, into {settings.store}.")
    return 0
