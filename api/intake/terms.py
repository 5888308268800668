"""Our terms as plain text: a large plan names them hundreds of thousands of times."""

from typing import Final

from api.vocabulary import ATF as _ATF
from api.vocabulary import ELI as _ELI


class Terms:
    """The terms of a namespace by their names; each is put together once."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def __getattr__(self, name: str) -> str:
        """Return the IRI of a term, and keep it as an attribute."""
        iri = self._namespace + name
        setattr(self, name, iri)
        return iri


ATF: Final = Terms(str(_ATF))
ELI: Final = Terms(str(_ELI))
DCTERMS: Final = Terms("http://purl.org/dc/terms/")
SKOS: Final = Terms("http://www.w3.org/2004/02/skos/core#")
RDF: Final = Terms("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
