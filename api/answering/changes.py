"""Institutions that an answer names and that were renamed, merged or split: what they are today."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.answering.citations import written_date
from api.answering.labels import Label, choose, labels_of
from api.answering.question import Text
from api.sparql.store import Reader
from api.vocabulary import ATF

_ORG: Final = "http://www.w3.org/ns/org#"
_UNVERIFIED: Final = "confidence/unverified"
_EVENTS: Final = f"""SELECT ?before ?after ?date ?confidence WHERE {{
  GRAPH ?graph {{ ?event <{_ORG}originalOrganization> ?before ; <{_ORG}resultingOrganization> ?after }}
  OPTIONAL {{ ?event <{ATF.onDate}> ?date }}
  OPTIONAL {{ ?graph <{ATF.confidence}> ?confidence }}
}} ORDER BY ?before ?after ?date"""


@dataclass(frozen=True)
class Change:
    """What a body became: the day, where it is recorded, and whether only memory says so."""

    after: str
    day: str | None
    verified: bool


@dataclass(frozen=True)
class Changes:
    """The recorded changes by the body that they ended; labels by IRI."""

    by_body: dict[str, list[Change]]
    labels: dict[str, Label]

    def words(self, iris: Iterable[str]) -> Text | None:
        """Say of each body among the IRIs that is no more what it is today; None where all are."""
        ended = [iri for iri in dict.fromkeys(iris) if iri in self.by_body]
        if not ended:
            return None
        return Text(**{lang: " ".join(self._one(iri, lang) for iri in ended) for lang in ("en", "ro")})

    def today(self, iri: str) -> list[str]:
        """Return the bodies that a body has become, at the end of the whole chain."""
        found, waiting, seen = [], [iri], {iri}
        while waiting:
            body = waiting.pop(0)
            later = [change.after for change in self.by_body.get(body, []) if change.after not in seen]
            seen.update(later)
            waiting += later
            if not later and body != iri:
                found.append(body)
        return found

    def successors(self, iri: str, lang: str) -> tuple[tuple[str, str], ...]:
        """Return what a body that is no more is today: IRIs with names in a language; empty for one that still is."""
        if iri not in self.by_body:
            return ()
        return tuple((body, self._name(body, lang)) for body in self.today(iri))

    def _one(self, iri: str, lang: str) -> str:
        changes = self.by_body[iri]
        romanian = lang == "ro"
        day = next((change.day for change in changes if change.day), None)
        # The word is the same for all three, since a reader wants to know what the body is called now.
        became = "și-a schimbat denumirea sau structura" if romanian else "was renamed, merged or split"
        words = f"{self._name(iri, lang)} {became}"
        if day:
            words += f" {'la' if romanian else 'on'} {written_date(day, lang)}"
        now = ", ".join(self._name(body, lang) for body in self.today(iri))
        words += f"; {'azi' if romanian else 'today'}: {now}" if now else ""
        if not all(change.verified for change in changes):
            words += " (neverificat)" if romanian else " (not verified)"
        return f"{words}."

    def _name(self, iri: str, lang: str) -> str:
        return choose(self.labels.get(iri), lang, iri)[0]


async def changes_of(store: Reader) -> Changes:
    """Return the changes of institutions that the graph records."""
    found: dict[str, list[Change]] = {}
    for row in (await store.select(_EVENTS)).rows:
        before, after, day, confidence = (row.get(name) for name in ("before", "after", "date", "confidence"))
        if isinstance(before, NamedNode) and isinstance(after, NamedNode):
            verified = not (isinstance(confidence, NamedNode) and confidence.value.endswith(_UNVERIFIED))
            change = Change(after.value, day.value if isinstance(day, Literal) else None, verified)
            found.setdefault(before.value, []).append(change)
    named = {*found, *(change.after for changes in found.values() for change in changes)}
    return Changes(found, await labels_of(store, named))
