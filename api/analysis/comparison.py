"""What changed between two analyses: findings and responsibilities that appear, vanish or move."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pyoxigraph import Literal, NamedNode
from rdflib.namespace import DCTERMS, XSD

from api.analysis.accounts import Named, Report, accounts_of
from api.analysis.check import Analysis
from api.analysis.lapses import Lapse, lapsed, lapses_of
from api.analysis.local import LocalStore
from api.analysis.regrouping import regrouped, weight
from api.answering.labels import LANGUAGES, choose, labels_of
from api.sparql.store import Reader
from api.vocabulary import ATF

Item = TypeVar("Item")
_KEYS: Final = tuple(str(term) for term in (ATF.role, ATF.function, ATF.targetGroup, ATF.territory, ATF.concerns))
_HOLDER: Final = str(ATF.holder)
_SOURCE: Final = str(DCTERMS.source)
# The days are those that the build or the analysis has materialised (model.md §7).
_DUTIES: Final = f"""SELECT ?duty ?property ?value WHERE {{
  ?duty a <{ATF.Responsibility}> .
  FILTER NOT EXISTS {{ ?duty <{ATF.effectiveFrom}> ?from . FILTER(!COALESCE(?from <= DAY, false)) }}
  FILTER NOT EXISTS {{ ?duty <{ATF.effectiveThrough}> ?through . FILTER(!COALESCE(?through >= DAY, false)) }}
  ?duty ?property ?value .
  FILTER(?property IN ({", ".join(f"<{name}>" for name in (_HOLDER, _SOURCE, *_KEYS))}))
}}"""


@dataclass(frozen=True)
class Duty:
    """A responsibility that is valid on the day: who holds it, and everything else that tells what it is."""

    named: Named
    holders: tuple[Named, ...]
    key: frozenset[tuple[str, str]]
    # The passages and documents that say it.
    sources: frozenset[str] = frozenset()

    def public(self) -> dict[str, Any]:
        """Return the responsibility as JSON."""
        return {**self.named.public(), "holders": [holder.public() for holder in self.holders]}


@dataclass(frozen=True)
class Snapshot:
    """One side of a comparison: its findings, told, and its responsibilities."""

    report: Report
    duties: dict[str, Duty]
    lapses: tuple[Lapse, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What appears, vanishes, moves (from, to) and changes (from, to) between two lists."""

    appear: list[Any]
    vanish: list[Any]
    move: list[tuple[Any, Any]]
    change: list[tuple[Any, Any]]

    @property
    def any(self) -> bool:
        """Whether anything changed at all."""
        return bool(self.appear or self.vanish or self.move or self.change)

    def public(self) -> dict[str, Any]:
        """Return the changes as JSON."""
        return {
            "appear": [item.public() for item in self.appear],
            "vanish": [item.public() for item in self.vanish],
            "move": [{"from": one.public(), "to": other.public()} for one, other in self.move],
            "change": [{"from": one.public(), "to": other.public()} for one, other in self.change],
        }


@dataclass(frozen=True)
class Comparison:
    """The changes from one snapshot to another."""

    before: Report
    after: Report
    findings: Changes
    responsibilities: Changes
    # The documents with which responsibilities vanish, because what follows them is not loaded.
    lapses: tuple[Lapse, ...] = ()

    def public(self) -> dict[str, Any]:
        """Return the comparison as JSON."""
        return {
            "from": {"as_of": self.before.as_of.isoformat(), "dataset": self.before.dataset},
            "to": {"as_of": self.after.as_of.isoformat(), "dataset": self.after.dataset},
            "findings": self.findings.public(),
            "responsibilities": self.responsibilities.public(),
            "lapses": [lapse.public() for lapse in self.lapses],
        }


async def snapshot(analysis: Analysis) -> Snapshot:
    """Tell an analysis, and collect the responsibilities that are valid on its day."""
    facts, store = analysis.facts, LocalStore(analysis.facts.store)
    accounts = await accounts_of(store, analysis.findings, facts.as_of, facts.today)
    return await snapshot_of(store, Report(facts.as_of, facts.dataset, accounts, analysis.notices))


