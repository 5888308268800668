"""How the loaded documents stand today: expired when, succeeded by what (model.md §7)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode
from rdflib.namespace import DCTERMS

from api.citations import written_date
from api.labels import Label, choose, labels_of
from api.question import Text
from api.store import Store
from api.vocabulary import ATF

_DOCUMENTS: Final = f"""SELECT ?document ?through ?next WHERE {{
  ?document <{ATF.contentLoaded}> true .
  OPTIONAL {{ ?document <{ATF.validThrough}> ?through }}
  OPTIONAL {{ ?next <{DCTERMS.replaces}> ?document }}
}} ORDER BY ?document ?next"""


@dataclass(frozen=True)
class Standing:
    """The loaded documents with the last day of each, and what replaces it; labels by IRI."""

    documents: dict[str, tuple[str | None, list[str]]]
    labels: dict[str, Label]

    def words(self, as_of: date, today: date) -> Text:
        """Say which date an answer used, and what has expired by today and was succeeded by what."""
        return Text(en=self._words(as_of, today, "en"), ro=self._words(as_of, today, "ro"))

    def _words(self, as_of: date, today: date, lang: str) -> str:
        romanian = lang == "ro"
        day = written_date(as_of.isoformat(), lang)
        said = [f"{'Răspuns pentru data de' if romanian else 'Answered as of'} {day}."]
        for document, (through, later) in self.documents.items():
            if through is None or through >= today.isoformat():
                continue
            ended = "a expirat la" if romanian else "expired on"
            words = f"{self._name(document, lang)} {ended} {written_date(through, lang)}"
            if later:
                after = "i-a succedat" if romanian else "it was succeeded by"
                words += f"; {after} {', '.join(self._name(iri, lang) for iri in later)}"
            said.append(f"{words}.")
        return " ".join(said)

    def _name(self, iri: str, lang: str) -> str:
        return choose(self.labels.get(iri), lang, iri)[0]


async def standing_of(store: Store) -> Standing:
    """Return how the documents stand whose content is loaded."""
    found: dict[str, tuple[str | None, list[str]]] = {}
    for row in (await store.select(_DOCUMENTS)).rows:
        document, through, successor = row.get("document"), row.get("through"), row.get("next")
        if isinstance(document, NamedNode):
            day = through.value if isinstance(through, Literal) else None
            entry = found.setdefault(document.value, (day, []))
            if isinstance(successor, NamedNode):
                entry[1].append(successor.value)
    named = {iri for document, (_, later) in found.items() for iri in (document, *later)}
    return Standing(found, await labels_of(store, named))
