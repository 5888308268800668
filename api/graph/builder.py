"""The build: sources in, one checked and reasoned dataset out (architecture.md, "The way of the data")."""

import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize
from rdflib import OWL, RDF, XSD, Graph, URIRef

from api import __version__
from api.analysis.facts import FINDINGS_GRAPH
from api.analysis.findings_graph import triples_of
from api.errors import BuildError, UnavailableError
from api.graph.asof import default_date
from api.graph.catalog import check_catalog
from api.graph.clashes import explain
from api.graph.dataset import MANIFEST, NQUADS, Manifest
from api.graph.inference import infer, rules_of_axioms, rules_of_files
from api.graph.integrity import Violation, rules_of, violations
from api.graph.names import Names, listing, short
from api.graph.profile import check_profile
from api.graph.reasoning import Verdict, check_consistency
from api.graph.sources import INFERRED, ONTOLOGY, Source, load_sources
from api.graph.terms import graph_of
from api.settings import Settings
from api.vocabulary import ATF, RUN

# Classes of the languages that the dataset is written in; their members are not counted.
_LANGUAGES: Final = (
    str(OWL),
    str(RDF),
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/ns/shacl#",
)


def build(
    settings: Settings,
    out: Path | None = None,
    progress: Callable[[str], None] = lambda _step: None,
    today: date | None = None,
) -> Manifest:
    """Build the dataset of a checkout into a folder (default: the setting) and return its manifest.

    The sources are read, checked for statements that stand in two graphs, against the catalogue, as OWL 2 DL
    and by HermiT; what follows from them is added; the integrity rules run over the result, then the rules of
    the analysis, whose findings get a graph of their own. Only then are the old files replaced. ``today`` is
    the day that the default date is computed from.

    Raises ``BuildError`` when anything is wrong with the sources, ``UnavailableError`` when there is no Java
    or the folder cannot be written. An earlier build stays as it is.
    """
    folder = out or settings.build
    _replace(folder, {})
    progress("reading the sources")
    sources = load_sources(settings.root)
    check_duplicates(sources)
    check_catalog(sources)
    # Shapes are SHACL, not OWL: they are published, but neither reasoned about nor checked by themselves.
    model = [source for source in sources if not source.name.startswith("shapes/")]
    stated = [triple for source in model for triple in source.triples]
    axioms = graph_of(stated)
    progress(f"checking the OWL 2 DL profile of {len(stated)} statements in {len(model)} files")
    check_profile(axioms, model)
    with ThreadPoolExecutor(1) as pool:
        progress("proving consistency (HermiT), inferring, checking integrity (pySHACL)")
        verdict = pool.submit(_verdict, model)
        inferred = infer(stated, [*rules_of_axioms(axioms), *rules_of_files(settings.root / "ontology" / "inference")])
        found = violations([*stated, *inferred], rules_of(sources))
        _check_verdict(verdict.result(), axioms, model, progress)
    if found:
        raise BuildError(_violations_message(found, model))
    today = today or date.today()
    as_of = default_date(_store([*stated, *inferred]), today)
    day = Literal(as_of.isoformat(), datatype=NamedNode(str(XSD.date)))
    inferred.append(Triple(NamedNode(str(RUN)), NamedNode(str(ATF.asOf)), day))
    progress(f"analysing gaps and overlaps as of {as_of}")
    graphs: dict[str, Sequence[Triple]] = {source.graph: source.triples for source in sources} | {INFERRED: inferred}
    if findings := triples_of(settings.root, _quads(graphs), as_of, today):
        graphs[FINDINGS_GRAPH] = findings
    progress("writing the dataset")
    return _publish(graphs, as_of, folder)


def check_duplicates(sources: Iterable[Source]) -> None:
    """Check that a statement stands in one graph only: in the union of two it would count twice.

    Raises ``BuildError`` naming each such statement and both files.
    """
    first: dict[Triple, str] = {}
    errors = []
    for source in sources:
        for triple in source.triples:
            other = first.setdefault(triple, source.name)
            if other != source.name:
                errors.append(f"{triple} stands in {other} and in {source.name}.")
    if errors:
        raise BuildError(f"A statement may stand in one file only:\n{listing(errors)}")


