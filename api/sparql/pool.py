"""Queries on worker processes, so that a short query is quick whatever the long ones do.

At most ``workers`` queries run at once, and whoever has run least so far runs first: a new query takes the place
of the one that has run longest, once that has run for ``QUANTUM_S``. That one stands still (SIGSTOP), keeps what it
has computed and goes on later. Where too many stand still, or one holds much memory, the one that has run longest
loses its process and starts again later: reading twice changes nothing.

New queries wait at the workers, a few at each, so that a worker goes on without waiting for us. Whatever a worker
has not begun is taken back when the one before it runs long, or another worker has nothing to do.
"""

import asyncio
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from api.errors import UnavailableError
from api.sparql import limits
from api.sparql.alarm import Alarm
from api.sparql.jobs import AHEAD, Job, Seat, Statistics
from api.sparql.processes import Reply
from api.sparql.waiting import Waiting
from api.sparql.worker import encode
from api.sparql.workers import Workers

# A query runs for so long before a newer one may take its place, and so much longer before an older one may.
QUANTUM_S: Final = 0.025
SLICE_S: Final = 0.2
# A query runs for so long before those that wait behind it go to a worker that has nothing to do.
SHARE_S: Final = 0.002
# Queries that stand still, and the memory that one of them may hold beside the dataset.
MAX_SUSPENDED: Final = 4
SUSPENDED_MB: Final = 256
MAX_WAITING: Final = 1000
_spent: Final = attrgetter("spent")


