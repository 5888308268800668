"""The graph under analysis: the built dataset, or RDF files with our ontology and what follows from both."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, RdfFormat, Store, parse
from rdflib.namespace import ORG, XSD

from api.analysis.derivation import awake, derivations, materialise, needed, terms
from api.analysis.elsewhere import point_home
from api.analysis.reading import read_into
from api.analysis.rules import RuleSet
from api.errors import UnavailableError
from api.graph.asof import default_date
from api.graph.dataset import load_manifest, nquads_path, sha256_of
from api.settings import Settings
from api.vocabulary import ATF, ELI, GRAPH, RUN

FINDINGS_GRAPH: Final = str(GRAPH) + "findings"
WAIVERS: Final = "data/reviews/waivers.ttl"
_NOT_FACTS: Final = (f"<{FINDINGS_GRAPH}>", f"<{GRAPH}rule/")
Progress = Callable[[str], None]

_DATES: Final = (
    ATF.validFrom,
    ATF.validThrough,
    ATF.dueDate,
    ELI.date_no_longer_in_force,
    ELI.first_date_entry_in_force,
)
# What the assembly of findings reads, whatever the rules read.
_ALWAYS: Final = (ATF.effectiveFrom, ATF.effectiveThrough)
# What does not count on the day is marked, so that a query over the whole graph need not compare each date.
_NOT_VALID: Final = f"""PREFIX atf: <{ATF}>
DELETE {{ ?thing atf:notValidOn ?old }} WHERE {{ ?thing atf:notValidOn ?old }} ;
INSERT {{ ?thing atf:notValidOn ?day }} WHERE {{
  <{RUN}> atf:asOf ?day .
  ?thing atf:effectiveFrom ?from .
  FILTER(!COALESCE(?from <= ?day, false))
}} ;
INSERT {{ ?thing atf:notValidOn ?day }} WHERE {{
  <{RUN}> atf:asOf ?day .
  ?thing atf:effectiveThrough ?through .
  FILTER(!COALESCE(?through >= ?day, false))
}}"""
_RING: Final = f"ASK {{ ?a <{ORG.transitiveSubOrganizationOf}> ?a }}"


@dataclass(frozen=True)
class Facts:
    """What an analysis looks at, and on which day.

    The default graph of ``store`` holds every statement once, with what follows; statements that stand in a
    named graph stand there as well. ``notices`` are what a reader must know of the files before the findings.
    """

    store: Store = field(repr=False)
    dataset: str
    as_of: date
    today: date
    notices: tuple[str, ...] = ()

    def holds(self, query: str) -> bool:
        """Answer an ASK."""
        result = self.store.query(query)
        assert isinstance(result, QueryBoolean)
        return bool(result)

    def rows(self, query: str) -> QuerySolutions:
        """Answer a SELECT."""
        result = self.store.query(query)
        assert isinstance(result, QuerySolutions)
        return result


def facts_of_build(settings: Settings, as_of: date | None = None, today: date | None = None) -> Facts:
    """Take the built dataset as the graph under analysis; raises ``UnavailableError`` where there is none."""
    manifest = load_manifest(settings.build)
    quads = parse(path=str(nquads_path(settings.build)), format=RdfFormat.N_QUADS)
    return facts_of_quads(quads, manifest.sha256, as_of or manifest.as_of, today)


def facts_of_quads(quads: Iterable[Quad], dataset: str, as_of: date | None = None, today: date | None = None) -> Facts:
    """Take statements that have their inferences already as the graph under analysis.

    Shapes are no part of what they look at, and findings are made anew.
    """
    store = Store()
    store.extend(
        copy
        for quad in quads
        if not str(quad.graph_name).startswith(_NOT_FACTS)
        for copy in (quad, Quad(quad.subject, quad.predicate, quad.object))
    )
    today = today or date.today()
    return dated(store, dataset, as_of or default_date(store, today), today)


def facts_of_files(
    settings: Settings,
    files: Sequence[Path],
    rules: RuleSet,
    *,
    as_of: date | None = None,
    today: date | None = None,
    progress: Progress = lambda _step: None,
) -> Facts:
    """Take RDF files together with our ontology and schemes as the graph under analysis.

    Only what the rules read is derived. The project's waivers count here, too.

    Raises ``UnavailableError`` for a file that cannot be read or holds nothing of our vocabulary,
    ``UsageError`` for a suffix that is none of RDF.
    """
    store = Store()
    digest = hashlib.sha256()
    for file in files:
        progress(f"reading {file}")
        read_into(store, file, alone=len(files) == 1)
        digest.update(bytes.fromhex(sha256_of(file)))
    names = ", ".join(str(file) for file in files)
    notices = _check_vocabulary(store, names)
    progress("reading the ontology")
    for file in sorted((settings.root / "ontology").rglob("*.ttl")):
        read_into(store, file, alone=False)
    waivers = settings.root / WAIVERS
    if waivers.is_file() and waivers.resolve() not in {file.resolve() for file in files}:
        read_into(store, waivers, alone=False)
        # The graph of the waivers is described in full by the catalogue, which is no part of this.
        for quad in list(store.quads_for_pattern(NamedNode(f"{GRAPH}reviews/waivers"), None, None)):
            store.remove(quad)
    progress("deriving what follows")
    materialise(store, needed(awake(derivations(settings.root), store), _read_terms(rules)))
    if any(rule.kind == "integrity" for rule in rules.rules):
        point_home(store, settings.root)
    today = today or date.today()
    facts = dated(store, digest.hexdigest(), as_of or default_date(store, today), today)
    return Facts(store, facts.dataset, facts.as_of, today, (*notices, *_warnings(facts)))


def dated(store: Store, dataset: str, as_of: date, today: date) -> Facts:
    """Write the days of an analysis into its graph, where the rules read them (model.md §7)."""
    run = NamedNode(str(RUN))
    for name, day in (("asOf", as_of), ("today", today)):
        term = NamedNode(str(ATF) + name)
        for quad in list(store.quads_for_pattern(run, term, None)):
            store.remove(quad)
        store.add(Quad(run, term, Literal(day.isoformat(), datatype=NamedNode(str(XSD.date)))))
    store.update(_NOT_VALID)
    return Facts(store, dataset, as_of, today)


def _read_terms(rules: RuleSet) -> set[str]:
    texts = [text for rule in rules.rules for text in (rule.whole_graph, rule.set_select, rule.detail_select) if text]
    targets = {name for rule in rules.rules for name in rule.classes}
    return {str(term) for term in _ALWAYS}.union(targets, *map(terms, texts))


def _check_vocabulary(store: Store, names: str) -> list[str]:
    """Tell whether files hold a framework at all.

    Raises ``UnavailableError`` where no thing is of a class of ours: no findings would be no news then.
    """
    if any(store.quads_for_pattern(None, NamedNode(str(ATF.holder)), None)):
        return []
    question = f"is this a framework in the vocabulary {ATF}?"
    ask = f'ASK {{ ?thing a ?class . FILTER(STRSTARTS(STR(?class), "{ATF}")) }}'
    if not store.query(ask):
        raise UnavailableError(
            f"0 responsibilities found in {names}: {question}", "Nothing in it is of one of our classes."
        )
    return [f"0 responsibilities with a holder found in {names}: {question}"]


def _warnings(facts: Facts) -> list[str]:
    """Say what would quietly distort the findings: dates that no calendar has, bodies above themselves."""
    found = []
    for name in _DATES:
        for row in facts.rows(f"SELECT DISTINCT ?day WHERE {{ ?thing <{name}> ?day }}"):
            day = row["day"]
            if not isinstance(day, Literal) or day.datatype.value != str(XSD.date) or not _is_day(day.value):
                text = day.value if isinstance(day, Literal) else str(day)
                found.append(
                    f"'{text[:40]}' is no date (atf:{name.rsplit('#')[-1]}): "
                    "what carries it counts as not valid on any day."
                )
    if facts.holds(_RING):
        found.append("An institution is its own superior, directly or through others (see rule INT-005).")
    return found


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True
