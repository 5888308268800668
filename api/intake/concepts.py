"""Concepts of our schemes as a sheet writes them: by label or by the last part of the IRI."""

import re
from typing import Final

from api.intake.faults import Place, Remarks
from api.intake.folding import fold, words
from api.intake.framework import Framework
from api.vocabulary import SCHEME

_SCHEME: Final = str(SCHEME)


class Concepts:
    """The concepts of some schemes by their folded names."""

    def __init__(self, framework: Framework) -> None:
        self._known: dict[str, dict[str, str]] = {}
        for scheme in ("function", "target-group", "measure-status"):
            names: dict[str, str] = {}
            for iri, labels in framework.concepts(scheme).items():
                for name in (*labels, iri.rsplit("/", 1)[-1].replace("-", " ")):
                    names.setdefault(fold(name), iri)
            self._known[scheme] = names

    def read(self, text: str, scheme: str, place: Place, key: str, remarks: Remarks) -> list[str]:
        """Return the concepts that a cell names; one that is none becomes a fault with suggestions."""
        whole = self._known[scheme].get(fold(text))
        if whole:
            return [whole]
        found = []
        for part in filter(words, re.split(r"[;,\n]", text)):
            iri = self._known[scheme].get(fold(part))
            if iri:
                found.append(iri)
            else:
                remarks.fault(place, key, part.strip(), *self._near(fold(part), scheme))
        return list(dict.fromkeys(found))

    def _near(self, folded: str, scheme: str) -> list[str]:
        from difflib import get_close_matches

        return get_close_matches(folded, self._known[scheme], 3, 0.5)


def concept(scheme: str, name: str) -> str:
    """Return the IRI of a concept."""
    return f"{_SCHEME}{scheme}/{name}"
