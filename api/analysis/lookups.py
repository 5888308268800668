"""What a graph in this process knows of many nodes, read statement by statement: faster than queries with IRIs."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS

from api.analysis.evidence import Place, kind_of
from api.answering.labels import Label
from api.vocabulary import ATF

_HERE: Final = DefaultGraph()
_TYPE: Final = NamedNode(str(RDF.type))
_SOURCE: Final = NamedNode(str(DCTERMS.source))
_KIND: Final = NamedNode(str(ATF.assertionKind))
_BODY: Final = NamedNode(str(ATF.Institution))
_DOCUMENT: Final = NamedNode(str(ATF.PolicyDocument))
# In the order of api.answering.labels.
_NAMES: Final = (NamedNode(str(SKOS.prefLabel)), NamedNode(str(RDFS.label)), NamedNode(str(DCTERMS.title)))
_SCHEMES: Final = ("http://", "https://", "urn:")


def labels_in(store: Store, iris: Iterable[str]) -> dict[str, Label]:
    """Return the same as ``api.answering.labels.labels_of``: for each language the first property that has a text."""
    found: dict[str, Label] = {}
    for iri in iris:
        if not iri.startswith(_SCHEMES):
            continue
        node = NamedNode(iri)
        label: Label = {}
        for name in _NAMES:
            here: Label = {}
            for quad in store.quads_for_pattern(node, name, None, _HERE):
                text = quad.object
                if isinstance(text, Literal):
                    language, value = text.language or "", text.value
                    here[language] = min(here.get(language, value), value)
            label = here | label
        if label:
            found[iri] = label
    return found


def bodies_in(store: Store, iris: Iterable[str]) -> set[str]:
    """Return those of the IRIs that are institutions."""
    return _members(store, _BODY).intersection(iri for iri in iris if iri.startswith(_SCHEMES))


def places_in(store: Store, nodes: Iterable[str]) -> dict[str, list[Place]]:
    """Return the same as ``api.analysis.evidence.places_of``: the places of each node, sorted."""
    documents, kinds = _members(store, _DOCUMENT), _Kinds(store)
    found = {}
    for iri in nodes:
        if ":" not in iri or iri.startswith("_:"):
            continue
        node = NamedNode(iri)
        sources = [] if iri in documents else list(store.quads_for_pattern(node, _SOURCE, None, None))
        named = [quad for quad in sources if quad.graph_name != _HERE]
        places = {Place(iri, _iri(quad.object), *said) for quad in named or sources for said in kinds.of(quad)}
        if not places:
            described = store.quads_for_pattern(node, _TYPE, None, None)
            places = {
                Place(iri, "", *said) for quad in described if quad.graph_name != _HERE for said in kinds.of(quad)
            }
        found[iri] = sorted(places) or [Place(iri)]
    return found


class _Kinds:
    """The graphs of a store with who says what stands in them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[object, list[tuple[str, str]]] = {_HERE: [("", "")]}

    def of(self, quad: Quad) -> list[tuple[str, str]]:
        """Return the graph of a statement with each kind that is recorded of it; nothing for the default graph."""
        graph = quad.graph_name
        if graph not in self._known:
            said = [] if isinstance(graph, DefaultGraph) else self._store.quads_for_pattern(graph, _KIND, None, _HERE)
            name = _iri(graph)
            self._known[graph] = [(name, kind_of(name, _iri(kind.object))) for kind in said] or [(name, kind_of(name))]
        return self._known[graph]


def _members(store: Store, kind: NamedNode) -> set[str]:
    return {_iri(quad.subject) for quad in store.quads_for_pattern(None, _TYPE, kind, _HERE)}


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""
