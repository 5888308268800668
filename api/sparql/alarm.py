"""A timer that goes off at the earliest time that was asked for."""

import asyncio
from collections.abc import Callable


class Alarm:
    """Calls ``ring`` once after it was set; whoever sets it later than it is set already changes nothing."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def set(self, when: float) -> None:
        """Ring at a time of the loop, or earlier if that was asked for."""
        if self._timer:
            if self._due <= when:
                return
            self._timer.cancel()
        self._due, self._timer = when, asyncio.get_running_loop().call_at(when, self._off)

    def cancel(self) -> None:
        """Do not ring."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _off(self) -> None:
        self._timer = None
        self._ring()
