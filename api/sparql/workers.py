"""The worker processes of a pool: as many as are needed, a dead one followed by another, each listened to."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, Final

from api.errors import UnavailableError
from api.sparql.jobs import Seat, Statistics
from api.sparql.processes import Dataset, Life, Reply, Template

# Seconds for which a worker that is not needed any more is kept.
_SPARE_S: Final = 5.0
log = logging.getLogger(__name__)


class Workers:
    """Processes over one dataset: ``size`` of them that may work, and those that stand still beside them.

    ``replied`` gets each reply (``None``: the worker died) with the seat that it comes from; ``changed`` is called
    when there is a seat more.
    """

    def __init__(
        self,
        nquads: Path,
        sha256: str | None,
        size: int,
        memory_mb: int,
        *,
        replied: Callable[[Seat, Reply | None], None],
        changed: Callable[[], None],
    ) -> None:
        self.seats: set[Seat] = set()
        self.replaced = 0
        self._nquads, self._sha256, self._size, self._memory_mb = nquads, sha256, size, memory_mb
        self._replied, self._changed = replied, changed
        self._dataset: Dataset | None = None
        self._life: Life | None = None
        self._template: Template | None = None
        self._renewing = asyncio.Lock()
        self._coming = 0
        self._shrinking = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.closing = False

    @property
    def ready(self) -> bool:
        """Whether there is a dataset, and no end in sight."""
        return self._template is not None and not self.closing

    async def start(self) -> None:
        """Load the dataset and start the workers; raises ``UnavailableError``."""
        self._dataset = Dataset.open(self._nquads, self._sha256)
        self._life = Life()
        try:
            self._template = await Template.start(self._dataset, self._memory_mb, self._life)
            for _ in range(self._size):
                self._seat(Seat(await self._template.fork()))
        except Exception as error:
            await self.aclose()
            if isinstance(error, ConnectionError):
                raise UnavailableError(f"The query workers do not start: {error}.") from error
            raise

    async def aclose(self) -> None:
        """End all processes."""
        self.closing = True
        # A task that is being cancelled may just have started another one.
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for seat in list(self.seats):
            seat.worker.kill()
            seat.worker.close()
        if self._template:
            await self._template.close()
        if self._life:
            self._life.close()
        if self._dataset:
            self._dataset.close()

    def end(self, seat: Seat) -> None:
        """End a worker at once, whatever it has; another one follows when it is gone."""
        seat.jobs.clear()
        seat.suspended, seat.doomed = False, True
        seat.worker.kill()

    def statistics(self, waiting: int) -> Statistics:
        """Return what they do now, and how many ended so far; ``waiting`` queries wait elsewhere."""
        busy = sum(1 for seat in self.seats if seat.running)
        still = sum(1 for seat in self.seats if seat.suspended)
        behind = sum(len(seat.jobs) - 1 for seat in self.seats if seat.jobs)
        return Statistics(len(self.seats), busy, still, waiting + behind, self.replaced)

    def grow(self) -> None:
        """Start as many workers as are missing."""
        while self._spare() < 0 and not self.closing:
            self._coming += 1
            self._spawn(self._fork())

    def _spare(self) -> int:
        """Return how many workers there are, or come, beyond those that may work and those that stand still."""
        able = sum(1 for seat in self.seats if not seat.doomed and not seat.suspended)
        return able + self._coming - self._size

    def _shrink_later(self) -> None:
        if not self._shrinking and self._spare() > 0:
            self._shrinking = True
            asyncio.get_running_loop().call_later(_SPARE_S, self._shrink)

    def _shrink(self) -> None:
        self._shrinking = False
        idle = [seat for seat in self.seats if seat.idle]
        for seat in idle[: max(0, self._spare())]:
            self.end(seat)

    def _seat(self, seat: Seat) -> None:
        self.seats.add(seat)
        seat.worker.listen(partial(self._reply, seat), partial(self._end, seat))
        self._changed()
        self._shrink_later()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _reply(self, seat: Seat, reply: Reply, number: int, last: bool) -> None:
        """Pass a reply on, if it is the one to the query that the worker is known to have."""
        if seat.jobs and seat.job.number != number:
            log.error("query worker %d answered another query than it had; it is ended", seat.worker.pid)
            for job in seat.jobs:
                job.fail(UnavailableError("The query was not answered.", "Try again in a moment."))
            self.end(seat)
            return
        if seat.suspended:
            # It had just ended when it was told to stand still.
            seat.suspended = False
            seat.worker.resume()
        seat.doomed |= last
        self._replied(seat, reply)
        if len(self.seats) > self._size:
            self._shrink_later()

    def _end(self, seat: Seat) -> None:
        """See to the next worker when one is dead."""
        self.seats.discard(seat)
        if not self.closing:
            self.replaced += 1
            log.info("query worker %d ended", seat.worker.pid)
            self.grow()
            self._replied(seat, None)
        seat.worker.close()

    async def _fork(self) -> None:
        try:
            seat = await self._new()
        finally:
            self._coming -= 1
        if seat:
            self._seat(seat)

    async def _new(self) -> Seat | None:
        while not self.closing:
            template = self._template
            assert template and self._life and self._dataset
            try:
                return Seat(await template.fork())
            except ConnectionError:
                log.warning("the template process is dead and is started again")
            async with self._renewing:
                if self._template is not template:
                    continue
                await template.close()
                try:
                    self._template = await Template.start(self._dataset, self._memory_mb, self._life)
                except UnavailableError as error:
                    log.error("%s", error)
                    await asyncio.sleep(1)
        return None
