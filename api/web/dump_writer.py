"""The process that writes the dataset in another format: ``python -m api.web.dump_writer FORMAT DESCRIPTOR``.

It reads N-Quads from an open file and writes to standard output, graph by graph, the same bytes each time.
"""

import os
import sys
from typing import BinaryIO, Final

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from api.sparql.results import used_prefixes
from api.vocabulary import PREFIXES

_FORMATS: Final = {"trig": RdfFormat.TRIG, "ttl": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD}


def write(descriptor: int, name: str, out: BinaryIO) -> None:
    """Write the N-Quads of an open file in another format; Turtle holds the union of all graphs."""
    # The position in the file is shared with whoever passed it, so that it is not ours to move.
    data = bytearray()
    while chunk := os.pread(descriptor, 1 << 24, len(data)):
        data += chunk
    quads = list(parse(bytes(data), format=RdfFormat.N_QUADS))
    prefixes = used_prefixes((quad.triple for quad in quads), PREFIXES)
    statements: list[Quad] | list[Triple]
    if name == "ttl":
        statements = list(dict.fromkeys(quad.triple for quad in quads))
    else:
        # The lines are sorted by subject; a graph shall not be opened twice.
        statements = sorted(quads, key=lambda quad: str(quad.graph_name))
    serialize(statements, out, format=_FORMATS[name], prefixes=None if name == "jsonld" else prefixes)


if __name__ == "__main__":
    os.nice(5)
    write(int(sys.argv[2]), sys.argv[1], sys.stdout.buffer)
    sys.stdout.buffer.flush()
