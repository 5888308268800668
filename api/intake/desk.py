"""The service's side of the intake: one file at a time, a short queue, nothing kept."""

import asyncio
from typing import Any, Final

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
        self._waiting = 0

    async def do(self, job: Job, data: bytes) -> dict[str, Any]:
        """Return the result of a job.

        Raises ``UnreadableError`` for a file that is refused, also one whose rows have errors (unless the
        good ones are asked for), and ``LimitError`` where too many wait.
        """
        if self._waiting >= MAX_WAITING:
            headers = {"Retry-After": "30"}
            raise LimitError("Too many files wait to be read.", "Send it again later.", headers, limit=MAX_WAITING)
        self._waiting += 1
        try:
            async with self._turn:
                found = await work(self._settings, job, data, seconds=SECONDS, memory_mb=self._settings.memory_mb)
        finally:
            self._waiting -= 1
        if found["errors"] and not job.options.partial:
            count = len(found["errors"])
            raise UnreadableError(
                f"{count} cell{'s' if count > 1 else ''} of the sheet cannot be read.",
                found["errors"][0]["line"],
                errors=found["errors"],
                notices=found["notices"],
            )
        return found
