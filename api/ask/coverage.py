"""How complete the graph is where it was searched: passages read, and documents that are known but not loaded."""

from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from api.answering.labels import Label, labels_of
from api.ask.catalogue import Catalogue
from api.sparql.store import Store
from api.vocabulary import ATF, ELI, ID

_COUNTS: Final = f"""SELECT ?document ?state (COUNT(DISTINCT ?passage) AS ?n) WHERE {{
  ?passage <{ATF.coverage}> ?state ; <{ELI.is_part_of}>* ?document . ?document a <{ATF.PolicyDocument}>
}} GROUP BY ?document ?state ORDER BY ?document ?state"""
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


async def read_coverage(store: Store, catalogue: Catalogue) -> Coverage:
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
    missing = [
        {"iri": thing.iri, "label": thing.label}
        for thing in sorted(catalogue.of(["PolicyDocument"]), key=lambda one: (not one.iri.startswith(ID), one.iri))
        if "false" in thing.all(ATF.contentLoaded)
    ]
    return Coverage(read, missing)
