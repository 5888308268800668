"""The HTTP server: its address, its start, its signals and its end."""

import asyncio
import errno
import gc
import logging
import signal
import socket
import sys
from typing import Final

import uvicorn

from api.errors import AtfError, UnavailableError, UsageError
from api.graph.dataset import load_manifest
from api.servers import Announcement, announced
from api.settings import Settings
from api.web.app import create_app
from api.web.connection import Protocol
from api.web.generations import Generations

BACKLOG: Final = 2048
# Objects more than at the last collection, after which another one begins.
_COLLECT_AFTER: Final = 50_000


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
        http=type("_Protocol", (Protocol,), {"slow_s": settings.slow_s}),
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
        with announced(settings.build) as announcement:
            server.announcement = announcement
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
        self.announcement: Announcement | None = None
        self._reloading: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        logger = logging.getLogger("uvicorn.error")
        level = logger.level
        # uvicorn would print the traceback.
        logger.setLevel(logging.CRITICAL)
        await super().startup(sockets)
        logger.setLevel(level)
        if self.should_exit:
            return
        # A second signal while the first is at work is not lost: it waits for its turn.
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload)
        self._announce()
        # Many requests at once are many objects that live for a while, among which a collector would look in vain.
        gc.set_threshold(_COLLECT_AFTER, 10, 10)
        print(f"atf serves on {self._address} (Ctrl-C ends it)", file=sys.stderr, flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # After this, uvicorn ends the process by the signal that it got.
        if self.announcement:
            self.announcement.remove()
        await super().shutdown(sockets)

    @property
    def _generations(self) -> Generations:
        found: Generations = self.config.app.state.generations  # type: ignore[union-attr]  # the application is ours
        return found

    def _reload(self) -> None:
        task = asyncio.get_running_loop().create_task(self._reload_and_announce())
        self._reloading.add(task)
        task.add_done_callback(self._reloading.discard)

    async def _reload_and_announce(self) -> None:
        done = await self._generations.reload()
        self._announce()
        print("the dataset was reloaded" if done else f"no reload: {self._generations.failure}", file=sys.stderr)

    def _announce(self) -> None:
        if self.announcement:
            generations = self._generations
            self.announcement.write(generations.current.state.manifest.sha256, generations.failure)
