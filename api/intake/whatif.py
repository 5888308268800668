"""What a draft would change: the findings that it closes and opens, one by one, on one day."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse

from api.analysis.accounts import Account, accounts_of
from api.analysis.check import analyse
from api.analysis.derivation import awake, derivations, materialise, needed, terms
from api.analysis.facts import Facts, dated, facts_of_quads
from api.analysis.findings import Finding
from api.analysis.local import LocalStore
from api.analysis.rules import RuleSet, load_rules
from api.graph.dataset import load_manifest, nquads_path
from api.intake.proposal import Proposal
from api.settings import Settings
from api.vocabulary import ATF, GRAPH

Progress = Callable[[str], None]
# Findings that are told in full; beyond them only numbers are given, and that is said.
MAX_TOLD: Final = 500
_INFERRED: Final = f"<{GRAPH}inferred>"
_NOT_FACTS: Final = (f"<{GRAPH}rule/", f"<{GRAPH}findings>", _INFERRED)
_LOADED: Final = str(ATF.contentLoaded)
# Statements of a draft beyond which the rules that compare pairs of duties take minutes.
LARGE: Final = 40_000
PAIRS: Final = ("OVL-001", "OVL-002")
_ALWAYS: Final = (str(ATF.effectiveFrom), str(ATF.effectiveThrough))


@dataclass(frozen=True)
class Changes:
    """What a draft closes and opens on a day, told as far as there is room; ``counts`` are complete."""

    as_of: date
    dataset: str
    closed: Sequence[Account]
    opened: Sequence[Account]
    changed: Sequence[tuple[Account, Account]]
    counts: dict[str, dict[str, int]]
    left_out: tuple[str, ...] = ()

    @property
    def truncated(self) -> bool:
        """Whether there are more findings than are told."""
        told = {"closed": len(self.closed), "opened": len(self.opened), "changed": len(self.changed)}
        return any(sum(self.counts[name].values()) > count for name, count in told.items())

    def public(self) -> dict[str, Any]:
        """Return the changes as JSON (architecture.md, ``POST /validate``)."""
        return {
            "as_of": self.as_of.isoformat(),
            "dataset": self.dataset,
            "closed": [account.public() for account in self.closed],
            "opened": [account.public() for account in self.opened],
            "changed": [{"from": one.public(), "to": other.public()} for one, other in self.changed],
            "counts": self.counts,
            "rules_left_out": list(self.left_out),
            "truncated": self.truncated,
        }


def changes_of(
    settings: Settings,
    draft: Sequence[Triple] | Proposal,
    *,
    instead_of: str | None = None,
    as_of: date | None = None,
    progress: Progress = lambda _step: None,
) -> Changes:
    """Compare the findings of the built dataset with those of the same dataset and a draft.

    ``instead_of`` is the graph that the draft replaces. What it says of whether a
    document is loaded replaces what the dataset says. Both sides are judged on one day (default: that of the
    dataset). Rules about pairs are left out for a large draft, and named.

    Raises ``UnavailableError`` where there is no dataset.
    """
    all_rules = load_rules(settings.root).choose(())
    large = len(draft) > LARGE
    left_out = PAIRS if large else ()
    chosen = all_rules.choose([rule.id for rule in all_rules.rules if rule.id not in left_out])
    manifest = load_manifest(settings.build)
    progress("reading the dataset")
    quads = list(parse(path=str(nquads_path(settings.build)), format=RdfFormat.N_QUADS))
    day = as_of or manifest.as_of
    before = _units(analyse(facts_of_quads(quads, manifest.sha256, day), chosen).findings)
    progress("analysing the dataset with the draft")
    store = _store_with(quads, draft, instead_of, named=not large)
    _derive(settings, store, chosen)
    facts = dated(store, manifest.sha256, day, date.today())
    old = _labels(quads)
    del quads
    after = _units(analyse(facts, chosen, progress=progress).findings)
    return replace(asyncio.run(_told(before, after, facts, old)), left_out=left_out)


def _labels(quads: Iterable[Quad]) -> LocalStore:
    """Return the built dataset as a store that labels are read from."""
    store = Store()
    store.bulk_extend(
        Quad(quad.subject, quad.predicate, quad.object)
        for quad in quads
        if not str(quad.graph_name).startswith(_NOT_FACTS)
    )
    return LocalStore(store)


def _store_with(
    quads: Iterable[Quad], draft: Sequence[Triple] | Proposal, instead_of: str | None, *, named: bool
) -> Store:
    """Put a draft beside the asserted statements; ``named`` also in its graph, which tells evidence apart."""
    replaced = f"<{instead_of}>" if instead_of else ""
    graph = NamedNode(instead_of or f"{GRAPH}draft")
    store = Store()
    for name in (DefaultGraph(), graph) if named else (DefaultGraph(),):
        _put(draft, store, name)
    said = {quad.subject for quad in store.quads_for_pattern(None, NamedNode(_LOADED), None, DefaultGraph())}

    def kept() -> Iterable[Quad]:
        for quad in quads:
            name = str(quad.graph_name)
            if name == replaced or name.startswith(_NOT_FACTS):
                continue
            if quad.predicate.value == _LOADED and quad.subject in said:
                continue
            yield Quad(quad.subject, quad.predicate, quad.object)
            yield quad

    store.bulk_extend(kept())
    return store


def _put(draft: Sequence[Triple] | Proposal, store: Store, graph: NamedNode | DefaultGraph) -> None:
    if isinstance(draft, Proposal):
        draft.into(store, graph)
    else:
        store.bulk_extend(Quad(triple.subject, triple.predicate, triple.object, graph) for triple in draft)


def _derive(settings: Settings, store: Store, rules: RuleSet) -> None:
    """Add what the rules read of what follows."""
    wanted = {*_ALWAYS, *(name for rule in rules.rules for name in rule.classes)}
    texts = [text for rule in rules.rules for text in (rule.whole_graph, rule.set_select, rule.detail_select) if text]
    wanted.update(*map(terms, texts))
    materialise(store, needed(awake(derivations(settings.root), store), wanted))


def _units(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Take apart the findings about a whole document: each node of theirs counts."""
    found: dict[str, Finding] = {}
    for finding in findings:
        parts = (
            [replace(finding, focus=value, values=(), collapsed=False) for value in finding.values]
            if finding.collapsed
            else [finding]
        )
        found.update((part.id, part) for part in parts)
    return found


