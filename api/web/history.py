"""The history of findings for the routes: what a version knew, and the names of those who accepted."""

from collections.abc import Iterable
from dataclasses import replace

from api.analysis.accounts import Known, Report
from api.analysis.findings import Waiver
from api.analysis.history import Change, read_history
from api.analysis.rules import RuleSet
from api.analysis.selection import KNOWN, Selection
from api.answering.labels import choose, labels_of
from api.sparql.protocol import Fields
from api.sparql.store import Reader


async def as_known(store: Reader, report: Report, fields: Fields, selection: Selection, rules: RuleSet) -> Report:
    """Return a whole report with the findings only that stood in the version ``known``, and those that are gone since.

    What is gone is chosen by rule and kind alone: nothing else is recorded of it. Raises ``ParameterError`` for
    a version that is not recorded.
    """
    name = fields.first(KNOWN) and fields.one(KNOWN)
    if not name:
        return report
    standing = (await read_history(store)).standing(name)
    there = {account.id for account in report.accounts}
    kinds = {rule.id: rule.kind for rule in rules.rules}
    gone = [
        change
        for finding, change in standing.items()
        if finding not in there and selection.may_take(change.rule, kinds.get(change.rule))
    ]
    accounts = [account for account in report.accounts if account.id in standing]
    return replace(report, accounts=accounts, known=Known(name, tuple(change.public() for change in gone)))


async def acceptors(
    store: Reader, changes: Iterable[Change], lang: str, waivers: Iterable[Waiver] = ()
) -> dict[str, str]:
    """Return the names of those who accepted findings, then and now, and of their grounds now, by IRI."""
    named = {iri for waiver in waivers for iri in (waiver.author, waiver.basis) if iri}
    iris = {change.author for change in changes if change.author} | named
    labels = await labels_of(store, iris)
    return {iri: choose(labels.get(iri), lang, iri)[0] for iri in iris}
