"""The types of our problems (RFC 9457 §4): their names, what they mean, and their description as RDF."""

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple
from rdflib.namespace import DCTERMS, RDF, SKOS, XSD

from api.errors import AtfError
from api.vocabulary import BASE
from api.wording import LANGUAGES, wording

SCHEME: Final = f"{BASE}problem"
# The catalogue of their words: a section for each type, and one for the list of all.
_WORDS: Final = "problems"
# W3C's HTTP vocabulary in RDF.
_STATUS: Final = NamedNode("http://www.w3.org/2011/http#statusCodeValue")
_PAGE: Final = "page"


def name_of(kind: type[AtfError]) -> str:
    """Return the name of the type of a class: ``not-found`` of ``NotFoundError``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__.removesuffix("Error")).lower()


def iri_of(name: str) -> str:
    """Return the IRI of a type."""
    return f"{SCHEME}/{name}"


def names() -> list[str]:
    """Return the names of all types, in the order in which they are told."""
    return [name for name in wording(_WORDS) if name != _PAGE]


def status_of(name: str) -> int:
    """Return the HTTP status that comes with a type."""
    return next(kind.status for kind in kinds() if name_of(kind) == name)


def kinds(base: type[AtfError] = AtfError) -> Iterator[type[AtfError]]:
    """Yield every class of errors that is loaded."""
    yield base
    for kind in base.__subclasses__():
        yield from kinds(kind)


def words_of(name: str, lang: str) -> dict[str, str]:
    """Return ``title``, ``definition`` and ``remedy`` of a type in a language; of ``page`` those of the list."""
    return {key: texts[lang] for key, texts in wording(_WORDS)[name].items()}


def triples_of(name: str) -> Iterator[Triple]:
    """Describe a type as a concept."""
    node, scheme = NamedNode(iri_of(name)), NamedNode(SCHEME)
    yield Triple(node, _node(RDF.type), _node(SKOS.Concept))
    yield Triple(node, _node(SKOS.inScheme), scheme)
    yield Triple(node, _node(DCTERMS.identifier), Literal(name))
    yield Triple(node, _STATUS, Literal(str(status_of(name)), datatype=_node(XSD.integer)))
    for lang in LANGUAGES:
        words = words_of(name, lang)
        yield Triple(node, _node(SKOS.prefLabel), Literal(words["title"], language=lang))
        yield Triple(node, _node(SKOS.definition), Literal(words["definition"], language=lang))
        yield Triple(node, _node(SKOS.scopeNote), Literal(words["remedy"], language=lang))


def scheme_triples() -> Iterator[Triple]:
    """Describe all types, with the scheme that they make up."""
    scheme = NamedNode(SCHEME)
    yield Triple(scheme, _node(RDF.type), _node(SKOS.ConceptScheme))
    for lang in LANGUAGES:
        words = words_of(_PAGE, lang)
        yield Triple(scheme, _node(SKOS.prefLabel), Literal(words["title"], language=lang))
        yield Triple(scheme, _node(SKOS.definition), Literal(words["definition"], language=lang))
    for name in names():
        yield Triple(scheme, _node(SKOS.hasTopConcept), NamedNode(iri_of(name)))
        yield from triples_of(name)


def _node(term: object) -> NamedNode:
    return NamedNode(str(term))
