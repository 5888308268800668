"""The parent's end of the way to a worker: requests out, and back again where they were not begun, and replies in."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from typing import Final

from api.sparql.worker import PACKET, REPLY

# Bytes that are read at once.
_CHUNK: Final = 1 << 16


class Channel:
    """Two pairs of sockets. ``received`` gets each reply (kind, number, body); ``ended`` is called after the last one.

    Requests go as packets, of which a worker takes one when it has time for it. We keep its end as well, so that we
    can take back what lies there. Replies come as a stream, which ends with the worker. All is read and written by
    the event loop without a transport between: a request is on its way at once, while others are read.
    """

    def __init__(self, received: Callable[[int, int, bytes], None], ended: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._requests, self._taken = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._replies, self._given = socket.socketpair()
        self._requests.setblocking(False)
        self._replies.setblocking(False)
        self._received, self._ended = received, ended
        self._unsent: deque[bytes] = deque()
        self._data = bytearray()
        self._needed = 0
        self._open = True

    @property
    def ends(self) -> list[int]:
        """The descriptors of the worker's ends: where it reads requests, where it writes replies."""
        return [self._taken.fileno(), self._given.fileno()]

    def open(self) -> None:
        """Begin to read, once the worker's ends are on their way to it."""
        self._given.close()
        self._loop.add_reader(self._replies, self._read)

    def send(self, packets: list[bytes]) -> None:
        """Send a request, what does not fit in the background; a death is told by ``ended``."""
        if self._open:
            self._unsent += packets
            self._write()

    def take_back(self) -> int:
        """Take back the requests that the worker has not taken, and return how many (each of a single packet)."""
        found = len(self._unsent)
        self._unsent.clear()
        while self._open:
            try:
                self._taken.recv(PACKET, socket.MSG_DONTWAIT)
            except BlockingIOError:
                break
            found += 1
        return found

    def close(self) -> None:
        """Close the channel without telling; an idle worker ends at that."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._replies)
            self._loop.remove_writer(self._requests)
            for one in (self._requests, self._taken, self._replies, self._given):
                one.close()

    def _write(self) -> None:
        while self._unsent:
            try:
                self._requests.send(self._unsent[0])
            except BlockingIOError:
                self._loop.add_writer(self._requests, self._write_on)
                return
            self._unsent.popleft()

    def _write_on(self) -> None:
        self._loop.remove_writer(self._requests)
        self._write()

    def _read(self) -> None:
        try:
            data = self._replies.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._replies)
            self._ended()
            return
        if self._data:
            self._data += data
            if len(self._data) < self._needed:
                return
            data, self._data = bytes(self._data), bytearray()
        start, needed = 0, REPLY.size
        while len(data) - start >= needed:
            kind, number, size = REPLY.unpack_from(data, start)
            needed = REPLY.size + size
            if len(data) - start < needed:
                break
            body = data[start + REPLY.size : start + needed]
            start, needed = start + needed, REPLY.size
            self._received(kind, number, body)
        if start < len(data):
            self._data, self._needed = bytearray(data[start:]), needed
