"""The verb ``atf waive``: a decision to accept a finding, proposed as Turtle for review (architecture.md)."""

import argparse
import difflib
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from pyoxigraph import DefaultGraph, NamedNode
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS, XSD
from rdflib.term import Literal, URIRef

from api.analysis.check import Analysis, check
from api.analysis.facts import WAIVERS
from api.analysis.findings import Finding
from api.answering.labels import LANGUAGES
from api.errors import UsageError
from api.graph.asof import parse_date
from api.graph.terms import graph_of
from api.graph.turtle import canonical
from api.settings import Settings
from api.vocabulary import ATF, ID

EDITORS: Final = "editors"
# Where a short name of a legal ground is looked for.
_GROUNDS: Final = ("act", "provision", "document")
_TITLE: Final = {"en": "Acceptance of the finding {}", "ro": "Acceptarea constatării {}"}


def add_parser(verbs: Any) -> None:
    """Add the verb to the parser of the command."""
    waive = verbs.add_parser("waive", help="propose to accept a finding, as Turtle on standard output")
    waive.add_argument("finding", metavar="FINDING-ID", help="the id of a finding, e.g. GAP-001-0123456789ab")
    waive.add_argument("--reason", required=True, help="why it may stand, in the language of --lang")
    waive.add_argument("--until", required=True, metavar="DATE", help="the last day of the waiver, as year-month-day")
    waive.add_argument("--author", default=EDITORS, help="who accepts it: an agent or institution, IRI or short name")
    waive.add_argument("--ground", metavar="ACT", help="the legal ground: an act or provision, IRI or short name")
    waive.add_argument("--as-of", metavar="DATE", help="the day of the analysis that has the finding")
    waive.add_argument("--lang", default="en", help="language of the reason: en or ro (default: en)")
    waive.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the waiver as Turtle, ready for the file of waivers; nothing is written to it.

    Raises ``UsageError`` for a finding, author or ground that there is not, an empty reason, or a day that has
    passed.
    """
    if args.lang not in LANGUAGES:
        raise UsageError(f"--lang {args.lang!r} is unknown.", f"Choose one of: {', '.join(LANGUAGES)}.")
    if not args.reason.strip():
        raise UsageError("The reason is empty.", "Say why the finding may stand.")
    today, until = date.today(), parse_date(args.until)
    if until < today:
        raise UsageError(f"--until {until} has passed: the waiver would not count.", "Give a day from today on.")
    analysis = check(settings, as_of=parse_date(args.as_of) if args.as_of else None)
    finding = _finding(analysis, args.finding)
    said = [
        (RDF.type, ATF.Waiver),
        (ATF.waives, Literal(finding.id)),
        (PROV.wasAttributedTo, _known(analysis, args.author, ("agent", "institution"), "author")),
        (DCTERMS.created, Literal(today.isoformat(), datatype=XSD.date)),
        (ATF.validThrough, Literal(until.isoformat(), datatype=XSD.date)),
        (SKOS.note, Literal(" ".join(args.reason.split()), lang=args.lang)),
    ]
    said += [(SKOS.prefLabel, Literal(title.format(finding.id), lang=lang)) for lang, title in _TITLE.items()]
    if args.ground:
        said.append((ATF.legalBasis, _known(analysis, args.ground, _GROUNDS, "ground")))
    graph = graph_of(())
    for name, value in said:
        graph.add((URIRef(f"{ID}waiver/{finding.id.lower()}"), name, value))
    sys.stdout.write(canonical(graph))
    print(f"Add this to {WAIVERS} after review, run: atf fmt, then: atf build.", file=sys.stderr)
    return 0


def _finding(analysis: Analysis, finding_id: str) -> Finding:
    known = {finding.id.lower(): finding for finding in analysis.findings}
    found = known.get(finding_id.strip().lower())
    if found is None:
        near = [known[name].id for name in difflib.get_close_matches(finding_id.lower(), known, 3)]
        hint = f"Perhaps: {', '.join(near)}." if near else "List the findings with: atf check."
        raise UsageError(f"There is no finding {finding_id[:60]!r} as of {analysis.facts.as_of}.", hint)
    return found


def _known(analysis: Analysis, name: str, kinds: Sequence[str], what: str) -> URIRef:
    """Return the IRI of something that the graph describes, by its IRI or the last part of it."""
    for text in [name] if ":" in name else [f"{ID}{kind}/{name.strip().lower()}" for kind in kinds]:
        try:
            node = NamedNode(text)
        except ValueError:
            continue
        if any(analysis.facts.store.quads_for_pattern(node, None, None, DefaultGraph())):
            return URIRef(node.value)
    raise UsageError(f"There is no {what} {name[:80]!r} in the graph.", f"Give its IRI, or a name after {_or(kinds)}.")


def _or(kinds: Sequence[str]) -> str:
    return " or ".join(f"id/{kind}/" for kind in kinds)
