"""Profiles over HTTP: the export at ``/dataset?profile=``, and schema.org inside the pages of acts and bodies."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from fastapi import Request
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from rdflib.namespace import RDF, XSD
from starlette.responses import Response

from api.graph.dataset import Manifest
from api.profiles.export import UNVERIFIED, visible
from api.profiles.profile import load_profiles, profile_of
from api.sparql.store import Store
from api.vocabulary import ATF
from api.web.conditional import respond
from api.web.media import GRAPH_FORMATS, JSON, JSON_LD, NTRIPLES, RDF_XML, TURTLE, negotiate

_SCHEMA: Final = "https://schema.org/"
_EMBEDDED: Final = frozenset(
    str(ATF[name]) for name in ("NationalAct", "EUAct", "Treaty", "PolicyDocument", "Institution", "InstitutionGroup")
)
# An export is asked for whole; the dataset itself has far fewer statements than this.
_ROWS: Final = 1_000_000
# What could end the element that holds the data, or be taken for markup.
_ESCAPES: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


async def answer(request: Request, name: str, format_name: str | None) -> Response:
    """Answer with the dataset in a profile; without a name, with the list of profiles.

    Raises ``UsageError`` for an unknown profile.
    """
    if not name:
        listed = {"profiles": [profile.public() for profile in load_profiles().values()]}
        return respond(request, json.dumps(listed, ensure_ascii=False).encode(), JSON)
    profile = profile_of(name)
    media = negotiate(request, (TURTLE, RDF_XML, JSON_LD, NTRIPLES), format_name)
    state = request.app.state
    graphs = await _visible(state.store, state.manifest)
    result = await state.store.query(profile.query, accept=[media], default_graphs=graphs, max_rows=_ROWS)
    headers = {
        "Content-Disposition": f'inline; filename="atf-{profile.name}.{GRAPH_FORMATS[media]}"',
        "Link": f'<{profile.specification}>; rel="profile"',
    }
    return respond(request, result.body, media, headers=headers)


async def embedded(store: Store, manifest: Manifest, iri: str, types: Iterable[str]) -> str | None:
    """Return the JSON-LD of schema.org for a page about an act, document or body, safe inside a script element.

    It is a data block: no browser runs it, so the policy that allows no script in a page does not touch it.
    """
    graphs = await _visible(store, manifest)
    if not graphs or not _EMBEDDED & set(types):
        return None
    profile = load_profiles()["schema-org"]
    bindings = {"thing": NamedNode(iri)}
    result = await store.query(profile.query, accept=[NTRIPLES], bindings=bindings, default_graphs=graphs)
    triples = [quad.triple for quad in parse(result.body, format=RdfFormat.N_TRIPLES)]
    data = as_json_ld(iri, triples)
    return json.dumps(data, ensure_ascii=False).translate(_ESCAPES) if data else None


def as_json_ld(iri: str, triples: Iterable[Triple]) -> dict[str, Any] | None:
    """Return what is said of a thing as one object of JSON-LD in the context of schema.org."""
    found: dict[str, list[Any]] = {}
    for triple in sorted(triples, key=str):
        if not isinstance(triple.subject, NamedNode) or triple.subject.value != iri:
            continue
        if triple.predicate.value == str(RDF.type):
            name, value = "@type", getattr(triple.object, "value", "").removeprefix(_SCHEMA)
        else:
            name, value = triple.predicate.value.removeprefix(_SCHEMA), _value(triple.object)
        found.setdefault(name, []).append(value)
    if "@type" not in found:
        return None
    flat = {name: values[0] if len(values) == 1 else values for name, values in found.items()}
    return {"@context": "https://schema.org", "@id": iri, **flat}


def _value(term: object) -> str | Mapping[str, str]:
    if isinstance(term, NamedNode):
        return {"@id": term.value}
    assert isinstance(term, Literal)
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == str(XSD.date):
        return {"@value": term.value, "@type": f"{_SCHEMA}Date"}
    return term.value


async def _visible(store: Store, manifest: Manifest) -> list[str]:
    rows = (await store.select(UNVERIFIED)).rows
    return visible(manifest.graphs, (row["graph"].value for row in rows))
