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


class Desk:
    """Takes files and lets a worker read them, one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = asyncio.Lock()
        self._inside = 0

    async def do(self, job: Job, data: bytes, gone: Callable[[], Awaitable[None]]) -> dict[str, Any]:
        """Return the result of a job; ``gone`` returns when nobody waits for it any more, which ends it.

        Raises ``UnreadableError`` for a file that is refused, also one whose rows have errors (unless the
        good ones are asked for), ``LimitError`` where too many wait, and ``ClientDisconnect``.
        """
        # One of those inside does not wait but is in work.
        if self._inside > MAX_WAITING:
            headers = {"Retry-After": "30"}
            message = f"Too many files wait to be read (limit {MAX_WAITING})."
            raise LimitError(message, "Send it again later.", headers, limit=MAX_WAITING)
        self._inside += 1
        try:
            found = await _unless(gone, self._work(job, data))
        finally:
            self._inside -= 1
        if found["errors"] and not job.options.partial:
            count = len(found["errors"])
            raise UnreadableError(
                f"{count} cell{'s' if count > 1 else ''} of the sheet cannot be read.",
                found["errors"][0]["line"],
                errors=found["errors"],
                notices=found["notices"],
            )
        return found

    async def _work(self, job: Job, data: bytes) -> dict[str, Any]:
        async with self._turn:
            return await work(self._settings, job, data, seconds=SECONDS, memory_mb=self._settings.memory_mb)


async def _unless(gone: Callable[[], Awaitable[None]], doing: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """Await a job, but cancel it, and with it its place in the queue and its worker, when its client hangs up."""
    job, watch = asyncio.ensure_future(doing), asyncio.ensure_future(gone())
    both: tuple[asyncio.Future[Any], ...] = (job, watch)
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not job.done():
            raise ClientDisconnect
        return job.result()
    finally:
        for one in both:
            one.cancel()
        # The worker is killed before the place is given to the next.
        await asyncio.gather(*both, return_exceptions=True)