class Pool:
    """Workers over one dataset, whose SHA-256 may be given to be proved, and the queries that wait for them."""

    def __init__(self, nquads: Path, workers: int, memory_mb: int, sha256: str | None = None) -> None:
        self._workers = Workers(nquads, sha256, workers, memory_mb, replied=self._replied, changed=self._dispatch)
        self._size = workers
        self._memory_mb = memory_mb
        self._waiting = Waiting()
        self._number = 0
        self._alarm = Alarm(self._look)
        # Whether the alarm was set while new queries waited, so that it is early enough for one more of them.
        self._watched = False

    async def start(self) -> None:
        """Load the dataset and start the workers; raises ``UnavailableError``."""
        await self._workers.start()

    async def aclose(self) -> None:
        """End all processes; what still waits is told that the service stops."""
        if self._workers.closing:
            return
        self._workers.closing = True
        self._alarm.cancel()
        stopping = UnavailableError("The service is stopping.", "Try again in a moment.")
        for job in (*self._waiting.all(), *(job for seat in self._workers.seats for job in seat.jobs)):
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
        if len(self._waiting) >= MAX_WAITING:
            raise limits.waiting(MAX_WAITING)
        self._number = (self._number + 1) % (1 << 32)
        job = Job(self._number, encode(request, self._number), limit_s, loop.time(), loop.create_future())
        self._waiting.fresh.append(job)
        self._dispatch()
        timer = loop.call_later(limit_s, self._expire, job)
        try:
            return await job.future
        except BaseException:
            self._forget(job)
            raise
        finally:
            timer.cancel()

    def statistics(self) -> Statistics:
        """Return what the workers do now, and how many ended so far."""
        return self._workers.statistics(len(self._waiting))

    def _dispatch(self) -> None:
        """Let those run that have run least, as far as there are places."""
        if self._workers.closing:
            return
        now = asyncio.get_running_loop().time()
        while True:
            running = [seat for seat in self._workers.seats if seat.jobs and not seat.suspended]
            if len(running) < self._size:
                behind = [seat for seat in running if len(seat.jobs) > 1]
                # What is new comes before what has run already, so that waits until there is nothing new.
                if not (self._share(behind, now) if behind and not self._waiting.fresh else self._start_one(now)):
                    return
                continue
            self._waiting.queue_up(running, QUANTUM_S, now)
            new = bool(self._waiting.fresh) or any(len(seat.jobs) > 1 for seat in running)
            if self._watched and new:
                return
            wait_s = self._preempt(running, new, now)
            if wait_s is None:
                continue
            if wait_s > 0:
                self._watched = new and wait_s <= QUANTUM_S
                self._alarm.set(now + wait_s)
            return

    def _look(self) -> None:
        self._watched = False
        self._dispatch()

    def _start_one(self, now: float) -> bool:
        """Start, or start again, the job that has run least; ``False`` where there is none, or no worker yet."""
        aside = None
        if not self._waiting.fresh:
            still = min(self._still(), key=_spent, default=None)
            aside = min(self._waiting.aside, key=_spent, default=None)
            if still and not (aside and aside.spent < _spent(still)):
                self._watched = False
                still.resume(now)
                return True
            if not aside:
                return False
        seat = next((seat for seat in self._workers.seats if not seat.jobs and not seat.doomed), None)
        if not seat:
            # One that is about to end is followed by another; one that stands still needs one beside it.
            self._workers.grow()
            return False
        if aside:
            self._waiting.aside.remove(aside)
            self._watched = False
        seat.give(aside or self._waiting.next(now), now)
        return True

    def _share(self, behind: list[Seat], now: float) -> bool:
        """Take back what waits behind a query that is no short one, for a free worker; tell if there was any."""
        seat = max(behind, key=lambda seat: seat.attained(now))
        due_s = SHARE_S - seat.attained(now)
        if due_s <= 0:
            self._recall(seat)
        if not self._waiting.fresh:
            self._alarm.set(now + max(due_s, SHARE_S / 2))
        return bool(self._waiting.fresh)

    def _recall(self, seat: Seat) -> None:
        """Take back what a worker has not begun."""
        self._waiting.again(seat.take_back())

    def _end(self, seat: Seat, job: Job) -> None:
        """End a worker because of a job; what else it has, others do."""
        self._recall(seat)
        self._waiting.again([other for other in seat.jobs if other is not job])
        self._workers.end(seat)

    def _preempt(self, running: list[Seat], new: bool, now: float) -> float | None:
        """Make a place for who has run less and return ``None``, or the seconds until then (0: nobody waits)."""
        waiting = [0.0] if new else [*map(_spent, self._still()), *(job.spent for job in self._waiting.aside)]
        if not waiting:
            return 0.0
        longest = max(running, key=lambda seat: seat.attained(now))
        enough_s = QUANTUM_S if new else min(waiting) + SLICE_S
        due_s = enough_s - longest.attained(now)
        if due_s > 0:
            return due_s
        return None if self._stand_still(longest, now) else SLICE_S

    def _stand_still(self, seat: Seat, now: float) -> bool:
        """Suspend a running query, or put it or a longer one aside; ``False`` where all of them are still young."""
        self._recall(seat)
        if len(seat.jobs) != 1:
            # It had not even begun, or has ended already and its reply is on its way.
            return not seat.jobs
        job = seat.job
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
        seat.suspend()
        self._workers.grow()
        return True

    def _put_aside(self, seat: Seat) -> None:
        self._waiting.aside.append(seat.job)
        self._end(seat, seat.job)

    def _still(self) -> list[Seat]:
        return [seat for seat in self._workers.seats if seat.suspended]

    def _expire(self, job: Job) -> None:
        job.fail(limits.deadline(job.limit_s) if self._forget(job) else limits.waited(job.limit_s))

    def _forget(self, job: Job) -> bool:
        """Take a job out of the queues, or end the worker that still has it; tell whether one has begun it."""
        seat = next((seat for seat in self._workers.seats if job in seat.jobs), None)
        if seat:
            self._recall(seat)
        ran = job not in self._waiting.fresh
        self._waiting.forget(job)
        if seat:
            if job in seat.jobs:
                self._end(seat, job)
            self._dispatch()
        return ran

    def _replied(self, seat: Seat, reply: Reply | None) -> None:
        if not reply or seat.doomed:
            self._recall(seat)
        job = seat.jobs.popleft() if seat.jobs else None
        if job and reply:
            if not job.future.done():
                job.future.set_result(reply)
        elif job:
            self._bury(job)
            self._waiting.again(list(seat.jobs))
            seat.jobs.clear()
        if seat.jobs:
            seat.jobs[0].since = asyncio.get_running_loop().time()
            if not self._waiting.fresh or len(seat.jobs) > AHEAD // 2:
                return
        self._dispatch()

    def _bury(self, job: Job) -> None:
        """See to the job of a worker that died: memory, unless it was dead before it had the job."""
        if job.future.done():
            return
        if not job.retried and job.attained(asyncio.get_running_loop().time()) < SLICE_S:
            job.retried = True
            self._waiting.fresh.appendleft(job)
        else:
            job.fail(limits.memory(self._memory_mb))
