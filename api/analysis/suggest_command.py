"""The verb ``atf suggest``: interpreted statements that an editor may keep, as Turtle for review (rules.md)."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from rdflib.namespace import DCTERMS, ORG, PROV, RDF, SKOS, XSD
from rdflib.term import Literal, URIRef

from api.analysis.facts import Facts, facts_of_build
from api.analysis.suggestions import names_in, plain_name, similar, uncountable, words
from api.answering.edition import Editions
from api.answering.labels import LANGUAGES
from api.errors import UsageError
from api.graph.terms import graph_of
from api.graph.turtle import canonical
from api.settings import Settings
from api.vocabulary import ATF, ID

_AUTHOR: Final = URIRef(f"{ID}agent/editors")
_PREFIX: Final = f"PREFIX atf: <{ATF}> PREFIX dcterms: <{DCTERMS}> PREFIX org: <{ORG}> PREFIX skos: <{SKOS}> "
_OBJECTIVES: Final = """SELECT DISTINCT ?thing ?label ?number ?group WHERE {
  VALUES ?class { atf:GeneralObjective atf:SpecificObjective }
  ?thing a ?class ; skos:prefLabel ?label ; dcterms:identifier ?number ; dcterms:isPartOf+ ?document .
  ?document a atf:PolicyDocument . FILTER(LANG(?label) = "en") BIND(CONCAT(STR(?class), STR(?document)) AS ?group) }"""
_INDICATORS: Final = """SELECT DISTINCT ?thing ?label ?number WHERE {
  ?thing a atf:Indicator ; skos:prefLabel ?label . OPTIONAL { ?thing dcterms:identifier ?number }
  FILTER(LANG(?label) = "en") FILTER NOT EXISTS { ?thing atf:measurable ?judged }
  FILTER NOT EXISTS { ?judgement atf:aboutSubject ?thing ; atf:aboutPredicate atf:measurable } }"""
_BODIES: Final = """SELECT DISTINCT ?thing ?label ?from ?through WHERE {
  ?thing a atf:Institution ; skos:prefLabel|skos:altLabel ?label .
  OPTIONAL { ?thing atf:validFrom ?from } OPTIONAL { ?thing atf:validThrough ?through } }"""
_RELATED: Final = """SELECT ?one ?two WHERE {
  { ?one atf:similarTo|atf:sameBodyAs|org:subOrganizationOf ?two }
  UNION { ?event org:originalOrganization ?one ; org:resultingOrganization ?two } }"""
_EDITIONS: Final = """SELECT DISTINCT ?document ?hash ?lines WHERE {
  ?edition atf:sha256 ?hash ; atf:lineCount ?lines .
  ?passage atf:edition ?edition ; <http://data.europa.eu/eli/ontology#is_part_of>+ ?document .
  ?document a atf:PolicyDocument }"""
_PASSAGES: Final = """SELECT DISTINCT ?place WHERE {
  ?place a atf:Passage ; atf:edition/atf:sha256 "HASH" ; atf:firstLine ?first ; atf:lastLine ?last .
  FILTER(?first <= LINE && ?last >= LINE) } ORDER BY (?last - ?first) ?place LIMIT 1"""
_LABELS: Final = "SELECT DISTINCT ?label WHERE { ?thing skos:prefLabel|skos:altLabel|skos:hiddenLabel ?label }"
_PLACES: Final = "SELECT DISTINCT ?place WHERE { NODE dcterms:source ?place }"


@dataclass(frozen=True)
class Suggestion:
    """A statement with its reason: ``kind`` is a table of suggestions.toml, ``filled`` fills its texts."""

    slug: str
    kind: str
    subject: str
    predicate: URIRef
    object: URIRef | Literal
    confidence: float
    filled: dict[str, str]
    note: str = "note"
    # Where it stands; without it, where the things stand that it is about.
    places: tuple[str, ...] = ()


def add_parser(verbs: Any) -> None:
    """Add the verb to the parser of the command."""
    suggest = verbs.add_parser("suggest", help="propose interpreted statements for review, as Turtle")
    suggest.add_argument("kind", nargs="*", metavar="KIND", help=f"only: {', '.join(KINDS)} (default: all)")
    suggest.add_argument(
        "--least", type=float, metavar="SCORE", help="how alike two objectives are at least, 0 to 1 (default: 0.3)"
    )
    suggest.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the suggestions as Turtle; nothing is written.

    Raises ``UsageError`` for an unknown kind or a score out of range, ``UnavailableError`` where nothing is built.
    """
    unknown = [kind for kind in args.kind if kind not in KINDS]
    if unknown:
        raise UsageError(f"There is no kind {unknown[0][:60]!r}.", f"The kinds are: {', '.join(KINDS)}.")
    if args.least is not None and not 0 <= args.least <= 1:
        raise UsageError(f"--least {args.least:g} is out of range.", "Give a score from 0 to 1.")
    facts = facts_of_build(settings, None, None)
    least: float = words()["similar"]["least"] if args.least is None else args.least
    graph, counts = graph_of(()), dict.fromkeys(args.kind or KINDS, 0)
    for kind in counts:
        for suggestion in KINDS[kind](facts, settings, least):
            counts[kind] += 1
            for triple in _triples(facts, suggestion):
                graph.add(triple)
    sys.stdout.write(canonical(graph) if len(graph) else "")
    print(f"Proposed: {', '.join(f'{number} {kind}' for kind, number in counts.items())}.", file=sys.stderr)
    print("Keep what you agree with in a file of data/interpretation, with your reason; then: atf fmt, atf build.",
          file=sys.stderr)  # fmt: skip
    return 0


