"""Where a proposal is written: its file, its entry in the catalogue, and the line that it makes untrue."""

import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, parse
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, PROV, RDF, SKOS, XSD

from api.errors import UnavailableError
from api.graph.terms import graph_of
from api.graph.turtle import canonical
from api.vocabulary import ATF, GRAPH, ID, SCHEME

_LICENCE: Final = URIRef("https://creativecommons.org/licenses/by/4.0/")


def catalogue_entry(graph: str, document: str, label: dict[str, str], created: date) -> Graph:
    """Return the entry of the catalogue for the graph of a plan or report."""
    entry, node = Graph(bind_namespaces="none"), URIRef(graph)
    entry.add((node, RDF.type, DCAT.Dataset))
    entry.add((node, ATF.assertionKind, URIRef(f"{SCHEME}assertion-kind/stated")))
    entry.add((node, DCTERMS.created, Literal(created.isoformat(), datatype=XSD.date)))
    entry.add((node, DCTERMS.license, _LICENCE))
    entry.add((node, DCTERMS.source, URIRef(document)))
    entry.add((node, PROV.wasAttributedTo, URIRef(f"{ID}agent/editors")))
    for lang, text in label.items():
        entry.add((node, SKOS.prefLabel, Literal(text, lang=lang)))
    return entry


def files_of(
    folder: Path, name: str, turtle: str, document: str, label: dict[str, str], *, created: date | None = None
) -> dict[Path, str]:
    """Return what a proposal writes, by file, without writing it.

    Within the ``data`` folder of a checkout the entry goes into its catalogue, and a statement elsewhere in it
    that the document is not loaded is taken out where the proposal says otherwise; in any other folder the entry
    comes as a file beside the proposal.
    """
    files = {folder / f"{name}.ttl": turtle}
    data = _data_folder(folder)
    place = folder.resolve().relative_to(data.resolve()).as_posix() if data else "plans"
    graph = f"{GRAPH}{place}/{name}"
    catalogue = (data or folder) / "catalog.ttl"
    known = _read(catalogue) if catalogue.exists() else Graph(bind_namespaces="none")
    if (URIRef(graph), RDF.type, DCAT.Dataset) not in known:
        entry = catalogue_entry(graph, document, label, created or date.today())
        for triple in entry:
            known.add(triple)
        files[catalogue] = canonical(known)
    if data:
        files |= _without_contradiction(data, folder / f"{name}.ttl", turtle, document)
    return files


def write_files(files: dict[Path, str]) -> None:
    """Write texts to files; raises ``UnavailableError`` where that fails, and no file is changed then."""
    _write({path: text.encode() for path, text in files.items()})


def write_bytes(target: Path, body: bytes) -> None:
    """Write one file; raises ``UnavailableError`` where that fails."""
    _write({target: body})


def _write(files: dict[Path, bytes]) -> None:
    """Write files beside their old forms first, so that a full disk changes nothing."""
    new: dict[Path, Path] = {}
    try:
        for target, body in files.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(prefix=".import-", dir=target.parent)
            new[Path(temporary)] = target
            with os.fdopen(descriptor, "wb") as file:
                file.write(body)
            Path(temporary).chmod(0o644)
        for source, target in new.items():
            source.replace(target)
    except OSError as error:
        raise UnavailableError(f"The files cannot be written: {error.strerror}.", "Nothing was changed.") from error
    finally:
        for source in new:
            source.unlink(missing_ok=True)


def _data_folder(folder: Path) -> Path | None:
    """Return the ``data`` folder of the checkout that a folder lies in."""
    whole = folder.resolve()
    for parent in (whole, *whole.parents):
        if parent.name == "data" and (parent / "catalog.ttl").is_file() and whole != parent:
            return parent
    return None


def _without_contradiction(data: Path, own: Path, turtle: str, document: str) -> dict[Path, str]:
    """Return the files that say another thing about whether the document is loaded, without that statement."""
    node = URIRef(document)
    said = _loaded(turtle, document)
    if said is None:
        return {}
    found = {}
    for file in sorted(data.rglob("*.ttl")):
        if file.resolve() == own.resolve() or document not in file.read_text(encoding="utf-8"):
            continue
        graph = _read(file)
        old = [value for value in graph.objects(node, ATF.contentLoaded) if str(value) != said]
        if old:
            for value in old:
                graph.remove((node, ATF.contentLoaded, value))
            found[file] = canonical(graph)
    return found


def _loaded(turtle: str, document: str) -> str | None:
    for quad in parse(turtle, format=RdfFormat.TURTLE):
        if quad.predicate.value == str(ATF.contentLoaded) and getattr(quad.subject, "value", "") == document:
            return str(getattr(quad.object, "value", ""))
    return None


def _read(file: Path) -> Graph:
    try:
        parser = parse(path=str(file), format=RdfFormat.TURTLE)
        triples = [quad.triple for quad in parser]
    except (SyntaxError, OSError) as error:
        raise UnavailableError(f"{file} cannot be read: {error}.", "Run: atf fmt --check") from error
    return graph_of(triples, parser.prefixes)
