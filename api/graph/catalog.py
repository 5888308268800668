"""The catalogue of graphs (data/catalog.ttl): every data file has its entry, every judgement its author."""

from collections.abc import Iterator, Sequence
from typing import Final

from pyoxigraph import NamedNode, Triple
from rdflib.namespace import DCAT, RDF

from api.errors import BuildError
from api.graph.names import Names, listing, short
from api.graph.sources import CATALOG, INFERRED, Source
from api.vocabulary import ATF, GRAPH, SCHEME

_KIND: Final = f"{SCHEME}assertion-kind/"
# Graphs that the build makes; whoever lists them in the catalogue has no file to show for it.
_MADE: Final = frozenset({INFERRED, f"{GRAPH}findings"})


def check_catalog(sources: Sequence[Source]) -> None:
    """Check the catalogue against the files, and the interpreted graphs against their interpretations.

    A rule sees the union of all graphs, so what depends on the graph is looked at here. Raises ``BuildError``
    naming each file.
    """
    catalog = next((source for source in sources if source.graph == CATALOG), None)
    if catalog is None:
        raise BuildError("data/catalog.ttl is missing: it says of each data file who asserts it.")
    datasets, kinds = set(), {}
    for subject, predicate, value in catalog.triples:
        if predicate.value == str(RDF.type) and value == NamedNode(str(DCAT.Dataset)):
            datasets.add(_iri(subject))
        if predicate.value == str(ATF.assertionKind):
            kinds[_iri(subject)] = _iri(value).removeprefix(_KIND)
    errors = []
    for source in sources:
        if not source.name.startswith("data/") or source is catalog:
            continue
        if source.graph not in datasets or source.graph not in kinds:
            errors.append(f"{source.name}: no dcat:Dataset with an assertion kind for {short(source.graph)}")
        elif kinds[source.graph] == "inferred":
            errors.append(f"{source.name} cannot be of the kind inferred: only the build infers.")
        elif kinds[source.graph] == "interpreted":
            errors += _unexplained(source)
    known = {source.graph for source in sources} | _MADE
    stale = (graph for graph in datasets if graph.startswith(str(GRAPH)) and graph not in known)
    errors += [f"data/catalog.ttl describes {short(graph)}, which no file holds." for graph in stale]
    if errors:
        raise BuildError(f"The catalogue of graphs does not fit the files:\n{listing(errors)}")


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _unexplained(source: Source) -> Iterator[str]:
    """Yield the judgements without an atf:Interpretation beside them, and the interpretations without one."""
    about: dict[str, dict[str, object]] = {}
    typed = set()
    for subject, predicate, value in source.triples:
        if predicate.value == str(RDF.type):
            typed.add(subject)
        for part in ("aboutSubject", "aboutPredicate", "aboutObject"):
            if predicate.value == str(ATF[part]):
                about.setdefault(_iri(subject), {})[part] = value
    explained = {tuple(parts.values()): name for name, parts in _in_order(about).items()}
    names = Names(source.triples)
    stated = {(triple.subject, triple.predicate, triple.object) for triple in source.triples}
    for statement in sorted(stated, key=str):
        # What the file itself introduces (an agent, an interpretation) is no judgement about something else.
        if statement[0] not in typed and statement not in explained:
            yield f"{source.name}: no atf:Interpretation stands beside {Triple(*statement)}."
    for parts, name in explained.items():
        if parts not in stated:
            yield f"{source.name}: {names.of(name)} explains a statement that is not in this file."


def _in_order(about: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """Bring the parts of each interpretation into the order of a triple."""
    parts = ("aboutSubject", "aboutPredicate", "aboutObject")
    return {name: {part: found.get(part) for part in parts} for name, found in about.items()}
