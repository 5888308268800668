"""The HTTP server: uvicorn with httptools, and an end for clients that send too slowly."""

import errno
import logging
import socket
import sys
from asyncio import TimerHandle
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.errors import AtfError, UnavailableError, UsageError
from api.graph.dataset import load_manifest
from api.settings import Settings
from api.web.app import create_app

# Seconds in which the head of a request, and then its body, must have come in.
SLOW_S: Final = 20.0
# Bytes of a request's head; httptools itself has no limit.
MAX_HEAD: Final = 65_536
# Bytes of a body that are read and dropped after it was refused, so that its sender comes to read the answer.
MAX_BODY: Final = 1 << 26
# Seconds in which a client may read why its head was refused.
LINGER_S: Final = 2.0
BACKLOG: Final = 2048


class Protocol(HttpToolsProtocol):
    """One connection, closed when a request takes too long to come in or its head is too large.

    uvicorn's own limit on connections would let a few half-sent requests shut everybody else out.
    """

    slow_s = SLOW_S

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: TimerHandle | None = None
        self._head = 0
        self._body = 0
        self._in_head = True
        self._refused = False

    def connection_made(self, transport: Any) -> None:
        """Start the clock when the connection opens."""
        super().connection_made(transport)
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


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises ``UnavailableError`` or ``UsageError`` in one sentence."""
    if not 0 <= port <= 65_535:
        raise UsageError(f"{port} is no port.", "Give a number from 0 to 65535.")
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise UnavailableError(f"There is no address {host!r}.", "Give an address of this machine.") from error
    listener = socket.socket(family, kind, number)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _no_listener(host, port, error) from error
    return listener


def _no_listener(host: str, port: int, error: OSError) -> UnavailableError:
    if error.errno == errno.EADDRINUSE:
        return UnavailableError(f"Port {port} is taken.", f"Choose another one: PORT={port + 1} make serve")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return UnavailableError(f"No permission to listen on port {port}.", "Choose one from 1024 on.")
    return UnavailableError(f"Cannot listen on {host} port {port}: {error.strerror}.", "Give another --host or --port.")


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the application until SIGINT or SIGTERM, after which running requests are finished.

    Raises ``UnavailableError`` when the port cannot be had or the dataset cannot be loaded.
    """
    load_manifest(settings.build)
    listener = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        # An address that a client claims is only believed from settings.public_url.
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=int(settings.deadline_s) + 5,
    )
    server = _Server(config, f"http://{shown}:{listener.getsockname()[1]}")
    try:
        server.run(sockets=[listener])
    except SystemExit as error:
        reason = getattr(app.state, "failure", None)
        if isinstance(reason, AtfError):
            raise reason from error
        raise UnavailableError(f"The service did not start: {reason}.") from error
    finally:
        listener.close()


class _Server(uvicorn.Server):
    """Says where it serves, once it does, and leaves a failure to start to the one who called it."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        logger = logging.getLogger("uvicorn.error")
        level = logger.level
        # uvicorn would print the traceback.
        logger.setLevel(logging.CRITICAL)
        await super().startup(sockets)
        logger.setLevel(level)
        print(f"atf serves on {self._address} (Ctrl-C ends it)", file=sys.stderr, flush=True)
