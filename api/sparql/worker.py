"""The processes that evaluate queries: one template that loads the dataset, and workers forked from it.

A fork shares the loaded dataset with its template, so that a killed worker is replaced within milliseconds
whatever the size of the data. The template has one thread when it forks. A worker cannot open a file or a
socket (RLIMIT_NOFILE is 0), so that even a query that slips through the guard reaches nothing; its memory
is bounded by RLIMIT_AS, and it ends when its parent does.

Run as ``python -m api.sparql.worker OPTIONS`` by ``api.sparql.processes``; OPTIONS is JSON.
"""

import gc
import json
import marshal
import os
import resource
import signal
import socket
import struct
import sys
import threading
from hashlib import sha256
from typing import IO, Any, Final, NoReturn

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    Store,
    Variable,
)

from api.sparql.results import TooManyBytesError, UnwritableError, write_boolean, write_graph, write_rows

Term = NamedNode | BlankNode | Literal

# A request comes in packets of this many bytes at most, each after a byte that tells whether more of them follow, and
# the number of the request. It is marshalled, which is read ten times as fast as JSON; only a parent writes it.
PACKET: Final = 1 << 16
WHOLE: Final = 0
MORE: Final = 1
_PART: Final = struct.Struct("!BI")
# A reply: its kind, the number of its request, the length of its body, and that. Parents read only bytes and JSON.
REPLY: Final = struct.Struct("!BIQ")
FORMS: Final = ("ask", "select", "graph")
# The kinds of replies: that of ``FORMS``, and what may be added to it; else the body is JSON that says more.
TRUNCATED: Final = 8
OTHER: Final = 16
# The worker ends after this reply.
LAST: Final = 32
# The parser and the evaluator recurse; with the guard's limits this is ten times what they need.
STACK_BYTES: Final = 64 << 20
# A worker whose memory grew by more than this is replaced after its answer, so that the memory comes back.
GROWTH_KB: Final = 128 << 10


def encode(request: dict[str, Any], number: int) -> list[bytes]:
    """Return the packets of a request."""
    data = marshal.dumps(request)
    step = PACKET - _PART.size
    if len(data) <= step:
        return [_PART.pack(WHOLE, number) + data]
    parts = [data[start : start + step] for start in range(0, len(data), step)]
    return [*(_PART.pack(MORE, number) + part for part in parts[:-1]), _PART.pack(WHOLE, number) + parts[-1]]


def encode_reply(reply: dict[str, Any], body: bytes = b"", number: int = 0, last: bool = False) -> bytes:
    """Return the frame of a reply to the request of a number."""
    if "form" in reply:
        kind = FORMS.index(reply["form"]) | (TRUNCATED if reply["truncated"] else 0)
    else:
        kind, body = OTHER, json.dumps(reply).encode()
    return REPLY.pack(kind | LAST if last else kind, number, len(body)) + body


def decode_reply(kind: int, body: bytes) -> tuple[dict[str, Any], bytes]:
    """Return a reply's header and body, given what stands in its frame."""
    if kind & OTHER:
        return json.loads(body), b""
    return {"form": FORMS[kind & 7], "truncated": bool(kind & TRUNCATED)}, body


def encode_term(term: Term) -> list[str | None]:
    """Return a term as JSON that ``decode_term`` reads."""
    if isinstance(term, NamedNode):
        return ["iri", term.value]
    if isinstance(term, BlankNode):
        return ["blank", term.value]
    return ["literal", term.value, term.language, None if term.language else term.datatype.value]


def decode_term(data: list[str]) -> Term:
    """Return the term that ``encode_term`` wrote."""
    if data[0] == "iri":
        return NamedNode(data[1])
    if data[0] == "blank":
        return BlankNode(data[1])
    _, value, language, datatype = data
    return Literal(value, language=language) if language else Literal(value, datatype=NamedNode(datatype))


