"""Everything that the graph says of one thing: statements with who says them, and what refers to it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from api.errors import NotFoundError
from api.labels import Label, labels_of
from api.store import Store
from api.vocabulary import ATF, BASE, GRAPH, SCHEME

_STATEMENTS: Final = "SELECT ?thing ?property ?value ?graph WHERE { GRAPH ?graph { ?thing ?property ?value } }"
_INVERSE: Final = """SELECT ?thing ?subject ?property ?graph WHERE { GRAPH ?graph { ?subject ?property ?thing } }
ORDER BY ?property ?subject"""
_GRAPHS: Final = f"""SELECT ?graph ?kind ?confidence ?source WHERE {{
  ?graph <{ATF.assertionKind}> ?kind .
  OPTIONAL {{ ?graph <{ATF.confidence}> ?confidence }}
  OPTIONAL {{ ?graph <http://purl.org/dc/terms/source> ?source }}
}}"""
_DUTIES: Final = f"""PREFIX atf: <{ATF}>
SELECT ?thing ?duty ?holder ?role ?function ?group ?modality ?basis ?source ?graph WHERE {{
  VALUES ?link {{ atf:holder atf:actsThrough }}
  GRAPH ?graph {{ ?duty ?link ?thing }}
  ?duty atf:holder ?holder .
  ?duty a atf:Responsibility .
  OPTIONAL {{ ?duty atf:role ?role }}
  OPTIONAL {{ ?duty atf:function ?function }}
  OPTIONAL {{ ?duty atf:targetGroup ?group }}
  OPTIONAL {{ ?duty atf:modality ?modality }}
  OPTIONAL {{ ?duty atf:legalBasis ?basis }}
  OPTIONAL {{ ?duty <http://purl.org/dc/terms/source> ?source }}
}} ORDER BY ?duty ?group"""

_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SOURCE: Final = "http://purl.org/dc/terms/source"
_LABEL: Final = "http://www.w3.org/2004/02/skos/core#prefLabel"
_ALT: Final = "http://www.w3.org/2004/02/skos/core#altLabel"
_IDENTIFIER: Final = "http://purl.org/dc/terms/identifier"
# Shown in the head of the page, or bookkeeping that the sources column carries already.
_IN_HEAD: Final = frozenset({_TYPE, _LABEL, _ALT, _IDENTIFIER, _SOURCE})
# Inverse links that the table of duties shows already.
_AS_DUTY: Final = frozenset({str(ATF.holder), str(ATF.actsThrough)})
INVERSE_LIMIT: Final = 300
# The single terms of a duty, in the order of its fields.
_TERMS: Final = ("role", "function", "modality")
ELSEWHERE: Final = "Search by name on the start page, or list the questions."


@dataclass(frozen=True)
class Origin:
    """Who says a statement: the kind of its graph, the certainty, and the places or pages it rests on."""

    graph: str
    kind: str
    confidence: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """A value of a property: an IRI to link, or a text with its language or datatype."""

    text: str
    is_iri: bool
    language: str | None = None
    datatype: str | None = None


@dataclass(frozen=True)
class Statement:
    """One value of one property, and who says so."""

    value: Value
    origin: Origin


@dataclass
class Duty:
    """A responsibility as a row: terms are IRIs, several target groups are one row.

    ``holder`` differs from the page's institution where that institution only acts for the holder.
    """

    iri: str
    holder: str
    role: str | None
    function: str | None
    modality: str | None
    origin: Origin
    groups: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


@dataclass
class Thing:
    """What the graph holds about one IRI."""

    iri: str
    types: list[str]
    identifiers: list[str]
    alternative: list[tuple[str, str]]
    sources: list[str]
    statements: dict[str, list[Statement]]
    inverse: dict[str, list[Statement]]
    inverse_cut: bool
    duties: list[Duty]
    labels: dict[str, Label]


def _value(term: object) -> Value:
    if isinstance(term, NamedNode):
        return Value(term.value, True)
    if isinstance(term, Literal):
        return Value(term.value, False, term.language, term.datatype.value)
    return Value(str(term), False)


async def graph_origins(store: Store) -> dict[str, Origin]:
    """Return who says what each catalogued graph holds (``data/catalog.ttl``)."""
    found: dict[str, tuple[str, str | None, list[str]]] = {}
    for row in (await store.select(_GRAPHS)).rows:
        kind, confidence, source = row["kind"], row.get("confidence"), row.get("source")
        entry = found.setdefault(_iri(row["graph"]), (_tail(kind), _tail(confidence) if confidence else None, []))
        if source is not None:
            entry[2].append(_iri(source))
    return {
        graph: Origin(graph, kind, confidence, tuple(sources)) for graph, (kind, confidence, sources) in found.items()
    }


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal | BlankNode) else str(term)


def _tail(term: object) -> str:
    return _iri(term).rsplit("/", 1)[-1]


def _origin(graph: str, known: dict[str, Origin], own: Iterable[str] = ()) -> Origin:
    """Return the origin of a statement; its thing's own sources in that graph say more than the graph's."""
    base = known.get(graph)
    if base is None:
        kind = "inferred" if graph == str(GRAPH.inferred) else "vocabulary"
        base = Origin(graph, kind, None, ())
    sources = tuple(sorted(own))
    return Origin(graph, base.kind, base.confidence, sources or base.sources)


def node_of(iri: str) -> NamedNode:
    """Return an IRI as a term; raises ``NotFoundError`` for a text that can be no IRI."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise NotFoundError(f"This is no IRI: {iri[:200]!r}.", ELSEWHERE) from error


async def describe(store: Store, iri: str) -> Thing:
    """Collect what the graph says of an IRI.

    Raises ``NotFoundError`` where no statement has the IRI as subject or object.
    """
    node = {"thing": node_of(iri)}
    rows = (await store.select(_STATEMENTS, node)).rows
    inverse_rows = await store.select(_INVERSE, node)
    if not rows and not inverse_rows.rows:
        raise NotFoundError(
            f"Nothing is recorded about {iri}.", "Search by name on the start page, or list the questions."
        )
    known = await graph_origins(store)
    own: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if _iri(row["property"]) == _SOURCE:
            own[_iri(row["graph"])].add(_iri(row["value"]))
    statements: dict[str, list[Statement]] = defaultdict(list)
    for row in rows:
        graph = _iri(row["graph"])
        statements[_iri(row["property"])].append(Statement(_value(row["value"]), _origin(graph, known, own[graph])))
    inverse: dict[str, list[Statement]] = defaultdict(list)
    for row in inverse_rows.rows[:INVERSE_LIMIT]:
        inverse[_iri(row["property"])].append(Statement(_value(row["subject"]), _origin(_iri(row["graph"]), known)))
    duties = await _duties(store, node, known)
    thing = Thing(
        iri=iri,
        types=[item.value.text for item in statements.get(_TYPE, [])],
        identifiers=[item.value.text for item in statements.get(_IDENTIFIER, [])],
        alternative=sorted((item.value.text, item.value.language or "") for item in statements.get(_ALT, [])),
        sources=sorted({source for graph, sources in own.items() for source in sources}),
        statements={key: _sorted(values) for key, values in statements.items() if key not in _IN_HEAD},
        inverse={key: values for key, values in inverse.items() if not (duties and key in _AS_DUTY)},
        inverse_cut=len(inverse_rows.rows) > INVERSE_LIMIT or inverse_rows.truncated,
        duties=duties,
        labels={},
    )
    thing.labels = await labels_of(store, _mentioned(thing))
    return thing


def _sorted(values: list[Statement]) -> list[Statement]:
    return sorted(values, key=lambda item: (item.value.language or "", item.value.text))


async def _duties(store: Store, node: dict[str, NamedNode], known: dict[str, Origin]) -> list[Duty]:
    duties: dict[str, Duty] = {}
    for row in (await store.select(_DUTIES, dict(node))).rows:
        iri = _iri(row["duty"])
        role, function, modality = (_iri(row[key]) if row.get(key) is not None else None for key in _TERMS)
        duty = duties.setdefault(
            iri,
            Duty(iri, _iri(row["holder"]), role, function, modality, _origin(_iri(row["graph"]), known)),
        )  # fmt: skip
        for key, target in (("group", duty.groups), ("basis", duty.bases), ("source", duty.sources)):
            term = row.get(key)
            if term is not None and _iri(term) not in target:
                target.append(_iri(term))
    return list(duties.values())


def _mentioned(thing: Thing) -> set[str]:
    """Return every IRI that the page shows, so that each is shown by its label."""
    iris = {thing.iri, *thing.types, *thing.sources, *thing.statements, *thing.inverse}
    for group in (thing.statements, thing.inverse):
        for values in group.values():
            for item in values:
                iris |= {item.value.text} if item.value.is_iri else set()
                iris |= {item.origin.graph, *item.origin.sources}
    for duty in thing.duties:
        iris |= {duty.iri, duty.holder, *duty.groups, *duty.bases, *duty.sources}
        iris |= {term for term in (duty.role, duty.function, duty.modality) if term}
    return {iri for iri in iris if iri.startswith(("http://", "https://"))}


def is_document(iri: str, types: Iterable[str]) -> bool:
    """Tell whether an IRI names a document, which may answer 200, rather than a thing, which answers 303."""
    documents = {
        str(ATF[name])
        for name in ("PolicyDocument", "Passage", "Edition", "NationalAct", "EUAct", "Treaty", "Provision")
    }
    return iri.startswith((str(GRAPH), str(SCHEME), BASE + "ontology", BASE + "rule/")) or bool(documents & set(types))
