"""An HTTP client that costs little, so that a measurement measures the server: keep-alive, one request at a time."""

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import httptools


@dataclass
class Answer:
    """An answer, and the seconds from sending the request to its last byte."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    seconds: float = 0.0


class Connection(asyncio.Protocol):
    """One connection; it is opened again where the server has closed it."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self.transport: asyncio.WriteTransport | None = None
        self._future: asyncio.Future[Answer] | None = None
        self._answer = Answer()

    async def send(self, request: bytes) -> Answer:
        """Send a request and wait for its answer; raises ``ConnectionError`` where there is none."""
        loop = asyncio.get_running_loop()
        if self.transport is None or self.transport.is_closing():
            await loop.create_connection(lambda: self, self.host, self.port)
        assert self.transport is not None
        self._answer, self._future = Answer(), loop.create_future()
        self._parser = httptools.HttpResponseParser(self)
        started = time.perf_counter()
        self.transport.write(request)
        answer = await self._future
        answer.seconds = time.perf_counter() - started
        return answer

    def close(self) -> None:
        """Close the connection."""
        if self.transport:
            self.transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.WriteTransport) or hasattr(transport, "write")
        self.transport = transport  # type: ignore[assignment]  # uvloop's is one as well, by its methods

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits."""
        self.transport = None
        if self._future and not self._future.done():
            self._future.set_exception(ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Read a part of the answer."""
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        self._answer.headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        self._answer.body += body

    def on_message_complete(self) -> None:
        """Hand over the answer."""
        self._answer.status = self._parser.get_status_code()
        if self._future and not self._future.done():
            self._future.set_result(self._answer)


def get(path: str, headers: str = "", **parameters: str) -> bytes:
    """Return the bytes of a GET."""
    query = "&".join(f"{name.replace('_', '-')}={quote(value, safe='')}" for name, value in parameters.items())
    return f"GET {path}{'?' if query else ''}{query} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()


def post(path: str, body: str, kind: str = "application/sparql-query") -> bytes:
    """Return the bytes of a POST."""
    data = body.encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data
