"""What goes around everything: the generation that a request reads, its count, its time and its line in the log."""

import time
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.web.generations import Generations
from api.web.metrics import Metrics
from api.web.request_log import RequestLog

# Where a route leaves what the log may say of the request, and where who sends no messages counts what it wrote.
NOTES: Final = "atf.notes"
TALLY: Final = "atf.tally"


class Tally:
    """The status of an answer (0: none was sent) and the bytes of its body."""

    __slots__ = ("size", "status")

    def __init__(self) -> None:
        self.status = 0
        self.size = 0


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
        tally = Tally()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                tally.status = message["status"]
            else:
                tally.size += len(message.get("body", b""))
            await send(message)

        metrics.inside += 1
        try:
            with generations.current as generation:
                await self.app({**scope, "app": generation, NOTES: notes, TALLY: tally}, receive, counted)
        finally:
            seconds = time.perf_counter() - started
            metrics.inside -= 1
            # A client that hung up got no answer; nginx calls that 499.
            status = tally.status or 499
            metrics.count(scope["path"], scope["method"], status, seconds)
            if log:
                log.write(
                    method=scope["method"], path=scope["path"], status=status, bytes=tally.size,
                    ms=round(seconds * 1000, 2), **notes,
                )  # fmt: skip