def evaluate(store: Store, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Evaluate a request and return the reply's header and body; an error is a header with ``error``."""
    try:
        return _evaluate(store, request)
    except SyntaxError as error:
        return {"error": "syntax", "message": str(error)}, b""
    except TooManyBytesError:
        return {"error": "bytes"}, b""
    except UnwritableError as error:
        return {"error": "unwritable", "message": str(error)}, b""
    except MemoryError:
        return {"error": "memory"}, b""
    except OSError as error:
        # The sandbox has refused a socket or a file.
        return {"error": "refused", "message": str(error)}, b""
    except (RuntimeError, ValueError) as error:
        return {"error": "query", "message": str(error)}, b""


def _evaluate(store: Store, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    max_rows, max_bytes = request["max_rows"], request["max_bytes"]
    dataset: dict[str, Any] = {"use_default_graph_as_union": request["union"]}
    if request["default_graphs"] is not None:
        dataset["default_graph"] = [NamedNode(iri) for iri in request["default_graphs"]]
        dataset["named_graphs"] = [NamedNode(iri) for iri in request["named_graphs"]]
    if request["bindings"]:
        terms = request["bindings"].items()
        dataset["substitutions"] = {Variable(name): decode_term(term) for name, term in terms}
    found = store.query(request["text"], base_iri=request["base"], **dataset)
    if isinstance(found, QueryBoolean):
        return {"form": "ask", "truncated": False}, write_boolean(found, request["results"])
    if isinstance(found, QuerySolutions):
        body, truncated = write_rows(found, request["results"], max_rows, max_bytes)
        return {"form": "select", "truncated": truncated}, body
    body, truncated = write_graph(found, request["graphs"], request["prefixes"], max_rows, max_bytes)
    return {"form": "graph", "truncated": truncated}, body


class _Hashed:
    """A file that is read once, with the SHA-256 of what was read: what is hashed is what is loaded."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _load(descriptor: int) -> tuple[Store, str]:
    """Return a store with the N-Quads of an open file, and the SHA-256 of the file."""
    store = Store()
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(descriptor, "rb") as file:
        hashed = _Hashed(file)
        store.bulk_load(input=hashed, format=RdfFormat.N_QUADS)  # type: ignore[arg-type]  # it only reads
    return store, hashed.digest.hexdigest()


def _size() -> int:
    """Return the bytes of address space that this process has, or 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  # a worker imports as little as it can
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _receive(requests: socket.socket) -> tuple[int, dict[str, Any]]:
    """Wait for a request and take it; those that come after it are left where a parent can take them back."""
    parts = []
    while True:
        packet = requests.recv(PACKET)
        if not packet:
            os._exit(0)
        more, number = _PART.unpack_from(packet)
        parts.append(packet[_PART.size :])
        if more == WHOLE:
            return number, marshal.loads(b"".join(parts))  # noqa: S302  # our parent wrote it


def _serve(store: Store, requests: socket.socket, replies: socket.socket) -> None:
    """Answer requests one after the other until the parent closes the channel.

    A reply with ``LAST`` tells that the worker ends after it.
    """
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    replies.sendall(encode_reply({"pid": os.getpid()}))
    while True:
        number, request = _receive(requests)
        reply, data = evaluate(store, request)
        last = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start > GROWTH_KB
        replies.sendall(encode_reply(reply, data, number, last))
        if last:
            os._exit(0)


def _become_worker(store: Store, requests: socket.socket, replies: socket.socket, memory_bytes: int) -> NoReturn:
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
        # Whoever accepts connections and guards queries goes first.
        os.nice(5)
        threading.stack_size(STACK_BYTES)
        # A thread of its own also has random numbers of its own: all forks would share the template's.
        threading.Thread(target=_serve, args=(store, requests, replies), daemon=True).start()
        # Standard input is a pipe that only the parent holds; it ends with the parent, however that ends.
        os.read(0, 1)
    finally:
        os._exit(0)


def main(options: dict[str, Any]) -> None:
    """Load the dataset, then fork a worker for every two sockets that come over the control socket."""
    control = socket.socket(fileno=options["control"])
    # Ctrl-C and a stop of the whole service are for the parent, and a dead worker needs no burial.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        store, digest = _load(options["dataset"])
    except (OSError, SyntaxError, ValueError) as error:
        control.sendall(encode_reply({"error": str(error)}))
        return
    gc.freeze()
    control.sendall(encode_reply({"ready": True, "size": _size(), "sha256": digest}))
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if not message:
            # Our parent has ended: so do we and our workers, those that stand still as well.
            os.killpg(0, signal.SIGKILL)
        requests, replies = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        if os.fork() == 0:
            control.close()
            _become_worker(store, requests, replies, options["memory_bytes"])
        requests.close()
        replies.close()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
