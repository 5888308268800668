"""What a question can be about: every named thing of the dataset, with all that an answer card shows of it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode
from rdflib.namespace import DCTERMS, ORG, QB, SKOS

from api.answering.labels import Label
from api.ask.words import bag, sequence
from api.sparql.store import Reader
from api.vocabulary import ATF, ELI, SCHEME, SDMX_DIMENSION, SDMX_MEASURE

Sequence = tuple[frozenset[str], ...]
# The classes that are read, and what an answer calls a thing of each (architecture.md, "/ask").
KINDS: Final = {
    "Institution": "institution",
    "NationalAct": "act",
    "EUAct": "act",
    "Treaty": "act",
    "Provision": "act",
    "PolicyDocument": "document",
    "System": "document",
    "GeneralObjective": "objective",
    "SpecificObjective": "objective",
    "Objective": "objective",
    "Indicator": "indicator",
    "Observation": "figure",
    "LineOfAction": "text",
    "Result": "text",
    "Problem": "text",
    "Principle": "text",
    "FundingSource": "text",
    "MonitoringDirection": "text",
    "Commitment": "text",
    "Obligation": "text",
    "Responsibility": "institution",
}
# What is put in a sentence of its own.
_STATED: Final = frozenset({"Responsibility", "Commitment", "Obligation"})
_OBJECTIVES: Final = ("GeneralObjective", "SpecificObjective")
# How a part of a document is called beside its number.
_CALLED: Final = {
    "GeneralObjective": ("general objective GO", "obiectiv general obiectivul general"),
    "SpecificObjective": ("specific objective SO", "obiectiv specific obiectivul specific"),
    "Objective": ("overall aim", "scop general"),
    "Indicator": ("indicator", "indicator"),
    "Result": ("result", "rezultat"),
    "Problem": ("problem", "problema"),
    "Principle": ("principle", "principiu"),
    "FundingSource": ("funding source", "sursa de finanțare"),
    "LineOfAction": ("line of action", "direcție de acțiune"),
    "MonitoringDirection": ("monitoring direction", "direcție de monitorizare"),
}
_NAMES: Final = tuple(map(str, (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, ATF.officialTitle)))
_TEXTS: Final = tuple(map(str, (ATF.statement, ATF.measuredPhenomenon, ATF.wordingVariant)))
_FACTS: Final = (
    *(DCTERMS.identifier, DCTERMS.source, DCTERMS.isPartOf, ORG.subOrganizationOf, ORG.classification),
    *(ATF.firstLine, ATF.holder, ATF.actsThrough, ATF.role, ATF.function, ATF.targetGroup, ATF.concerns),
    *(
        ATF.approves,
        ATF.reportsTo,
        ATF.legalBasis,
        ATF.modality,
        ATF.frequency,
        ATF.effectiveFrom,
        ATF.effectiveThrough,
    ),
    *(ATF.validFrom, ATF.validThrough, ATF.contentLoaded, ATF.base),
    *(ATF.imposedBy, ATF.requires, ATF.onHolderKind, ATF.discharges, ATF.partlyDischarges, ELI.is_part_of),
    *(SDMX_MEASURE.obsValue, SDMX_DIMENSION.refArea, SDMX_DIMENSION.refPeriod),
)


@dataclass
class Thing:
    """A thing of the dataset: its names, its texts, the facts of it that answers show, and its graph."""

    iri: str
    type: str
    graph: str = ""
    names: list[tuple[str, str]] = field(default_factory=list)
    label: Label = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)
    facts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # What a figure is computed on.
    bases: Label = field(default_factory=dict)
    bag: frozenset[str] = frozenset()
    sequences: list[Sequence] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What an answer calls it."""
        return KINDS.get(self.type, "text")

    def all(self, name: object) -> list[str]:
        """Return the values of a property."""
        return self.facts.get(str(name), [])

    def one(self, name: object) -> str | None:
        """Return the first value of a property."""
        return next(iter(self.all(name)), None)

    @property
    def statement(self) -> Label | None:
        """Return the statement of a duty, in both languages."""
        return dict(self.texts) if self.type in _STATED and self.texts else None


Concept = Thing


@dataclass(frozen=True)
class Catalogue:
    """All things by IRI, and apart the concepts of functions, target groups and roles."""

    things: dict[str, Thing]
    concepts: dict[str, Concept]
    # Graph -> the kind of assertion that it holds.
    kinds: dict[str, str]
    # The bodies to which the strategy gives an entry of their own among the responsible institutions.
    responsible: frozenset[str] = frozenset()

    def of(self, types: Iterable[str]) -> list[Thing]:
        """Return the things of some classes."""
        wanted = set(types)
        return [thing for thing in self.things.values() if thing.type in wanted]

    def words(self) -> list[str]:
        """Return every word of the names and texts, for the correction of slips."""
        from api.ask.words import normal, split

        both = [*self.things.values(), *self.concepts.values()]
        return [word for thing in both for _, text in (*thing.names, *thing.texts) for word in split(normal(text))]


