"""The service's side of the intake: one file at a time, a short queue, nothing kept."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.requests import ClientDisconnect

from api.errors import LimitError
from api.intake.faults import UnreadableError
from api.intake.job import Job
from api.intake.process import work
from api.settings import Settings

# Files that may wait for the one in work.
MAX_WAITING: Final = 4
SECONDS: Final = 60.0
# Seconds to wait for a place in the queue: those who hung up leave theirs in a moment.
MOMENT_S: Final = 0.5


class Desk:
    """Takes files and lets a worker read them, one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = asyncio.Lock()
        # One of those inside does not wait but is in work.
        self._places = asyncio.Semaphore(MAX_WAITING + 1)

    async def do(self, job: Job, data: bytes, gone: Callable[[], Awaitable[None]]) -> dict[str, Any]:
        """Return the result of a job; ``gone`` returns when nobody waits for it any more, which ends it.

        Raises ``UnreadableError`` for a file that is refused, also one whose rows have errors (unless the
        good ones are asked for), ``LimitError`` where too many wait, and ``ClientDisconnect``.
        """
        found = await _unless(gone, lambda: self._in_turn(job, data))
        if found["errors"] and not job.options.partial:
            count = len(found["errors"])
            raise UnreadableError(
                f"{count} cell{'s' if count > 1 else ''} of the sheet cannot be read.",
                found["errors"][0]["line"],
                errors=found["errors"],
                notices=found["notices"],
            )
        return found

    async def _in_turn(self, job: Job, data: bytes) -> dict[str, Any]:
        try:
            async with asyncio.timeout(MOMENT_S):
                await self._places.acquire()
        except TimeoutError as error:
            headers = {"Retry-After": "30"}
            message = f"Too many files wait to be read (limit {MAX_WAITING})."
            raise LimitError(message, "Send it again later.", headers, limit=MAX_WAITING) from error
        try:
            async with self._turn:
                return await work(self._settings, job, data, seconds=SECONDS, memory_mb=self._settings.memory_mb)
        finally:
            self._places.release()


async def _unless(
    gone: Callable[[], Awaitable[None]], doing: Callable[[], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    """Do a job, but cancel it, and with it its place in the queue and its worker, when its client hangs up."""
    watch = asyncio.ensure_future(gone())
    running: list[asyncio.Future[Any]] = [watch]
    try:
        # Who hung up before this never begins.
        await asyncio.sleep(0)
        if not watch.done():
            job: asyncio.Future[dict[str, Any]] = asyncio.ensure_future(doing())
            running.append(job)
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            if job.done():
                return job.result()
        raise ClientDisconnect
    finally:
        for one in running:
            one.cancel()
        # The worker is killed before the place is given to the next.
        await asyncio.gather(*running, return_exceptions=True)
