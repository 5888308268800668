"""Eighty slow clients of every kind: nobody else waits, and each of them is sent away in time."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from api.settings import Settings
from tests.endpoint import ask, eventually, served, settings

NUMBER = 80
# The head breaks off, between two headers or within one; the body breaks off; or nothing is said at all.
STARTS = {
    "half a head": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n",
    "half a header": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "half a body": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99\r\n\r\nASK",
    "half a chunk": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nASK",
    "nothing": b"",
}
SLOW_S = 1.0


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(settings(tmp_path_factory.mktemp("build"), slow_s=SLOW_S)) as (url, _):
        yield url


def test_the_deadline_is_within_what_is_promised() -> None:
    # Head and body have a time each.
    assert 10 <= Settings.model_fields["slow_s"].default <= 30


@pytest.mark.parametrize("kind", [*STARTS, "all"])
def test_eighty_slow_clients_shut_nobody_out_and_are_ended(address: str, kind: str) -> None:
    starts = list(STARTS.values()) if kind == "all" else [STARTS[kind]]
    parts = urlsplit(address)
    with ExitStack() as stack:
        slow = []
        for number in range(NUMBER):
            connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)
            slow.append(stack.enter_context(connection))
            connection.sendall(starts[number % len(starts)])
        for _ in range(20):
            started = time.monotonic()
            assert ask(address, "ASK { ?s ?p ?o }").json()["boolean"] is True
            assert time.monotonic() - started < 1.5
        for connection in slow:
            connection.setblocking(False)
        left = set(slow)

        def ended() -> bool:
            for connection in list(left):
                try:
                    if connection.recv(4096) == b"":
                        left.discard(connection)
                except BlockingIOError:
                    continue
                except ConnectionError:
                    left.discard(connection)
            return not left

        assert eventually(ended, 2 * SLOW_S + 8)
    assert ask(address, "ASK { ?s ?p ?o }").status_code == 200
