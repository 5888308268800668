"""The dataset into a SPARQL server by the Graph Store Protocol, graph by graph, then proved by counting.

https://www.w3.org/TR/sparql11-http-rdf-update/. A graph is replaced as a whole or not at all. The default graph
comes last and holds the merge of all graphs, so that no server needs a switch for it; until then it is the old one.
"""

from collections.abc import Callable, Iterable
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from api import __version__
from api.errors import UnavailableError
from api.graph.dataset import load_manifest, nquads_path
from api.settings import Settings
from api.sparql.reasons import reason_of
from api.sparql.remote import Remote
from api.vocabulary import GRAPH
from api.web.media import NTRIPLES

# Where servers keep their graph store (Oxigraph, Fuseki, and an address that is one itself).
_PATHS: Final = ("/store", "/data", "")
# Seconds for one graph; a large default graph takes a server a while.
_PATIENCE_S: Final = 600.0
_HELD: Final = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_MERGED: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_OTHERS: Final = 100_000

Progress = Callable[[str], None]


async def upload(settings: Settings, progress: Progress) -> int:
    """Bring the built dataset into the server of ``settings.store`` and return the number of its graphs.

    Graphs of ours that the dataset no longer has are removed there; graphs of others stay. Raises
    ``UnavailableError`` when the server does not take a graph, or holds something else afterwards.
    """
    manifest = load_manifest(settings.build)
    graphs: dict[str, list[Triple]] = {iri: [] for iri in manifest.graphs}
    for quad in parse(path=str(nquads_path(settings.build)), format=RdfFormat.N_QUADS):
        graphs[_name(quad)].append(quad.triple)
    store = GraphStore(settings)
    for number, (iri, triples) in enumerate(graphs.items(), 1):
        progress(f"graph {number} of {len(graphs)}: {iri} ({len(triples)} statements)")
        store.put(iri, triples)
    progress(f"the default graph ({manifest.quads} statements)")
    store.put(None, (triple for triples in graphs.values() for triple in triples))
    remote = Remote(settings.model_copy(update={"max_rows": _OTHERS}))
    await remote.start()
    try:
        progress("counting what the server holds")
        held = await _held(remote)
        for stale in sorted(held.keys() - graphs.keys()):
            if stale.startswith(str(GRAPH)):
                progress(f"removing {stale}, which the dataset no longer has")
                store.delete(stale)
        wrong = [iri for iri, triples in manifest.graphs.items() if held.get(iri, 0) != triples]
        merged = int((await remote.select(_MERGED)).rows[0]["n"].value)
    finally:
        await remote.aclose()
    if wrong or merged != manifest.quads:
        where = wrong[0] if wrong else "the default graph"
        message = f"The server at {settings.store} does not hold what was sent: the count of {where} differs."
        raise UnavailableError(message, "See the log of that server, then run atf load again.")
    return len(graphs)


async def _held(remote: Remote) -> dict[str, int]:
    return {row["g"].value: int(row["n"].value) for row in (await remote.select(_HELD)).rows}


def _name(quad: Quad) -> str:
    return str(getattr(quad.graph_name, "value", ""))


class GraphStore:
    """The graph store of a server: found at the first request, then used."""

    def __init__(self, settings: Settings) -> None:
        base = (settings.store or "").rstrip("/")
        self._candidates = [settings.store_graphs] if settings.store_graphs else [base + path for path in _PATHS]

    def put(self, iri: str | None, triples: Iterable[Triple]) -> None:
        """Replace a graph (``None``: the default graph); raises ``UnavailableError``."""
        body = serialize(triples, format=RdfFormat.N_TRIPLES)
        self._send("PUT", iri, body)

    def delete(self, iri: str) -> None:
        """Remove a graph; raises ``UnavailableError``."""
        self._send("DELETE", iri, None)

    def _send(self, method: str, iri: str | None, body: bytes | None) -> None:
        problem = ""
        while self._candidates:
            address = self._candidates[0]
            which = "default" if iri is None else f"graph={quote(iri, safe='')}"
            headers = {"Content-Type": NTRIPLES, "User-Agent": f"atf/{__version__}"}
            request = Request(f"{address}?{which}", body, headers, method=method)  # noqa: S310  # the operator's own
            try:
                with urlopen(request, timeout=_PATIENCE_S):  # noqa: S310
                    # What has worked once is the place.
                    self._candidates = [address]
                    return
            except HTTPError as error:
                with error:
                    problem = f"HTTP status {error.code} at {address}"
                if error.code not in {400, 404, 405, 415} or len(self._candidates) == 1:
                    break
                self._candidates.pop(0)
            except (URLError, HTTPException, OSError) as error:
                problem = f"{reason_of(error)} ({address})"
                break
        shown = f"The graph {iri}" if iri else "The default graph"
        hint = "Check that the server runs; give its base address, or that of its graph store: --store-graphs URL"
        raise UnavailableError(f"{shown} cannot be written: {problem}.", hint)
