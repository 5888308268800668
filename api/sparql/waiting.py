"""The queries that wait: new ones in the order in which they came, and those put aside with what they have run."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

from api.sparql.jobs import Job, Seat

# Waiting this long for a first try is overload; then the newest is served first, who has most use of an answer.
PATIENCE_S: Final = 1.0


class Waiting:
    """The jobs that no worker has."""

    def __init__(self) -> None:
        self.fresh: deque[Job] = deque()
        self.aside: list[Job] = []

    def __len__(self) -> int:
        return len(self.fresh) + len(self.aside)

    def all(self) -> list[Job]:
        """Return all jobs."""
        return [*self.fresh, *self.aside]

    def next(self, now: float) -> Job:
        """Take the new job that comes next."""
        overloaded = now - self.fresh[0].arrived > PATIENCE_S
        return self.fresh.pop() if overloaded else self.fresh.popleft()

    def again(self, jobs: Sequence[Job]) -> None:
        """Take jobs back in their order, those that somebody still waits for."""
        for job in reversed(jobs):
            if job.future.done():
                continue
            if job.spent:
                self.aside.append(job)
            else:
                self.fresh.appendleft(job)

    def forget(self, job: Job) -> None:
        """Drop a job, if it is here."""
        for queue in (self.fresh, self.aside):
            if job in queue:
                queue.remove(job)

    def queue_up(self, seats: Iterable[Seat], young_s: float, now: float) -> None:
        """Let new jobs wait at workers, behind jobs that have run for less than ``young_s`` seconds."""
        rooms = [seat for seat in seats if seat.has_room() and seat.attained(now) < young_s]
        while self.fresh and rooms:
            seat = min(rooms, key=_length)
            job = self.next(now)
            if len(job.packets) > 1:
                self.fresh.appendleft(job)
                return
            seat.give(job, now)
            if not seat.has_room():
                rooms.remove(seat)


def _length(seat: Seat) -> int:
    return len(seat.jobs)
