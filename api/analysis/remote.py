"""The graph under analysis from a SPARQL server that `atf load` has filled (`atf check --store URL`)."""

import asyncio
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from api.analysis.facts import Facts, facts_of_quads
from api.errors import UnavailableError
from api.graph.sources import with_stable_blank_nodes
from api.settings import Settings
from api.sparql.remote import Remote
from api.vocabulary import ATF, GRAPH
from api.web.media import NTRIPLES

_GRAPHS: Final = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
_ALL: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_LOAD: Final = "Load the built dataset into it first: atf load --store URL"
# An analysis needs all of the dataset, however long that takes; a graph that is larger than this is not a framework.
_PATIENCE_S: Final = 600.0
_MAX_ROWS: Final = 100_000_000
_MAX_MB: Final = 4_000
Progress = Callable[[str], None]


def facts_of_store(
    settings: Settings, as_of: date | None = None, today: date | None = None, progress: Progress = lambda _step: None
) -> Facts:
    """Read all graphs of ours from the server of ``settings.store`` as the graph under analysis.

    The dataset is named by the hash of what was read, written as the build writes it: of an unchanged server it is
    that of the build. Raises ``UnavailableError`` where the server cannot be asked or holds no framework of ours.
    """
    quads = asyncio.run(_read(settings, progress))
    if not any(quad.predicate == NamedNode(str(ATF.holder)) for quad in quads):
        what = "no graph of ours" if not quads else "no responsibility with a holder"
        raise UnavailableError(f"The SPARQL server at {settings.store} holds {what}.", _LOAD)
    lines = serialize(quads, format=RdfFormat.N_QUADS) or b""
    digest = sha256(b"".join(sorted(lines.splitlines(keepends=True)))).hexdigest()
    return facts_of_quads(quads, digest, as_of, today)


async def _read(settings: Settings, progress: Progress) -> list[Quad]:
    limits = {"deadline_s": _PATIENCE_S, "max_rows": _MAX_ROWS, "max_result_mb": _MAX_MB}
    remote = Remote(settings.model_copy(update=limits))
    progress(f"asking {settings.store}")
    await remote.start()
    quads: list[Quad] = []
    try:
        rows = (await remote.select(_GRAPHS)).rows
        graphs = sorted({row["g"].value for row in rows if row["g"].value.startswith(str(GRAPH))})
        for number, iri in enumerate(graphs, 1):
            progress(f"reading graph {number} of {len(graphs)}: {iri}")
            found = await remote.query(_ALL, accept=[NTRIPLES], default_graphs=(iri,))
            # A server names its blank nodes anew in each answer; here they get the names that the build gave them.
            read = [quad.triple for quad in parse(found.body, format=RdfFormat.N_TRIPLES)]
            named = with_stable_blank_nodes(read, iri.removeprefix(str(GRAPH)))
            quads += [Quad(one.subject, one.predicate, one.object, NamedNode(iri)) for one in named]
    finally:
        await remote.aclose()
    return quads
