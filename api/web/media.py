"""Media types: the one table of what we write, and the choice among them (RFC 9110 §12.5.1)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from starlette.requests import Request

from api.errors import BadRequestError, NotAcceptableError, ParameterError
from api.web.address import header_of

HTML: Final = "text/html"
JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
RESULTS_JSON: Final = "application/sparql-results+json"
RESULTS_XML: Final = "application/sparql-results+xml"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"
TURTLE: Final = "text/turtle"
NTRIPLES: Final = "application/n-triples"
RDF_XML: Final = "application/rdf+xml"
JSON_LD: Final = "application/ld+json"
NQUADS: Final = "application/n-quads"
TRIG: Final = "application/trig"

# What a SELECT, an ASK and a graph can be written as, with the name of each format; the first is the default.
SELECT_FORMATS: Final = {RESULTS_JSON: "json", RESULTS_XML: "xml", CSV: "csv", TSV: "tsv"}
ASK_FORMATS: Final = {RESULTS_JSON: "json", RESULTS_XML: "xml"}
GRAPH_FORMATS: Final = {TURTLE: "ttl", NTRIPLES: "nt", RDF_XML: "rdf", JSON_LD: "jsonld"}
# Wider types that some clients ask for; they are given only to those that take none of the above.
_RESULT_ALIASES: Final = {JSON: "json", "application/xml": "xml", "text/xml": "xml"}
_GRAPH_ALIASES: Final = {
    JSON: "jsonld",
    "application/xml": "rdf",
    "text/xml": "rdf",
    "text/plain": "nt",
    "application/x-turtle": "ttl",
    # A document in N-Triples is one in N-Quads, and one in Turtle is one in TriG.
    "application/n-quads": "nt",
    "application/trig": "ttl",
}
# Other names for ``format=``.
_NAMES: Final = {
    "turtle": "ttl",
    "n3": "ttl",
    "ntriples": "nt",
    "n-triples": "nt",
    "rdfxml": "rdf",
    "rdf-xml": "rdf",
    "rdf+xml": "rdf",
    "json-ld": "jsonld",
    "sparql-json": "json",
    "sparql-xml": "xml",
}
# What a dataset can be written as; Turtle holds the union of its graphs, so who can read graphs is not sent there.
DATASET_FORMATS: Final = {NQUADS: "nq", TRIG: "trig", TURTLE: "ttl", JSON_LD: "jsonld"}
# The name of each media type in ``format=``, and the media type of each name.
_SHORT: Final = SELECT_FORMATS | GRAPH_FORMATS
FORMATS: Final = {name: media for media, name in _SHORT.items()}

# Characters of an Accept header whose choice is remembered; a browser's has about a hundred.
_SHORT_HEADER: Final = 256
_WORD: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_RANGE: Final = re.compile(rf"\s*({_WORD})/({_WORD})\s*(?:;(.*))?", re.DOTALL)
_QUALITY: Final = re.compile(r"(?:^|;)\s*[qQ]=\s*(0(?:\.[0-9]*)?|1(?:\.0*)?)\s*(?:;|$)")


def formats_of(form: str) -> Mapping[str, str]:
    """Return what a query of a form (``select``, ``ask``, ``construct``, ``describe``) can be written as."""
    return {"select": SELECT_FORMATS, "ask": ASK_FORMATS}.get(form, GRAPH_FORMATS)


def aliases_of(form: str) -> Mapping[str, str]:
    """Return the wider media types under which a query of a form can be written as well."""
    if form in {"select", "ask"}:
        return _RESULT_ALIASES
    return _GRAPH_ALIASES


def read_accept(header: str) -> dict[str, float]:
    """Return the quality of each media range of an Accept header, in time linear in its length.

    Ranges that cannot be read are passed over, and an unreadable quality is 1. Where nothing can be read,
    everything is acceptable.
    """
    found: dict[str, float] = {}
    for part in header.split(","):
        matched = _RANGE.fullmatch(part)
        if matched:
            quality = _QUALITY.search(matched[3] or "")
            name = f"{matched[1]}/{matched[2]}".lower()
            found[name] = max(found.get(name, 0.0), float(quality[1]) if quality else 1.0)
    return found or {"*/*": 1.0}


def preferred(offers: Iterable[str], header: str) -> str | None:
    """Return the offer that an Accept header likes best, the earlier one of equals, or ``None``."""
    # Most clients send one of a few headers; a long one is no such, and is not kept.
    return (_remembered if len(header) <= _SHORT_HEADER else _preferred)(tuple(offers), header)


def _preferred(offers: tuple[str, ...], header: str) -> str | None:
    ranges = read_accept(header)
    best: str | None = None
    most = 0.0
    for offer in offers:
        exact = offer.split(";")[0].lower()
        family = exact.split("/")[0] + "/*"
        quality = next((ranges[name] for name in (exact, family, "*/*") if name in ranges), 0.0)
        if quality > most:
            best, most = offer, quality
    return best


_remembered: Final = lru_cache(512)(_preferred)


def accept_of(request: Request) -> str:
    """Return the Accept header of a request; no header accepts everything."""
    return header_of(request, b"accept") or "*/*"


def negotiate(
    request: Request,
    offers: Sequence[str],
    format_name: str | None = None,
    aliases: Sequence[str] = (),
) -> str:
    """Return the media type to answer with: what ``format=`` names, else what the client likes best.

    ``offers`` are in our order of preference; ``aliases`` are given only to those who take none of them.
    Raises ``BadRequestError`` for a format that nobody knows, ``NotAcceptableError`` where nothing fits.
    """
    if format_name:
        return _named(offers, format_name)
    accept = accept_of(request)
    found = preferred(offers, accept) or preferred(aliases, accept)
    if not found:
        raise not_acceptable(offers)
    return found


def chosen_format(request: Request, formats: Mapping[str, str], name: str | None, *, first: Sequence[str] = ()) -> str:
    """Return the media type that ``format=`` names, else what the client likes best.

    ``formats`` are the names with their media types, in our order of preference unless ``first`` gives another.
    Raises ``ParameterError`` for a name that is not among them, ``NotAcceptableError`` where nothing fits.
    """
    if not name:
        return negotiate(request, first or tuple(formats.values()))
    if name not in formats:
        hint = f"It is one of: {', '.join(formats)}."
        raise ParameterError(f"There is no format '{name[:40]}'.", hint, parameter="format")
    return formats[name]


def not_acceptable(offers: Sequence[str]) -> NotAcceptableError:
    """Return the error that lists what can be had."""
    hint = f"Accept one of: {', '.join(offers)}."
    return NotAcceptableError("Nothing that you accept can be given.", hint, acceptable=list(offers))


def _named(offers: Sequence[str], format_name: str) -> str:
    wanted = _NAMES.get(format_name.lower(), format_name.lower())
    for offer in offers:
        names = {offer, offer.split("/")[1], _SHORT.get(offer, "")}
        if wanted in names:
            return offer
    families = {"json": JSON_LD, "xml": RDF_XML}
    if wanted in families and families[wanted] in offers:
        return families[wanted]
    if wanted in FORMATS or wanted in _SHORT:
        raise not_acceptable(offers)
    known = ", ".join(_SHORT.get(offer, offer.split("/")[1]) for offer in offers)
    raise BadRequestError(f"There is no format '{format_name[:60]}'.", f"It is one of: {known}.")
