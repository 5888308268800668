"""The verb ``atf mcp``: the tools over standard input and output, for an assistant program on the same machine."""

import argparse
import asyncio
import logging
import sys
from typing import Any

from api.errors import UnavailableError
from api.settings import Settings
from api.sparql.load_command import add_options, with_store


def add_parser(verbs: Any) -> None:
    """Add the verb to the parser of the command."""
    verb = verbs.add_parser(
        "mcp", help="offer the questions as tools (Model Context Protocol) on standard input and output"
    )
    add_options(verb, "answer from this SPARQL 1.1 server instead of the embedded store")
    verb.set_defaults(run=_run)


def _run(args: argparse.Namespace, settings: Settings) -> int:
    if sys.stdin is None or sys.stdout is None:
        hint = "An assistant program starts this command and talks over both."
        raise UnavailableError("Standard input or output is closed.", hint)
    asyncio.run(_serve(with_store(settings, args)))
    return 0


async def _serve(settings: Settings) -> None:
    # Imported late: no other verb needs them.
    from mcp.server.stdio import stdio_server

    from api.assistants.server import make_server
    from api.web.alone import running

    async with running(settings) as app, stdio_server() as (reader, writer):
        server = make_server(app)
        await server.run(reader, writer, server.create_initialization_options())
        # The assistant has left: that the index was not finished for it is no news.
        logging.getLogger("api.ask.asking").disabled = True
