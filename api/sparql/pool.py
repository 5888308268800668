"""Queries on worker processes, so that a short query is quick whatever the long ones do.

At most ``workers`` queries run at once, and whoever has run least so far runs first: a new query takes the place
of the one that has run longest, once that has run for ``QUANTUM_S``. That one stands still (SIGSTOP), keeps what it
has computed and goes on later. Where too many stand still, or one holds much memory, the one that has run longest
loses its process and starts again later: reading twice changes nothing.
"""

import asyncio
from collections import deque
from pathlib import Path
from typing import Any, Final

from api.errors import UnavailableError
from api.sparql import limits
from api.sparql.jobs import Job, Reply, Seat, Statistics
from api.sparql.worker import encode
from api.sparql.workers import Workers

# A query runs for so long before a newer one may take its place, and so much longer before an older one may.
QUANTUM_S: Final = 0.025
SLICE_S: Final = 0.2
# Queries that stand still, and the memory that one of them may hold beside the dataset.
MAX_SUSPENDED: Final = 4
SUSPENDED_MB: Final = 256
# Waiting this long for a first try is overload; then the newest is served first, who has most use of an answer.
PATIENCE_S: Final = 1.0
MAX_WAITING: Final = 1000


class Pool:
    """Workers over one dataset, whose SHA-256 may be given to be proved, and the queries that wait for them."""

    def __init__(self, nquads: Path, workers: int, memory_mb: int, sha256: str | None = None) -> None:
        self._workers = Workers(nquads, sha256, workers, memory_mb, replied=self._replied, changed=self._dispatch)
        self._size = workers
        self._memory_mb = memory_mb
        self._fresh: deque[Job] = deque()
        self._aside: list[Job] = []
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    async def start(self) -> None:
        """Load the dataset and start the workers; raises ``UnavailableError``."""
        await self._workers.start()

    async def aclose(self) -> None:
        """End all processes; what still waits is told that the service stops."""
        if self._workers.closing:
            return
        self._workers.closing = True
        if self._timer:
            self._timer.cancel()
        stopping = UnavailableError("The service is stopping.", "Try again in a moment.")
        for job in [*self._fresh, *self._aside, *(seat.job for seat in self._workers.seats if seat.job)]:
            job.fail(stopping)
        await self._workers.aclose()

    async def run(self, request: dict[str, Any], limit_s: float) -> Reply:
        """Evaluate a request on some worker and return its reply.

        Raises ``LimitError`` when ``limit_s`` seconds have passed since now, when the worker runs out of
        memory, or when too many queries wait. Cancelling the call ends the query.
        """
        loop = asyncio.get_running_loop()
        if not self._workers.ready:
            raise UnavailableError("The service is not running.", "Try again in a moment.")
        if len(self._fresh) + len(self._aside) >= MAX_WAITING:
            raise limits.waiting(MAX_WAITING)
        job = Job(encode(request), limit_s, loop.time(), loop.create_future())
        self._fresh.append(job)
        self._dispatch()
        timer = loop.call_later(limit_s, self._expire, job)
        try:
            return await job.future
        finally:
            timer.cancel()
            self._forget(job)

    def statistics(self) -> Statistics:
        """Return what the workers do now, and how many ended so far."""
        seats = self._workers.seats
        busy = sum(1 for seat in seats if seat.running)
        waiting = len(self._fresh) + len(self._aside)
        return Statistics(len(seats), busy, len(self._still()), waiting, self._workers.replaced)

    def _dispatch(self) -> None:
        """Let those run that have run least, as far as there are places."""
        if self._workers.closing:
            return
        now = asyncio.get_running_loop().time()
        while True:
            running = [seat for seat in self._workers.seats if seat.running]
            if len(running) < self._size:
                if not self._start_one(now):
                    return
                continue
            wait_s = self._preempt(running, now)
            if wait_s is None:
                continue
            if wait_s > 0:
                self._look_again(now + wait_s)
            return

    def _start_one(self, now: float) -> bool:
        """Start, or start again, the job that has run least; ``False`` where there is none, or no worker yet."""
        still = min(self._still(), key=_spent, default=None)
        aside = min(self._aside, key=lambda job: job.spent, default=None)
        if still and not self._fresh and not (aside and aside.spent < _spent(still)):
            still.suspended = False
            _job(still).since = now
            still.worker.resume()
            return True
        if not (self._fresh or aside):
            return False
        seat = next((seat for seat in self._workers.seats if seat.idle), None)
        if not seat:
            # One that is about to end is followed by another; one that stands still needs one beside it.
            self._workers.grow()
            return False
        if self._fresh:
            overloaded = now - self._fresh[0].arrived > PATIENCE_S
            job = self._fresh.pop() if overloaded else self._fresh.popleft()
        else:
            assert aside
            self._aside.remove(aside)
            job = aside
        seat.job, job.since = job, now
        seat.worker.send(job.frame)
        return True

    def _preempt(self, running: list[Seat], now: float) -> float | None:
        """Make a place for who has run less and return ``None``, or the seconds until then (0: nobody waits)."""
        waiting = [0.0] if self._fresh else [*map(_spent, self._still()), *(job.spent for job in self._aside)]
        if not waiting:
            return 0.0
        longest = max(running, key=lambda seat: _job(seat).attained(now))
        enough_s = QUANTUM_S if self._fresh else min(waiting) + SLICE_S
        due_s = enough_s - _job(longest).attained(now)
        if due_s > 0:
            return due_s
        return None if self._stand_still(longest, now) else SLICE_S

    def _stand_still(self, seat: Seat, now: float) -> bool:
        """Suspend a running query, or put it or a longer one aside; ``False`` where all of them are still young."""
        job = _job(seat)
        job.spent, job.since = job.attained(now), now
        if seat.worker.grown_mb() > SUSPENDED_MB:
            self._put_aside(seat)
            return True
        others = self._still()
        if len(others) >= MAX_SUSPENDED:
            oldest = max([*others, seat], key=_spent)
            if _spent(oldest) < SLICE_S:
                return False
            self._put_aside(oldest)
            if oldest is seat:
                return True
        seat.suspended = True
        seat.worker.suspend()
        self._workers.grow()
        return True

    def _put_aside(self, seat: Seat) -> None:
        self._aside.append(_job(seat))
        self._workers.end(seat)

    def _still(self) -> list[Seat]:
        return [seat for seat in self._workers.seats if seat.suspended]

    def _look_again(self, when: float) -> None:
        loop = asyncio.get_running_loop()
        if self._timer:
            if loop.time() < self._due <= when:
                return
            self._timer.cancel()
        self._due, self._timer = when, loop.call_at(when, self._dispatch)

    def _expire(self, job: Job) -> None:
        never_ran = job in self._fresh
        self._forget(job)
        job.fail(limits.waited(job.limit_s) if never_ran else limits.deadline(job.limit_s))

    def _forget(self, job: Job) -> None:
        """Take a job out of the queues, or end the worker that still has it."""
        for queue in (self._fresh, self._aside):
            if job in queue:
                queue.remove(job)
        for seat in self._workers.seats:
            if seat.job is job:
                self._workers.end(seat)
                self._dispatch()
                break

    def _replied(self, seat: Seat, reply: Reply | None) -> None:
        job, seat.job = seat.job, None
        if job and reply:
            if not job.future.done():
                job.future.set_result(reply)
        elif job:
            self._bury(job)
        self._dispatch()

    def _bury(self, job: Job) -> None:
        """See to the job of a worker that died: memory, unless it was dead before it had the job."""
        if job.future.done():
            return
        if not job.retried and job.attained(asyncio.get_running_loop().time()) < SLICE_S:
            job.retried = True
            self._fresh.appendleft(job)
        else:
            job.fail(limits.memory(self._memory_mb))


def _job(seat: Seat) -> Job:
    assert seat.job
    return seat.job


def _spent(seat: Seat) -> float:
    return _job(seat).spent