def _similar_objectives(facts: Facts, _settings: Settings, least: float) -> Iterator[Suggestion]:
    known = _related(facts)
    groups: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for row in _rows(facts, _OBJECTIVES):
        groups[row["group"].value][row["thing"].value] = (row["label"].value, row["number"].value)
    for things in groups.values():
        for score, one, two, shared in similar({iri: label for iri, (label, _) in things.items()}):
            if score >= least and frozenset((one, two)) not in known:
                told = {"first": things[one][1], "second": things[two][1]}
                told |= {"score": f"{score:.2f}", "words": ", ".join(shared[:6])}
                slug = f"{_last(one)}-similar-to-{_last(two)}"
                yield Suggestion(slug, "similar", one, ATF.similarTo, URIRef(two), score, told)


def _not_measurable(facts: Facts, _settings: Settings, _least: float) -> Iterator[Suggestion]:
    for row in _rows(facts, _INDICATORS):
        reason = uncountable(row["label"].value)
        if reason is None:
            continue
        number = row["number"].value if "number" in row else _last(row["thing"].value)
        note = "note_joined" if reason else "note_uncounted"
        said = Literal("false", datatype=XSD.boolean)
        slug, confidence = f"{_last(row['thing'].value)}-not-measurable", words()["measurable"]["confidence"]
        told = {"number": number, "words": reason}
        yield Suggestion(slug, "measurable", row["thing"].value, ATF.measurable, said, confidence, told, note)


def _same_bodies(facts: Facts, _settings: Settings, _least: float) -> Iterator[Suggestion]:
    known = _related(facts)
    named: dict[str, dict[str, tuple[tuple[str, str], str]]] = defaultdict(dict)
    for row in _rows(facts, _BODIES):
        # Bodies that follow one another may share a name; days as texts sort as days.
        days = (row["from"].value if "from" in row else "", row["through"].value if "through" in row else "9")
        named[plain_name(row["label"].value)][row["thing"].value] = (days, row["label"].value)
    for bodies in named.values():
        ordered = sorted(bodies)
        for number, one in enumerate(ordered):
            for two in ordered[number + 1 :]:
                (begin, end), name = bodies[one]
                (later, last), _ = bodies[two]
                pair = frozenset((one, two))
                if pair in known or begin > last or later > end:
                    continue
                known.add(pair)
                told = {"first": _last(one), "second": _last(two), "words": name}
                slug, confidence = f"{_last(one)}-same-body-as-{_last(two)}", words()["same"]["confidence"]
                yield Suggestion(slug, "same", one, ATF.sameBodyAs, URIRef(two), confidence, told)


