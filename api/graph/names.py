"""How a message of the build calls a thing: by its English label and its IRI as Turtle writes it."""

from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple
from rdflib.namespace import SKOS

from api.vocabulary import PREFIXES

_LABEL: Final = str(SKOS.prefLabel)


def short(iri: str) -> str:
    """Return an IRI as Turtle writes it: ``atf:holder``, or ``<…>`` where no prefix fits."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    for prefix, namespace in PREFIXES.items():
        if namespace == iri[:cut] and iri[cut:]:
            return f"{prefix}:{iri[cut:]}"
    return f"<{iri}>"


def listing(messages: Iterable[str], limit: int = 50) -> str:
    """Join messages, one a line, sorted and each once; beyond the limit only their number is told."""
    found = sorted(set(messages))
    more = [f"… and {len(found) - limit} more."] if len(found) > limit else []
    return "\n".join(found[:limit] + more)


class Names:
    """The labels of a graph, for messages."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._labels: dict[str, str] = {}
        for subject, predicate, value in triples:
            if predicate.value != _LABEL or not isinstance(value, Literal) or not isinstance(subject, NamedNode):
                continue
            if value.language == "en" or subject.value not in self._labels:
                self._labels[subject.value] = value.value

    def of(self, iri: str) -> str:
        """Return the label with the IRI behind it, or the IRI alone where there is no label."""
        label = self._labels.get(iri)
        return f"'{label}' {short(iri)}" if label else short(iri)