async def _read(store: Reader, pattern: str, type_of: str, found: dict[str, Thing]) -> None:
    names = ", ".join(f"<{name}>" for name in (*_NAMES, *_TEXTS, *_FACTS))
    where = f"{pattern} GRAPH ?g {{ ?iri ?p ?o }} FILTER(?p IN ({names}))"
    text = f"SELECT ?iri ?p ?o ?g WHERE {{ {where} }} ORDER BY ?iri ?p ?o"
    for row in (await store.select(text)).rows:
        iri, name, value, graph = row["iri"], row["p"], row["o"], row["g"]
        if not (isinstance(iri, NamedNode) and isinstance(name, NamedNode) and isinstance(value, NamedNode | Literal)):
            continue
        thing = found.setdefault(iri.value, Thing(iri.value, type_of))
        language = (value.language or "") if isinstance(value, Literal) else ""
        if name.value in _NAMES:
            for lang in (language,) if language in {"en", "ro"} else ("en", "ro"):
                thing.names.append((lang, value.value))
            if name.value == str(SKOS.prefLabel):
                thing.label[language] = value.value
        elif name.value == str(ATF.base):
            thing.bases[language] = value.value
        elif name.value in _TEXTS:
            thing.texts.append((language, value.value))
        else:
            thing.facts[name.value].append(value.value)
        if name.value in {str(DCTERMS.source), str(ATF.statement)} or not thing.graph:
            thing.graph = graph.value if isinstance(graph, NamedNode) else ""


async def read_catalogue(store: Reader) -> Catalogue:
    """Read all that questions can be about; one query a class, so that no result is cut."""
    things: dict[str, Thing] = {}
    for name in KINDS:
        iri = QB.Observation if name == "Observation" else ATF[name]
        # Only the aim that stands above all others is an objective of no narrower kind.
        alone = " ".join(f"MINUS {{ ?iri a <{ATF[kind]}> }}" for kind in _OBJECTIVES) if name == "Objective" else ""
        await _read(store, f"?iri a <{iri}> . {alone}", name, things)
    places: dict[str, Thing] = {}
    await _read(store, f"?observation <{SDMX_DIMENSION.refArea}> ?iri .", "Place", places)
    concepts: dict[str, Thing] = {}
    for scheme in ("function", "target-group", "role", "frequency", "modality"):
        await _read(store, f"?iri <{SKOS.inScheme}> <{SCHEME}{scheme}> .", scheme, concepts)
    broader = f"SELECT ?iri ?up WHERE {{ ?iri <{SKOS.broader}> ?up }}"
    for row in (await store.select(broader)).rows:
        if row["iri"].value in concepts and isinstance(row["up"], NamedNode):
            concepts[row["iri"].value].facts[str(SKOS.broader)].append(row["up"].value)
    for thing in [*things.values(), *places.values(), *concepts.values()]:
        _finish(thing, places)
    for thing in things.values():
        # An act is also looked for by the name of what it approves.
        thing.bag = thing.bag.union(*(things[iri].bag for iri in thing.all(ATF.approves) if iri in things))
    kinds = f"SELECT ?g ?kind WHERE {{ ?g <{ATF.assertionKind}> ?kind }}"
    asserted = {row["g"].value: row["kind"].value.rsplit("/", 1)[-1] for row in (await store.select(kinds)).rows
                if isinstance(row["g"], NamedNode) and isinstance(row["kind"], NamedNode)}  # fmt: skip
    entries = (
        f"SELECT ?iri WHERE {{ ?listing <{ATF.listingKind}> <{SCHEME}listing-kind/responsible> ; <{ATF.lists}> ?iri }}"
    )
    listed = frozenset(row["iri"].value for row in (await store.select(entries)).rows)
    return Catalogue(things, concepts, asserted, listed)


def _finish(thing: Thing, places: dict[str, Thing]) -> None:
    """Gather what a thing is found by: its names, its texts, its number, its place."""
    words = [bag(text, lang) for lang, text in thing.names]
    words += [bag(positive(text), lang) for lang, text in thing.texts if lang]
    words += [bag(name, lang) for name, lang in zip(_CALLED.get(thing.type, ()), ("en", "ro"), strict=False)]
    for number in thing.all(DCTERMS.identifier):
        words.append(bag(number, "en"))
        if thing.type in _CALLED:
            # "Principle 3" is VI.3, but "objective 3" is never 2.3.
            last = number if thing.type in _OBJECTIVES else number.rsplit(".", 1)[-1]
            words.append(frozenset({f"n_{last.lower()}", f"n_{number.lower()}"}))
    for area in thing.all(SDMX_DIMENSION.refArea):
        if area in places:
            words += [bag(text, lang) for lang, text in places[area].names]
    thing.bag = frozenset().union(*words)
    thing.sequences = [one for one in dict.fromkeys(sequence(text, lang) for lang, text in thing.names) if one]


def positive(text: str) -> str:
    """Leave out what a statement says that the text does not say."""
    return text.split(";", 1)[0]


def without(text: str, names: Iterable[str]) -> str:
    """Leave names out of a text, the longest first: what a body is called is not what it does."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
    return text
