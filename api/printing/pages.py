"""What is printed: a perspective, or a report of findings, as one HTML document with its own style."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment

from api.analysis.accounts import Account, Report
from api.analysis.explanations import Explanation
from api.analysis.report_words import KINDS, SEVERITIES, STATUSES
from api.analysis.rules import Rule
from api.analysis.summary import PARTS, summary_of
from api.analysis.surroundings import Surroundings
from api.answering.citations import Citation
from api.perspectives.desk import Desk
from api.perspectives.exports import caveats
from api.perspectives.perspective import Perspective
from api.perspectives.table import Column, Row, Table
from api.web.pages import day, environment_of, outside_name, pick, word

_HERE: Final = Path(__file__).resolve().parent
# Columns beside the first that a sheet in landscape holds at most, and those of its parts where it has more.
_MOST: Final = 10
_ACROSS: Final = 8
# Columns of a table from which on a document is printed in landscape.
_UPRIGHT: Final = 6
_NAMES: Final = re.compile(r"\{[^{}]*\}")
_SENTENCE: Final = re.compile(r"(?<=[.;!?])\s+(?=[^\W\d_a-zăâîșț])")
# Places of a finding that are printed; the data have them all.
_PLACES: Final = 4


@dataclass(frozen=True)
class Strip:
    """Some columns of a table beside its first, with the rows that say something in them."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    first: int
    last: int
    of: int


def strips(table: Table) -> list[Strip]:
    """Part a table into what fits across a sheet; a row that says nothing at all stands in the first part."""
    columns, total = table.columns, len(table.columns) - 1
    if total <= _MOST:
        return [Strip(columns, table.rows, 1, total, total)]
    made = []
    for start in range(1, total + 1, _ACROSS):
        chosen = range(start, min(start + _ACROSS, total + 1))
        rows = [_part(row, chosen) for row in table.rows if _speaks(row, chosen) or (start == 1 and _silent(row))]
        if rows:
            made.append(Strip([columns[0], *(columns[n] for n in chosen)], rows, start, chosen[-1], total))
    return made


def _part(row: Row, chosen: range) -> Row:
    return Row((row.cells[0], *(row.cells[n] for n in chosen)), row.group, row.mark)


def _speaks(row: Row, chosen: range) -> bool:
    return any(row.cells[n].parts for n in chosen)


def _silent(row: Row) -> bool:
    return not any(cell.parts for cell in row.cells[1:])


def _sentences(texts: Iterable[str]) -> list[str]:
    """Return the sentences of some texts, each once: what several answers say is printed once."""
    return list(dict.fromkeys(sentence for text in texts for sentence in _SENTENCE.split(text)))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = environment_of(_HERE / "templates")
    environment.globals.update(word=word, day=day, pick=pick, strips=strips, kinds=KINDS, severities=SEVERITIES)
    environment.globals.update(statuses=STATUSES)
    return environment


def perspective_html(perspective: Perspective, desk: Desk, cite: str, permalink: str) -> str:
    """Return a perspective for print."""
    return _rendered(
        "perspective.html",
        desk.lang,
        title=perspective.title,
        wide=any(section.table.rows and len(section.table.columns) > _UPRIGHT for section in perspective.sections),
        perspective=perspective,
        caveats=_sentences([*perspective.notes, *caveats(desk)]),
        sources=desk.sources(),
        as_of=desk.as_of,
        dataset=desk.answerer.manifest.sha256,
        cite=cite,
        permalink=permalink,
    )


@dataclass(frozen=True)
class Group:
    """The findings of one rule."""

    rule: Rule
    accounts: Sequence[Account]

    def remedy(self, lang: str) -> str:
        """Return what would clear them, said once: the names in it are left open where there are several."""
        if len(self.accounts) == 1:
            return self.accounts[0].remedy[lang]
        return _NAMES.sub("…", pick(self.rule.remedy, lang))


def findings_html(
    report: Report,
    explanations: Mapping[str, Explanation],
    lang: str,
    permalink: str,
    known: Surroundings | None = None,
) -> str:
    """Return a report for print: the numbers, what weighs most, then every finding under its rule."""
    accounts = report.accounts
    groups = [Group(rule, list(own)) for rule, own in groupby(accounts, key=lambda account: account.rule)]
    parts = [(kind, list(own)) for kind, own in groupby(groups, key=lambda group: group.rule.kind)]
    numbers = {
        (kind, status): sum(1 for one in accounts if (one.rule.kind, one.finding.status) == (kind, status))
        for kind in KINDS
        for status in STATUSES
    }
    summary = summary_of(report, known)
    return _rendered(
        "findings.html",
        lang,
        title=summary["title"][lang],
        wide=False,
        report=report,
        summary=summary,
        summary_parts=PARTS,
        parts=parts,
        numbers=numbers,
        places={one.id: _places(explanations.get(one.id), lang) for one in accounts},
        as_of=report.as_of,
        dataset=report.dataset,
        cite=f"{word('site.title', lang)}, {summary['title'][lang]}",
        permalink=permalink,
    )


def _places(explanation: Explanation | None, lang: str) -> list[str]:
    """Return where a finding rests, the first few, each once."""
    grounds = explanation.grounds if explanation else ()
    cited = [_short(ground.citation, lang) for ground in grounds if ground.citation]
    found = list(dict.fromkeys(text for text in cited if text))
    more = len(found) - _PLACES
    return [*found[:_PLACES], *([f"+ {more}"] if more > 0 else [])]


def _short(citation: Citation, lang: str) -> str:
    """Return a place without the title of the document, which is always the same: XIV.A.4, lines 1036-1046."""
    parts = [citation.identifier or ""]
    if citation.lines:
        first, last = citation.lines
        span = str(first) if first == last else f"{first}-{last}"
        parts.append(f"{word('question.line' if first == last else 'question.lines', lang)} {span}")
    cite = pick(citation.cite, lang)
    # The address of a page is read in the data; on paper its publisher says more.
    return ", ".join(part for part in parts if part) or outside_name(cite) or cite


def _rendered(template: str, lang: str, **context: Any) -> str:
    style = (_HERE / "templates" / "print.css").read_text(encoding="utf-8")
    return _environment().get_template(template).render(lang=lang, style=style, **context)
