"""Queries on their way, and the workers that have them."""

import asyncio
from dataclasses import dataclass
from typing import Any

from api.sparql.processes import Worker

Reply = tuple[dict[str, Any], bytes]


@dataclass(eq=False)
class Job:
    """A query on its way: when it came, since when it runs, and for how long it ran before that (loop time)."""

    frame: bytes
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


@dataclass(eq=False)
class Seat:
    """A worker, the job that it has, whether it stands still, and whether it is about to end."""

    worker: Worker
    job: Job | None = None
    suspended: bool = False
    doomed: bool = False

    @property
    def idle(self) -> bool:
        """Whether a job can be given to it."""
        return self.job is None and not self.doomed

    @property
    def running(self) -> bool:
        """Whether it is at work."""
        return self.job is not None and not self.suspended


@dataclass(frozen=True)
class Statistics:
    """How many workers there are, work and stand still, how many were replaced, and how many queries wait."""

    workers: int = 0
    busy: int = 0
    suspended: int = 0
    waiting: int = 0
    replaced: int = 0
