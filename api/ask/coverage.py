"""How complete the graph is where it was searched: passages read, and documents that are known but not loaded."""

from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode
from rdflib.namespace import DCTERMS

from api.answering.labels import Label, labels_of
from api.ask.catalogue import Catalogue
from api.sparql.store import Reader
from api.vocabulary import ATF, ELI, ID

_COUNTS: Final = f"""SELECT ?document ?state (COUNT(DISTINCT ?passage) AS ?n) WHERE {{
  ?passage <{ATF.coverage}> ?state ; <{ELI.is_part_of}>* ?document . ?document a <{ATF.PolicyDocument}>
}} GROUP BY ?document ?state ORDER BY ?document ?state"""
# Single measures of a document that is not loaded as a whole.
_MEASURES: Final = f"""SELECT ?document (COUNT(DISTINCT ?measure) AS ?n) WHERE {{
  ?measure a <{ATF.Measure}> ; <{DCTERMS.isPartOf}> ?document . ?document <{ATF.contentLoaded}> false
}} GROUP BY ?document"""
_NUMBERS: Final = {
    1: ("one", "una"),
    2: ("two", "două"),
    3: ("three", "trei"),
    4: ("four", "patru"),
    5: ("five", "cinci"),
}
# Where the answer to a question about the strategy's carrying out is most likely to stand.
_PLANS: Final = ("action-plan-2018-2020", "action-plan-2021-2022", "strategy-2018-2022-action-plans")


@dataclass(frozen=True)
class Coverage:
    """What was read, and what was not."""

    read: list[dict[str, Any]]
    missing: list[dict[str, Any]]

    @property
    def plans(self) -> list[dict[str, Any]]:
        """The documents, not loaded, that may say what the strategy does not: its action plans."""
        return [one for one in self.missing if one["iri"].rsplit("/", 1)[-1] in _PLANS]

    def public(self, documents: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """Return it as answers carry it; ``documents`` are those that may hold the answer."""
        return {"documents": self.read, "not_loaded": documents if documents is not None else self.plans}


async def read_coverage(store: Reader, catalogue: Catalogue) -> Coverage:
    """Count the passages of each loaded document by their state, and name the documents that are not loaded."""
    counts: dict[str, dict[str, int]] = {}
    for row in (await store.select(_COUNTS)).rows:
        document, state, number = row["document"], row["state"], row["n"]
        if isinstance(document, NamedNode) and isinstance(state, NamedNode) and isinstance(number, Literal):
            counts.setdefault(document.value, {})[state.value.rsplit("/", 1)[-1]] = int(number.value)
    labels: dict[str, Label] = await labels_of(store, counts)
    read = [
        {"iri": iri, "label": labels.get(iri, {}), "passages": sum(states.values()), **states}
        for iri, states in sorted(counts.items())
    ]
    partly = {
        row["document"].value: int(row["n"].value)
        for row in (await store.select(_MEASURES)).rows
        if isinstance(row.get("document"), NamedNode) and isinstance(row["n"], Literal)
    }
    missing = [
        {"iri": thing.iri, "label": thing.label, **({"note": _only(partly[thing.iri])} if thing.iri in partly else {})}
        for thing in sorted(catalogue.of(["PolicyDocument"]), key=lambda one: (not one.iri.startswith(ID), one.iri))
        if "false" in thing.all(ATF.contentLoaded)
    ]
    # What is loaded only in part was not read.
    absent = {one["iri"] for one in missing}
    return Coverage([one for one in read if one["iri"] not in absent], missing)


def _only(measures: int) -> Label:
    """Say how little of a document is loaded."""
    english, romanian = _NUMBERS.get(measures, (str(measures), str(measures)))
    if measures == 1:
        return {"en": "only one measure of it is loaded", "ro": "doar o măsură din el este încărcată"}
    return {
        "en": f"only {english} measures of it are loaded",
        "ro": f"doar {romanian} măsuri din el sunt încărcate",
    }
