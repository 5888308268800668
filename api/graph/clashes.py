"""Where the contradiction is: HermiT says only that there is one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pyoxigraph import NamedNode, Quad, QuerySolution, QuerySolutions, Store, Triple, Variable
from rdflib import Graph

from api.graph.inference import infer, rules_of_axioms
from api.graph.names import Names, listing
from api.graph.sources import Source

_PREFIXES: Final = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
_IN_BOTH: Final = f"""{_PREFIXES}
SELECT DISTINCT ?thing ?one ?other WHERE {{
  {{ ?one owl:disjointWith|^owl:disjointWith|owl:complementOf|^owl:complementOf ?other }}
  UNION
  {{ ?axiom owl:members|owl:disjointUnionOf ?list . ?list rdf:rest*/rdf:first ?one, ?other }}
  FILTER(isIRI(?one) && isIRI(?other) && STR(?one) < STR(?other))
  ?thing a ?one, ?other .
}}"""
# What makes a thing a member of a class: a type of its own, or a property whose domain or range it fills.
_REASON: Final = f"""{_PREFIXES}
SELECT ?thing ?class ?subject ?property ?object WHERE {{
  {{
    ?thing ?property ?object .
    FILTER(?property = rdf:type)
    ?object (rdfs:subClassOf|owl:equivalentClass)* ?class .
    BIND(?thing AS ?subject)
  }}
  UNION
  {{
    ?property rdfs:subPropertyOf*/rdfs:domain/rdfs:subClassOf* ?class .
    ?thing ?property ?object .
    BIND(?thing AS ?subject)
  }}
  UNION
  {{
    ?property rdfs:subPropertyOf*/rdfs:range/rdfs:subClassOf* ?class .
    ?subject ?property ?thing .
    BIND(?thing AS ?object)
  }}
}} ORDER BY (?property != rdf:type) ?property ?subject ?object LIMIT 1"""
_WRONG_DATATYPE: Final = f"""{_PREFIXES}
SELECT ?thing ?property ?value ?range WHERE {{
  ?property a owl:DatatypeProperty ; rdfs:subPropertyOf*/rdfs:range ?range .
  ?thing ?property ?value .
  FILTER(isIRI(?range) && isLiteral(?value) && ?range != rdfs:Literal && DATATYPE(?value) != ?range)
  FILTER(?range != xsd:decimal || DATATYPE(?value) != xsd:integer)
}}"""
_TWO_VALUES: Final = f"""{_PREFIXES}
SELECT ?thing ?property ?one ?other WHERE {{
  ?property a owl:DatatypeProperty, owl:FunctionalProperty .
  ?thing ?property ?one, ?other .
  FILTER(STR(?one) < STR(?other))
}}"""


def explain(axioms: Graph, sources: Sequence[Source], is_consistent: Callable[[Sequence[Source]], bool]) -> str:
    """Name what contradicts what in inconsistent sources, one clash a line.

    Looked for are members of two disjoint classes (also through domains, ranges and superclasses), values of
    the wrong datatype and second values of functional properties. Where none is found, graphs are left out
    one at a time, and those are named without which the rest is consistent.
    """
    stated = [triple for source in sources for triple in source.triples]
    finder = _Finder(axioms, sources, stated)
    found = [*finder.disjoint(), *finder.literals()]
    if found:
        return listing(found)
    ontology = [source for source in sources if not source.name.startswith("data/")]
    if not is_consistent(ontology):
        return "The ontology contradicts itself, without any data."
    culprits = [
        source.name
        for source in sources
        if source not in ontology and is_consistent([other for other in sources if other is not source])
    ]
    if culprits:
        return f"Without {' or without '.join(culprits)} there is no contradiction."
    return "No single file is to blame: the contradiction stays when any one of them is left out."


class _Finder:
    def __init__(self, axioms: Graph, sources: Iterable[Source], stated: list[Triple]) -> None:
        self.names = Names(stated)
        self.files = {triple: source.name for source in sources for triple in source.triples}
        self.stated = Store()
        self.stated.extend([Quad(*triple) for triple in stated])
        self.store = Store()
        self.store.extend(
            [Quad(*triple) for triple in [*stated, *infer(stated, rules_of_axioms(axioms, domains=True))]]
        )

    def disjoint(self) -> Iterator[str]:
        for row in _rows(self.store, _IN_BOTH):
            thing, one, other = row["thing"], row["one"], row["other"]
            yield (
                f"{self.name(thing)} is both {self.name(one)} and {self.name(other)}, "
                f"which exclude each other: one because {self.reason(thing, one)}, "
                f"the other because {self.reason(thing, other)}."
            )

    def literals(self) -> Iterator[str]:
        for row in _rows(self.store, _WRONG_DATATYPE):
            thing, property_, value = row["thing"], row["property"], row["value"]
            yield (
                f"{self.name(thing)} has {self.name(property_)} {value}, "
                f"which is no {self.name(row['range'])}"
                f"{self.file(thing, property_, value)}."
            )
        for row in _rows(self.store, _TWO_VALUES):
            yield (
                f"{self.name(row['thing'])} has two values of {self.name(row['property'])}, which takes one: "
                f"{row['one']} and {row['other']}."
            )

    def reason(self, thing: Any, class_: Any) -> str:
        rows = _rows(self.stated, _REASON, {"thing": thing, "class": class_})
        if not rows:
            return "it follows from the axioms"
        subject, property_, value = rows[0]["subject"], rows[0]["property"], rows[0]["object"]
        statement = f"{self.name(subject)} {self.name(property_)} {self.name(value)}"
        return f"of {statement}{self.file(subject, property_, value)}"

    def file(self, subject: Any, property_: Any, value: Any) -> str:
        name = self.files.get(Triple(subject, property_, value))
        return f" ({name})" if name else ""

    def name(self, term: Any) -> str:
        if isinstance(term, NamedNode):
            return "a" if term.value.endswith("#type") else self.names.of(term.value)
        return str(term)


def _rows(store: Store, query: str, bound: Mapping[str, Any] | None = None) -> list[QuerySolution]:
    found = store.query(query, substitutions={Variable(name): term for name, term in (bound or {}).items()})
    assert isinstance(found, QuerySolutions)
    return list(found)
