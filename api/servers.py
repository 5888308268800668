"""The servers of a build: each leaves a locked file beside the dataset, so that a new build can tell it to reload.

A lock ends with its process, however that ends. So a number in a file is only signalled while its server lives,
and never a stranger that got the same number later.
"""

import fcntl
import json
import logging
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from api.errors import UnavailableError

_PREFIX: Final = ".server-"
# Seconds that a server gets for loading a dataset.
_PATIENCE_S: Final = 120.0
log = logging.getLogger(__name__)


class Announcement:
    """The file of a running server: its process, and what it serves."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def remove(self) -> None:
        """Remove the file: the server ends."""
        with suppress(OSError):
            Path(self._file.name).unlink()

    def write(self, sha256: str, failure: str | None) -> None:
        """Say which dataset is served now, and why the last reload failed, if it did."""
        text = json.dumps({"pid": os.getpid(), "dataset": sha256, "failure": failure, "at": time.time_ns()})
        # One write of the whole, so that a reader finds the old text or the new one.
        os.pwrite(self._file.fileno(), text.ljust(4096).encode()[:4096], 0)


@contextmanager
def announced(build: Path) -> Iterator[Announcement | None]:
    """Leave a locked file in a build folder as long as this process serves; ``None`` where nothing can be written."""
    path = build / f"{_PREFIX}{os.getpid()}"
    try:
        file = path.open("w+", encoding="utf-8")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        log.info("no announcement in %s: %s", build, error)
        yield None
        return
    with file:
        announcement = Announcement(file)
        try:
            yield announcement
        finally:
            announcement.remove()


def reload_all(build: Path, sha256: str) -> list[int]:
    """Tell every server of a build to reload, wait until it serves a dataset, and return their processes.

    Raises ``UnavailableError`` where one of them does not take the dataset.
    """
    told = {path: state for path in sorted(build.glob(f"{_PREFIX}*")) if (state := _state(path))}
    for state in told.values():
        with suppress(ProcessLookupError):
            os.kill(int(str(state["pid"])), signal.SIGHUP)
    end = time.monotonic() + _PATIENCE_S
    done = []
    for path, before in told.items():
        while (now := _state(path)) and now["at"] == before["at"] and time.monotonic() < end:
            time.sleep(0.02)
        # A server that has ended meanwhile has nothing to reload.
        if now and now["dataset"] != sha256:
            reason = now["failure"] or f"no answer within {_PATIENCE_S:g} s"
            raise UnavailableError(f"The server {now['pid']} does not serve the new dataset: {reason}")
        done += [int(str(now["pid"]))] if now else []
    return done


def _state(path: Path) -> dict[str, object] | None:
    """Return what a server says in its file, or ``None`` where none lives; the file of a dead one is removed."""
    try:
        with path.open("r+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                found: dict[str, object] = json.loads(file.read() or "{}")
                return found if found.get("pid") else None
            path.unlink()
    except (OSError, ValueError):
        return None
    return None
