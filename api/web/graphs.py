"""The page of a named graph that no catalogue describes: how much it holds, and what it is about."""

from typing import Final

from pyoxigraph import NamedNode
from rdflib.namespace import FOAF, VOID, XSD

from api.answering.labels import labels_of
from api.sparql.store import Reader
from api.vocabulary import BASE, GRAPH
from api.web.origins import Value, origin_of
from api.web.things import Statement, Thing

_SAID: Final = "SELECT ?thing ?p WHERE { ?thing ?p ?o } LIMIT 1"


async def uncatalogued(store: Reader, iri: str, triples: int) -> Thing:
    """Return what there is to say of a graph of ours that nobody describes.

    The build names a graph after what it holds: ``graph/rule/GAP-001`` is about ``rule/GAP-001``. ``triples``
    is the number of its statements.
    """
    origin = origin_of(iri, {})
    found = {str(VOID.triples): [Statement(Value(str(triples), False, datatype=str(XSD.integer)), origin)]}
    topic = BASE + iri.removeprefix(str(GRAPH))
    if (await store.select(_SAID, {"thing": NamedNode(topic)})).rows:
        found[str(FOAF.primaryTopic)] = [Statement(Value(topic, True), origin)]
    labels = await labels_of(store, [iri, topic, *found])
    return Thing(
        iri=iri, types=[str(VOID.Dataset)], identifiers=[], alternative=[], sources=[], lead={}, statements=found,
        notes={}, inverse={}, inverse_total={}, duties=[], changes=[], labels=labels,
    )  # fmt: skip
