"""Labels of IRIs in bulk, and the one rule by which a language is chosen."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.sparql.store import Reader

# Language tag -> text; the tag of a text without a language is the empty string.
Label = dict[str, str]

LANGUAGES: Final = ("en", "ro")
# IRIs in one VALUES block; keeps the query far below the store's size limit.
CHUNK: Final = 500

# skos:prefLabel is what the project writes (model.md §1); outside vocabularies bring the others along.
_NAMES: Final = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://purl.org/dc/terms/title",
)


def chunks(iris: Iterable[str], size: int = CHUNK) -> Iterator[list[str]]:
    """Split IRIs, sorted and each once, into lists short enough for one query."""
    ordered = iter(sorted(set(iris)))
    while part := list(islice(ordered, size)):
        yield part


def values(variable: str, iris: Iterable[str]) -> str:
    """Write a VALUES block over IRIs.

    The IRIs come from the graph or were read by ``NamedNode``; it refuses one that could leave the brackets.
    """
    return f"VALUES ?{variable} {{ {' '.join(str(NamedNode(iri)) for iri in iris)} }}"


async def labels_of(store: Reader, iris: Iterable[str]) -> dict[str, Label]:
    """Return the labels of those IRIs that have one, in every language they have it."""
    ranked: dict[str, dict[str, tuple[int, str]]] = {}
    # Not a second VALUES: engines join the two blocks before they look anything up.
    names = ", ".join(f"<{name}>" for name in _NAMES)
    for part in chunks(iri for iri in iris if iri.startswith(("http://", "https://", "urn:"))):
        pattern = f"{values('iri', part)} ?iri ?name ?label FILTER(?name IN ({names}))"
        for row in (await store.select(f"SELECT ?iri ?name ?label WHERE {{ {pattern} }}")).rows:
            iri, name, label = row["iri"], row["name"], row["label"]
            if isinstance(iri, NamedNode) and isinstance(name, NamedNode) and isinstance(label, Literal):
                own = ranked.setdefault(iri.value, {})
                found = (_NAMES.index(name.value), label.value)
                language = label.language or ""
                own[language] = min(own.get(language, found), found)
    return {iri: {language: text for language, (_, text) in own.items()} for iri, own in ranked.items()}


def local_name(iri: str) -> str:
    """Return the last part of an IRI, the name of last resort."""
    return iri.rstrip("/#").rsplit("/", 1)[-1].rsplit("#", 1)[-1] or iri


def choose(label: Mapping[str, str] | None, lang: str, iri: str) -> tuple[str, str | None]:
    """Choose a text and its language.

    The reader's language, else the other of English and Romanian, else any, else the local name of the IRI.
    The language is None for a text that has none, so that a page marks it with nothing (WCAG 3.1.2).
    """
    if label:
        for code in (lang, *LANGUAGES, *sorted(label)):
            if label.get(code):
                return label[code], code or None
    return local_name(iri), None