def _unresolved_names(facts: Facts, settings: Settings, _least: float) -> Iterator[Suggestion]:
    labels = {plain_name(row["label"].value) for row in _rows(facts, _LABELS)}
    editions = Editions(settings.sources)
    for row in _rows(facts, _EDITIONS):
        text = editions.words(row["hash"].value, 1, int(row["lines"].value))
        if text is None:
            print("atf suggest: the words of a document are not at hand (ATF_SOURCES): no names are looked for in it.",
                  file=sys.stderr)  # fmt: skip
            continue
        document = row["document"].value
        for name, line in names_in(text.split("\n")):
            plain = plain_name(name)
            if not any(plain in label for label in labels):
                slug = f"{_last(document)}-{plain.replace(' ', '-')[:60]}-unresolved"
                told, confidence = {"words": name, "line": str(line)}, words()["unresolved"]["confidence"]
                said = Literal(name, lang="en")
                found = _rows(facts, _PASSAGES.replace("HASH", row["hash"].value).replace("LINE", str(line)))
                yield Suggestion(
                    slug, "unresolved", document, ATF.unresolvedName, said, confidence, told,
                    places=tuple(place["place"].value for place in found),
                )  # fmt: skip


KINDS: Final[dict[str, Callable[[Facts, Settings, float], Iterator[Suggestion]]]] = {
    "similar-objectives": _similar_objectives,
    "not-measurable": _not_measurable,
    "same-body": _same_bodies,
    "unresolved-names": _unresolved_names,
}


def _rows(facts: Facts, query: str) -> list[dict[str, Any]]:
    found = facts.rows(_PREFIX + query)
    names = [variable.value for variable in found.variables]
    rows = [{name: row[name] for name in names if row[name] is not None} for row in found]
    return sorted(rows, key=lambda row: [(name, str(term)) for name, term in sorted(row.items())])


def _related(facts: Facts) -> set[frozenset[str]]:
    return {frozenset((row["one"].value, row["two"].value)) for row in _rows(facts, _RELATED)}


def _triples(facts: Facts, one: Suggestion) -> Iterator[tuple[URIRef, URIRef, URIRef | Literal]]:
    """Yield the statement, and the interpretation that stands beside it (model.md §2)."""
    subject, node, texts = URIRef(one.subject), URIRef(f"{ID}interpretation/{one.slug}"), words()[one.kind]
    yield subject, one.predicate, one.object
    yield node, RDF.type, ATF.Interpretation
    yield node, ATF.aboutSubject, subject
    yield node, ATF.aboutPredicate, one.predicate
    yield node, ATF.aboutObject, one.object
    yield node, ATF.confidenceScore, Literal(f"{one.confidence:.2f}".rstrip("0").ljust(3, "0"), datatype=XSD.decimal)
    yield node, PROV.wasAttributedTo, _AUTHOR
    yield node, DCTERMS.created, Literal(date.today().isoformat(), datatype=XSD.date)
    things = [one.subject, *([str(one.object)] if isinstance(one.object, URIRef) else [])]
    asked = [row for thing in things for row in _rows(facts, _PLACES.replace("NODE", f"<{thing}>"))]
    for place in one.places or {row["place"].value for row in asked}:
        yield node, DCTERMS.source, URIRef(place)
    for lang in LANGUAGES:
        yield node, SKOS.note, Literal(texts[one.note][lang].format(**one.filled), lang=lang)
        yield node, SKOS.prefLabel, Literal(texts["label"][lang].format(**one.filled), lang=lang)


def _last(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]
