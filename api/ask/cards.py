"""Answer cards: an item dressed with labels, its source passages, its validity and the findings that touch it."""

from typing import Any, Final

from rdflib.namespace import DCTERMS

from api.answering.answers import Answerer
from api.answering.citations import Citation, citations_of
from api.ask.catalogue import Catalogue, Thing
from api.ask.findings import LIMIT, Finding
from api.ask.replies import Card, Item
from api.vocabulary import ATF, SCHEME

# A card shows no more source passages than these.
_SOURCES: Final = 3
# The longest list that an answer can need is the obligations of one instrument.
CARDS: Final = 120


class Dresser:
    """Makes cards from one catalogue; it remembers citations, which cost several queries each."""

    def __init__(self, answerer: Answerer, catalogue: Catalogue, findings: dict[str, list[Finding]]) -> None:
        self._answerer = answerer
        self._catalogue = catalogue
        self._findings = findings
        self._citations: dict[str, Citation] = {}

    async def dress(self, items: list[Item], lang: str, *, findings: bool = True) -> list[Card]:
        """Return the cards of items, in their order, each thing and statement once; with their findings, if wanted."""
        once = {(item.thing.iri, item.duty.iri if item.duty else "", str(item.value)): item for item in reversed(items)}
        chosen = list(reversed(once.values()))[:CARDS]
        sources = [self._sources(item) for item in chosen]
        await self._cite({iri for iris in sources for iri in iris})
        return [self._card(item, iris, lang, findings) for item, iris in zip(chosen, sources, strict=True)]

    def _sources(self, item: Item) -> list[str]:
        """Return what a card cites: the lines of the statement or the thing itself, else the passages it stands in."""
        if item.source is not None and item.duty is None:
            return [item.source]
        rests = item.duty or item.thing
        if rests.one(ATF.firstLine) is not None:
            return [rests.iri]
        # Passages and provisions of ours come before pages elsewhere.
        return sorted(rests.all(DCTERMS.source), key=lambda iri: (SCHEME.split("/scheme")[0] not in iri, iri))[
            :_SOURCES
        ]

    async def _cite(self, iris: set[str]) -> None:
        unknown = iris - self._citations.keys()
        if unknown:
            self._citations |= await citations_of(self._answerer.store, self._answerer.editions, unknown)

    def _card(self, item: Item, sources: list[str], lang: str, findings: bool) -> Card:
        thing, duty = item.thing, item.duty if item.duty and item.duty.type == "Responsibility" else None
        about = duty or thing
        graph = (duty.graph if duty else item.graph) or thing.graph
        body = thing if thing.kind == "institution" else None
        if body is None and duty is not None:
            holders = [self._catalogue.things[iri] for iri in duty.all(ATF.holder) if iri in self._catalogue.things]
            body = holders[0] if holders else None
        touched = [about.iri, *about.all(ATF.function)]
        value, label = item.value, item.value_label
        return Card(
            kind=thing.kind,
            thing=_named(thing),
            value=label.get(lang, str(value)) if label else value,
            value_label=label,
            institution=_named(body) if body else None,
            role=self._concept(about.one(ATF.role)),
            function=self._concept(about.one(ATF.function)),
            target_group=self._concepts(about.all(ATF.targetGroup)),
            statement=about.statement,
            modality=self._concept(about.one(ATF.modality)),
            legal_basis=self._things(about.all(ATF.legalBasis)),
            sources={iri: self._citations[iri] for iri in sources if iri in self._citations},
            assertion_kind=self._catalogue.kinds.get(graph),
            valid=_validity(about),
            score=min(item.score, 1.0),
            duty=duty.iri if duty else None,
            holders=self._things(duty.all(ATF.holder)) if duty else [_named(one) for one in item.held],
            through=self._things(about.all(ATF.actsThrough)) if duty else [],
            reports_to=self._things(about.all(ATF.reportsTo)) if duty else [],
            frequency=self._concept(about.one(ATF.frequency)),
            findings=[dict(one) for iri in touched if findings for one in self._findings.get(iri, [])][:LIMIT],
            type=thing.type,
            base=_texts(thing, str(ATF.base)),
        )

    def _concept(self, iri: str | None) -> dict[str, Any] | None:
        found = self._catalogue.concepts.get(iri or "")
        return _named(found) if found else None

    def _concepts(self, iris: list[str]) -> list[dict[str, Any]]:
        return [_named(self._catalogue.concepts[iri]) for iri in iris if iri in self._catalogue.concepts]

    def _things(self, iris: list[str]) -> list[dict[str, Any]]:
        return [_named(self._catalogue.things[iri]) for iri in iris if iri in self._catalogue.things]


def _named(thing: Thing) -> dict[str, Any]:
    return {"iri": thing.iri, "label": thing.label}


def _validity(thing: Thing) -> dict[str, str | None]:
    return {
        "from": thing.one(ATF.effectiveFrom) or thing.one(ATF.validFrom),
        "through": thing.one(ATF.effectiveThrough) or thing.one(ATF.validThrough),
    }


def _texts(thing: Thing, name: str) -> dict[str, str] | None:
    found = thing.bases if name == str(ATF.base) else {}
    return found or None
