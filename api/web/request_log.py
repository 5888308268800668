"""The log of requests: one JSON object a line, without query text and without addresses of clients."""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any, Final

# Lines that wait for a slow reader; what comes beyond is counted and left out.
_WAITING: Final = 10_000
# Seconds in which lines are gathered before they are written.
_MOMENT_S: Final = 0.02
# Seconds that the end of the service waits for the reader of the log.
_PATIENCE_S: Final = 1.0


class RequestLog:
    """Writes lines to a stream from a thread of its own: a pipe that nobody reads never stops the service.

    The thread is woken once for all that comes within a moment, and makes the text: a request only leaves its members.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._entries: deque[dict[str, Any]] = deque()
        self._dropped = 0
        self._ended = False
        self._more = threading.Event()
        self._thread = threading.Thread(target=self._write, name="request-log", daemon=True)
        self._thread.start()

    def write(self, **members: Any) -> None:
        """Log one request."""
        if len(self._entries) >= _WAITING:
            self._dropped += 1
            return
        if self._dropped:
            members["left_out_before"], self._dropped = self._dropped, 0
        self._entries.append({"time": time.time(), **members})
        if not self._more.is_set():
            self._more.set()

    def close(self) -> None:
        """Write what waits, as far as somebody reads it."""
        self._ended = True
        self._more.set()
        self._thread.join(_PATIENCE_S)

    def _write(self) -> None:
        while not self._ended or self._entries:
            self._more.wait()
            if not self._ended:
                time.sleep(_MOMENT_S)
            # Cleared before the entries are taken: what comes in between is seen now, or wakes us again.
            self._more.clear()
            text = "".join(map(_line, self._taken()))
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError):
                # Whoever read it is gone; the service goes on.
                continue
            finally:
                if self._ended:
                    self._more.set()

    def _taken(self) -> Iterator[dict[str, Any]]:
        while self._entries:
            yield self._entries.popleft()


def _line(entry: dict[str, Any]) -> str:
    at = datetime.fromtimestamp(entry["time"], UTC).isoformat(timespec="milliseconds")
    return json.dumps({**entry, "time": at}, ensure_ascii=False) + "\n"
