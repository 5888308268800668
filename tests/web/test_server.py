"""The server as a process: slow and broken clients, ports that cannot be had, signals, and errors without detail."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Query, Request
from starlette.responses import PlainTextResponse, Response

from api.errors import UnavailableError, UsageError
from api.settings import ROOT, Settings
from api.web.app import create_app
from api.web.problem import Problem
from api.web.server import listen
from tests.endpoint import ENDLESS, E, alive, ask, children, environment, eventually, free_port, get, served, settings

ASK = "ASK { ?s ?p ?o }"


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that waits half a second for slow clients, and not twenty."""
    with served(settings(tmp_path_factory.mktemp("build"), deadline_s=2.0, slow_s=0.5)) as (address, _):
        yield address


def connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)


def rest(connection: socket.socket) -> bytes:
    answer = b""
    while chunk := connection.recv(65536):
        answer += chunk
    return answer


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n",
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n",
        b"\r\n",
    ],
)
def test_a_slow_request_is_ended(quick: str, start: bytes) -> None:
    with connect(quick) as connection:
        connection.sendall(start)
        started = time.monotonic()
        assert b" 200 " not in rest(connection)
        assert 0.3 < time.monotonic() - started < 5


def test_a_dripping_head_is_ended_and_nobody_else_waits(quick: str) -> None:
    slow = [connect(quick) for _ in range(60)]
    try:
        for connection in slow:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: ")
        started = time.monotonic()
        assert get(f"{quick}/health").status_code == 200
        assert time.monotonic() - started < 2
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while time.monotonic() - started < 10:
                slow[0].sendall(b"a")
                time.sleep(0.02)
    finally:
        for connection in slow:
            connection.close()


def test_a_kept_connection_serves_on_and_a_slow_answer_is_no_slow_client(quick: str) -> None:
    with httpx.Client(verify=False) as client:
        for _ in range(3):
            assert client.get(f"{quick}/health").status_code == 200
            time.sleep(0.6)
        assert client.get(f"{quick}/sparql", params={"query": ENDLESS, "timeout": "0.8"}, timeout=30).status_code == 503


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5, 6\r\n",
        b"Content-Length: -1\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"X A: b\r\n",
    ],
)
def test_requests_that_two_servers_could_read_differently_are_refused(quick: str, headers: bytes) -> None:
    with connect(quick) as connection:
        kind = b"Content-Type: application/sparql-query\r\n"
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\n" + kind + headers + b"\r\n5\r\nASK{}\r\n0\r\n\r\n")
        assert rest(connection).split()[1:2] in ([b"400"], [])


def test_a_head_without_end_is_refused(quick: str) -> None:
    with connect(quick) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        answer = b""
        try:
            for number in range(100):
                connection.sendall(b"X-%d: %s\r\n" % (number, b"x" * 4000))
                time.sleep(0.001)
            answer = rest(connection)
        except (BrokenPipeError, ConnectionResetError):
            answer = answer or b"HTTP/1.1 431"
        assert answer.split()[1] in {b"431", b"400"}
    assert get(f"{quick}/health").status_code == 200


def run(chosen: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api", "serve", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(chosen), capture_output=True, text=True, timeout=60, check=False
    )


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(settings(tmp_path), "--port", str(port))
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        f"atf serve: Port {port} is taken. Choose another one: PORT={port + 1} make serve"
    ]


def test_no_dataset_and_a_damaged_one_are_one_sentence(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    (tmp_path / "atf.nq").write_text("damaged")
    done = run(chosen, "--port", "0")
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
    assert "damaged" in done.stderr
    done = run(chosen.model_copy(update={"build": tmp_path / "nowhere"}), "--port", "0")
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
    assert "make build" in done.stderr


def test_a_store_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    done = run(settings(tmp_path), "--port", "0", "--store", f"http://127.0.0.1:{free_port()}")
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
    assert "No SPARQL endpoint answers" in done.stderr


def test_addresses_that_cannot_be_had() -> None:
    with pytest.raises(UsageError):
        listen("127.0.0.1", 70_000)
    with pytest.raises(UnavailableError, match="no address"):
        listen("no.such.host.invalid", 0)
    with pytest.raises(UnavailableError, match="Cannot listen on 192"):
        listen("192.0.2.1", 0)
    if os.geteuid() != 0:
        with pytest.raises(UnavailableError, match="No permission"):
            listen("127.0.0.1", 1)


def test_sigterm_lets_running_queries_finish_and_leaves_no_process(tmp_path: Path) -> None:
    with served(settings(tmp_path, deadline_s=10.0)) as (address, process):
        started = children(process.pid)
        assert len(started) == 3
        slow = f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . FILTER(STRLEN(CONCAT(STR(?c), STR(?f))) > 5) . ?g <{E}name> ?i }}"
        statuses: list[int] = []
        client = threading.Thread(target=lambda: statuses.append(ask(address, slow).status_code))
        client.start()
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        client.join()
        assert statuses == [200]
        assert process.wait(20) in {0, -signal.SIGTERM}
        assert eventually(lambda: not any(alive(pid) for pid in started))


def test_sigkill_leaves_no_process(tmp_path: Path) -> None:
    with served(settings(tmp_path)) as (_, process):
        started = children(process.pid)
        process.kill()
        process.wait()
        assert eventually(lambda: not any(alive(pid) for pid in started))


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """The application with a route that fails and one with a typed parameter."""
    app = create_app(settings(tmp_path))
    router = APIRouter()

    @router.get("/fails")
    async def fails() -> Response:
        raise RuntimeError("a secret of the inside")

    @router.get("/typed")
    async def typed(number: int = Query()) -> Response:
        return PlainTextResponse(str(number))

    app.include_router(router)
    return app


def with_client(app: FastAPI, work: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    """Run the application, without a network, for a client."""

    async def main() -> None:
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                await work(client)

    asyncio.run(main())


def test_an_unexpected_error_tells_nothing_of_the_inside(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        response = await client.get("/fails")
        assert response.status_code == 500
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "secret" not in response.text
        assert "a secret of the inside" in caplog.text, "the operator reads it in the log"

    with_client(app, work)


def test_a_wrong_parameter_names_its_field(app: FastAPI) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        found = (await client.get("/typed?number=many")).json()
        assert (found["status"], found["errors"][0]["field"]) == (422, "number")

    with_client(app, work)


def test_pages_may_show_problems_to_people(app: FastAPI) -> None:
    def page(request: Request, problem: Problem) -> Response:
        return Response(f"<h1>{problem.status}</h1>", problem.status, media_type="text/html")

    async def work(client: httpx.AsyncClient) -> None:
        assert (await client.get("/nothing", headers={"Accept": "text/html"})).text == "<h1>404</h1>"
        assert (await client.get("/nothing")).json()["status"] == 404
        response = await client.get("/sparql?query=x", headers={"Accept": "text/html, */*;q=0.1"})
        assert response.status_code == 400

    app.state.error_page = page
    with_client(app, work)


def test_health_is_503_when_the_store_does_not_answer(app: FastAPI) -> None:
    async def work(client: httpx.AsyncClient) -> None:
        assert (await client.get("/health")).status_code == 200
        await app.state.store.aclose()
        response = await client.get("/health")
        assert (response.status_code, response.json()["title"]) == (503, "Unavailable")

    with_client(app, work)
