"""The side that starts the worker for a file, watches over its time, and understands how it ended."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from api.errors import AtfError, BadRequestError, ParameterError, UnavailableError, UsageError
from api.intake.faults import UnreadableError, refuse
from api.intake.job import Job
from api.intake.limits import MEMORY_MB, SECONDS
from api.settings import Settings

_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_KINDS: Final[Mapping[str, type[AtfError]]] = {
    kind.__name__: kind for kind in (BadRequestError, ParameterError, UnavailableError, UnreadableError, UsageError)
}
Progress = Callable[[str], None]


async def work(
    settings: Settings,
    job: Job,
    data: bytes,
    progress: Progress = lambda _step: None,
    *,
    seconds: float = SECONDS,
    memory_mb: int = MEMORY_MB,
) -> dict[str, Any]:
    """Let a worker do a job and return its result.

    The worker is killed when its time is over or when the caller is cancelled; where only the findings of an
    import were not compared by then, the rest is returned with the member ``unfinished``.

    Raises ``UnreadableError`` for a file that is refused or needs more than the limits, and what else reading
    it raises.
    """
    process = await _started(settings, memory_mb)
    talk = _Talk(process, progress)
    late = False
    try:
        async with asyncio.timeout(seconds):
            await talk.exchange(json.dumps(asdict(job)).encode() + b"\n" + data)
            await process.wait()
    except TimeoutError:
        late = True
    finally:
        await _end(process)
    found = talk.result()
    if "failure" in found:
        raise _error(found["failure"], memory_mb)
    if not late and process.returncode == 0 and found:
        return found
    # What is proposed is known before the findings are compared: these alone may be missing.
    if "turtle" in found and job.task == "import":
        return {**found, "unfinished": True}
    if late:
        raise refuse("too-slow", limit=f"{seconds:g}")
    # A worker that found no memory, or ran into its own death by it, leaves nothing behind.
    if process.returncode and (process.returncode < 0 or "Memory" in talk.last or "alloc" in talk.last):
        raise refuse("too-big", limit=str(memory_mb))
    raise UnavailableError("The worker that reads files failed.", talk.last[:200])


async def _started(settings: Settings, memory_mb: int) -> asyncio.subprocess.Process:
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "api.intake.worker", str(memory_mb)),
            cwd=_ROOT,
            env=_environment(settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
    )
    try:
        # Half a start cannot be taken back: it would leave a process that nobody knows.
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await _end(await starting)
        raise


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        # What it still said is read away, since its end comes after that of its pipes.
        await process.communicate()


class _Talk:
    """What is said with a worker: the job goes in, the parts of the result and the steps come out."""

    def __init__(self, process: asyncio.subprocess.Process, progress: Progress) -> None:
        self._process, self._progress = process, progress
        self._output = bytearray()
        self.last = ""

    async def exchange(self, message: bytes) -> None:
        """Send a message and read until the worker closes its end."""
        await asyncio.gather(self._send(message), self._read(), self._listen())

    def result(self) -> dict[str, Any]:
        """Return the parts that came in whole."""
        found: dict[str, Any] = {}
        for line in bytes(self._output).split(b"\n")[:-1]:
            found |= json.loads(line)
        return found

    async def _send(self, message: bytes) -> None:
        stream = self._process.stdin
        assert stream
        # A worker that died early takes no more; how it died is told by the others.
        with contextlib.suppress(ConnectionError):
            stream.write(message)
            await stream.drain()
            stream.close()

    async def _read(self) -> None:
        stream = self._process.stdout
        assert stream
        while chunk := await stream.read(1 << 20):
            self._output += chunk

    async def _listen(self) -> None:
        stream = self._process.stderr
        assert stream
        while line := await stream.readline():
            self.last = line.decode(errors="replace").strip() or self.last
            self._progress(self.last)


def _environment(settings: Settings) -> dict[str, str]:
    own = {"ATF_ROOT": str(settings.root), "ATF_BUILD": str(settings.build)}
    return {**os.environ, **own}


def _error(told: Mapping[str, Any], memory_mb: int) -> AtfError:
    extra = dict(told["extra"])
    if extra.get("reason") == "too-big":
        return refuse("too-big", limit=str(memory_mb))
    kind = _KINDS.get(told["type"], UnavailableError)
    return kind(told["message"], told["hint"], **extra)
