"""A finding in one sentence, in English and Romanian, with labels and without an IRI (rules.md)."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from pyoxigraph import NamedNode

from api.analysis.findings import Finding, Term
from api.analysis.rules import Text
from api.answering.citations import written_date
from api.answering.labels import LANGUAGES, Label, choose

PLACES: Final = frozenset(
    {"focus", "values", "value1", "value2", "value3", "degree", "variant", "count", "asOf", "today"}
)
PLACE: Final = re.compile(r"\{(\w+)\}")
_COUNT_OF: Final = re.compile(r"\{count\}(?= [^\W\d])")
_ISO_DAY: Final = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
# More names than this would hide the sentence; the finding holds them all.
MOST_NAMES: Final = 5
DEGREE_WORDS: Final = {
    "duplication": {"en": "duplication", "ro": "dublare"},
    "overlap": {"en": "overlap", "ro": "suprapunere"},
    "fragmentation": {"en": "fragmentation", "ro": "fragmentare"},
}
_QUOTES: Final = {"en": ("“", "”"), "ro": ("„", "”")}
_AND: Final = {"en": " and ", "ro": " și "}
_MORE: Final = {"en": "{} more", "ro": "încă {}"}
_EACH: Final = {"en": "each of them", "ro": "fiecare dintre acestea"}
_UNVERIFIED: Final = {"en": "unverified", "ro": "neverificat"}


class Teller:
    """Tells findings: knows the labels, which of the nodes are bodies, and the days of the analysis."""

    def __init__(self, labels: Mapping[str, Label], bodies: Collection[str], as_of: date, today: date) -> None:
        self._labels = labels
        self._bodies = bodies
        self._names: dict[tuple[Term, str], str] = {}
        days = {"asOf": as_of.isoformat(), "today": today.isoformat()}
        self._days = {lang: {name: written_date(day, lang) for name, day in days.items()} for lang in LANGUAGES}

    def message(self, finding: Finding) -> Text:
        """Return the sentence of a finding in both languages."""
        told = finding.rule.document_message if finding.collapsed else finding.rule.message
        return {lang: self._sentence(finding, told.get(lang), lang) for lang in LANGUAGES}

    def remedy(self, finding: Finding) -> Text:
        """Return the smallest edit that would clear a finding in both languages."""
        remedy = finding.rule.remedy
        if finding.collapsed:
            # The edit is the same for each of the nodes that the finding stands for.
            remedy = {lang: text.replace("{focus}", _EACH[lang]) for lang, text in remedy.items() if lang in _EACH}
        return {lang: self._fill(finding, remedy.get(lang, ""), lang) for lang in LANGUAGES}

    def _sentence(self, finding: Finding, template: str | None, lang: str) -> str:
        if template is None:
            # A rule without a sentence of its own is told by its name.
            template = f"{finding.rule.label.get(lang, finding.rule.id)}: {{focus}}"
            template += " ({values})." if finding.values and not finding.collapsed else "."
        sentence = self._fill(finding, template, lang)
        # A category of bodies is named in small letters.
        sentence = sentence[:1].upper() + sentence[1:]
        word = _UNVERIFIED[lang]
        if finding.unverified and word not in sentence:
            sentence = re.sub(r"\.?$", f" ({word}).", sentence, count=1)
        return sentence

    def _fill(self, finding: Finding, template: str, lang: str) -> str:
        if lang == "ro" and takes_de(len(finding.values)):
            template = _COUNT_OF.sub("{count} de", template)
        parts = _parts(template)
        # Text and place take turns.
        return "".join(self._cell(finding, part, lang) if number % 2 else part for number, part in enumerate(parts))

    def _cell(self, finding: Finding, place: str, lang: str) -> str:
        """Return what stands at a place of a sentence; nothing where there is no such value."""
        match place:
            case "focus":
                return self._name(finding.focus, lang)
            case "values":
                return _joined(finding.values, lambda value: self._name(value, lang), lang)
            case "value1" | "value2" | "value3":
                return "".join(self._name(value, lang) for value in finding.values[int(place[-1]) - 1 : int(place[-1])])
            case "degree":
                return DEGREE_WORDS.get(finding.degree or "", {}).get(lang, "")
            case "variant":
                said = finding.variant.get(lang, finding.variant.get("", ""))
                return _ISO_DAY.sub(lambda day: written_date(day[0], lang), said)
            case "count":
                return str(len(finding.values))
        return self._days[lang].get(place, "")

    def _name(self, term: Term, lang: str) -> str:
        if (term, lang) not in self._names:
            self._names[term, lang] = self._quoted(term, lang)
        return self._names[term, lang]

    def _quoted(self, term: Term, lang: str) -> str:
        text = choose(self._labels.get(term.value), lang, term.value)[0] if isinstance(term, NamedNode) else term.value
        if term.value in self._bodies:
            return text
        before, after = _QUOTES[lang]
        return f"{before}{text}{after}"


# A template is filled for each of thousands of findings; there are few.
_parts = lru_cache(maxsize=1024)(PLACE.split)


def _joined(values: Sequence[Term], name: Callable[[Term], str], lang: str) -> str:
    if len(values) > MOST_NAMES:
        more = _MORE[lang].format(len(values) - MOST_NAMES + 1)
        names = [*map(name, values[: MOST_NAMES - 1]), more]
    else:
        names = list(map(name, values))
    return ", ".join(names[:-1]) + (_AND[lang] if len(names) > 1 else "") + (names[-1] if names else "")


def takes_de(number: int) -> bool:
    """Tell whether Romanian puts "de" between a number and its noun: 20 de obiective, but 19 obiective."""
    return number % 100 >= 20 or (number > 0 and number % 100 == 0)
