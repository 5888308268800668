"""Queries on worker processes: a queue, deadlines, and room for short queries whatever the long ones do.

Every query first runs for ``GRACE_S`` on any idle worker. When all workers are held by queries older than
that and another one waits, the youngest of them is stopped and put aside, to start again when it can without
taking the last worker: reading twice changes nothing. While one is put aside, none may run for more than half
its time. Under overload the newest waits least: the oldest has least use of an answer.
"""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.errors import UnavailableError
from api.sparql import limits
from api.sparql.processes import Life, Template, Worker
from api.sparql.worker import encode

GRACE_S: Final = 0.2
# Waiting this long for a first try is overload.
PATIENCE_S: Final = 1.0
MAX_WAITING: Final = 1000

Reply = tuple[dict[str, Any], bytes]
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Job:
    """A query on its way: when it came, when it must end, and since when it runs or waits (loop time)."""

    frame: bytes
    limit_s: float
    arrived: float
    future: "asyncio.Future[Reply]"
    since: float = 0.0
    put_aside: bool = False
    retried: bool = False

    def is_long(self, now: float) -> bool:
        """Whether the job has used up the time of a short one."""
        return self.put_aside or now - self.since >= GRACE_S


@dataclass(eq=False)
class Seat:
    """A worker, the job that it has, and whether it is about to end."""

    worker: Worker
    job: Job | None = None
    doomed: bool = False


