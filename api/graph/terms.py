"""RDF terms of pyoxigraph and of rdflib, each as the other; literals keep the characters of their source."""

import logging
from collections.abc import Iterable
from functools import lru_cache

import pyoxigraph as ox
import rdflib
from rdflib.term import Identifier

# rdflib prints a Python trace for a literal like "2018-02-30"^^xsd:date; an integrity rule says it better.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)


# The same few thousand IRIs stand in most statements; rdflib checks the characters of each one that it makes.
_iri = lru_cache(maxsize=1 << 16)(rdflib.URIRef)


def to_rdflib(term: object) -> Identifier:
    """Return the rdflib term for one of pyoxigraph's."""
    match term:
        case ox.NamedNode():
            return _iri(term.value)
        case ox.BlankNode():
            return rdflib.BNode(term.value)
        case ox.Literal() if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        case ox.Literal() if term.datatype.value == str(rdflib.XSD.string):
            return rdflib.Literal(term.value)
        case ox.Literal():
            return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
    raise TypeError(f"no RDF 1.1 term: {term}")


def from_rdflib(term: object) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the pyoxigraph term for one of rdflib's."""
    match term:
        case rdflib.URIRef():
            return ox.NamedNode(str(term))
        case rdflib.BNode():
            return ox.BlankNode(str(term))
        case rdflib.Literal() if term.language:
            return ox.Literal(str(term), language=term.language)
        case rdflib.Literal() if term.datatype:
            return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)))
        case rdflib.Literal():
            return ox.Literal(str(term))
    raise TypeError(f"no RDF term: {term}")


def graph_of(triples: Iterable[ox.Triple], prefixes: dict[str, str] | None = None) -> rdflib.Graph:
    """Copy statements into an rdflib graph that knows these prefixes and no others."""
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in (prefixes or {}).items():
        graph.bind(prefix, namespace, override=True, replace=True)
    for triple in triples:
        graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
    return graph
