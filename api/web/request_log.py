"""The log of requests: one JSON object a line, without query text and without addresses of clients."""

import json
import threading
from collections import deque
from datetime import UTC, datetime
from typing import IO, Any, Final

# Lines that wait for a slow reader; what comes beyond is counted and left out.
_WAITING: Final = 10_000
# Seconds that the end of the service waits for the reader of the log.
_PATIENCE_S: Final = 1.0


class RequestLog:
    """Writes lines to a stream from a thread of its own: a pipe that nobody reads never stops the service."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._lines: deque[str] = deque()
        self._dropped = 0
        self._ended = False
        self._more = threading.Condition()
        self._thread = threading.Thread(target=self._write, name="request-log", daemon=True)
        self._thread.start()

    def write(self, **members: Any) -> None:
        """Log one request."""
        with self._more:
            if len(self._lines) >= _WAITING:
                self._dropped += 1
                return
            if self._dropped:
                members["left_out_before"], self._dropped = self._dropped, 0
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            self._lines.append(json.dumps({"time": now, **members}, ensure_ascii=False))
            self._more.notify()

    def close(self) -> None:
        """Write what waits, as far as somebody reads it."""
        with self._more:
            self._ended = True
            self._more.notify()
        self._thread.join(_PATIENCE_S)

    def _write(self) -> None:
        while True:
            with self._more:
                while not self._lines and not self._ended:
                    self._more.wait()
                text = "".join(f"{line}\n" for line in self._lines)
                self._lines.clear()
            if not text:
                return
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError):
                # Whoever read it is gone; the service goes on.
                continue