class Pool:
    """A fixed number of workers over one dataset."""

    def __init__(self, nquads: Path, workers: int, memory_mb: int) -> None:
        self._nquads = nquads
        self._size = workers
        self._memory_mb = memory_mb
        self._life: Life | None = None
        self._template: Template | None = None
        self._renewing = asyncio.Lock()
        self._seats: set[Seat] = set()
        self._fresh: deque[Job] = deque()
        self._aside: deque[Job] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def start(self) -> None:
        """Load the dataset and start the workers; raises ``UnavailableError``."""
        self._life = Life()
        try:
            self._template = await Template.start(self._nquads, self._memory_mb, self._life)
            for _ in range(self._size):
                self._seat(await self._template.fork())
        except Exception as error:
            await self.aclose()
            if isinstance(error, ConnectionError):
                raise UnavailableError(f"The query workers do not start: {error}.") from error
            raise

    async def aclose(self) -> None:
        """End all processes; what still waits is told that the service stops."""
        if self._closing:
            return
        self._closing = True
        stopping = UnavailableError("The service is stopping.", "Try again in a moment.")
        for job in [*self._fresh, *self._aside, *(seat.job for seat in self._seats if seat.job)]:
            _fail(job, stopping)
        # A task that is being cancelled may just have started another one.
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for seat in list(self._seats):
            seat.worker.kill()
            await seat.worker.close()
        if self._template:
            await self._template.close()
        if self._life:
            self._life.close()

    async def run(self, request: dict[str, Any], limit_s: float) -> Reply:
        """Evaluate a request on some worker and return its reply.

        Raises ``LimitError`` when ``limit_s`` seconds have passed since now, when the worker runs out of
        memory, or when too many queries wait. Cancelling the call ends the query.
        """
        loop = asyncio.get_running_loop()
        if self._closing or not self._template:
            raise UnavailableError("The service is not running.", "Try again in a moment.")
        if len(self._fresh) + len(self._aside) >= MAX_WAITING:
            raise limits.waiting(MAX_WAITING)
        now = loop.time()
        job = Job(encode(request), limit_s, now, loop.create_future(), since=now)
        self._fresh.append(job)
        self._dispatch()
        timer = loop.call_later(limit_s, self._expire, job)
        try:
            return await job.future
        finally:
            timer.cancel()
            self._forget(job)

    def _dispatch(self) -> None:
        """Give waiting jobs to idle workers, and make room where that is due."""
        loop = asyncio.get_running_loop()
        for seat in [seat for seat in self._seats if not seat.job and not seat.doomed]:
            job = self._next(loop.time())
            if not job:
                break
            seat.job, job.since = job, loop.time()
            seat.worker.send(job.frame)
            loop.call_later(job.limit_s / 2 if job.put_aside else GRACE_S, self._make_room)
        if self._fresh or self._aside:
            self._make_room()

    def _next(self, now: float) -> Job | None:
        long = sum(1 for seat in self._seats if seat.job and seat.job.is_long(now))
        if self._aside and (long < self._size - 1 or not (self._fresh or long)):
            return self._aside.popleft()
        if not self._fresh:
            return None
        overloaded = now - self._fresh[0].arrived > PATIENCE_S
        return self._fresh.pop() if overloaded else self._fresh.popleft()

    def _make_room(self) -> None:
        now = asyncio.get_running_loop().time()
        busy = [(seat, seat.job) for seat in self._seats if seat.job]
        long = [(seat, job) for seat, job in busy if job.is_long(now)]
        if self._fresh and len(long) == self._size:
            seat, job = max(long, key=lambda pair: (not pair[1].put_aside, pair[1].since))
            self._end(seat)
            job.put_aside, job.since = True, now
            self._aside.append(job)
            asyncio.get_running_loop().call_later(job.limit_s / 2, self._make_room)
        elif self._aside and long:
            seat, job = min(long, key=lambda pair: pair[1].since)
            ran = now - job.since
            if ran >= job.limit_s / 2:
                self._end(seat)
                _fail(job, limits.share(ran, job.limit_s))

    def _expire(self, job: Job) -> None:
        never_ran = job in self._fresh
        self._forget(job)
        _fail(job, limits.waited(job.limit_s) if never_ran else limits.deadline(job.limit_s))

    def _forget(self, job: Job) -> None:
        """Take a job out of the queues, or end the worker that still has it."""
        for queue in (self._fresh, self._aside):
            if job in queue:
                queue.remove(job)
        for seat in self._seats:
            if seat.job is job:
                self._end(seat)
                break

    def _end(self, seat: Seat) -> None:
        seat.job, seat.doomed = None, True
        seat.worker.kill()

    def _seat(self, worker: Worker) -> None:
        seat = Seat(worker)
        self._seats.add(seat)
        self._spawn(self._listen(seat))
        self._dispatch()

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self, seat: Seat) -> None:
        """Pass the replies of a worker on, until it is dead; then see to the next one."""
        try:
            while True:
                reply = await seat.worker.receive()
                job, seat.job = seat.job, None
                seat.doomed |= reply[0].pop("last")
                if job and not job.future.done():
                    job.future.set_result(reply)
                self._dispatch()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        self._seats.discard(seat)
        await seat.worker.close()
        if seat.job:
            self._bury(seat.job)
        if not self._closing:
            log.info("query worker %d ended and is replaced", seat.worker.pid)
            await self._replace()

    def _bury(self, job: Job) -> None:
        """See to the job of a worker that died: memory, unless it was dead before it had the job."""
        if job.future.done():
            return
        if not job.retried and asyncio.get_running_loop().time() - job.since < GRACE_S:
            job.retried = True
            self._fresh.appendleft(job)
            self._dispatch()
            return
        _fail(job, limits.memory(self._memory_mb))

    async def _replace(self) -> None:
        while not self._closing:
            template = self._template
            assert template and self._life
            try:
                self._seat(await template.fork())
                return
            except ConnectionError:
                log.warning("the template process is dead and is started again")
            async with self._renewing:
                if self._template is not template:
                    continue
                await template.close()
                try:
                    self._template = await Template.start(self._nquads, self._memory_mb, self._life)
                except UnavailableError as error:
                    log.error("%s", error)
                    await asyncio.sleep(1)


def _fail(job: Job, error: Exception) -> None:
    if not job.future.done():
        job.future.set_exception(error)
