"""Everything that the graph says of one thing: statements with who says them, and what refers to it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pyoxigraph import BlankNode
from rdflib.namespace import DCTERMS, RDF, SKOS

from api.answering.labels import Label, choose, labels_of
from api.errors import NotFoundError
from api.sparql.store import Reader
from api.vocabulary import ATF, BASE, GRAPH, SCHEME
from api.web.duties import Duty, duties_of
from api.web.judgements import Change, Judged, Judgement, changes_of, judgements_on
from api.web.origins import ELSEWHERE, UNVERIFIED, Origin, Value, graph_origins, iri_of, node_of, origin_of, value_of

_STATEMENTS: Final = "SELECT ?thing ?property ?value ?graph WHERE { GRAPH ?graph { ?thing ?property ?value } }"
_INVERSE: Final = """SELECT ?thing ?subject ?property ?graph WHERE { GRAPH ?graph { ?subject ?property ?thing } }
ORDER BY ?property ?subject"""

_TYPE: Final = str(RDF.type)
_SOURCE: Final = str(DCTERMS.source)
_ALT: Final = str(SKOS.altLabel)
_IDENTIFIER: Final = str(DCTERMS.identifier)
# Shown in the head of the page, or bookkeeping that the sources column carries already.
_IN_HEAD: Final = frozenset({_TYPE, str(SKOS.prefLabel), _ALT, _IDENTIFIER, _SOURCE})
# What the editors add to a thing, in whichever graph it stands: no document says it.
EDITORIAL: Final = tuple(
    str(term)
    for term in (
        *(SKOS.editorialNote, ATF.coverage, ATF.coverageReason),
        *(ATF.firstLine, ATF.lastLine, ATF.edition),
    )
)
# What a reader wants of a statement before anything else, in this order.
LEAD: Final = tuple(
    str(ATF[name])
    for name in ("statement", "holder", "actsThrough", "role", "function", "targetGroup", "modality", "legalBasis")
)
# Inverse links that the table of duties shows already.
_AS_DUTY: Final = frozenset({str(ATF.holder), str(ATF.actsThrough)})
# Links of one property that a page lists.
INVERSE_LIMIT: Final = 60


@dataclass(frozen=True)
class Statement:
    """One value of one property, who says so, and, where it is a judgement, why."""

    value: Value
    origin: Origin
    judgement: Judgement | None = None


@dataclass
class Thing:
    """What the graph holds about one IRI."""

    iri: str
    types: list[str]
    identifiers: list[str]
    alternative: list[tuple[str, str]]
    sources: list[str]
    lead: dict[str, list[Statement]]
    statements: dict[str, list[Statement]]
    notes: dict[str, list[Value]]
    inverse: dict[str, list[Statement]]
    # How many links of each property there are in all.
    inverse_total: dict[str, int]
    duties: list[Duty]
    changes: list[Change]
    labels: dict[str, Label] = field(default_factory=dict)

    @property
    def is_unverified(self) -> bool:
        """Tell whether nothing but unverified statements is known of the thing: its address is no link then."""
        groups = (self.lead, self.statements, self.inverse)
        origins = [item.origin for group in groups for values in group.values() for item in values]
        return bool(origins) and all(origin.confidence == UNVERIFIED for origin in origins)

    @property
    def is_statement(self) -> bool:
        """Tell whether this is a statement of a document, with a sentence, words and perhaps a holder."""
        return bool({str(ATF.Responsibility), str(ATF.Commitment)} & set(self.types))


async def describe(store: Reader, iri: str, lang: str = "en") -> Thing:
    """Collect what the graph says of an IRI, links sorted by their labels in a language.

    Raises ``NotFoundError`` where no statement has the IRI as subject or object.
    """
    node = {"thing": node_of(iri)}
    rows = (await store.select(_STATEMENTS, node)).rows
    inverse_rows = (await store.select(_INVERSE, node)).rows
    if not rows and not inverse_rows:
        raise NotFoundError(f"Nothing is recorded about {iri}.", ELSEWHERE)
    known = await graph_origins(store)
    judged = await judgements_on(store, node)
    own: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if iri_of(row["property"]) == _SOURCE:
            own[iri_of(row["graph"])].add(iri_of(row["value"]))
    statements: dict[str, list[Statement]] = defaultdict(list)
    for row in rows:
        graph, name, value = iri_of(row["graph"]), iri_of(row["property"]), value_of(row["value"])
        # That a thing is its own lead duty is how a rule recognises it, a blank node is a part of one:
        # neither says anything to a reader.
        if value.text != iri and not isinstance(row["value"], BlankNode):
            origin = origin_of(graph, known, own[graph])
            statements[name].append(Statement(value, origin, _why(judged, origin, (iri, name, value.text))))
    duties = await duties_of(store, node, known)
    inverse = _inverse(inverse_rows, iri, known, judged)
    if duties:
        inverse = {key: values for key, values in inverse.items() if key not in _AS_DUTY}
    thing = Thing(
        iri=iri,
        types=list(dict.fromkeys(item.value.text for item in statements.get(_TYPE, []))),
        identifiers=[item.value.text for item in statements.get(_IDENTIFIER, [])],
        alternative=sorted({(item.value.text, item.value.language or "") for item in statements.get(_ALT, [])}),
        sources=sorted({source for sources in own.values() for source in sources}),
        lead={},
        statements={key: _sorted(values) for key, values in statements.items() if key not in _IN_HEAD},
        notes={},
        inverse=inverse,
        inverse_total={key: len(values) for key, values in inverse.items()},
        duties=duties,
        changes=await changes_of(store, node, known),
    )
    thing.notes = {key: [item.value for item in _take(thing, key)] for key in EDITORIAL if key in thing.statements}
    if thing.is_statement:
        thing.lead = {key: _take(thing, key) for key in LEAD if key in thing.statements}
    for key, values in inverse.items():
        inverse[key] = await _first(store, values, lang)
    thing.labels = await labels_of(store, _mentioned(thing))
    return thing


def _take(thing: Thing, key: str) -> list[Statement]:
    return thing.statements.pop(key)


def _why(judged: Judged, origin: Origin, statement: tuple[str, str, str]) -> Judgement | None:
    """Return the judgement on a statement, where it is the editors' own: a stated one needs no reason."""
    return judged.get(statement) if origin.kind == "interpreted" else None


