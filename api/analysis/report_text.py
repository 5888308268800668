"""A report for a terminal: one block a rule, one line a finding, the explanation below it where asked for."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby

from api.analysis.accounts import Account, Report
from api.analysis.explanations import Explanation
from api.analysis.report_words import KINDS, SEVERITIES, STATUSES, counts, word
from api.answering.citations import written_date
from api.answering.labels import choose

_WIDTH = 110


def to_text(report: Report, lang: str = "en", explanations: Mapping[str, Explanation] | None = None) -> str:
    """Write a report in a language; ``explanations`` (by finding id) are added below their findings."""
    day = written_date(report.as_of.isoformat(), lang)
    numbers = Counter(account.finding.status for account in report.accounts)
    lines = [word("title", lang).format(day), f"{word('dataset', lang)} {report.dataset[:12]}"]
    lines += [counts(numbers, lang) if report.accounts else word("none", lang)]
    lines += [line for notice in report.notices for line in _wrap(f"{word('mind', lang)}: {notice}", 0)]
    for kind, group in groupby(report.accounts, key=lambda account: account.rule.kind):
        lines += ["", KINDS[kind][lang].upper()]
        for rule, accounts in groupby(group, key=lambda account: account.rule):
            lines += ["", f"{rule.id} {rule.label.get(lang, '')}"]
            for account in accounts:
                lines += _finding(account, lang, (explanations or {}).get(account.id))
    return "\n".join(lines) + "\n"


def _finding(account: Account, lang: str, explanation: Explanation | None) -> Iterator[str]:
    finding = account.finding
    weight, status = SEVERITIES[finding.severity][lang], STATUSES[finding.status][lang]
    yield from _wrap(f"[{weight}, {status}] {account.message[lang]}", 2)
    yield f"    {account.id}"
    if account.waiting_for:
        names = "; ".join(document.label[lang] for document in account.waiting_for)
        yield from _wrap(f"{word('waits', lang)}: {names}", 4)
    if finding.waiver:
        waiver = finding.waiver
        until = word("accepted", lang).format(waiver.through.isoformat(), waiver.author)
        yield from _wrap(f"{until}: {choose(dict(waiver.reason), lang, '')[0]}", 4)
    if explanation is None:
        return
    if finding.collapsed:
        yield f"    {word('nodes', lang)}:"
        for value in account.values:
            yield from _wrap(f"- {value.label[lang]}", 6)
    yield f"    {word('evidence', lang)}:"
    for ground in explanation.grounds:
        place = f" ({choose(ground.citation.cite, lang, '')[0]})" if ground.citation else ""
        yield from _wrap(f"- {ground.node.label[lang]}{place}", 6)
        if ground.citation and ground.citation.quote:
            yield from _wrap("“" + " ".join(ground.citation.quote.split()) + "”", 8)
    yield from _wrap(f"{word('looked_for', lang)}: {explanation.looked_for.get(lang, '')}", 4)
    if explanation.looked_in:
        names = "; ".join(document.label[lang] for document in explanation.looked_in)
        yield from _wrap(f"{word('looked_in', lang)}: {names}", 4)
    for name, text in (
        ("why", explanation.why),
        ("remedy", explanation.remedy),
        ("limits", explanation.limits),
    ):
        yield from _wrap(f"{word(name, lang)}: {text.get(lang, '')}", 4)
    yield ""


def _wrap(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
    )
