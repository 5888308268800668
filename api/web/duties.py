"""The duties of an institution, as rows: those it holds and those it carries out for another."""

from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import NamedNode

from api.sparql.store import Reader
from api.vocabulary import ATF
from api.web.origins import Origin, iri_of, origin_of

_DUTIES: Final = f"""PREFIX atf: <{ATF}>
SELECT ?thing ?duty ?holder ?role ?function ?group ?modality ?basis ?source ?graph WHERE {{
  VALUES ?link {{ atf:holder atf:actsThrough }}
  GRAPH ?graph {{ ?duty ?link ?thing }}
  ?duty atf:holder ?holder .
  ?duty a atf:Responsibility .
  OPTIONAL {{ ?duty atf:role ?role }}
  OPTIONAL {{ ?duty atf:function ?function }}
  OPTIONAL {{ ?duty atf:targetGroup ?group }}
  OPTIONAL {{ ?duty atf:modality ?modality }}
  OPTIONAL {{ ?duty atf:legalBasis ?basis }}
  OPTIONAL {{ ?duty <http://purl.org/dc/terms/source> ?source }}
}} ORDER BY ?duty ?group"""
# The single terms of a duty, in the order of its fields.
_TERMS: Final = ("role", "function", "modality")


@dataclass
class Duty:
    """A responsibility as a row: terms are IRIs, several target groups are one row.

    ``holder`` differs from the page's institution where that institution only acts for the holder.
    """

    iri: str
    holder: str
    role: str | None
    function: str | None
    modality: str | None
    origin: Origin
    groups: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def mentioned(self) -> set[str]:
        """Return every IRI that the row shows."""
        terms = {term for term in (self.role, self.function, self.modality) if term}
        return {self.iri, self.holder, *terms, *self.groups, *self.bases, *self.sources}


async def duties_of(store: Reader, node: dict[str, NamedNode], known: dict[str, Origin]) -> list[Duty]:
    """Return the duties that an institution (``node["thing"]``) holds, or carries out for their holder."""
    duties: dict[str, Duty] = {}
    for row in (await store.select(_DUTIES, dict(node))).rows:
        iri = iri_of(row["duty"])
        role, function, modality = (iri_of(row[key]) if row.get(key) is not None else None for key in _TERMS)
        duty = duties.setdefault(
            iri,
            Duty(iri, iri_of(row["holder"]), role, function, modality, origin_of(iri_of(row["graph"]), known)),
        )  # fmt: skip
        for key, target in (("group", duty.groups), ("basis", duty.bases), ("source", duty.sources)):
            term = row.get(key)
            if term is not None and iri_of(term) not in target:
                target.append(iri_of(term))
    return list(duties.values())
