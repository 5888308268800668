"""What follows from the statements: SPARQL updates made from the axioms, run until nothing new appears."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Quad, QueryTriples, Store, Triple
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from api.errors import BuildError

# A derivation that is still growing after so many rounds never ends.
MAX_ROUNDS: Final = 50

_TYPE: Final = RDF.type.n3()


@dataclass(frozen=True)
class Rule:
    """One derivation: its text, and the file it stands in (None where an axiom gave it)."""

    text: str
    file: str | None = None


def infer(statements: Iterable[Triple], rules: Iterable[Rule]) -> list[Triple]:
    """Return what the rules add to the statements, in a fixed order, without what is stated already.

    A rule of an axiom is an update, one of a file a CONSTRUCT query; both see the statements and everything
    derived so far as the default graph.

    Raises ``BuildError`` for a query that does not parse, that makes blank nodes, or that never ends.
    """
    store = Store()
    stated = {Quad(*triple) for triple in statements}
    store.extend(stated)
    rules = list(rules)
    for _ in range(MAX_ROUNDS):
        before = len(store)
        for rule in rules:
            if rule.file is None:
                store.update(rule.text)
            else:
                store.extend([Quad(*triple) for triple in _construct(store, rule)])
        if len(store) == before:
            return sorted((quad.triple for quad in store if quad not in stated), key=str)
    files = ", ".join(rule.file for rule in rules if rule.file)
    raise BuildError(f"The inferences do not end after {MAX_ROUNDS} rounds.", f"Look at {files or 'the axioms'}.")


def _construct(store: Store, rule: Rule) -> list[Triple]:
    try:
        result = store.query(rule.text)
    except SyntaxError as error:
        # "error at LINE:COLUMN: what was expected"
        place, _, reason = str(error.msg).removeprefix("error at ").partition(": ")
        line, _, column = place.partition(":")
        raise BuildError(f"{rule.file} line {line}, column {column}: {reason}.") from error
    if not isinstance(result, QueryTriples):
        raise BuildError(f"{rule.file} is no CONSTRUCT query.")
    triples = list(result)
    if any(isinstance(term, BlankNode) for triple in triples for term in (triple.subject, triple.object)):
        raise BuildError(f"{rule.file} derives statements about blank nodes.", "Derive them about IRIs.")
    return triples


def rules_of_files(folder: Path) -> list[Rule]:
    """Read the derivations that OWL cannot say: the CONSTRUCT queries (``*.rq``) of a folder, by name.

    Raises ``BuildError`` for a file that cannot be read.
    """
    rules = []
    for file in sorted(folder.glob("*.rq")):
        name = f"{folder.parent.name}/{folder.name}/{file.name}"
        try:
            rules.append(Rule(file.read_text(encoding="utf-8"), name))
        except (OSError, UnicodeDecodeError) as error:
            raise BuildError(f"{name} cannot be read as UTF-8 text.") from error
    return rules


def rules_of_axioms(graph: Graph, *, domains: bool = False) -> list[Rule]:
    """Turn the axioms of an ontology into updates.

    Read are subclasses, equivalent classes (with intersections, unions, ``hasValue``, ``hasSelf`` and
    ``someValuesFrom``), subproperties, equivalent, inverse, symmetric and transitive properties, and property
    chains. Domains and ranges are for finding contradictions (``domains``): a graph that types whatever
    stands in the wrong place would hide the mistake.
    """
    return [Rule(text) for text in dict.fromkeys(_Axioms(graph).updates(domains=domains))]


class _Axioms:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.count = 0

    def updates(self, *, domains: bool) -> Iterator[str]:
        graph = self.graph
        for below, above in sorted(graph.subject_objects(RDFS.subClassOf)):
            yield from self.implication(below, above)
        for one, other in sorted(graph.subject_objects(OWL.equivalentClass)):
            yield from self.implication(one, other)
            yield from self.implication(other, one)
        for below, above in sorted(graph.subject_objects(RDFS.subPropertyOf)):
            yield _insert(f"?x {above.n3()} ?y", f"?x {self.path(below)} ?y")
        for one, other in sorted(graph.subject_objects(OWL.equivalentProperty)):
            yield _insert(f"?x {one.n3()} ?y", f"?x {other.n3()} ?y")
            yield _insert(f"?x {other.n3()} ?y", f"?x {one.n3()} ?y")
        for one, other in sorted(graph.subject_objects(OWL.inverseOf)):
            if isinstance(one, URIRef):
                yield _insert(f"?y {one.n3()} ?x", f"?x {other.n3()} ?y")
                yield _insert(f"?y {other.n3()} ?x", f"?x {one.n3()} ?y")
        for term in sorted(graph.subjects(RDF.type, OWL.SymmetricProperty), key=str):
            yield _insert(f"?y {term.n3()} ?x", f"?x {term.n3()} ?y")
        for term in sorted(graph.subjects(RDF.type, OWL.TransitiveProperty), key=str):
            yield _insert(f"?x {term.n3()} ?z", f"?x {term.n3()}+ ?z")
        for term, head in sorted(graph.subject_objects(OWL.propertyChainAxiom)):
            chain = "/".join(self.path(part) for part in graph.items(head))
            yield _insert(f"?x {term.n3()} ?y", f"?x {chain} ?y")
        if domains:
            yield from self.domains()

    def domains(self) -> Iterator[str]:
        for term, value in sorted(self.graph.subject_objects(RDFS.domain)):
            yield from self.consequences(value, f"?x {term.n3()} ?y")
        for term, value in sorted(self.graph.subject_objects(RDFS.range)):
            yield from self.consequences(value, f"?y {term.n3()} ?x FILTER(!isLiteral(?x))")

    def path(self, node: Node) -> str:
        inverse = self.graph.value(node, OWL.inverseOf) if isinstance(node, BNode) else None
        return f"^{inverse.n3()}" if inverse is not None else node.n3()

    def implication(self, below: Node, above: Node) -> Iterator[str]:
        """Whoever fits the first class expression belongs to the second."""
        condition = self.pattern("?x", below)
        if condition is not None:
            yield from self.consequences(above, condition)

    def consequences(self, node: Node, condition: str) -> Iterator[str]:
        """Say what membership of ?x in a class expression adds; unions, counts and negations add nothing."""
        if isinstance(node, URIRef):
            if node != OWL.Thing:
                yield _insert(f"?x {_TYPE} {node.n3()}", condition)
            return
        for head in self.graph.objects(node, OWL.intersectionOf):
            for part in self.graph.items(head):
                yield from self.consequences(part, condition)
        on = self.graph.value(node, OWL.onProperty)
        if on is None or isinstance(on, BNode):
            return
        for value in self.graph.objects(node, OWL.hasValue):
            yield _insert(f"?x {on.n3()} {value.n3()}", condition)
        if Literal(True) in set(self.graph.objects(node, OWL.hasSelf)):
            yield _insert(f"?x {on.n3()} ?x", condition)

    def pattern(self, subject: str, node: Node) -> str | None:
        """Return the pattern that a member of a class expression matches, None where SPARQL cannot tell."""
        if isinstance(node, URIRef):
            return "" if node == OWL.Thing else f"{subject} {_TYPE} {node.n3()} ."
        graph = self.graph
        intersection, union = graph.value(node, OWL.intersectionOf), graph.value(node, OWL.unionOf)
        if intersection is not None:
            parts = [self.pattern(subject, part) for part in graph.items(intersection)]
            return " ".join(part for part in parts if part is not None) if None not in parts else None
        if union is not None:
            parts = [self.pattern(subject, part) for part in graph.items(union)]
            return " UNION ".join(f"{{ {part} }}" for part in parts) if None not in parts else None
        on, filler = graph.value(node, OWL.onProperty), graph.value(node, OWL.someValuesFrom)
        if on is None:
            return None
        value = graph.value(node, OWL.hasValue)
        if value is not None:
            return f"{subject} {self.path(on)} {value.n3()} ."
        if Literal(True) in set(graph.objects(node, OWL.hasSelf)):
            return f"{subject} {self.path(on)} {subject} ."
        if filler is None or str(filler).startswith(str(RDFS)):
            return None
        self.count += 1
        other = f"?v{self.count}"
        inner = self.pattern(other, filler)
        return None if inner is None else f"{subject} {self.path(on)} {other} . {inner}"


def _insert(head: str, condition: str) -> str:
    return f"INSERT {{ {head} }} WHERE {{ {condition} }}"
