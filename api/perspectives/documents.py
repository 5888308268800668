"""The strategies and plans that can be compared, with how much of each is loaded."""

from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.answering.labels import Label
from api.perspectives.desk import Desk
from api.perspectives.order import alphabetical

_DOCUMENTS: Final = """PREFIX atf: <https://w3id.org/atf/ontology#>
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX type: <https://w3id.org/atf/scheme/document-type/>
SELECT ?document ?loaded ?first ?last (COUNT(DISTINCT ?duty) AS ?duties) WHERE {
  VALUES ?type { type:strategy type:action-plan }
  ?document a atf:PolicyDocument ; eli:type_document ?type .
  OPTIONAL { ?document atf:contentLoaded ?loaded }
  OPTIONAL { ?document atf:validFrom ?first }
  OPTIONAL { ?document atf:validThrough ?last }
  OPTIONAL { ?place eli:is_part_of+ ?document . ?duty dcterms:source ?place ; a atf:Responsibility }
} GROUP BY ?document ?loaded ?first ?last"""


@dataclass(frozen=True)
class Document:
    """A strategy or plan: its days (ISO), whether all of it is loaded, and how many duties it states here."""

    iri: str
    name: str
    first: str
    last: str
    whole: bool
    duties: int

    @property
    def loading(self) -> str:
        """How much of it is loaded: ``loaded``, ``part`` or ``not_loaded``."""
        if self.whole:
            return "loaded"
        return "part" if self.duties else "not_loaded"


async def documents_of(desk: Desk) -> dict[str, Document]:
    """Return the strategies and action plans by IRI, in the order of their days."""
    rows = (await desk.store.select(_DOCUMENTS)).rows
    named: dict[str, Label] = await desk.labels(
        row["document"].value for row in rows if isinstance(row["document"], NamedNode)
    )
    found = []
    for row in rows:
        iri = row["document"].value
        first, last, loaded, duties = (
            term.value if isinstance(term := row.get(name), Literal) else ""
            for name in ("first", "last", "loaded", "duties")
        )
        found.append(Document(iri, desk.name(named, iri), first, last, loaded == "true", int(duties or 0)))
    found.sort(key=lambda one: (one.first or "9", one.last, alphabetical(one.name)))
    return {one.iri: one for one in found}
