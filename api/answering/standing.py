"""How the loaded documents stand: on the day of an answer, and today (model.md §7)."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode
from rdflib.namespace import DCTERMS

from api.answering.citations import written_date
from api.answering.labels import Label, choose, labels_of
from api.answering.question import Text
from api.sparql.store import Reader
from api.vocabulary import ATF

# The loaded documents, and the others of their series: what they replace and what replaces them.
_DOCUMENTS: Final = f"""SELECT ?document ?from ?through ?other ?otherFrom ?otherThrough ?next WHERE {{
  ?document <{ATF.contentLoaded}> true .
  OPTIONAL {{ ?document <{ATF.validFrom}> ?from }}
  OPTIONAL {{ ?document <{ATF.validThrough}> ?through }}
  OPTIONAL {{
    ?document (<{DCTERMS.replaces}>|^<{DCTERMS.replaces}>)+ ?other .
    OPTIONAL {{ ?other <{ATF.validFrom}> ?otherFrom }}
    OPTIONAL {{ ?other <{ATF.validThrough}> ?otherThrough }}
    OPTIONAL {{ ?other <{DCTERMS.replaces}> ?next FILTER(?next = ?document) }}
  }}
}} ORDER BY ?document ?other"""


@dataclass(frozen=True)
class Document:
    """A document of a series: its first and last day (ISO), and whether it directly follows the loaded one."""

    iri: str
    first: str | None
    last: str | None
    follows: bool = False

    def covers(self, day: str) -> bool:
        """Tell whether a day is one of its days; a document without any date covers none."""
        if not (self.first or self.last):
            return False
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Standing:
    """The loaded documents, each with the others of its series; labels by IRI."""

    documents: dict[Document, list[Document]]
    labels: dict[str, Label]

    def words(self, as_of: date | None, today: date) -> Text | None:
        """Say which date an answer used, whether the documents stood on it, and what has expired by today.

        Without a date the answer is of no single day, and only today's standing is told; None where there is none.
        """
        english = self._words(as_of, today, "en")
        return Text(en=english, ro=self._words(as_of, today, "ro")) if english else None

    def _words(self, as_of: date | None, today: date, lang: str) -> str:
        romanian = lang == "ro"
        said = []
        if as_of is not None:
            day = written_date(as_of.isoformat(), lang)
            said.append(f"{'Răspuns pentru data de' if romanian else 'Answered as of'} {day}.")
        for document, series in self.documents.items():
            if as_of is not None:
                said += self._on(as_of.isoformat(), document, series, lang)
            early = as_of is not None and document.first is not None and as_of.isoformat() < document.first
            if early or document.last is None or document.last >= today.isoformat():
                continue
            ended = "a expirat la" if romanian else "expired on"
            words = f"{self._name(document, lang)} {ended} {written_date(document.last, lang)}"
            if later := [other for other in series if other.follows]:
                after = "i-a succedat" if romanian else "it was succeeded by"
                words += f"; {after} {', '.join(self._name(other, lang) for other in later)}"
            said.append(f"{words}.")
        return " ".join(said)

    def _on(self, day: str, document: Document, series: list[Document], lang: str) -> list[str]:
        """Say that a document did not stand on a day, and which of its series did."""
        early = document.first is not None and day < document.first
        if not early and (document.last is None or day <= document.last):
            return []
        if lang == "ro":
            words = f"În acea zi {self._name(document, lang)} {'nu era încă' if early else 'nu mai era'} în vigoare"
            then, loaded = "; era în vigoare", "neîncărcat în graf"
        else:
            words = f"On that day {self._name(document, lang)} was {'not yet' if early else 'no longer'} in force"
            then, loaded = "; in force was", "not loaded"
        if covering := [self._name(other, lang) for other in series if other.covers(day)]:
            words += f"{then} {', '.join(covering)} ({loaded})"
        return [f"{words}."]

    def _name(self, document: Document, lang: str) -> str:
        return choose(self.labels.get(document.iri), lang, document.iri)[0]


async def standing_of(store: Reader) -> Standing:
    """Return how the documents stand whose content is loaded."""
    found: dict[Document, list[Document]] = {}
    for row in (await store.select(_DOCUMENTS)).rows:
        document, other = row.get("document"), row.get("other")
        first, last, start, end = (
            term.value if isinstance(term := row.get(name), Literal) else None
            for name in ("from", "through", "otherFrom", "otherThrough")
        )
        if isinstance(document, NamedNode):
            series = found.setdefault(Document(document.value, first, last), [])
            if isinstance(other, NamedNode) and other != document:
                series.append(Document(other.value, start, end, row.get("next") is not None))
    named = {one.iri for document, series in found.items() for one in (document, *series)}
    return Standing(found, await labels_of(store, named))