def _verdict(model: Sequence[Source]) -> Verdict:
    terminology = [triple for source in model if source.graph == ONTOLOGY for triple in source.triples]
    return check_consistency(terminology, [triple for source in model for triple in source.triples])


def _check_verdict(verdict: Verdict, axioms: Graph, model: Sequence[Source], progress: Callable[[str], None]) -> None:
    declared = {term for term in axioms.subjects(RDF.type, OWL.Class) if isinstance(term, URIRef)}
    if verdict.classes != len(declared):
        raise BuildError(
            f"The reasoner saw {verdict.classes} classes, but the ontology declares {len(declared)}: "
            "its verdict would be about something else.",
            "Declare every class in ontology/atf.ttl.",
        )
    if verdict.unsatisfiable:
        names = Names(triple for source in model for triple in source.triples)
        classes = listing(names.of(iri) for iri in verdict.unsatisfiable)
        raise BuildError(f"These classes can have no member, their axioms exclude each other:\n{classes}")
    if not verdict.consistent:
        progress("looking for the contradiction")
        clash = explain(axioms, model, lambda some: _verdict(some).consistent)
        raise BuildError(f"The sources contradict themselves:\n{clash}")


def _violations_message(found: Sequence[Violation], model: Iterable[Source]) -> str:
    by_subject: dict[str, set[str]] = defaultdict(set)
    by_pair: dict[tuple[str, str], set[str]] = defaultdict(set)
    for source in model:
        for subject, _, value in source.triples:
            by_subject[getattr(subject, "value", "")].add(source.name)
            by_pair[getattr(subject, "value", ""), getattr(value, "value", "")].add(source.name)
    lines = []
    for violation in found:
        pair = (violation.focus, violation.value)
        files = by_pair.get(pair, set()) if violation.value else by_subject.get(violation.focus, set())
        place = f"{', '.join(sorted(files)) or 'inferred'} {short(violation.focus)}"
        lines.append(f"{violation.rule} {place}: {violation.message}")
    count = f"{len(found)} violation{'s' if len(found) > 1 else ''}"
    return f"{count} of the integrity rules:\n{listing(lines, len(lines))}"


def _store(triples: Iterable[Triple]) -> Store:
    store = Store()
    store.extend([Quad(*triple) for triple in triples])
    return store


def _quads(graphs: Mapping[str, Iterable[Triple]]) -> list[Quad]:
    return [
        Quad(triple.subject, triple.predicate, triple.object, NamedNode(graph))
        for graph, triples in graphs.items()
        for triple in triples
    ]


def _publish(graphs: Mapping[str, Sequence[Triple]], as_of: date, out: Path) -> Manifest:
    quads = _quads(graphs)
    lines = (serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    data = b"".join(sorted(lines))
    members = {
        (quad.object.value, str(quad.subject))
        for quad in quads
        if quad.predicate.value == str(RDF.type) and isinstance(quad.object, NamedNode)
    }
    classes = Counter(name for name, _ in members if not name.startswith(_LANGUAGES))
    manifest = Manifest(
        sha256=sha256(data).hexdigest(),
        quads=len(lines),
        graphs={graph: len(graphs[graph]) for graph in sorted(graphs)},
        classes=dict(sorted(classes.items())),
        version=__version__,
        built_at=datetime.now(UTC).replace(microsecond=0),
        as_of=as_of,
    )
    _replace(out, {NQUADS: data, MANIFEST: manifest.model_dump_json(indent=2).encode()})
    return manifest


def _replace(folder: Path, files: dict[str, bytes]) -> None:
    """Write all files beside the old ones first, so that a full disk costs nothing but the attempt.

    Without files it only tries whether the folder takes any: better said before the work than after it.
    """
    new: dict[Path, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        for name, data in files.items():
            descriptor, temporary = tempfile.mkstemp(prefix=f".{name}-", dir=folder)
            new[Path(temporary)] = folder / name
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            Path(temporary).chmod(0o644)
        for source, target in new.items():
            source.replace(target)
    except OSError as error:
        raise UnavailableError(
            f"The dataset cannot be written to {folder}: {error.strerror}.", "The earlier build is unchanged."
        ) from error
    finally:
        for source in new:
            with suppress(OSError):
                source.unlink()
