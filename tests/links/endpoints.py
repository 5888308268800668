"""A local SPARQL server in the place of CELLAR, and a proxy before it that misbehaves as told."""

import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError

from tests.endpoint import free_port

HERE = Path(__file__).parent
SYNTHETIC = HERE / "cellar-synthetic.ttl"
RESULTS = "application/sparql-results+json"


@contextmanager
def oxigraph(turtle: bytes) -> Iterator[str]:
    """Serve a graph with `oxigraph serve` on a free loopback port; give the address of its endpoint."""
    address = f"127.0.0.1:{free_port()}"
    command = [str(Path(sys.executable).parent / "oxigraph"), "serve", "--bind", address]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        request = urllib.request.Request(
            f"http://{address}/store?default", data=turtle, method="POST", headers={"Content-Type": "text/turtle"}
        )
        end = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(request, timeout=10).close()
                break
            except URLError:
                assert process.poll() is None and time.monotonic() < end
                time.sleep(0.02)
        yield f"http://{address}/query"
    finally:
        process.terminate()
        process.wait(10)


class Faults:
    """What the proxy does with the next requests (one fault each, then it forwards), and what it saw."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.plan: list[str] = []
        self.always: str | None = None
        self.seen: list[dict[str, str]] = []
        self.most_at_once = 0
        self.released = threading.Event()
        self._lock = threading.Lock()
        self._now = 0

    def take(self, seen: dict[str, str]) -> str | None:
        with self._lock:
            self.seen.append(seen)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            return self.plan.pop(0) if self.plan else self.always

    def done(self) -> None:
        """Count the request as answered: before its answer leaves, for the client may ask again at once."""
        with self._lock:
            self._now -= 1


class _Handler(BaseHTTPRequestHandler):
    faults: Faults

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        seen = {name.lower(): value for name, value in self.headers.items()} | {
            "method": "POST",
            "query": body.decode(),
        }
        fault = self.faults.take(seen)
        try:
            forwarded = self._forward(body)
        finally:
            self.faults.done()
        with suppress(OSError):
            self._answer(forwarded, fault)

    def do_GET(self) -> None:
        self.faults.take({"method": "GET"})
        self.faults.done()
        self._send(405, "text/plain", b"POST only")

    def _answer(self, forwarded: bytes, fault: str | None) -> None:
        match fault:
            case "slow":
                self.faults.released.wait(10)
            case "drip":
                self.send_response(200)
                self.send_header("Content-Type", RESULTS)
                self.end_headers()
                while not self.faults.released.wait(0.02):
                    self.wfile.write(b" ")
            case "html":
                self._send(200, "text/html", b"<html><body>Maintenance</body></html>")
            case "empty":
                self._send(200, RESULTS, b"")
            case "half":
                self._send(200, RESULTS, forwarded[: len(forwarded) // 2], length=len(forwarded))
            case "half-unmarked":
                self._send(200, RESULTS, forwarded[: len(forwarded) // 2], length=None)
            case "other-json":
                self._send(200, RESULTS, b'{"head": {}, "boolean": true}')
            case "wrong-type":
                self._send(200, "text/plain", forwarded)
            case "wrong-value":
                self._send(200, RESULTS, forwarded.replace(b"2011-04-05", b"in spring"))
            case "numbers":
                # As another engine writes truth.
                self._send(200, RESULTS, forwarded.replace(b'"true"', b'"1"').replace(b'"false"', b'"0"'))
            case "busy":
                self.send_response(503)
                self.send_header("Retry-After", "7")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case None:
                self._send(200, RESULTS, forwarded)
            case status:
                self._send(int(status), "text/html", b"<html></html>")

    def _forward(self, body: bytes) -> bytes:
        headers = {"Content-Type": self.headers["Content-Type"], "Accept": RESULTS}
        request = urllib.request.Request(self.faults.target, data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text: bytes = answer.read()
            return text

    def _send(self, status: int, media: str, body: bytes, length: int | None = -1) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        if length is not None:
            self.send_header("Content-Length", str(len(body) if length < 0 else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def proxy(target: str) -> Iterator[tuple[str, Faults]]:
    """Serve the proxy on a free loopback port."""
    faults = Faults(target)
    handler = type("Handler", (_Handler,), {"faults": faults})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/sparql", faults
    finally:
        faults.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
