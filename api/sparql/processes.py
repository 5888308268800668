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
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.errors import UnavailableError
from api.sparql.worker import HEADER, STACK_BYTES

_PACKAGE_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_PAGE: Final = resource.getpagesize()
# What a query needs at least beside the dataset.
_ROOM_MB: Final = 32
# A fork answers within milliseconds; after this long, something is wrong with the machine.
_FORK_S: Final = 20.0
_REBUILD: Final = "Run: make build"


async def _read(reader: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    header, body = HEADER.unpack(await reader.readexactly(HEADER.size))
    return json.loads(await reader.readexactly(header)), await reader.readexactly(body)


def _resident_mb(pid: int) -> int:
    """Return the memory of a process in MiB, or 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE >> 20
    except (OSError, IndexError):
        return 0


@dataclass(eq=False)
class Worker:
    """A process that evaluates one query at a time."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    # Its memory when it began, in MiB.
    size_mb: int = 0

    def send(self, frame: bytes) -> None:
        """Hand over a request; the transport writes it in the background."""
        self.writer.write(frame)

    async def receive(self) -> tuple[dict[str, Any], bytes]:
        """Wait for a reply; raises ``asyncio.IncompleteReadError`` or ``ConnectionError`` at a worker's death."""
        return await _read(self.reader)

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

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def close(self) -> None:
        """Close the channel; an idle worker ends at that."""
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


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
            start = file.read(HEADER.size)
            if len(start) < HEADER.size:
                return {}
            found: dict[str, Any] = json.loads(file.read(HEADER.unpack(start)[0]))
            return found

    async def fork(self) -> Worker:
        """Return a new worker; raises ``ConnectionError`` when the template is dead."""
        ours, theirs = socket.socketpair()
        try:
            socket.send_fds(self._control, [b"f"], [theirs.fileno()])
        except OSError as error:
            ours.close()
            raise ConnectionError(str(error)) from error
        finally:
            theirs.close()
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        try:
            hello, _ = await asyncio.wait_for(_read(reader), _FORK_S)
        except (asyncio.IncompleteReadError, OSError, TimeoutError) as error:
            writer.close()
            raise ConnectionError("the template process does not fork") from error
        except asyncio.CancelledError:
            writer.close()
            raise
        return Worker(hello["pid"], reader, writer, _resident_mb(hello["pid"]))

    async def close(self) -> None:
        """End the template; its workers live on."""
        self._control.close()
        try:
            await asyncio.to_thread(self._process.wait, 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
