"""What goes around everything: the generation that a request reads, its count, its time and its line in the log."""

import time
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.web.generations import Generations
from api.web.metrics import Metrics
from api.web.request_log import RequestLog

# Where a route leaves what the log may say of the request.
NOTES: Final = "atf.notes"


class Traffic:
    """Middleware, the outermost: the application that routes see is the current generation."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope["app"].state
        generations: Generations = state.generations
        metrics: Metrics = state.metrics
        log: RequestLog | None = state.log
        notes: dict[str, Any] = {}
        started = time.perf_counter()
        status = size = 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
            await send(message)

        metrics.inside += 1
        try:
            with generations.current as generation:
                await self.app({**scope, "app": generation, NOTES: notes}, receive, counted)
        finally:
            seconds = time.perf_counter() - started
            metrics.inside -= 1
            # A client that hung up got no answer; nginx calls that 499.
            metrics.count(scope["path"], scope["method"], status or 499, seconds)
            if log:
                log.write(
                    method=scope["method"], path=scope["path"], status=status or 499, bytes=size,
                    ms=round(seconds * 1000, 2), **notes,
                )  # fmt: skip
