"""Documents that end, with the one that follows them: why responsibilities vanish that perhaps live on unread."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from pyoxigraph import Literal
from rdflib.namespace import DCTERMS

from api.analysis.accounts import Named
from api.answering.citations import written_date
from api.answering.labels import LANGUAGES, choose, labels_of
from api.sparql.store import Reader
from api.vocabulary import ATF, ELI

# A place of a document is the document, or a part of it however deep.
_LAPSES: Final = f"""SELECT DISTINCT ?document ?through ?successor ?loaded WHERE {{
  ?document a <{ATF.PolicyDocument}> ; <{ATF.effectiveThrough}> ?through .
  OPTIONAL {{ ?successor <{DCTERMS.replaces}> ?document . OPTIONAL {{ ?successor <{ATF.contentLoaded}> ?loaded }} }}
}} ORDER BY ?document ?successor"""
_PLACES: Final = f"""SELECT DISTINCT ?document ?place WHERE {{
  ?document a <{ATF.PolicyDocument}> ; <{ATF.effectiveThrough}> ?through .
  ?place (<{ELI.is_part_of}>|<{DCTERMS.isPartOf}>|<{ATF.inDocument}>)+ ?document .
}}"""
_SAID: Final = {
    "en": "{number} of the responsibilities below ended with “{document}” on {day}; {rest}.",
    "ro": "{number} dintre responsabilitățile de mai jos au încetat odată cu „{document}” la {day}; {rest}.",
}
_SUCCESSOR: Final = {
    "en": "the content of its successor “{}” is not loaded, so that nothing is known of what it assigns",
    "ro": "conținutul documentului care îi urmează, „{}”, nu este încărcat, așa că nu se știe ce atribuie acesta",
}
_NONE: Final = {"en": "no successor is recorded", "ro": "nu este înregistrat niciun document care să îi urmeze"}


@dataclass(frozen=True)
class Lapse:
    """A document with its last day, its places, its successor that is not loaded, and what vanishes with it."""

    document: Named
    through: date
    successor: Named | None
    places: frozenset[str]
    number: int = 0

    def told(self, lang: str) -> str:
        """Say in one sentence why responsibilities vanish."""
        rest = _SUCCESSOR[lang].format(self.successor.label[lang]) if self.successor else _NONE[lang]
        day = written_date(self.through.isoformat(), lang)
        return _SAID[lang].format(number=self.number, document=self.document.label[lang], day=day, rest=rest)

    def public(self) -> dict[str, Any]:
        """Return the lapse as JSON."""
        return {
            "document": self.document.public(),
            "through": self.through.isoformat(),
            "successor": self.successor.public() if self.successor else None,
            "responsibilities": self.number,
            "message": {lang: self.told(lang) for lang in LANGUAGES},
        }


async def lapses_of(store: Reader) -> tuple[Lapse, ...]:
    """Return the documents that end and have no loaded successor."""
    found: dict[str, tuple[date, str | None]] = {}
    followed = set()
    for row in (await store.select(_LAPSES)).rows:
        through = row["through"]
        day = _day(through.value) if isinstance(through, Literal) else None
        if day is None:
            continue
        iri, successor = row["document"].value, row["successor"].value if "successor" in row else None
        if successor and "loaded" in row and row["loaded"].value in {"true", "1"}:
            followed.add(iri)
        # A successor that is known stands for its document.
        found[iri] = (day, successor or found.get(iri, (day, None))[1])
    places: dict[str, set[str]] = defaultdict(set)
    if found:
        for row in (await store.select(_PLACES)).rows:
            places[row["document"].value].add(row["place"].value)
    labels = await labels_of(store, {iri for one, (_, other) in found.items() for iri in (one, other) if iri})

    def named(iri: str) -> Named:
        return Named(iri, {lang: choose(labels.get(iri), lang, iri)[0] for lang in LANGUAGES})

    # A part that is a document of its own has its own last day.
    places = {
        one: some - {p for other in some & found.keys() for p in (other, *places.get(other, ()))}
        for one, some in places.items()
    }
    return tuple(
        Lapse(named(iri), day, named(successor) if successor else None, frozenset({iri, *places.get(iri, ())}))
        for iri, (day, successor) in sorted(found.items())
        if iri not in followed
    )


def lapsed(lapses: Iterable[Lapse], gone: Sequence[Collection[str]], before: date, after: date) -> tuple[Lapse, ...]:
    """Return the documents that end between two days, with the number of what they said and is gone."""
    counted = [
        replace(lapse, number=sum(any(place in lapse.places for place in places) for places in gone))
        for lapse in lapses
        if before <= lapse.through < after
    ]
    return tuple(lapse for lapse in counted if lapse.number)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
