"""The dataset that is served, exchanged for a newer one without dropping a request.

A generation is a dataset with everything that was made from it. A request keeps the one that it began with, so
that hash, manifest and answers always belong together; the old one ends with its last request.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import State

log = logging.getLogger(__name__)

Load = Callable[[], Awaitable[Mapping[str, Any]]]


class Generation:
    """What a request knows as its application: the ``state`` of one dataset, and how many requests read it."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.loaded_at = datetime.now(UTC).replace(microsecond=0)
        self._readers = 0
        self._unread = asyncio.Event()
        self._unread.set()

    def __enter__(self) -> "Generation":
        self._readers += 1
        self._unread.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._readers -= 1
        if not self._readers:
            self._unread.set()

    async def retire(self) -> None:
        """Wait for the last reader, then let go of the dataset."""
        await self._unread.wait()
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the dataset now."""
        self.state.asking.close()
        await self.state.store.aclose()
        self.state.dumps.close()


class Generations:
    """The current generation, and the way to the next one.

    ``load`` returns the values of the new state (among them ``store``, started, and ``dumps``), or raises; to
    them come those that ``shared`` has. ``failure`` says why the last attempt to reload failed, if it did.
    """

    current: Generation

    def __init__(self, shared: State, load: Load) -> None:
        self._shared = shared
        self._load = load
        self._turn = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()
        self.failure: str | None = None
        self.reloads = {"done": 0, "failed": 0}

    async def start(self) -> None:
        """Load the first generation; raises what ``load`` raises."""
        self._set(await self._next())

    async def reload(self) -> bool:
        """Load the dataset anew and serve it from now on; where that fails, the old one is served on."""
        async with self._turn:
            try:
                new = await self._next()
            except Exception as error:  # whatever it is, nobody who asks shall notice
                self.failure = str(error)
                self.reloads["failed"] += 1
                log.error("the dataset was not reloaded, the old one is served on: %s", error)
                return False
            old = self.current
            self._set(new)
            self.failure = None
            self.reloads["done"] += 1
            task = asyncio.get_running_loop().create_task(old.retire())
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)
            return True

    async def aclose(self) -> None:
        """Let go of everything; who still reads an old generation is told that the service stops."""
        for task in list(self._retiring):
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        await self.current.aclose()

    async def _next(self) -> Generation:
        return Generation(State({**self._shared._state, **await self._load()}))

    def _set(self, generation: Generation) -> None:
        self.current = generation
        for name, value in generation.state._state.items():
            setattr(self._shared, name, value)
