"""One HTTP connection: httptools, and an end for clients that send too slowly or too much."""

from asyncio import TimerHandle
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

# Bytes of a request's head; httptools itself has no limit.
MAX_HEAD: Final = 65_536
# Bytes of a body that are read and dropped after it was refused, so that its sender comes to read the answer.
MAX_BODY: Final = 1 << 26
# Seconds in which a client may read why its head was refused.
LINGER_S: Final = 2.0
# Where a scope has what writes a whole answer at once; see ``Whole``.
WHOLE: Final = "atf.whole"
# Writes status, headers (checked, names in small letters, with their length) and body; ``False``: send it as ASGI says.
Whole = Callable[[int, Iterable[tuple[bytes, bytes]], bytes], bool]
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

    def write_now(self, data: bytes) -> None:
        """Write at once what is whole in itself."""
        self._flush()
        self._transport.write(data)

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
        # Whether something has to come in, and whether its clock is to be set anew.
        self._expecting = True
        self._changed = False
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
        if self._changed:
            # Here and not where it changed: most requests come as one piece, and need no clock.
            self._changed = False
            self._stop()
            if self._expecting:
                self._start()
        if self._in_head and self._head > MAX_HEAD:
            self._refuse_head()
        elif self._timer is None and (self.cycle is None or self.cycle.response_complete):
            # Something came that begins no request, such as empty lines.
            self._start()

    def on_message_begin(self) -> None:
        """Start the clock of the next request on the same connection."""
        super().on_message_begin()
        self._head, self._body, self._in_head = 0, 0, True
        self._expecting = self._changed = True

    def on_headers_complete(self) -> None:
        """Give the body its own time."""
        self._in_head = False
        self._changed = True
        # httptools splits addresses up to 64 kB; whoever sent more is told so by the route.
        self.url = self.url[: MAX_HEAD - 1024]
        super().on_headers_complete()
        if self._draining and self.cycle:
            self.cycle.keep_alive = False
        self.scope[WHOLE] = partial(_write, self.cycle)  # type: ignore[typeddict-unknown-key]  # one of ours

    def on_body(self, body: bytes) -> None:
        """Pass a part of the body on; whoever reads it keeps its own limit, this one is for what nobody reads."""
        self._body += len(body)
        if self._body > MAX_BODY:
            self.transport.abort()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the clock: the request is here, and how long its answer takes is not the client's affair."""
        self._expecting, self._changed = False, True
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


def _write(cycle: RequestResponseCycle, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bool:
    """Write a whole answer (``Whole``), as the two messages of ASGI would."""
    if cycle.response_started or cycle.flow.write_paused:
        return False
    if cycle.disconnected:
        return True
    lines = [STATUS_LINE[status]]
    for name, value in (*cycle.default_headers, *headers):
        lines += (name, b": ", value, b"\r\n")
    lines += (b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n", body)
    transport: _Corked = cycle.transport  # type: ignore[assignment]  # ``connection_made`` gave it
    transport.write_now(b"".join(lines))
    cycle.waiting_for_100_continue = False
    cycle.response_started = cycle.response_complete = True
    cycle.message_event.set()
    if not cycle.keep_alive:
        transport.close()
    cycle.on_response()
    return True
