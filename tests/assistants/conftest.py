"""The service on the small framework, and the SDK's own client on both of its transports."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from api.settings import ROOT, Settings
from tests.endpoint import environment, served
from tests.small import settings as small_settings

Session = Callable[[Callable[[Client], Awaitable[Any]]], Any]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return small_settings(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def address(built: Settings) -> Iterator[str]:
    with served(built) as (url, _):
        yield url


@contextmanager
def session_with(target: str | StdioServerParameters) -> Iterator[Session]:
    """Connect a client, and give a function that lets some work talk through it."""
    with asyncio.Runner() as runner:
        connected: asyncio.Future[Client] = runner.get_loop().create_future()
        over = asyncio.Event()

        async def hold() -> None:
            # A client is opened and closed by one task.
            async with Client(target) as client:
                connected.set_result(client)
                await over.wait()

        task = runner.get_loop().create_task(hold())

        async def talk(work: Callable[[Client], Awaitable[Any]]) -> Any:
            first: list[asyncio.Future[Any]] = [task, connected]
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            return await work(connected.result())

        yield lambda work: runner.run(talk(work))
        over.set()
        runner.run(asyncio.wait_for(task, 30))


@pytest.fixture(scope="module", params=["stdio", "http"])
def session(request: pytest.FixtureRequest, built: Settings) -> Iterator[Session]:
    command: str | StdioServerParameters = StdioServerParameters(
        command=sys.executable, args=["-m", "api", "mcp"], cwd=Path(ROOT), env=environment(built)
    )
    if request.param == "http":
        command = f"{request.getfixturevalue('address')}/mcp"
    with session_with(command) as found:
        yield found
