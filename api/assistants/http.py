"""The route ``/mcp``: streamable HTTP without sessions, so that any request may go to any server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from api.assistants.hosts import check_caller
from api.assistants.messages import read_message, refused, replayed
from api.assistants.server import make_server
from api.errors import MethodNotAllowedError, UnavailableError


class Endpoint:
    """The endpoint as an ASGI application, which answers while ``running`` is entered."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._manager: StreamableHTTPSessionManager | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer calls until left."""
        limit = self._app.state.settings.max_query_kb * 1024
        manager = StreamableHTTPSessionManager(
            make_server(self._app), json_response=True, stateless=True, max_request_body_size=limit
        )
        async with manager.run():
            self._manager = manager
            try:
                yield
            finally:
                self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI); raises ``AtfError``, which becomes problem+json."""
        headers = Headers(scope=scope)
        check_caller(headers, self._app.state.settings.public_url)
        if scope["method"] != "POST":
            # No session, so there is no stream to open and none to end.
            hint = "Send a JSON-RPC message by POST; GET /llms.txt says more."
            raise MethodNotAllowedError(f"{scope['method']} means nothing here.", hint, {"Allow": "POST, OPTIONS"})
        if self._manager is None:
            raise UnavailableError("The service is starting or stopping.", "Try again in a moment.")
        body = await read_message(headers, receive, self._app.state.settings.max_query_kb * 1024)
        if body is None:
            return
        wrong = refused(body)
        if wrong:
            await wrong(scope, receive, send)
            return
        await self._manager.handle_request(scope, replayed(body, receive), send)
