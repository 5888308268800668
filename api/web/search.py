"""Things by name: labels, other names and numbers, folded, so that a diacritic or a capital is no obstacle."""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode
from rdflib.namespace import DCTERMS, SKOS

from api.answering.folding import fold, folded
from api.answering.labels import chunks, values
from api.sparql.store import Reader
from api.vocabulary import ATF

LIMIT: Final = 100
# Words beyond these narrow nothing further.
MAX_WORDS: Final = 8
_WORD: Final = re.compile(r"[^\s,;()\"']+")
# Little words that names carry between the others, in English and Romanian.
# fmt: off
_LITTLE: Final = frozenset(
    ("a", "al", "ale", "an", "and", "by", "cu", "de", "din", "for", "in", "la", "no", "nr", "of", "on", "pe", "pentru",
     "privind", "si", "the", "to")
)
# fmt: on

_NAMES: Final = f"?thing <{SKOS.prefLabel}>|<{SKOS.altLabel}>|<{DCTERMS.identifier}> ?name"
# Kinds that one looks for by name, before the many parts of documents that carry the same words.
_FIRST: Final = frozenset(
    str(ATF[name])
    for name in ("Institution", "InstitutionGroup", "NationalAct", "EUAct", "Treaty", "PolicyDocument", "Function")
)
_LAST: Final = frozenset(str(ATF[name]) for name in ("Passage", "Listing", "Interpretation", "Observation"))


@dataclass(frozen=True)
class Hit:
    """A thing whose names hold the words, with one of its types."""

    iri: str
    type: str


def words_of(text: str) -> list[str]:
    """Return the words to look for, folded, each once; little words count only where there are no others."""
    found = list(dict.fromkeys(word.strip(".") for word in _WORD.findall(fold(text[:200]))))
    found = [word for word in found if word]
    return ([word for word in found if word not in _LITTLE] or found)[:MAX_WORDS]


async def search(store: Reader, text: str) -> list[Hit]:
    """Find the things whose names and identifiers together hold every word, in any order; the best come first.

    Best is who is called just that, then whose one name holds all words as they are, then as beginnings of
    words, then anyhow; among equals institutions, acts and functions come before passages, and short names first.
    """
    words = words_of(text)
    if not words:
        return []
    needles = {f"n{number}": Literal(word) for number, word in enumerate(words)}
    variables = " ".join(f"?{name}" for name in needles)
    held = " && ".join(f"CONTAINS(?folded, ?{name})" for name in needles)
    # The names are joined first, so that one word may stand in the Romanian and one in the English name.
    query = f"""SELECT {variables} ?thing ?names WHERE {{
      {{ SELECT ?thing (GROUP_CONCAT(STR(?name); separator="\\n") AS ?names) WHERE {{ {_NAMES} }} GROUP BY ?thing }}
      BIND({folded("?names")} AS ?folded) FILTER({held}) }}"""
    found = {
        row["thing"].value: [fold(name) for name in row["names"].value.split("\n")]
        for row in (await store.select(query, needles)).rows
        if isinstance(row["thing"], NamedNode) and isinstance(row["names"], Literal)
    }
    kinds = await _kinds(store, found)
    asked = " ".join(fold(text).split())

    def rank(iri: str) -> tuple[int, int, int, str]:
        names = found[iri]
        place = 1 if kinds.get(iri) in _FIRST else 3 if kinds.get(iri) in _LAST else 2
        return min(_closeness(name, asked, words) for name in names), place, min(map(len, names)), iri

    return [Hit(iri, kinds[iri]) for iri in sorted(found, key=rank) if iri in kinds][:LIMIT]


def _closeness(name: str, asked: str, words: list[str]) -> int:
    if name == asked:
        return 0
    parts = [part.strip(".") for part in _WORD.findall(name)]
    if all(word in parts for word in words):
        return 1
    if all(any(part.startswith(word) for part in parts) for word in words):
        return 2
    return 3 if all(word in name for word in words) else 4


async def _kinds(store: Reader, iris: dict[str, list[str]]) -> dict[str, str]:
    """Return the most telling type of each thing: one that is looked for by name, else one of our own."""
    types: dict[str, set[str]] = defaultdict(set)
    for part in chunks(iris):
        query = f"SELECT DISTINCT ?iri ?type WHERE {{ {values('iri', part)} ?iri a ?type }}"
        for row in (await store.select(query)).rows:
            if isinstance(row["iri"], NamedNode) and isinstance(row["type"], NamedNode):
                types[row["iri"].value].add(row["type"].value)

    def telling(name: str) -> tuple[bool, bool, str]:
        return name not in _FIRST | _LAST, not name.startswith(str(ATF)), name

    return {iri: min(own, key=telling) for iri, own in types.items()}
