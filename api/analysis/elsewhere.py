"""What our own data describes: a file that is checked alone may refer to it without describing it."""

from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse
from rdflib.namespace import RDF, RDFS, SKOS

from api.vocabulary import ATF

_TYPE: Final = NamedNode(str(RDF.type))
_LABEL: Final = NamedNode(str(SKOS.prefLabel))
_DEFINED: Final = NamedNode(str(RDFS.isDefinedBy))
_HOME: Final = NamedNode(str(ATF).rstrip("#"))
# What the graph refers to by an IRI of the project and does not describe.
_OPEN: Final = """SELECT DISTINCT ?value WHERE {
  ?thing ?property ?value .
  FILTER(isIRI(?value) && STRSTARTS(STR(?value), "https://w3id.org/atf/"))
  FILTER NOT EXISTS { ?value a ?type }
}"""


def point_home(store: Store, root: Path) -> None:
    """Mark everything the graph refers to and does not describe, but the project's data under ``root`` does.

    Such a thing gets its labels and ``rdfs:isDefinedBy``, never a type: no rule may take it for one of the
    file's own.
    """
    found = store.query(_OPEN)
    assert isinstance(found, QuerySolutions)
    looked_for = {row["value"] for row in found}
    if not looked_for:
        return
    for file in sorted((root / "data").rglob("*.ttl")):
        for quad in parse(path=str(file), format=RdfFormat.TURTLE):
            if quad.subject not in looked_for:
                continue
            if quad.predicate == _TYPE:
                store.add(Quad(quad.subject, _DEFINED, _HOME))
            elif quad.predicate == _LABEL:
                store.add(Quad(quad.subject, _LABEL, quad.object))
