"""The page for the committee: what is missing, what is double, what cannot be judged and what would settle it."""

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.analysis.accounts import Account, Report
from api.analysis.findings import NOT_ASSESSABLE, OPEN
from api.analysis.messages import takes_de
from api.analysis.report_words import counts, word
from api.analysis.rules import SEVERITIES, Text
from api.analysis.surroundings import Surroundings
from api.answering.citations import written_date
from api.answering.labels import LANGUAGES
from api.wording import wording

# What a page holds: the rules of each part with most weight, and the findings told of each.
MOST_RULES: Final = 4
_WIDTH: Final = 96
# The parts of the page, in their order.
PARTS: Final = ("missing", "double", "shaky", "unknown")
_MISSING: Final = ("gap", "quality")
_DOUBLE: Final = ("overlap",)
_SHAKY: Final = ("consistency", "law")
# That a document is not loaded is no disagreement of documents: it is what keeps others from being judged.
_UNREAD: Final = ("CON-007",)
_WORDS: Final = wording("analysis")["summary"]


def _word(name: str, lang: str) -> str:
    return _WORDS[name][lang]


@dataclass(frozen=True)
class Line:
    """A line of the page in both languages, with what it is about: a finding, a rule, a kind or a document."""

    text: Text
    about: dict[str, str]


def summary_of(report: Report, known: Surroundings | None = None) -> dict[str, Any]:
    """Return the summary as an object, for a page: each part with its lines in both languages.

    ``links`` says for each line of a part what it is about. Without ``known`` every finding counts as one of the
    framework's own, and every document as one that could settle something.
    """
    known = known or Surroundings()
    accounts = [account for account in report.accounts if account.finding.status == OPEN]
    waiting = [account for account in report.accounts if account.finding.status == NOT_ASSESSABLE]
    numbers = Counter(account.finding.status for account in report.accounts)
    judged = [account for account in accounts if account.rule.id not in _UNREAD]
    unread = [account for account in accounts if account.rule.id in _UNREAD]
    parts = {
        "missing": list(_lines(judged, _MISSING, known)),
        "double": list(_lines(judged, _DOUBLE, known)),
        "shaky": list(_lines(judged, _SHAKY, known)),
        "unknown": [*_settling(waiting, known), *_lines(unread, _SHAKY, known)],
    }
    today = known.today
    shown = " ".join(line.text["en"] for lines in parts.values() for line in lines)
    later = bool(today and today != report.as_of and written_date(today.isoformat(), "en") in shown)

    def titled(lang: str) -> str:
        title = _word("title", lang).format(written_date(report.as_of.isoformat(), lang))
        return title + _word("known", lang).format(written_date(str(today), lang)) if later else title

    return {
        "as_of": report.as_of.isoformat(),
        "dataset": report.dataset,
        "title": {lang: titled(lang) for lang in LANGUAGES},
        "counts": {lang: counts(numbers, lang) for lang in LANGUAGES},
        **{part: {lang: [line.text[lang] for line in lines] for lang in LANGUAGES} for part, lines in parts.items()},
        "links": {part: [line.about for line in lines] for part, lines in parts.items()},
    }


def to_page(report: Report, lang: str, known: Surroundings | None = None) -> str:
    """Write the summary as one page of plain text in a language."""
    found = summary_of(report, known)
    lines = [found["title"][lang], "=" * len(found["title"][lang]), ""]
    lines.append(f"{word('findings', lang)}: {found['counts'][lang]}.")
    for part in PARTS:
        lines += ["", _word(part, lang).upper()]
        for text in found[part][lang] or [_word("nothing", lang)]:
            lines += textwrap.wrap(text, _WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False)
    lines += ["", *textwrap.wrap(_word("foot", lang).format(report.dataset[:12]), _WIDTH)]
    return "\n".join(lines) + "\n"


def _lines(accounts: Sequence[Account], kinds: Sequence[str], known: Surroundings) -> Iterator[Line]:
    """Yield one line a rule: its name, its number, and its first finding.

    What is about the loaded documents comes before what is about others, and then the heaviest.
    """

    def order(account: Account) -> tuple[int, int]:
        return known.distance(account), SEVERITIES.index(account.finding.severity)

    by_rule: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        if account.rule.kind in kinds:
            by_rule[account.rule.id].append(account)
    groups = sorted(by_rule.values(), key=lambda group: (min(map(order, group)), group[0].rule.id))
    for group in groups[:MOST_RULES]:
        first = min(group, key=order)
        rule = first.rule
        text = {}
        for lang in LANGUAGES:
            more = f" ({_word('more', lang).format(len(group) - 1)})" if len(group) > 1 else ""
            text[lang] = f"{rule.label.get(lang, rule.id)}: {first.message[lang]}{more}"
        yield Line(text, {"finding": first.id, "rule": rule.id})
    if rest := groups[MOST_RULES:]:
        names = {
            lang: ", ".join(f"{_lowered(group[0].rule.label.get(lang, ''))} ({len(group)})" for group in rest)
            for lang in LANGUAGES
        }
        yield Line({lang: _word("rules", lang).format(names[lang]) for lang in LANGUAGES}, {"kind": ",".join(kinds)})


def _settling(accounts: Sequence[Account], known: Surroundings) -> Iterator[Line]:
    """Yield one line a document that is not loaded and stands on the day: how many findings it would settle."""
    waiting: dict[str, list[Account]] = defaultdict(list)
    names: dict[str, Text] = {}
    ended = []
    for account in accounts:
        standing = [document for document in account.waiting_for if document.iri not in known.not_valid]
        if not standing:
            ended.append(account)
        for document in standing:
            waiting[document.iri or document.label["en"]].append(account)
            names[document.iri or document.label["en"]] = document.label
    for iri, group in sorted(waiting.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_RULES]:
        text = {
            lang: _word("settles", lang).format(names[iri][lang], _counted(len(group), lang), _ruled(group, lang))
            for lang in LANGUAGES
        }
        yield Line(text, {"document": iri})
    if ended:
        text = {
            lang: _word("ended", lang).format(_counted(len(ended), lang), _ruled(ended, lang)) for lang in LANGUAGES
        }
        yield Line(text, {"status": NOT_ASSESSABLE})


def _ruled(group: Sequence[Account], lang: str) -> str:
    """Return how many findings are of which rules."""
    rules = Counter(_lowered(account.rule.label.get(lang, account.rule.id)) for account in group).most_common()
    listed = [f"{name} {number}" for name, number in rules[:MOST_RULES]]
    if rest := sum(number for _, number in rules[MOST_RULES:]):
        listed.append(_word("others", lang).format(rest))
    return ", ".join(listed)


def _lowered(label: str) -> str:
    """Return a rule's name as it stands within a sentence."""
    return label[:1].lower() + label[1:]


def _counted(number: int, lang: str) -> str:
    if lang == "en":
        return f"{number} finding" if number == 1 else f"{number} findings"
    return "1 constatare" if number == 1 else f"{number}{' de' if takes_de(number) else ''} constatări"
