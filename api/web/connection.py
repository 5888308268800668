"""One HTTP connection: httptools, and an end for clients that send too slowly or too much."""

from asyncio import TimerHandle
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Bytes of a request's head; httptools itself has no limit.
MAX_HEAD: Final = 65_536
# Bytes of a body that are read and dropped after it was refused, so that its sender comes to read the answer.
MAX_BODY: Final = 1 << 26
# Seconds in which a client may read why its head was refused.
LINGER_S: Final = 2.0
# Seconds in which a request may still come in over a new connection when the service ends.
DRAIN_S: Final = 0.5


class _Corked:
    """A transport that sends what is written in one turn of the loop, head and body, as one packet."""

    def __init__(self, transport: Any, loop: Any) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write with what else is written in this turn."""
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(data)

    def close(self) -> None:
        """Close after what is written."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._waiting:
            data, self._waiting = b"".join(self._waiting), []
            self._transport.write(data)


class Protocol(HttpToolsProtocol):
    """One connection, closed when a request takes too long to come in or its head is too large.

    uvicorn's own limit on connections would let a few half-sent requests shut everybody else out.
    """

    # Seconds in which the head of a request, and then its body, must have come in.
    slow_s = 20.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: TimerHandle | None = None
        self._head = 0
        self._body = 0
        self._in_head = True
        self._refused = False
        self._draining = False

    def connection_made(self, transport: Any) -> None:
        """Start the clock when the connection opens."""
        super().connection_made(_Corked(transport, self.loop))  # type: ignore[arg-type]  # a transport by its methods
        self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the head, and read nothing more once it was refused."""
        if self._refused:
            return
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._head > MAX_HEAD:
            self._refuse_head()
        elif self._timer is None and (self.cycle is None or self.cycle.response_complete):
            # Something came that begins no request, such as empty lines.
            self._start()

    def on_message_begin(self) -> None:
        """Start the clock of the next request on the same connection."""
        super().on_message_begin()
        self._head, self._body, self._in_head = 0, 0, True
        self._start()

    def on_headers_complete(self) -> None:
        """Give the body its own time."""
        self._in_head = False
        self._start()
        # httptools splits addresses up to 64 kB; whoever sent more is told so by the route.
        self.url = self.url[: MAX_HEAD - 1024]
        super().on_headers_complete()
        if self._draining and self.cycle:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Pass a part of the body on; whoever reads it keeps its own limit, this one is for what nobody reads."""
        self._body += len(body)
        if self._body > MAX_BODY:
            self.transport.abort()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the clock: the request is here, and how long its answer takes is not the client's affair."""
        self._stop()
        super().on_message_complete()

    def shutdown(self) -> None:
        """Close when nothing is left to answer; a connection that is new may have a request on its way."""
        self._draining = True
        if self.cycle is None:
            self.loop.call_later(DRAIN_S, self._close_unused)
        else:
            super().shutdown()

    def _close_unused(self) -> None:
        if self.cycle is None:
            self._too_slow()

    def _start(self) -> None:
        self._stop()
        self._timer = self.loop.call_later(self.slow_s, self._too_slow)

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()

    def _refuse_head(self) -> None:
        status = "431 Request Header Fields Too Large" if self.headers else "414 URI Too Long"
        text = f"The head of the request is larger than {MAX_HEAD} bytes. Send the query by POST."
        lines = [f"HTTP/1.1 {status}", "content-type: text/plain", f"content-length: {len(text)}"]
        self.transport.write("\r\n".join([*lines, "connection: close", "", text]).encode())
        # Closing now would reset the connection under the rest of the head, and the answer with it.
        self._refused = True
        self._stop()
        self._timer = self.loop.call_later(LINGER_S, self._too_slow)
