"""The pinned snapshot of CELLAR (data/links/cellar-snapshot.ttl): what it said, when, and to which queries."""

import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from rdflib import DCTERMS, PROV, RDF, SKOS, XSD, Graph, Literal, URIRef
from rdflib.namespace import DCAT

from api.errors import UnavailableError
from api.graph.turtle import canonical
from api.links.harvest import Harvest
from api.links.ours import SNAPSHOT_GRAPH
from api.links.statements import ACTS, CELEX, DATES, ELI, IN_FORCE, RESOURCE, SUBJECT, TITLE, Statement
from api.vocabulary import ATF, SCHEME, bind_prefixes

NAME: Final = "data/links/cellar-snapshot.ttl"
_CATALOG: Final = "data/catalog.ttl"
_GRAPH: Final = URIRef(SNAPSHOT_GRAPH)
_LICENCE: Final = URIRef("https://creativecommons.org/licenses/by/4.0/")
_LABELS: Final = {"en": "Snapshot of CELLAR", "ro": "Copie din CELLAR"}


@dataclass(frozen=True)
class Snapshot:
    """A pinned answer of CELLAR."""

    endpoint: str
    fetched_at: datetime
    statements: frozenset[Statement]


def write_snapshot(found: Harvest, file: Path) -> None:
    """Write a harvest as canonical Turtle; raises ``UnavailableError`` where the file cannot be written."""
    graph = bind_prefixes(Graph())
    graph.add((_GRAPH, DCTERMS.source, URIRef(found.endpoint)))
    graph.add((_GRAPH, PROV.generatedAtTime, Literal(found.fetched_at.isoformat(), datatype=XSD.dateTime)))
    for query in found.queries.values():
        graph.add((_GRAPH, ATF.harvestQuery, Literal(query)))
    for statement in found.statements:
        graph.add((URIRef(RESOURCE + statement.subject), URIRef(statement.property), _term(statement)))
    _replace(file, canonical(graph))


def _term(statement: Statement) -> URIRef | Literal:
    name, value = statement.property, statement.value
    if name in ACTS:
        return URIRef(RESOURCE + value)
    if name == SUBJECT:
        return URIRef(value)
    if name in DATES:
        return Literal(value, datatype=XSD.date)
    if name == IN_FORCE:
        return Literal(value, datatype=XSD.boolean)
    if name == ELI:
        return Literal(value, datatype=XSD.anyURI)
    return Literal(value, lang=statement.language or None)


def read_snapshot(file: Path) -> Snapshot:
    """Read a pinned snapshot; raises ``UnavailableError`` where the file is none."""
    try:
        graph = Graph().parse(file, format="turtle")
        endpoint = str(graph.value(_GRAPH, DCTERMS.source, any=False))
        fetched = datetime.fromisoformat(str(graph.value(_GRAPH, PROV.generatedAtTime, any=False)))
    except (OSError, SyntaxError, ValueError) as error:
        raise UnavailableError(f"{file} is no snapshot that can be read.", "Run: atf links harvest") from error
    found = set()
    for subject, name, value in graph:
        if not str(subject).startswith(RESOURCE):
            continue
        text = str(value).removeprefix(RESOURCE)
        language = value.language or "" if isinstance(value, Literal) and str(name) == TITLE else ""
        found.add(Statement(str(subject).removeprefix(RESOURCE), str(name), text, language))
    if not any(statement.property == CELEX for statement in found):
        raise UnavailableError(f"{file} holds no act.", "Run: atf links harvest")
    return Snapshot(endpoint, fetched, frozenset(found))


def enter_in_catalogue(root: Path) -> bool:
    """Add the snapshot to the catalogue of graphs, which the build asks for; tell whether it was missing."""
    file = root / _CATALOG
    text = file.read_text(encoding="utf-8")
    if re.search(rf"<{re.escape(SNAPSHOT_GRAPH)}>\s+a dcat:Dataset", text):
        return False
    graph = Graph().parse(data=text, format="turtle")
    graph.add((_GRAPH, RDF.type, DCAT.Dataset))
    graph.add((_GRAPH, ATF.assertionKind, SCHEME["assertion-kind/external"]))
    graph.add((_GRAPH, ATF.confidence, SCHEME["confidence/seen-in-source"]))
    graph.add((_GRAPH, DCTERMS.created, Literal(datetime.now().date().isoformat(), datatype=XSD.date)))
    graph.add((_GRAPH, DCTERMS.license, _LICENCE))
    graph.add((_GRAPH, PROV.wasAttributedTo, URIRef("https://w3id.org/atf/id/agent/editors")))
    for language, label in _LABELS.items():
        graph.add((_GRAPH, SKOS.prefLabel, Literal(label, lang=language)))
    _replace(file, canonical(bind_prefixes(graph)))
    return True


def _replace(file: Path, text: str) -> None:
    """Write beside the old file first: a full disk costs nothing but the attempt."""
    temporary: Path | None = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "w", encoding="utf-8") as new:
            new.write(text)
        temporary.chmod(0o644)
        temporary.replace(file)
    except OSError as error:
        raise UnavailableError(f"{file} cannot be written: {error.strerror}.", "The old file is unchanged.") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
