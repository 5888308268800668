"""What the graph knows that a sheet refers to: bodies and their names in time, objectives, plans, concepts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store
from rdflib.namespace import DCTERMS, ORG, SKOS

from api.vocabulary import ATF, ELI, ID, SCHEME

_PREFIXES: Final = f"""PREFIX atf: <{ATF}> PREFIX dcterms: <{DCTERMS}> PREFIX eli: <{ELI}>
PREFIX org: <{ORG}> PREFIX skos: <{SKOS}>
"""
_BODIES: Final = """SELECT ?body ?property ?name ?from ?through WHERE {
  { ?body a atf:Institution } UNION { ?body a atf:InstitutionGroup }
  ?body ?property ?name . FILTER(?property IN (skos:prefLabel, skos:altLabel))
  OPTIONAL { ?body atf:validFrom ?from } OPTIONAL { ?body atf:validThrough ?through } }"""
_CHANGES: Final = """SELECT ?old ?new ?day WHERE {
  ?change a org:ChangeEvent ; org:originalOrganization ?old ; org:resultingOrganization ?new .
  OPTIONAL { ?change atf:onDate ?day } }"""
_DOCUMENTS: Final = """SELECT ?document ?kind ?from ?through ?loaded ?refers ?label WHERE {
  ?document a atf:PolicyDocument ; skos:prefLabel ?label .
  OPTIONAL { ?document eli:type_document ?kind } OPTIONAL { ?document atf:validFrom ?from }
  OPTIONAL { ?document atf:validThrough ?through } OPTIONAL { ?document atf:contentLoaded ?loaded }
  OPTIONAL { ?document atf:refersTo ?refers . ?refers a atf:PolicyDocument } }"""
_OBJECTIVES: Final = """SELECT ?objective ?number ?document ?function WHERE {
  ?objective a atf:SpecificObjective ; dcterms:identifier ?number ; dcterms:isPartOf+ ?document .
  ?document a atf:PolicyDocument .
  OPTIONAL { ?objective atf:requires ?function } }"""
_GENERAL: Final = """SELECT ?number ?document WHERE {
  ?objective a atf:GeneralObjective ; dcterms:identifier ?number ; dcterms:isPartOf ?document }"""
_CONCEPTS: Final = """SELECT ?concept ?label WHERE {
  VALUES ?scheme { SCHEMES } ?concept skos:inScheme ?scheme ; skos:prefLabel|skos:altLabel ?label }"""
_APPROVALS: Final = "SELECT ?act ?document WHERE { ?act atf:approves ?document . ?document a atf:PolicyDocument }"


@dataclass(frozen=True)
class Body:
    """An institution or a category of them, its names, and the first and last day on which it existed."""

    iri: str
    label: Mapping[str, str] = field(hash=False, compare=False)
    names: frozenset[str] = field(hash=False, compare=False, default=frozenset())
    first: date | None = field(compare=False, default=None)
    last: date | None = field(compare=False, default=None)

    @property
    def slug(self) -> str:
        """The last part of its IRI."""
        return self.iri.rsplit("/", 1)[-1]

    def existed(self, first: date, last: date) -> bool:
        """Tell whether it existed on some day of a period."""
        return (self.first is None or self.first <= last) and (self.last is None or self.last >= first)


@dataclass(frozen=True)
class Document:
    """A policy document: its period, whether its content is loaded, what it refers to, and the act that approves it."""

    iri: str
    label: Mapping[str, str]
    kinds: frozenset[str]
    first: date | None
    last: date | None
    loaded: bool | None
    refers: frozenset[str]
    act: str | None

    @property
    def slug(self) -> str:
        """The last part of its IRI."""
        return self.iri.rsplit("/", 1)[-1]


@dataclass
class Framework:
    """The parts of a graph that an import looks up; ``store`` holds its statements in the default graph."""

    store: Store = field(repr=False)
    bodies: dict[str, Body] = field(default_factory=dict)
    successors: dict[str, set[str]] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    objectives: dict[tuple[str, str], str] = field(default_factory=dict)
    general: set[tuple[str, str]] = field(default_factory=set)
    requires: dict[str, set[str]] = field(default_factory=dict)

    def rows(self, query: str) -> QuerySolutions:
        """Answer a SELECT with our prefixes."""
        found = self.store.query(_PREFIXES + query, use_default_graph_as_union=False)
        assert isinstance(found, QuerySolutions)
        return found

    def concepts(self, *schemes: str) -> dict[str, set[str]]:
        """Return the concepts of some schemes (by the last part of their IRIs) with their labels."""
        found: dict[str, set[str]] = defaultdict(set)
        wanted = " ".join(f"<{SCHEME}{scheme}>" for scheme in schemes)
        for row in self.rows(_CONCEPTS.replace("SCHEMES", wanted)):
            found[_text(row["concept"])].add(_text(row["label"]))
        return found

    def holds(self, graph: str) -> bool:
        """Tell whether a named graph has statements."""
        return any(self.store.quads_for_pattern(None, None, None, NamedNode(graph)))

    def without(self, graph: str) -> "Framework":
        """Return the framework as it is without a named graph, whose statements are taken out of the store."""
        for quad in list(self.store.quads_for_pattern(None, None, None, NamedNode(graph))):
            self.store.remove(quad)
            self.store.remove(Quad(quad.subject, quad.predicate, quad.object))
        return framework_of(self.store)

    def today(self, body: Body) -> tuple[Body, ...]:
        """Return the bodies that succeeded one, at the end of the chain of changes."""
        reached, border = {body.iri}, {body.iri}
        ends: set[str] = set()
        while border:
            following = {new for old in border for new in self.successors.get(old, ())} - reached
            ends |= {old for old in border if not self.successors.get(old)}
            reached |= following
            border = following
        return tuple(self.bodies[iri] for iri in sorted(ends - {body.iri}) if iri in self.bodies)


def framework_of(store: Store) -> Framework:
    """Read what an import needs from a store that holds the statements in its default graph and in their own."""
    found = Framework(store)
    _read_changes(found)
    _read_bodies(found)
    _read_documents(found)
    for row in found.rows(_OBJECTIVES):
        objective, document = _text(row["objective"]), _text(row["document"])
        found.objectives[document, _text(row["number"])] = objective
        functions = found.requires.setdefault(objective, set())
        if row["function"] is not None:
            functions.add(_text(row["function"]))
    found.general = {(_text(row["document"]), _text(row["number"])) for row in found.rows(_GENERAL)}
    return found


def _read_changes(found: Framework) -> None:
    for row in found.rows(_CHANGES):
        found.successors.setdefault(_text(row["old"]), set()).add(_text(row["new"]))


def _read_bodies(found: Framework) -> None:
    names: dict[str, set[str]] = defaultdict(set)
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    days: dict[str, tuple[date | None, date | None]] = {}
    for row in found.rows(_BODIES):
        iri, name = _text(row["body"]), row["name"]
        assert isinstance(name, Literal)
        names[iri].add(name.value)
        days[iri] = (_day(row["from"]), _day(row["through"]))
        if _text(row["property"]) == str(SKOS.prefLabel) and name.language:
            labels[iri][name.language] = name.value
    ends, begins = _changed(found)
    for iri, own in names.items():
        first, last = days[iri]
        found.bodies[iri] = Body(iri, labels[iri], frozenset(own), first or begins.get(iri), last or ends.get(iri))


def _changed(found: Framework) -> tuple[dict[str, date], dict[str, date]]:
    """Return the last day of bodies that a dated change ended, and the first day of those that it made."""
    ends: dict[str, date] = {}
    begins: dict[str, date] = {}
    for row in found.rows(_CHANGES):
        day = _day(row["day"])
        if day is not None and _text(row["old"]) != _text(row["new"]):
            ends[_text(row["old"])] = day - timedelta(days=1)
            begins[_text(row["new"])] = day
    return ends, begins


def _read_documents(found: Framework) -> None:
    acts = {_text(row["document"]): _text(row["act"]) for row in found.rows(_APPROVALS)}
    grouped: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    names = ("document", "kind", "from", "through", "loaded", "refers", "label")
    for row in found.rows(_DOCUMENTS):
        grouped[_text(row["document"])].append({name: row[name] for name in names})
    for iri, rows in grouped.items():
        loaded = {_text(row["loaded"]) for row in rows if row["loaded"] is not None}
        found.documents[iri] = Document(
            iri,
            {row["label"].language: row["label"].value for row in rows if isinstance(row["label"], Literal)},  # type: ignore[misc]
            frozenset(_text(row["kind"]).rsplit("/", 1)[-1] for row in rows if row["kind"] is not None),
            _day(rows[0]["from"]),
            _day(rows[0]["through"]),
            "true" in loaded if loaded else None,
            frozenset(_text(row["refers"]) for row in rows if row["refers"] is not None),
            acts.get(iri),
        )


def short_label(bodies: Iterable[Body], lang: str) -> str:
    """Return the names of bodies for a sentence."""
    return ", ".join(body.label.get(lang, body.slug) for body in bodies)


def document_iri(slug: str) -> str:
    """Return the IRI of a document by its slug."""
    return f"{ID}document/{slug}"


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _day(term: object) -> date | None:
    try:
        return date.fromisoformat(term.value) if isinstance(term, Literal) else None
    except ValueError:
        return None
