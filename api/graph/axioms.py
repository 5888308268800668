"""The OWL 2 DL check, second half: the form of axioms and the global restrictions (OWL 2 Syntax §11)."""

from collections.abc import Callable, Iterator
from typing import Final

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from api.graph.names import short

# The datatypes of OWL 2 (§4) that HermiT knows. xsd:date and xsd:gYear are no such datatypes.
DATATYPES: Final = frozenset(
    {RDFS.Literal, RDF.langString, RDF.PlainLiteral, RDF.XMLLiteral}
    | {
        XSD.string,
        XSD.normalizedString,
        XSD.token,
        XSD.language,
        XSD.Name,
        XSD.NCName,
        XSD.NMTOKEN,
        XSD.boolean,
    }
    | {XSD.hexBinary, XSD.base64Binary, XSD.anyURI, XSD.dateTime, XSD.dateTimeStamp, XSD.decimal, XSD.integer}
    | {XSD.nonNegativeInteger, XSD.nonPositiveInteger, XSD.positiveInteger, XSD.negativeInteger, XSD.long}
    | {XSD.int, XSD.short, XSD.byte, XSD.unsignedLong, XSD.unsignedInt, XSD.unsignedShort, XSD.unsignedByte}
    | {XSD.double, XSD.float}
)
_CARDINALITIES: Final = (
    OWL.cardinality, OWL.minCardinality, OWL.maxCardinality,
    OWL.qualifiedCardinality, OWL.minQualifiedCardinality, OWL.maxQualifiedCardinality,
)  # fmt: skip
_FILLERS: Final = (OWL.someValuesFrom, OWL.allValuesFrom, OWL.hasValue, OWL.hasSelf, *_CARDINALITIES)
_BOOLEANS: Final = (OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.complementOf)
# Characteristics that only an object property has; the second set also asks for a simple one.
_OBJECT_ONLY: Final = (OWL.TransitiveProperty, OWL.SymmetricProperty, OWL.ReflexiveProperty)
_SIMPLE_OBJECT_ONLY: Final = (OWL.AsymmetricProperty, OWL.IrreflexiveProperty, OWL.InverseFunctionalProperty)


def axiom_errors(
    graph: Graph, property_kind: Callable[[Node], Node | None], is_class: Callable[[Node], bool]
) -> Iterator[str]:
    """Yield one message for each axiom that OWL 2 DL does not allow.

    The two functions say how a term is declared: the kind of a property (None where it is none), and whether
    it is a class.
    """
    axioms = _Axioms(graph, property_kind, is_class)
    yield from axioms.classes()
    yield from axioms.properties()
    yield from axioms.simple()
    yield from axioms.regular()