def _inverse(
    rows: Sequence[Mapping[str, object]], iri: str, known: dict[str, Origin], judged: Judged
) -> dict[str, list[Statement]]:
    found: dict[str, dict[str, Statement]] = defaultdict(dict)
    for row in rows:
        name, subject, graph = iri_of(row["property"]), value_of(row["subject"]), iri_of(row["graph"])
        if subject.is_iri and subject.text != iri:
            origin = origin_of(graph, known)
            # What is inferred beside being stated is said once.
            found[name].setdefault(
                subject.text, Statement(subject, origin, _why(judged, origin, (subject.text, name, iri)))
            )
    return {name: list(statements.values()) for name, statements in found.items()}


async def _first(store: Reader, values: list[Statement], lang: str) -> list[Statement]:
    """Return the first links by label, without the sources that a list does not show."""
    labels = await labels_of(store, [item.value.text for item in values])

    def name(item: Statement) -> str:
        return choose(labels.get(item.value.text), lang, item.value.text)[0].casefold()

    ordered = sorted(values, key=name)[:INVERSE_LIMIT]
    return [replace(item, origin=replace(item.origin, sources=())) for item in ordered]


def _sorted(values: list[Statement]) -> list[Statement]:
    return sorted(values, key=lambda item: (item.value.language or "", item.value.text))


def _mentioned(thing: Thing) -> set[str]:
    """Return every IRI that the page shows, so that each is shown by its label."""
    groups = (thing.lead, thing.statements, thing.inverse)
    iris = {thing.iri, *thing.types, *thing.sources, *thing.notes, *(key for group in groups for key in group)}
    for item in (item for group in groups for values in group.values() for item in values):
        iris |= {item.value.text} if item.value.is_iri else set()
        iris |= {item.origin.graph, *item.origin.sources}
    iris |= {value.text for values in thing.notes.values() for value in values if value.is_iri}
    for duty in thing.duties:
        iris |= duty.mentioned()
    for change in thing.changes:
        iris |= {change.event, *change.results}
    return {iri for iri in iris if iri.startswith(("http://", "https://"))}


def is_document(iri: str, types: Iterable[str]) -> bool:
    """Tell whether an IRI names a document, which may answer 200, rather than a thing, which answers 303."""
    documents = {
        str(ATF[name])
        for name in ("PolicyDocument", "Passage", "Edition", "NationalAct", "EUAct", "Treaty", "Provision")
    }
    return iri.startswith((str(GRAPH), str(SCHEME), BASE + "ontology", BASE + "rule/")) or bool(documents & set(types))
