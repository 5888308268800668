"""The OWL 2 DL check, first half: every term is declared, once, and used as declared (OWL 2 Syntax §5.8)."""

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal as OxLiteral
from pyoxigraph import NamedNode, Triple
from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef
from rdflib.term import Node

from api.errors import BuildError
from api.graph.axioms import axiom_errors
from api.graph.names import listing, short
from api.graph.sources import Source

PROPERTIES: Final = {
    OWL.ObjectProperty: "object property",
    OWL.DatatypeProperty: "datatype property",
    OWL.AnnotationProperty: "annotation property",
}
_KINDS: Final = PROPERTIES | {OWL.Class: "class", RDFS.Datatype: "datatype"}
# Annotation properties that OWL 2 itself declares (§5.5).
_ANNOTATIONS: Final = frozenset(
    {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo, OWL.deprecated}
    | {OWL.priorVersion, OWL.backwardCompatibleWith, OWL.incompatibleWith}
)
_CLASSES: Final = frozenset(
    {OWL.AllDifferent, OWL.AllDisjointClasses, OWL.AllDisjointProperties, OWL.AnnotationProperty, OWL.Axiom}
    | {OWL.AsymmetricProperty, OWL.Class, OWL.DatatypeProperty, OWL.FunctionalProperty, OWL.NamedIndividual}
    | {OWL.InverseFunctionalProperty, OWL.IrreflexiveProperty, OWL.Nothing, OWL.ObjectProperty, OWL.Ontology}
    | {OWL.ReflexiveProperty, OWL.Restriction, OWL.SymmetricProperty, OWL.Thing, OWL.TransitiveProperty}
    | {RDFS.Datatype}
)
_SYNTAX: Final = frozenset(
    {RDF.type, RDF.first, RDF.rest, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range}
    | {OWL.allValuesFrom, OWL.annotatedProperty, OWL.annotatedSource, OWL.annotatedTarget, OWL.cardinality}
    | {OWL.complementOf, OWL.differentFrom, OWL.disjointUnionOf, OWL.disjointWith, OWL.distinctMembers}
    | {
        OWL.equivalentClass,
        OWL.equivalentProperty,
        OWL.hasSelf,
        OWL.hasValue,
        OWL.imports,
        OWL.intersectionOf,
    }
    | {OWL.inverseOf, OWL.maxCardinality, OWL.maxQualifiedCardinality, OWL.members, OWL.minCardinality}
    | {OWL.minQualifiedCardinality, OWL.onClass, OWL.onDataRange, OWL.onDatatype, OWL.onProperty, OWL.oneOf}
    | {OWL.propertyChainAxiom, OWL.propertyDisjointWith, OWL.qualifiedCardinality, OWL.sameAs}
    | {OWL.someValuesFrom, OWL.unionOf, OWL.versionIRI, OWL.withRestrictions}
)
_RESERVED: Final = (str(OWL), str(RDF), str(RDFS))


class Vocabulary:
    """What the ontology declares."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.kinds: dict[Node, set[Node]] = {}
        for kind in _KINDS:
            for term in graph.subjects(RDF.type, kind):
                self.kinds.setdefault(term, set()).add(kind)

    def property_kind(self, term: Node) -> Node | None:
        """Return the kind of a property, or of the one that an ``owl:inverseOf`` expression turns around."""
        if term in _ANNOTATIONS:
            return OWL.AnnotationProperty
        inverse = self.graph.value(term, OWL.inverseOf) if isinstance(term, BNode) else None
        kinds = self.kinds.get(inverse or term, set())
        return next((kind for kind in PROPERTIES if kind in kinds), None)

    def is_class(self, term: Node) -> bool:
        """Say whether a term may stand where OWL expects a class."""
        return term in _CLASSES or OWL.Class in self.kinds.get(term, set())

    def errors(self) -> Iterator[str]:
        """Yield one message for each wrong declaration."""
        if len(set(self.graph.subjects(RDF.type, OWL.Ontology))) != 1:
            yield "There must be exactly one owl:Ontology."
        for imported in self.graph.objects(None, OWL.imports):
            yield f"{imported} is imported; declare the terms in use instead."
        for term, kinds in self.kinds.items():
            names = [name for kind, name in _KINDS.items() if kind in kinds]
            properties = [kind for kind in kinds if kind in PROPERTIES]
            if len(properties) > 1 or {OWL.Class, RDFS.Datatype} <= kinds:
                yield f"{short(str(term))} is declared as {' and as '.join(names)}."
            if str(term).startswith(_RESERVED):
                yield f"{short(str(term))} belongs to OWL itself and cannot be declared."


def check_profile(graph: Graph, sources: Iterable[Source]) -> None:
    """Check that the union of the sources is an OWL 2 DL ontology; ``graph`` holds the same statements.

    Raises ``BuildError`` that names every offending term, with the file that uses it.
    """
    vocabulary = Vocabulary(graph)
    errors = [*vocabulary.errors(), *axiom_errors(graph, vocabulary.property_kind, vocabulary.is_class)]
    for source in sources:
        first: dict[str, str] = {}
        for triple in source.triples:
            found = _misuse(vocabulary, triple)
            if found is not None:
                first.setdefault(found, str(triple.subject))
        errors += [f"{source.name}: {problem} (first on {subject})." for problem, subject in first.items()]
    if errors:
        raise BuildError(f"The sources are not OWL 2 DL:\n{listing(errors)}")


def _misuse(vocabulary: Vocabulary, triple: Triple) -> str | None:
    """Say what is wrong with the terms of a statement, if anything."""
    iri = triple.predicate.value
    term, name = URIRef(iri), short(iri)
    kind = vocabulary.property_kind(term)
    literal = isinstance(triple.object, OxLiteral)
    if kind is None and iri.startswith(_RESERVED):
        if term not in _SYNTAX:
            return f"{name} is no term of OWL 2"
        if term == RDF.type and isinstance(triple.object, NamedNode):
            value = triple.object.value
            return None if vocabulary.is_class(URIRef(value)) else f"the class {short(value)} is not declared"
        return None
    if kind is None:
        return f"the property {name} is not declared"
    if kind == OWL.ObjectProperty and literal:
        return f"the object property {name} has a literal as its value"
    if kind == OWL.DatatypeProperty and not literal:
        return f"the datatype property {name} has something else than a literal as its value"
    return None
