"""The asker of a served dataset: made beside the start of the server, and waited for by the first question."""

import asyncio
import logging

from api.answering.answers import Answerer
from api.ask.asker import Asker

log = logging.getLogger(__name__)


class Asking:
    """Builds the index once; a failure is told to whoever asks, and the next question tries again."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._task: asyncio.Task[Asker] | None = None

    def start(self) -> None:
        """Begin to build the index beside whatever else happens."""
        if self._task is None or (self._task.done() and (self._task.cancelled() or self._task.exception())):
            self._task = asyncio.get_running_loop().create_task(Asker.open(self._answerer))
            self._task.add_done_callback(_noted)

    def close(self) -> None:
        """Give up the work that nobody will wait for any more."""
        if self._task:
            self._task.cancel()

    async def asker(self) -> Asker:
        """Return the asker; raises what the store raises."""
        self.start()
        assert self._task is not None
        # One question that is given up must not end the work that others wait for.
        return await asyncio.shield(self._task)


def _noted(task: asyncio.Task[Asker]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.warning("the index of questions could not be built: %s", error)
