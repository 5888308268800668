"""What an instrument asks of the State, article by article, and whose duties are recorded as meeting it."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from rdflib.namespace import DCTERMS

from api.answering.folding import fold
from api.answering.labels import Label
from api.ask.catalogue import Catalogue, Thing
from api.vocabulary import ATF, ELI

_IDENTIFIER: Final = re.compile(r"art\. (\d+)([a-z]?)(?:\((\d+)([a-z]?)\))?(?:\(([a-z])\))?")
_NUMBER: Final = r"(\d{1,2}[a-z]?)(?![\d/])"
_PARAGRAPH: Final = (
    r"(?:\s*\(|\s*,?\s*(?:paragraph|para|par|alineatul|alineatului|alin)\b\.?\s*\(?)\s*(\d{1,2}[a-z]?)\b\)?"
)
_LETTER: Final = r"(?:\s*\(|\s*,?\s*(?:letter|point|litera|lit)\b\.?\s*\(?)\s*([a-z])\b\)?"
_ARTICLE: Final = re.compile(
    rf"\bart(?:icles?|icolul|icolului|icolele|icolelor|icole|icol|s)?\b\.?\s*{_NUMBER}"
    rf"(?:{_PARAGRAPH})?(?:{_LETTER})?((?:\s*(?:,|and|or|si|sau|&)\s*\d{{1,2}}[a-z]?\b(?![/\d]))*)"
)
_ARTICLE_WORDS: Final = re.compile(
    r"art|arts|article|articles|articol|articole|articolul|articolului|articolele|articolelor|paragraph|para|par|alin|"
    r"alineatul|alineatului|letter|point|lit|litera"
)
_MET: Final = {
    "en": {
        "whole": "met by a duty of {names}",
        "partly": "met in part by a duty of {names}",
        "laws": "a duty to legislate: only a law can meet it; no institution's duty is recorded for it",
        "nobody": "no duty that meets it is recorded in the loaded documents",
    },
    "ro": {
        "whole": "îndeplinită prin atribuția unei instituții: {names}",
        "partly": "îndeplinită în parte prin atribuția unei instituții: {names}",
        "laws": "obligație de a legifera: doar o lege o poate îndeplini; nu este înregistrată atribuția cuiva",
        "nobody": "nu este înregistrată nicio atribuție care să o îndeplinească în documentele încărcate",
    },
}


@dataclass(frozen=True)
class Article:
    """An article, or a paragraph or letter of one, as a question names it: ``12``, ``12(1)``, ``12(1)(a)``."""

    number: str
    paragraph: str | None = None
    letter: str | None = None


def articles_of(text: str) -> list[Article]:
    """Return the articles that a question names, in its order."""
    found: list[Article] = []
    for one in _ARTICLE.finditer(fold(text)):
        found.append(Article(one[1], one[2], one[3]))
        found += [Article(number) for number in re.findall(r"\d{1,2}[a-z]?", one[4] or "")]
    return found


def says_article(word: str) -> bool:
    """Tell whether a folded word only says that an article, a paragraph or a letter is named."""
    return bool(_ARTICLE_WORDS.fullmatch(word))


@dataclass(frozen=True)
class Obligation:
    """One obligation of the State: its instrument, its place in it, and what it is found by."""

    thing: Thing
    instrument: str
    article: Article
    functions: frozenset[str]
    bag: frozenset[str]
    # Whether only a law can meet it.
    to_legislate: bool

    def is_in(self, article: Article) -> bool:
        """Tell whether it stands in an article, or in a paragraph or letter of it."""
        mine = self.article
        return (
            mine.number == article.number
            and article.paragraph in {None, mine.paragraph}
            and article.letter in {None, mine.letter}
        )

    def valid(self, day: str) -> bool:
        """Tell whether it binds on a day (ISO)."""
        start, end = self.thing.one(ATF.validFrom), self.thing.one(ATF.validThrough)
        return (start is None or start <= day) and (end is None or end >= day)


@dataclass(frozen=True)
class Meeting:
    """A duty that meets an obligation, whole or in part."""

    duty: Thing
    whole: bool


class Obligations:
    """All obligations of a catalogue, with the duties that meet them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._things = catalogue.things
        self._met: dict[str, list[Meeting]] = defaultdict(list)
        for duty in catalogue.of(["Responsibility"]):
            for name, whole in ((ATF.discharges, True), (ATF.partlyDischarges, False)):
                for iri in duty.all(name):
                    self._met[iri].append(Meeting(duty, whole))
        found = [self._prepare(thing, catalogue) for thing in catalogue.of(["Obligation"])]
        self._all = sorted((one for one in found if one), key=_place)

    @property
    def instruments(self) -> list[Thing]:
        """The instruments that have recorded obligations."""
        return [self._things[iri] for iri in sorted({one.instrument for one in self._all})]

    def of(self, instruments: Collection[str]) -> list[Obligation]:
        """Return the obligations of some instruments, all of them where none is named, article by article."""
        return [one for one in self._all if not instruments or one.instrument in instruments]

    def meetings(self, one: Obligation, day: str) -> list[Meeting]:
        """Return the duties that meet an obligation on a day (ISO) and that somebody holds, the whole ones first."""
        held = [met for met in self._met.get(one.thing.iri, []) if met.duty.all(ATF.holder) and _runs(met.duty, day)]
        return sorted(held, key=lambda met: (not met.whole, met.duty.iri))

    def state(self, one: Obligation, day: str) -> Label:
        """Say who meets an obligation on a day, or that nobody is recorded."""
        meetings = self.meetings(one, day)
        whole = [met for met in meetings if met.whole]
        key = "whole" if whole else "partly" if meetings else "laws" if one.to_legislate else "nobody"
        return {lang: said[key].format(names=self._names(whole or meetings, lang)) for lang, said in _MET.items()}

    def _names(self, meetings: Iterable[Meeting], lang: str) -> str:
        iris = dict.fromkeys(iri for met in meetings for iri in met.duty.all(ATF.holder))
        return "; ".join(self._things[iri].label.get(lang, "") for iri in iris if iri in self._things)

    def _prepare(self, thing: Thing, catalogue: Catalogue) -> Obligation | None:
        found = _IDENTIFIER.fullmatch(thing.one(DCTERMS.identifier) or "")
        instrument = self._instrument(thing)
        if found is None or instrument is None:
            return None
        functions = frozenset(thing.all(ATF.requires))
        words = [catalogue.concepts[iri].bag for iri in functions if iri in catalogue.concepts]
        paragraph = f"{found[3]}{found[4]}" if found[3] else None
        legislates = any(iri.endswith("/parliament") for iri in thing.all(ATF.onHolderKind))
        article = Article(f"{found[1]}{found[2]}", paragraph, found[5])
        return Obligation(thing, instrument, article, functions, thing.bag.union(*words), legislates)

    def _instrument(self, thing: Thing) -> str | None:
        """Return the instrument whose provision imposes an obligation: the part of which nothing is above."""
        at = thing.one(ATF.imposedBy)
        while at in self._things and (above := self._things[at].one(ELI.is_part_of)):
            at = above
        return at if at in self._things and self._things[at].type != "Provision" else None


def _runs(duty: Thing, day: str) -> bool:
    start, end = duty.one(ATF.effectiveFrom), duty.one(ATF.effectiveThrough)
    return (start is None or start <= day) and (end is None or end >= day)


def _place(one: Obligation) -> tuple[str, int, str, int, str, str]:
    """Sort as in the instrument: article 5 before 12, 11 before 11a, (5) before (5a)."""
    number, paragraph = one.article.number, one.article.paragraph or "0"
    return (
        one.instrument,
        int(number.rstrip("abcdefghij")),
        number,
        int(paragraph.rstrip("abcdefghij")),
        paragraph + (one.article.letter or ""),
        one.thing.iri,
    )
