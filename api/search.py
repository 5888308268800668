"""Things by name: labels and other names, folded, so that a diacritic or a capital letter is no obstacle."""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.parameters import fold
from api.store import Store

LIMIT: Final = 100

# Folding in SPARQL mirrors api.parameters.fold: Romanian letters (comma and cedilla forms) to their base letters.
_FOLDED: Final = (
    'REPLACE(REPLACE(REPLACE(REPLACE(LCASE(STR(?name)), "[ăâ]", "a"), "î", "i"), "[șş]", "s"), "[țţ]", "t")'
)
_SEARCH: Final = f"""PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?needle ?thing (SAMPLE(?t) AS ?type) (MIN(STRLEN(STR(?name))) AS ?length) WHERE {{
  ?thing skos:prefLabel|skos:altLabel|<http://purl.org/dc/terms/identifier> ?name .
  FILTER(CONTAINS({_FOLDED}, ?needle))
  ?thing a ?t .
}} GROUP BY ?needle ?thing ORDER BY ?length ?thing"""


@dataclass(frozen=True)
class Hit:
    """A thing whose name holds the words, with one of its types."""

    iri: str
    type: str


async def search(store: Store, words: str) -> list[Hit]:
    """Find the things whose name or identifier contains some words; the shortest name comes first."""
    needle = " ".join(fold(words).split())[:200]
    if not needle:
        return []
    rows = (await store.select(_SEARCH, {"needle": Literal(needle)})).rows
    hits = []
    for row in rows[:LIMIT]:
        thing, kind = row["thing"], row["type"]
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode):
            hits.append(Hit(thing.value, kind.value))
    return hits
