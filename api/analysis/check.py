"""The analysis: rules over facts, and what becomes of each finding (rules.md, "What every finding says")."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode

from api.analysis import engine_fast
from api.analysis.certainty import Certainty
from api.analysis.collapse import collapse
from api.analysis.details import findings_of
from api.analysis.documents import Documents
from api.analysis.facts import Facts, facts_of_build, facts_of_files
from api.analysis.findings import Finding
from api.analysis.rules import RuleSet, load_rules
from api.analysis.waivers import Waivers, waivers_of
from api.errors import UsageError
from api.settings import Settings
from api.vocabulary import RUN

ENGINES: Final = ("fast", "pyshacl")
Progress = Callable[[str], None]
_RUN: Final = NamedNode(str(RUN))


def _silent(_step: str) -> None:
    pass


@dataclass(frozen=True)
class Analysis:
    """The findings of some rules on some facts, in their order, and what to know before reading them."""

    facts: Facts
    rules: RuleSet
    findings: tuple[Finding, ...]
    notices: tuple[str, ...]


def check(
    settings: Settings,
    files: Sequence[Path] = (),
    *,
    as_of: date | None = None,
    rules: Sequence[str] = (),
    engine: str = "fast",
    integrity: bool = False,
    remote: bool = False,
    today: date | None = None,
    progress: Progress = _silent,
) -> Analysis:
    """Analyse the built dataset, or RDF files or (``remote``) the server of ``settings.store`` instead of it.

    ``rules`` are ids (none: all but the integrity rules, which ``integrity`` adds); ``as_of`` is the day
    (default: model.md §7), ``today`` the day on which waivers and expiry are judged.

    Raises ``UsageError`` for an unknown rule or engine, ``UnavailableError`` for what cannot be read.
    """
    chosen = load_rules(settings.root).choose(rules, integrity=integrity)
    if engine not in ENGINES:
        raise UsageError(f"There is no engine {engine!r}.", f"Choose one of: {', '.join(ENGINES)}.")
    if files:
        facts = facts_of_files(settings, files, chosen, as_of=as_of, today=today, progress=progress)
    elif remote:
        from api.analysis.remote import facts_of_store  # it brings the libraries of a client

        facts = facts_of_store(settings, as_of, today, progress)
    else:
        progress("reading the built dataset")
        facts = facts_of_build(settings, as_of, today)
    return analyse(facts, chosen, engine, progress)


def analyse(facts: Facts, rules: RuleSet, engine: str = "fast", progress: Progress = _silent) -> Analysis:
    """Evaluate rules over facts and settle the status of every finding."""
    progress(f"evaluating {len(rules.rules)} rules as of {facts.as_of}")
    if engine == "pyshacl":
        from api.analysis import engine_shacl  # pySHACL takes a while to load

        pairs = engine_shacl.find(facts.store, rules)
    else:
        pairs = engine_fast.find(facts.store, rules.rules, progress)
    # The node that carries the date is ours, not the author's.
    pairs = {rule: {pair for pair in found if pair.this != _RUN} for rule, found in pairs.items()}
    waivers, certainty, documents = waivers_of(facts), Certainty(facts), Documents(facts)
    settled: dict[str, list[Finding]] = {}
    with ThreadPoolExecutor(engine_fast.THREADS) as pool:
        # While the long queries run, what the short ones give is settled here.
        waiting = {
            pool.submit(findings_of, facts, rule, pairs.pop(rule.id)): rule
            for rule in sorted(rules.rules, key=engine_fast.length, reverse=True)
        }
        for done in as_completed(waiting):
            rule = waiting.pop(done)
            weighed = [_accept(certainty.weigh(finding), waivers) for finding in done.result()]
            settled[rule.id] = []
            for finding in collapse(facts, documents, rule, weighed):
                accepted = _accept(finding, waivers)
                waits = (
                    documents.fillers((finding.focus, *finding.values), rule.fillable_by) if rule.fillable_by else ()
                )
                settled[rule.id].append(replace(accepted, waiting_for=waits) if waits else accepted)
    found = [finding for rule in rules.rules for finding in settled[rule.id]]
    progress(f"{len(found)} findings")
    ordered = tuple(sorted(found, key=lambda finding: finding.order))
    return Analysis(facts, rules, ordered, (*facts.notices, *waivers.notices))


def _accept(finding: Finding, waivers: Waivers) -> Finding:
    waiver = waivers.valid.get(finding.id)
    return replace(finding, waiver=waiver) if waiver else finding
