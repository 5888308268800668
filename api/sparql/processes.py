"""The parent's side of the worker processes: start the template, fork workers, talk to them, end them."""

import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.errors import UnavailableError
from api.sparql.channel import Channel
from api.sparql.worker import LAST, REPLY, STACK_BYTES, decode_reply

Reply = tuple[dict[str, Any], bytes]

_PACKAGE_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_PAGE: Final = resource.getpagesize()
# What a query needs at least beside the dataset.
_ROOM_MB: Final = 32
# A fork answers within milliseconds; after this long, something is wrong with the machine.
_FORK_S: Final = 20.0
_REBUILD: Final = "Run: make build"


def _resident_mb(pid: int) -> int:
    """Return the memory of a process in MiB, or 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE >> 20
    except (OSError, IndexError):
        return 0


class Worker:
    """A process that evaluates one query at a time.

    Whoever has it sets ``replied``, which gets each reply, its number and whether it is the last, and ``ended``.
    """

    def __init__(self) -> None:
        self.pid = 0
        # Its memory when it began, in MiB.
        self.size_mb = 0
        self.replied: Callable[[Reply, int, bool], None] | None = None
        self.ended: Callable[[], None] | None = None
        self._hello: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._dead = False
        self._channel = Channel(self._received, self._died)

    async def begin(self, control: socket.socket) -> None:
        """Have the process forked and wait until it is there; raises ``ConnectionError`` when there will be none."""
        try:
            socket.send_fds(control, [b"f"], self._channel.ends)
            self._channel.open()
            self.pid = await asyncio.wait_for(self._hello, _FORK_S)
        except (OSError, TimeoutError) as error:
            self.close()
            raise ConnectionError("the template process does not fork") from error
        except asyncio.CancelledError:
            self.close()
            raise
        self.size_mb = _resident_mb(self.pid)

    def listen(self, replied: Callable[[Reply, int, bool], None], ended: Callable[[], None]) -> None:
        """Tell from now on of replies, and of the end, even where that was before."""
        self.replied, self.ended = replied, ended
        if self._dead:
            asyncio.get_running_loop().call_soon(ended)

    def send(self, packets: list[bytes]) -> None:
        """Hand over a request."""
        self._channel.send(packets)

    def take_back(self) -> int:
        """Take back the requests that it has not begun, the last ones that it got, and return how many."""
        return self._channel.take_back()

    def kill(self) -> None:
        """End the process at once, whatever it does (SIGKILL)."""
        self._signal(signal.SIGKILL)

    def suspend(self) -> None:
        """Let the process stand still."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let the process go on."""
        self._signal(signal.SIGCONT)

    def grown_mb(self) -> int:
        """Return the memory that the process took since it began, in MiB."""
        return _resident_mb(self.pid) - self.size_mb

    def close(self) -> None:
        """Close the channel; an idle worker ends at that."""
        self._channel.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def _received(self, kind: int, number: int, body: bytes) -> None:
        reply = decode_reply(kind, body)
        if self.replied:
            self.replied(reply, number, bool(kind & LAST))
        elif not self._hello.done():
            self._hello.set_result(int(reply[0]["pid"]))

    def _died(self) -> None:
        self._dead = True
        if self.ended:
            self.ended()
        elif not self._hello.done():
            self._hello.set_exception(ConnectionError("the worker ended before it began"))


class Life:
    """A pipe into which nobody writes: it ends when we end, or close it, and so do the processes that read it."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()

    def close(self) -> None:
        """End every process that still waits for the end."""
        os.close(self._writer)
        os.close(self.reader)


@dataclass(frozen=True)
class Dataset:
    """A file of N-Quads, held open: whoever renames another one into its place does not change what we have.

    ``sha256`` is what the file must hold (``None``: whatever it holds); what else is found there is not served.
    """

    path: Path
    descriptor: int
    sha256: str | None

    @classmethod
    def open(cls, path: Path, sha256: str | None = None) -> "Dataset":
        """Open a file; raises ``UnavailableError``."""
        try:
            return cls(path, os.open(path, os.O_RDONLY | os.O_CLOEXEC), sha256)
        except OSError as error:
            raise UnavailableError(f"The dataset {path} cannot be loaded: {error.strerror}.", _REBUILD) from error

    def close(self) -> None:
        """Let go of the file."""
        os.close(self.descriptor)


class Template:
    """The process that holds the dataset and is forked into workers."""

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket.socket) -> None:
        self._process = process
        self._control = control

    @classmethod
    async def start(cls, dataset: Dataset, memory_mb: int, life: Life) -> "Template":
        """Start a template and wait until it has loaded a dataset, and proved that it is the one meant.

        ``memory_mb`` is the address space of each worker in MiB, ``life`` is what workers end with. Raises
        ``UnavailableError`` when the dataset cannot be loaded.
        """
        control, theirs = socket.socketpair()
        options = {
            "control": theirs.fileno(),
            "dataset": dataset.descriptor,
            "memory_bytes": memory_mb << 20,
        }
        process = subprocess.Popen(  # noqa: S603  # the interpreter that runs us, and a module of ours
            [sys.executable, "-m", "api.sparql.worker", json.dumps(options)],
            stdin=life.reader, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=[theirs.fileno(), dataset.descriptor], cwd=_PACKAGE_ROOT, start_new_session=True,
        )  # fmt: skip
        theirs.close()
        template = cls(process, control)
        try:
            reply = await asyncio.to_thread(template._first_word)
        except BaseException:
            await template.close()
            raise
        if "ready" not in reply:
            await template.close()
            reason = reply.get("error", "the process that loads it died")
            raise UnavailableError(f"The dataset {dataset.path} cannot be loaded: {reason}.", _REBUILD)
        if dataset.sha256 not in {None, reply["sha256"]}:
            await template.close()
            raise UnavailableError(f"The dataset {dataset.path} has changed while it was in use.", _REBUILD)
        needed_mb = (reply["size"] + STACK_BYTES >> 20) + _ROOM_MB
        if needed_mb > memory_mb:
            await template.close()
            message = f"The dataset leaves a worker no memory for a query (limit memory_mb = {memory_mb})."
            raise UnavailableError(message, f"Set ATF_MEMORY_MB to more than {needed_mb}.")
        return template

    def _first_word(self) -> dict[str, Any]:
        with self._control.makefile("rb") as file:
            start = file.read(REPLY.size)
            if len(start) < REPLY.size:
                return {}
            kind, _, size = REPLY.unpack(start)
            return decode_reply(kind, file.read(size))[0]

    async def fork(self) -> Worker:
        """Return a new worker; raises ``ConnectionError`` when the template is dead."""
        worker = Worker()
        await worker.begin(self._control)
        return worker

    async def close(self) -> None:
        """End the template; its workers live on."""
        self._control.close()
        try:
            await asyncio.to_thread(self._process.wait, 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
