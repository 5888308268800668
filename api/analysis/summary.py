"""The page for the committee: what is missing, what is double, what cannot be judged and what would settle it."""

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from api.analysis.accounts import Account, Report
from api.analysis.findings import NOT_ASSESSABLE, OPEN
from api.analysis.messages import takes_de
from api.analysis.report_words import counts, word
from api.analysis.rules import SEVERITIES
from api.answering.citations import written_date
from api.answering.labels import LANGUAGES

# What a page holds: the rules of each part with most weight, and the findings told of each.
MOST_RULES: Final = 4
MOST_LETTERS: Final = 300
_WIDTH: Final = 96
# The parts of the page, in their order.
PARTS: Final = ("missing", "double", "shaky", "unknown")
_MISSING: Final = ("gap", "quality")
_DOUBLE: Final = ("overlap",)
_SHAKY: Final = ("consistency", "law")
_WORDS: Final = {
    "title": {
        "en": "The anti-trafficking framework on {}: what the graph shows",
        "ro": "Cadrul de combatere a traficului de persoane la {}: ce arată graful",
    },
    "missing": {"en": "What is missing", "ro": "Ce lipsește"},
    "double": {"en": "What is double", "ro": "Ce se suprapune"},
    "shaky": {"en": "What does not agree or no longer holds", "ro": "Ce nu concordă sau nu mai este valabil"},
    "unknown": {
        "en": "What cannot be judged, and what would settle it",
        "ro": "Ce nu poate fi apreciat și ce ar lămuri situația",
    },
    "nothing": {"en": "Nothing is recorded here.", "ro": "Nu este înregistrat nimic aici."},
    "more": {"en": "and {} more", "ro": "și încă {}"},
    "rules": {"en": "Further rules with findings: {}.", "ro": "Alte reguli cu constatări: {}."},
    "others": {"en": "others {}", "ro": "altele {}"},
    "settles": {"en": "“{}” would settle {} ({}).", "ro": "„{}” ar lămuri {} ({})."},
    "foot": {
        "en": "“Not recorded” does not mean “not there”. Dataset {}. "
        "Every finding, with its passages: atf check --explain.",
        "ro": "„Neînregistrat” nu înseamnă „inexistent”. Set de date {}. "
        "Fiecare constatare, cu pasajele ei: atf check --explain.",
    },
}


def _word(name: str, lang: str) -> str:
    return _WORDS[name][lang]


def summary_of(report: Report) -> dict[str, Any]:
    """Return the summary as an object, for a page: each part with its lines in both languages."""
    accounts = [account for account in report.accounts if account.finding.status == OPEN]
    waiting = [account for account in report.accounts if account.finding.status == NOT_ASSESSABLE]
    numbers = Counter(account.finding.status for account in report.accounts)
    return {
        "as_of": report.as_of.isoformat(),
        "dataset": report.dataset,
        "title": {
            lang: _word("title", lang).format(written_date(report.as_of.isoformat(), lang)) for lang in LANGUAGES
        },
        "counts": {lang: counts(numbers, lang) for lang in LANGUAGES},
        "missing": {lang: list(_lines(accounts, _MISSING, lang)) for lang in LANGUAGES},
        "double": {lang: list(_lines(accounts, _DOUBLE, lang)) for lang in LANGUAGES},
        "shaky": {lang: list(_lines(accounts, _SHAKY, lang)) for lang in LANGUAGES},
        "unknown": {lang: list(_settling(waiting, lang)) for lang in LANGUAGES},
    }


def to_page(report: Report, lang: str) -> str:
    """Write the summary as one page of plain text in a language."""
    found = summary_of(report)
    lines = [found["title"][lang], "=" * len(found["title"][lang]), ""]
    lines.append(f"{word('findings', lang)}: {found['counts'][lang]}.")
    for part in PARTS:
        lines += ["", _word(part, lang).upper()]
        for text in found[part][lang] or [_word("nothing", lang)]:
            lines += textwrap.wrap(text, _WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False)
    lines += ["", *textwrap.wrap(_word("foot", lang).format(report.dataset[:12]), _WIDTH)]
    return "\n".join(lines) + "\n"


def _lines(accounts: Sequence[Account], kinds: Sequence[str], lang: str) -> Iterator[str]:
    """Yield one line a rule, the heaviest first: its name, its number, and its first finding."""
    by_rule: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        if account.rule.kind in kinds:
            by_rule[account.rule.id].append(account)
    groups = sorted(by_rule.values(), key=lambda group: (min(map(_weight, group)), group[0].rule.id))
    for group in groups[:MOST_RULES]:
        text = _clipped(min(group, key=_weight).message[lang])
        more = f" ({_word('more', lang).format(len(group) - 1)})" if len(group) > 1 else ""
        yield f"{group[0].rule.label.get(lang, group[0].rule.id)}: {text}{more}"
    if len(groups) > MOST_RULES:
        names = [f"{_lowered(group[0].rule.label.get(lang, ''))} ({len(group)})" for group in groups[MOST_RULES:]]
        yield _word("rules", lang).format(", ".join(names))


def _clipped(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[:MOST_LETTERS].rsplit(" ", 1)[0] + " …"


def _weight(account: Account) -> int:
    return SEVERITIES.index(account.finding.severity)


def _settling(accounts: Sequence[Account], lang: str) -> Iterator[str]:
    """Yield one line a document that is not loaded: how many findings of which rules it would settle."""
    waiting: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        for document in account.waiting_for:
            waiting[document.label[lang]].append(account)
    for name, group in sorted(waiting.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_RULES]:
        rules = Counter(_lowered(account.rule.label.get(lang, account.rule.id)) for account in group).most_common()
        listed = [f"{name} {number}" for name, number in rules[:MOST_RULES]]
        if rest := sum(number for _, number in rules[MOST_RULES:]):
            listed.append(_word("others", lang).format(rest))
        yield _word("settles", lang).format(_clipped(name), _counted(len(group), lang), ", ".join(listed))


def _lowered(label: str) -> str:
    """Return a rule's name as it stands within a sentence."""
    return label[:1].lower() + label[1:]


def _counted(number: int, lang: str) -> str:
    if lang == "en":
        return f"{number} finding" if number == 1 else f"{number} findings"
    return "1 constatare" if number == 1 else f"{number}{' de' if takes_de(number) else ''} constatări"