class _Axioms:
    def __init__(
        self, graph: Graph, property_kind: Callable[[Node], Node | None], is_class: Callable[[Node], bool]
    ) -> None:
        self.graph = graph
        self.property_kind = property_kind
        self.is_class = is_class

    def items(self, head: Node) -> list[Node]:
        """Return the members of a list; one that is broken or a ring has none."""
        try:
            return list(self.graph.items(head))
        except ValueError:
            return []

    def classes(self) -> Iterator[str]:
        for axiom in (RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith):
            for subject, value in self.graph.subject_objects(axiom):
                for side in (subject, value):
                    yield from self.expression(side, f"{short(axiom)} on {_name(subject)}", set())
        for node in self.graph.subjects(RDF.type, OWL.AllDisjointClasses):
            members = [item for head in self.graph.objects(node, OWL.members) for item in self.items(head)]
            if len(members) < 2:
                yield "An owl:AllDisjointClasses needs a list owl:members with at least two classes."
            for member in members:
                yield from self.expression(member, "owl:AllDisjointClasses", set())
        for subject, head in self.graph.subject_objects(OWL.disjointUnionOf):
            for member in self.items(head):
                yield from self.expression(member, f"owl:disjointUnionOf on {_name(subject)}", set())

    def expression(self, node: Node, where: str, above: set[Node]) -> Iterator[str]:
        """Check a class expression; ``above`` are the expressions that it stands in."""
        if isinstance(node, URIRef):
            if not self.is_class(node):
                yield f"{where}: the class {_name(node)} is not declared."
            return
        if not isinstance(node, BNode) or node in above:
            yield f"{where}: a class expression {'holds itself' if node in above else 'cannot be a literal'}."
            return
        parts = [(part, value) for part in _BOOLEANS for value in self.graph.objects(node, part)]
        properties = list(self.graph.objects(node, OWL.onProperty))
        if len(parts) + len(properties) != 1:
            yield f"{where}: a class expression is neither one restriction nor one combination of classes."
            return
        if properties:
            yield from self.restriction(node, properties[0], where, above | {node})
            return
        part, value = parts[0]
        members = [value] if part == OWL.complementOf else self.items(value)
        if not members:
            yield f"{where}: {short(part)} needs a list."
        for member in members if part != OWL.oneOf else []:
            yield from self.expression(member, where, above | {node})

    def restriction(self, node: Node, on: Node, where: str, above: set[Node]) -> Iterator[str]:
        fillers = [(filler, value) for filler in _FILLERS for value in self.graph.objects(node, filler)]
        kind = self.property_kind(on)
        if kind not in {OWL.ObjectProperty, OWL.DatatypeProperty}:
            yield f"{where}: a restriction on {_name(on)}, which is no object or datatype property."
        elif len(fillers) != 1:
            yield f"{where}: a restriction on {_name(on)} that does not say exactly one thing."
        elif fillers[0][0] in (OWL.someValuesFrom, OWL.allValuesFrom):
            if kind == OWL.ObjectProperty:
                yield from self.expression(fillers[0][1], where, above)
            else:
                yield from self.datatype(fillers[0][1], where)
        elif fillers[0][0] == OWL.hasValue and (kind == OWL.DatatypeProperty) != isinstance(fillers[0][1], Literal):
            yield f"{where}: owl:hasValue on {_name(on)}, a {short(str(kind))}, has the wrong kind of value."
        for qualified in self.graph.objects(node, OWL.onClass):
            yield from self.expression(qualified, where, above)

    def datatype(self, node: Node, where: str) -> Iterator[str]:
        if isinstance(node, URIRef) and node not in DATATYPES:
            yield f"{where}: {_name(node)} is no datatype of OWL 2 (dates are checked by SHACL)."

    def properties(self) -> Iterator[str]:
        for axiom in (RDFS.subPropertyOf, OWL.equivalentProperty, OWL.inverseOf, OWL.propertyDisjointWith):
            for subject, value in self.graph.subject_objects(axiom):
                kinds = {self.property_kind(value)}
                kinds |= set() if isinstance(subject, BNode) else {self.property_kind(subject)}
                if len(kinds) != 1 or None in kinds:
                    yield f"{short(axiom)} on {_name(subject)}: {_name(value)} is of another kind."
                elif axiom == OWL.inverseOf and kinds != {OWL.ObjectProperty}:
                    yield f"owl:inverseOf on {_name(subject)}: only object properties can be turned around."
        yield from self.domains()
        for kind in (*_OBJECT_ONLY, *_SIMPLE_OBJECT_ONLY):
            for subject in self.graph.subjects(RDF.type, kind):
                if self.property_kind(subject) != OWL.ObjectProperty:
                    yield f"{_name(subject)} is an {short(kind)} but not declared as an object property."
        for subject, head in self.graph.subject_objects(OWL.propertyChainAxiom):
            chain = [*self.items(head), subject]
            if len(chain) < 3 or any(self.property_kind(part) != OWL.ObjectProperty for part in chain):
                yield f"The property chain of {_name(subject)} is no list of two or more object properties."

    def domains(self) -> Iterator[str]:
        for axiom in (RDFS.domain, RDFS.range):
            for subject, value in self.graph.subject_objects(axiom):
                where, kind = f"{short(axiom)} of {_name(subject)}", self.property_kind(subject)
                if kind is None:
                    yield f"{where}: the property is not declared."
                elif axiom == RDFS.range and kind == OWL.DatatypeProperty:
                    yield from self.datatype(value, where)
                elif kind != OWL.AnnotationProperty:
                    yield from self.expression(value, where, set())

    def base(self, node: Node) -> Node:
        """Return the property behind an inverse."""
        inverse = self.graph.value(node, OWL.inverseOf) if isinstance(node, BNode) else None
        return inverse or node

    def simple(self) -> Iterator[str]:
        """A transitive property or chain is not counted, functional, asymmetric or irreflexive (§11.1)."""
        composite = set(self.graph.subjects(RDF.type, OWL.TransitiveProperty))
        composite |= set(self.graph.subjects(OWL.propertyChainAxiom, None))
        links = [*self.graph.subject_objects(RDFS.subPropertyOf), *self.graph.subject_objects(OWL.inverseOf)]
        links += [(value, subject) for subject, value in self.graph.subject_objects(OWL.inverseOf)]
        grown = True
        while grown:
            new = {self.base(value) for subject, value in links if self.base(subject) in composite} - composite
            composite |= new
            grown = bool(new)
        for kind in (OWL.FunctionalProperty, *_SIMPLE_OBJECT_ONLY):
            for subject in self.graph.subjects(RDF.type, kind):
                if subject in composite:
                    yield f"{_name(subject)} is transitive or a chain and cannot be an {short(kind)}."
        for filler in (OWL.hasSelf, *_CARDINALITIES):
            for node in self.graph.subjects(filler, None):
                on = self.base(self.graph.value(node, OWL.onProperty) or node)
                if on in composite:
                    yield f"{_name(on)} is transitive or a chain and cannot be restricted by {short(filler)}."

    def regular(self) -> Iterator[str]:
        """Chains and subproperties must have an order, so that no property is built from itself (§11.2)."""
        below: dict[Node, set[Node]] = {}
        for subject, value in self.graph.subject_objects(RDFS.subPropertyOf):
            below.setdefault(value, set()).add(subject)
        for subject, head in self.graph.subject_objects(OWL.propertyChainAxiom):
            chain = [self.base(part) for part in self.items(head)]
            if chain[:1] == [subject]:
                chain = chain[1:]
            elif chain[-1:] == [subject]:
                chain = chain[:-1]
            below.setdefault(subject, set()).update(chain if chain != [subject] else [])
        for start, direct in below.items():
            seen: set[Node] = set()
            todo = list(direct)
            while todo:
                node = todo.pop()
                if node not in seen:
                    seen.add(node)
                    todo += below.get(node, set())
            if start in seen and self.graph.value(start, OWL.propertyChainAxiom) is not None:
                yield f"The property chain of {_name(start)} is built from the property itself."


def _name(node: Node) -> str:
    return short(str(node)) if isinstance(node, URIRef) else "an expression"
