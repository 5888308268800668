"""Notes to a question that has no answer: a part that the strategy does not have, a duty that names no holder."""

import re
from typing import Final

from rdflib.namespace import DCTERMS

from api.answering.folding import fold
from api.answering.labels import Label
from api.ask.catalogue import Catalogue

_OBJECTIVE: Final = re.compile(
    r"\b(?:objective|obiectiv\w*)\s+(?:(?:general|specific)\w*\s+)?(?:n[ro]\.?\s*)?(\d{1,2}(?:\.\d{1,2})?)\b(?![/-])"
)
NOT_TOLD: Final[Label] = {
    "en": "The graph records who does a thing, as the text states it; who does not do it cannot be told from it.",
    "ro": "Graful înregistrează cine face un lucru, așa cum spune textul; cine nu îl face nu se poate deduce din el.",
}


def no_such_objective(text: str, catalogue: Catalogue) -> tuple[Label, Label] | None:
    """Return what is looked for and the note, where a question names an objective of a number that none has."""
    found = _OBJECTIVE.search(fold(text))
    if found is None:
        return None
    number = found[1]
    things = catalogue.of(["GeneralObjective", "SpecificObjective"])
    if any(known.lower().split()[-1] == number for thing in things for known in thing.all(DCTERMS.identifier)):
        return None
    looked = {"en": f"objective {number}", "ro": f"obiectivul {number}"}
    return looked, {
        "en": f"The loaded strategy has no objective {number}.",
        "ro": f"Strategia încărcată nu are un obiectiv {number}.",
    }