async def snapshot_of(store: Reader, report: Report) -> Snapshot:
    """Add to a report the responsibilities that a store knows to be valid on its day."""
    day = Literal(report.as_of.isoformat(), datatype=NamedNode(str(XSD.date)))
    said: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in (await store.select(_DUTIES.replace("DAY", str(day)))).rows:
        if isinstance(row["duty"], NamedNode):
            said[row["duty"].value].add((row["property"].value, row["value"].value))
    holders = {iri: sorted(value for name, value in pairs if name == _HOLDER) for iri, pairs in said.items()}
    labels = await labels_of(store, {*said, *(iri for some in holders.values() for iri in some)})

    def named(iri: str) -> Named:
        return Named(iri, {lang: choose(labels.get(iri), lang, iri)[0] for lang in LANGUAGES})

    duties = {
        iri: Duty(
            named(iri),
            tuple(map(named, holders[iri])),
            frozenset(pair for pair in pairs if pair[0] in _KEYS),
            frozenset(value for name, value in pairs if name == _SOURCE),
        )
        for iri, pairs in said.items()
    }
    return Snapshot(report, duties, await lapses_of(store))


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """Say what changed from one snapshot to another.

    A responsibility moves when its holder changes, also if it has another IRI now but is the same in role,
    function, group, territory and object; one that merely got another IRI did not change. A finding moves
    when the same rule objects to the same focus with other values, and changes in severity, status or degree.
    """
    duties = _duties(before, after)
    gone = [duty.sources for duty in duties.vanish]
    lapses = lapsed(before.lapses, gone, before.report.as_of, after.report.as_of)
    return Comparison(before.report, after.report, _findings(before, after), duties, lapses)


def _findings(before: Snapshot, after: Snapshot) -> Changes:
    old = {account.id: account for account in before.report.accounts}
    new = {account.id: account for account in after.report.accounts}
    gone, come, weighed = regrouped(
        [account for key, account in old.items() if key not in new],
        [account for key, account in new.items() if key not in old],
    )
    vanish, appear, move = _matched(gone, come, lambda account: (account.rule.id, account.finding.focus))
    # What is told of a document as a whole is no other finding of it where its nodes are others.
    whole = [pair for pair in move if any(one.finding.collapsed for one in pair)]
    appear += [new for _, new in whole]
    vanish += [old for old, _ in whole]
    change = [(old[key], new[key]) for key in old if key in new and weight(old[key]) != weight(new[key])]
    return Changes(appear, vanish, [pair for pair in move if pair not in whole], [*change, *weighed])


def _duties(before: Snapshot, after: Snapshot) -> Changes:
    old, new = before.duties, after.duties
    move = [(old[iri], new[iri]) for iri in old if iri in new and _holders(old[iri]) != _holders(new[iri])]
    vanish, appear, _ = _matched(
        [duty for iri, duty in old.items() if iri not in new],
        [duty for iri, duty in new.items() if iri not in old],
        lambda duty: (duty.key, _holders(duty)),
    )
    vanish, appear, moved = _matched(vanish, appear, lambda duty: duty.key)
    order: Callable[[Duty], str] = lambda duty: duty.named.iri or ""  # noqa: E731
    pairs = sorted([*move, *moved], key=lambda pair: order(pair[0]))
    return Changes(sorted(appear, key=order), sorted(vanish, key=order), pairs, [])


def _holders(duty: Duty) -> frozenset[str | None]:
    return frozenset(holder.iri for holder in duty.holders)


def _matched(
    old: Sequence[Item], new: Iterable[Item], key: Callable[[Item], Hashable]
) -> tuple[list[Item], list[Item], list[tuple[Item, Item]]]:
    """Pair items of equal keys in their order; return the old and the new ones left over, and the pairs."""
    waiting: dict[Hashable, list[Item]] = defaultdict(list)
    for item in old:
        waiting[key(item)].append(item)
    pairs, left = [], []
    for item in new:
        same = waiting[key(item)]
        if same:
            pairs.append((same.pop(0), item))
        else:
            left.append(item)
    gone = [item for item in old if any(item is other for other in waiting[key(item)])]
    return gone, left, pairs
