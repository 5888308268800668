"""The desk of the service: a short queue, and nothing done for a client that has hung up."""

import asyncio
import socket
from urllib.parse import urlsplit

import pytest
from starlette.requests import ClientDisconnect

from api.errors import LimitError
from api.intake import desk as desk_module
from api.intake.desk import MAX_WAITING, Desk
from api.intake.job import Job
from api.intake.proposal import Options
from api.settings import Settings
from tests.endpoint import post, served
from tests.intake.sheets import ROW, plan

DRAFT = b"<http://example.org/a> <http://example.org/b> 1 ."


def test_as_many_wait_as_is_said_and_who_hangs_up_makes_room(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # Long enough for a turn of the loop, and too short for a file.
    monkeypatch.setattr(desk_module, "MOMENT_S", 0.01)

    async def run() -> tuple[list[object], int]:
        desk, hung_up = Desk(built), asyncio.Event()

        async def gone() -> None:
            await hung_up.wait()

        job = Job("import", Options("plan.xlsx"), findings=False)
        doing = [asyncio.create_task(desk.do(job, plan(ROW), gone)) for _ in range(MAX_WAITING + 1)]
        # A task of its own, so that it comes after the others.
        last = asyncio.create_task(desk.do(job, plan(ROW), gone))
        with pytest.raises(LimitError, match=rf"limit {MAX_WAITING}\)"):
            await last
        hung_up.set()
        ended: list[object] = list(await asyncio.gather(*doing, return_exceptions=True))
        found = await desk.do(job, plan(ROW), asyncio.Event().wait)  # type: ignore[arg-type]  # what it returns is unused
        return ended, found["proposal"]["counts"]["Measure"]

    ended, measures = asyncio.run(run())
    assert [type(one) for one in ended] == [ClientDisconnect] * (MAX_WAITING + 1)
    assert measures == 1


def test_clients_that_hang_up_keep_nobody_out(built: Settings) -> None:
    with served(built) as (address, _):
        where = urlsplit(address)
        head = f"POST /validate HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: text/turtle\r\n"
        message = f"{head}Content-Length: {len(DRAFT)}\r\n\r\n".encode() + DRAFT
        for _ in range(3 * MAX_WAITING):
            with socket.create_connection((str(where.hostname), where.port or 80)) as connection:
                connection.sendall(message)
        answer = post(f"{address}/validate", content=DRAFT, headers={"Content-Type": "text/turtle"})
        assert answer.status_code == 200, answer.text
