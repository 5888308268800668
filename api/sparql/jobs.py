"""Queries on their way, and the workers that have them."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from api.sparql.processes import Reply, Worker

# Requests that a worker may have before it: what it begins at once when it has ended one.
AHEAD: Final = 8


@dataclass(eq=False, slots=True)
class Job:
    """A query on its way: when it came, since when it runs, and for how long it ran before that (loop time)."""

    number: int
    packets: list[bytes]
    limit_s: float
    arrived: float
    future: "asyncio.Future[Reply]"
    since: float = 0.0
    spent: float = 0.0
    retried: bool = False

    def attained(self, now: float) -> float:
        """Return the seconds for which a running job has run in all."""
        return self.spent + now - self.since

    def fail(self, error: Exception) -> None:
        """End the job with an error, unless it has ended already."""
        if not self.future.done():
            self.future.set_exception(error)


@dataclass(eq=False, slots=True)
class Seat:
    """A worker, the jobs that it has (the first one runs), whether it stands still, and whether it is about to end."""

    worker: Worker
    jobs: deque[Job] = field(default_factory=deque)
    suspended: bool = False
    doomed: bool = False

    @property
    def job(self) -> Job:
        """The job that it runs."""
        return self.jobs[0]

    @property
    def spent(self) -> float:
        """The seconds for which its job had run when it last stood still."""
        return self.jobs[0].spent

    def attained(self, now: float) -> float:
        """Return the seconds for which its job has run in all."""
        return self.jobs[0].attained(now)

    @property
    def idle(self) -> bool:
        """Whether a job can be given to it."""
        return not self.jobs and not self.doomed

    @property
    def running(self) -> bool:
        """Whether it is at work."""
        return bool(self.jobs) and not self.suspended

    def give(self, job: Job, now: float) -> None:
        """Hand over a job, which runs now or after those that it has."""
        job.since = now
        self.jobs.append(job)
        self.worker.send(job.packets)

    def suspend(self) -> None:
        """Let its job stand still."""
        self.suspended = True
        self.worker.suspend()

    def resume(self, now: float) -> None:
        """Let its job go on."""
        self.suspended = False
        self.jobs[0].since = now
        self.worker.resume()

    def take_back(self) -> list[Job]:
        """Take back the jobs that were not begun, in their order; a large one is never behind or before others."""
        if not self.jobs or len(self.jobs[0].packets) > 1:
            return []
        number = self.worker.take_back()
        found = [self.jobs.pop() for _ in range(min(number, len(self.jobs)))]
        return found[::-1]

    def has_room(self) -> bool:
        """Whether a job may wait here for the one that runs."""
        return self.running and not self.doomed and len(self.jobs) < AHEAD and len(self.jobs[0].packets) == 1


@dataclass(frozen=True)
class Statistics:
    """How many workers there are, work and stand still, how many were replaced, and how many queries wait."""

    workers: int = 0
    busy: int = 0
    suspended: int = 0
    waiting: int = 0
    replaced: int = 0