async def _told(before: dict[str, Finding], after: dict[str, Finding], facts: Facts, old: LocalStore) -> Changes:
    closed = [before[key] for key in before if key not in after]
    opened = [after[key] for key in after if key not in before]
    changed = [
        (before[key], after[key])
        for key in before
        if key in after and (before[key].status, before[key].severity) != (after[key].status, after[key].severity)
    ]
    counts = {
        "closed": dict(sorted(Counter(one.rule.id for one in closed).items())),
        "opened": dict(sorted(Counter(one.rule.id for one in opened).items())),
        "changed": dict(sorted(Counter(one.rule.id for one, _ in changed).items())),
    }

    async def told(findings: Sequence[Finding], store: LocalStore) -> list[Account]:
        first = sorted(findings, key=lambda one: one.order)[:MAX_TOLD]
        return await accounts_of(store, first, facts.as_of, facts.today)

    new = LocalStore(facts.store)
    pairs = sorted(changed, key=lambda pair: pair[0].order)[:MAX_TOLD]
    return Changes(
        facts.as_of,
        facts.dataset,
        await told(closed, old),
        await told(opened, new),
        list(
            zip(
                await told([one for one, _ in pairs], old),
                await told([other for _, other in pairs], new),
                strict=True,
            )
        ),
        counts,
    )
