"""The dataset as a whole: its manifest, its description for catalogues, and its files (architecture.md, HTTP)."""

import asyncio
import os
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Any, Final

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDF
from starlette.responses import RedirectResponse, Response, StreamingResponse

from api.errors import NotFoundError
from api.graph.dataset import Manifest
from api.graph.sources import CATALOG
from api.profiles import web as profiles
from api.vocabulary import BASE
from api.web.address import address_of
from api.web.catalogue import DATASET, EDITORS, Facts, describe
from api.web.conditional import CACHE, matches, not_modified, respond
from api.web.dumps import MADE, Dump, Dumps
from api.web.media import DATASET_FORMATS, GRAPH_FORMATS, HTML, JSON, negotiate
from api.web.pages import LANGUAGES, preferred_language

router = APIRouter()

# What the catalogue of graphs says of each, without its type: a part of the dataset is no dataset to a harvester.
_ENTRIES: Final = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{CATALOG}> {{ ?s ?p ?o }} }}"
_EDITORS: Final = f"SELECT ?p ?o WHERE {{ <{EDITORS}> ?p ?o }}"
_USES: Final = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"
_FILES: Final = {name: media for media, name in DATASET_FORMATS.items()}
_WRITERS: Final = {"ttl": "turtle", "nt": "nt", "rdf": "pretty-xml", "jsonld": "json-ld"}
_CHUNK: Final = 1 << 18
# A client names the address, so that there is no end of them.
_MAX_KEPT: Final = 16
_SUFFIX: Final = ".sha256"


@router.get("/dataset", summary="The dataset: its manifest, or its description as DCAT-AP and VoID")
async def dataset(request: Request, format: str | None = None, profile: str | None = None) -> Response:
    """Answer with version, date, hash and counts as JSON, or with the description for catalogues as RDF.

    ``profile=`` asks for the dataset itself in the vocabulary of a standard (docs/profiles.md).
    """
    if profile is not None:
        return await profiles.answer(request, profile, format)
    media = negotiate(request, (JSON, HTML, *GRAPH_FORMATS), format)
    if media == JSON:
        found: Manifest = request.app.state.manifest
        return respond(request, found.model_dump_json(indent=2).encode(), JSON, headers=_links())
    return await _described(request, media)


@router.get("/.well-known/void", summary="The description of the dataset as VoID and DCAT-AP")
async def void(request: Request, format: str | None = None) -> Response:
    """Answer with the same description, where VoID looks for it."""
    return await _described(request, negotiate(request, (*GRAPH_FORMATS, HTML), format))


@router.get(
    "/dataset/{name}", summary="The dataset as a file: atf.nq, atf.trig, atf.ttl, atf.jsonld, and their .sha256"
)
async def file(request: Request, name: str) -> Response:
    """Answer with the whole dataset in one format, or with the checksum of that file, as ``sha256sum -c`` reads it."""
    extension = name.removesuffix(_SUFFIX).removeprefix("atf.")
    if name.removesuffix(_SUFFIX) != f"atf.{extension}" or extension not in _FILES:
        raise NotFoundError(
            f"There is no file '{name[:60]}'.", f"There are: {', '.join(f'atf.{one}' for one in _FILES)}."
        )
    dump = await _dumps(request).get(extension)
    if name.endswith(_SUFFIX):
        text = f"{dump.sha256}  atf.{extension}\n"
        return respond(request, text.encode(), "text/plain", vary="Accept-Encoding")
    tag = f'W/"{dump.sha256}"'
    if matches(request, tag):
        return not_modified(tag, "Accept-Encoding")
    headers = {
        "ETag": tag,
        "Cache-Control": CACHE,
        "Content-Length": str(dump.size),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Link": f'<{BASE}dataset>; rel="describedby"',
    }
    return StreamingResponse(_read(dump), media_type=_FILES[extension], headers=headers)


async def _read(dump: Dump) -> AsyncIterator[bytes]:
    position = 0
    while chunk := await asyncio.to_thread(os.pread, dump.file.fileno(), _CHUNK, position):
        position += len(chunk)
        yield chunk


async def _described(request: Request, media: str) -> Response:
    if media == HTML:
        return RedirectResponse(f"/{preferred_language(request)}/dataset", 303, {"Vary": "Accept, Accept-Language"})
    kept = _descriptions(request)
    key = media, address_of(request)
    if key not in kept:
        graph = describe(await _facts(request), key[1])
        kept[key] = await asyncio.to_thread(_write, graph, GRAPH_FORMATS[media])
        while len(kept) > _MAX_KEPT:
            kept.popitem(last=False)
    return respond(request, kept[key], media, headers=_links())


def _descriptions(request: Request) -> OrderedDict[tuple[str, str], bytes]:
    """Return the descriptions that were written of this dataset, by media type and address: one takes a second."""
    state = request.app.state
    if not hasattr(state, "descriptions"):
        state.descriptions = OrderedDict()
    found: OrderedDict[tuple[str, str], bytes] = state.descriptions
    return found


def _write(graph: Graph, name: str) -> bytes:
    return graph.serialize(format=_WRITERS[name], encoding="utf-8")


async def _facts(request: Request) -> Facts:
    state = request.app.state
    entries = [_triple(row) for row in (await state.store.select(_ENTRIES)).rows]
    entries = [entry for entry in entries if entry[1] != RDF.type]
    editors = [_triple({"s": NamedNode(str(EDITORS)), **row}) for row in (await state.store.select(_EDITORS)).rows]
    uses = {row["p"].value: int(row["n"].value) for row in (await state.store.select(_USES)).rows}
    dumps = {name: await _dumps(request).get(name) for name in ("nq", *MADE)}
    return Facts(state.manifest, [*entries, *editors], uses, dumps)


def _triple(row: dict[str, Any]) -> tuple[URIRef, URIRef, URIRef | Literal]:
    subject, predicate, value = row["s"], row["p"], row["o"]
    if isinstance(value, NamedNode):
        return URIRef(subject.value), URIRef(predicate.value), URIRef(value.value)
    datatype = None if value.language else URIRef(value.datatype.value)
    return URIRef(subject.value), URIRef(predicate.value), Literal(value.value, lang=value.language, datatype=datatype)


def _dumps(request: Request) -> Dumps:
    found: Dumps = request.app.state.dumps
    return found


def _links() -> dict[str, str]:
    """Return the other forms of the description (RFC 8288)."""
    links = [f'</{lang}/dataset>; rel="alternate"; type="{HTML}"; hreflang="{lang}"' for lang in LANGUAGES]
    links += [f'</dataset?format={name}>; rel="alternate"; type="{media}"' for media, name in GRAPH_FORMATS.items()]
    return {"Link": ", ".join([*links, f'<{DATASET}>; rel="canonical"'])}
