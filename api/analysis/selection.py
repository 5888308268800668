"""Which findings a reader wants: by rule, kind, severity, status, institution, objective."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pyoxigraph import NamedNode
from rdflib.namespace import DCTERMS

from api.analysis.accounts import Account, Report
from api.analysis.findings import STATUSES
from api.analysis.rules import KINDS, SEVERITIES, RuleSet
from api.errors import ParameterError
from api.sparql.store import Reader
from api.vocabulary import ATF, ID

# The parameters of /findings that choose among findings; each may be given several times.
NAMES: Final = ("rule", "kind", "severity", "status", "institution", "objective")
# The parameter that limits findings to those that stood in a recorded version of the dataset (history.py).
KNOWN: Final = "known"
_FIXED: Final = {"kind": KINDS, "severity": SEVERITIES, "status": STATUSES}
_KNOWN: Final = "SELECT ?property WHERE { NODE ?property ?value } LIMIT 1"
# What an institution has to do with: its responsibilities, announced actions and listings.
_OF_INSTITUTION: Final = f"SELECT ?node WHERE {{ ?node <{ATF.holder}>|<{ATF.actsThrough}>|<{ATF.lists}> NODE }}"
# What belongs to an objective: the objectives under it, their measures, indicators, results and responsibilities.
_OF_OBJECTIVE: Final = f"""SELECT DISTINCT ?node WHERE {{
  {{ ?node <{DCTERMS.isPartOf}>* NODE }}
  UNION {{ ?node <{ATF.contributesTo}>/<{DCTERMS.isPartOf}>* NODE }}
  UNION {{ ?objective <{DCTERMS.isPartOf}>* NODE . ?objective <{ATF.measuredBy}>|<{ATF.expects}> ?node }}
  UNION {{ ?node <{ATF.concerns}>/<{DCTERMS.isPartOf}>* NODE }}
  UNION {{ ?node <{ATF.concerns}>/<{ATF.contributesTo}>/<{DCTERMS.isPartOf}>* NODE }}
}}"""


@dataclass(frozen=True)
class Selection:
    """A choice among findings: the values of each parameter, and the nodes that the last two stand for."""

    chosen: Mapping[str, frozenset[str]]
    nodes: tuple[frozenset[str], ...] = ()

    def takes(self, account: Account) -> bool:
        """Tell whether a finding is chosen."""
        finding = account.finding
        own = {
            "rule": finding.rule.id,
            "kind": finding.rule.kind,
            "severity": finding.severity,
            "status": finding.status,
        }
        if any(name in self.chosen and value not in self.chosen[name] for name, value in own.items()):
            return False
        named = account.iris | set(finding.evidence)
        return all(named & nodes for nodes in self.nodes)

    def may_take(self, rule_id: str, kind: str | None) -> bool:
        """Tell whether a finding is chosen of which only the rule is known."""
        own = {"rule": rule_id, "kind": kind}
        return all(value is None or value in self.chosen.get(name, {value}) for name, value in own.items())

    def of(self, report: Report) -> Report:
        """Return a report with the chosen findings only."""
        return replace(report, accounts=[account for account in report.accounts if self.takes(account)])


async def selection_of(store: Reader, rules: RuleSet, values: Mapping[str, Iterable[str]]) -> Selection:
    """Read a choice: several values of one parameter, repeated or with commas, are alternatives.

    An institution or objective is an IRI or the last part of one (``anitp``, ``strategy-2018-2022-so-1-3``).

    Raises ``ParameterError`` for a value that there is not.
    """
    chosen: dict[str, frozenset[str]] = {}
    for name in NAMES:
        given = [part.strip() for text in values.get(name, ()) for part in text.split(",") if part.strip()]
        if given:
            chosen[name] = frozenset(given)
    if "rule" in chosen:
        chosen["rule"] = frozenset(rule_id.upper() for rule_id in chosen["rule"])
    known: dict[str, Iterable[str]] = {**_FIXED, "rule": rules.by_id}
    for name, words in known.items():
        for value in sorted(chosen.get(name, frozenset()) - set(words)):
            hint = f"It is one of: {', '.join(words)}."
            raise ParameterError(f"There is no {name} '{value[:60]}'.", hint, parameter=name)
    nodes = []
    for name, question in (("institution", _OF_INSTITUTION), ("objective", _OF_OBJECTIVE)):
        if name in chosen:
            found: set[str] = set()
            for value in sorted(chosen[name]):
                found |= await _belonging(store, name, value, question)
            nodes.append(frozenset(found))
    return Selection(chosen, tuple(nodes))


async def _belonging(store: Reader, name: str, value: str, question: str) -> set[str]:
    try:
        node = NamedNode(value if ":" in value else f"{ID}{name}/{value.lower()}")
    except ValueError as error:
        raise ParameterError(f"'{value[:60]}' is no {name}.", "Give its IRI or short name.", parameter=name) from error
    if not (await store.select(_KNOWN.replace("NODE", str(node)))).rows:
        raise ParameterError(f"There is no {name} '{value[:60]}'.", "Give its IRI or short name.", parameter=name)
    rows: list[Any] = (await store.select(question.replace("NODE", str(node)))).rows
    return {node.value, *(row["node"].value for row in rows)}
