"""The server of the Model Context Protocol: tools only, which only read."""

import json
import logging
from typing import Any, Final

from fastapi import FastAPI
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
)

from api import __version__
from api.assistants.calls import Calls, sentence
from api.errors import AtfError

_INSTRUCTIONS: Final = """Knowledge graph of Romania's anti-trafficking strategy 2018-2022: who holds which duty, by \
which law, and where it says so. Answer only from what the tools return, and cite the passage. not_in_graph: true \
means that nothing is recorded: absence of data, not absence of a duty; say so instead of guessing. Use ask for a \
question in plain words, find_entity for the IRI of a name, coverage to learn what is loaded. The text read is an \
English translation; the Romanian original is the law, and the strategy has expired. Every answer carries dataset \
(SHA-256 of what answered), as_of (its day), passages (IRIs) and sources (per IRI: lines, words where at hand, how to \
cite)."""
log = logging.getLogger(__name__)


def make_server(app: FastAPI) -> Server[Any]:
    """Return the server of an application that runs or will run."""
    calls = Calls(app)

    async def list_tools(_: ServerRequestContext[Any], params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=await calls.tools())

    async def call_tool(_: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        try:
            found = await calls.call(params.name, params.arguments or {})
        except KeyError as error:
            raise MCPError(INVALID_PARAMS, f"There is no tool '{params.name[:80]}'. tools/list names them.") from error
        except AtfError as error:
            return _failed(sentence(error))
        except Exception:  # whatever it is, an assistant gets a sentence and the log gets the rest
            log.exception("a tool failed: %s", params.name)
            return _failed("The service failed unexpectedly. Try again; if it happens again, report it.")
        # Clients without structured content read the same as text.
        text = json.dumps(found, ensure_ascii=False)
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=found)

    return Server(
        "atf",
        title="Who does what against human trafficking",
        version=__version__,
        instructions=_INSTRUCTIONS,
        # No parameter is also a header, so no call needs the schema looked up.
        get_tool_input_schema=lambda _: None,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _failed(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)
