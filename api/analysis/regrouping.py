"""Findings that one side of a comparison tells one by one and the other as one about the whole document."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from api.analysis.accounts import Account, Named
from api.answering.labels import LANGUAGES

_NEW: Final = {
    "appear": {"en": "of these, new", "ro": "dintre acestea, noi"},
    "vanish": {"en": "of these, no longer", "ro": "dintre acestea, nu mai sunt"},
}
Key = tuple[str, str]


@dataclass
class _Side:
    """The nodes that the findings of each rule object to, with the finding that says so."""

    by_node: dict[Key, Account] = field(default_factory=dict)
    collapsed: dict[str, list[Account]] = field(default_factory=lambda: defaultdict(list))


def regrouped(
    old: Sequence[Account], new: Sequence[Account]
) -> tuple[list[Account], list[Account], list[tuple[Account, Account]]]:
    """Take out what is grouped otherwise only; return what vanishes, what appears, and what weighs otherwise.

    The findings of a rule are compared by the nodes they object to where a side has them collapsed. A collapsed
    finding with some new nodes names these; one with none is no news.
    """
    before, after = _side(old), _side(new)
    rules = before.collapsed.keys() | after.collapsed.keys()
    changed: dict[tuple[str, str], tuple[Account, Account]] = {}
    for key, account in before.by_node.items():
        other = after.by_node.get(key)
        if key[0] in rules and other and weight(account) != weight(other):
            changed[account.id, other.id] = (account, other)
    vanish = list(_left(old, after.by_node, rules, "vanish"))
    appear = list(_left(new, before.by_node, rules, "appear"))
    return vanish, appear, list(changed.values())


def weight(account: Account) -> tuple[str, str, str | None]:
    """Return what a finding weighs: its severity, status and degree."""
    return account.finding.severity, account.finding.status, account.finding.degree


def _side(accounts: Iterable[Account]) -> _Side:
    side = _Side()
    for account in accounts:
        for named in _nodes(account):
            side.by_node[account.rule.id, named.iri or ""] = account
        if account.finding.collapsed:
            side.collapsed[account.rule.id].append(account)
    return side


def _nodes(account: Account) -> Sequence[Named]:
    return account.values if account.finding.collapsed else (account.focus,)


def _left(
    accounts: Iterable[Account], others: Mapping[Key, Account], rules: Iterable[str], way: str
) -> Iterable[Account]:
    wanted = set(rules)
    for account in accounts:
        nodes = _nodes(account)
        fresh = [named for named in nodes if (account.rule.id, named.iri or "") not in others]
        if account.rule.id not in wanted or len(fresh) == len(nodes):
            yield account
        elif fresh:
            yield _naming(account, fresh, way)


def _naming(account: Account, nodes: Sequence[Named], way: str) -> Account:
    message = {
        lang: f"{account.message[lang]} ({_NEW[way][lang]}: {'; '.join(node.label[lang] for node in nodes)})"
        for lang in LANGUAGES
    }
    return replace(account, message=message)
