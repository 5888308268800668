"""Citations: where a statement stands, in which lines of which edition, its words, and how to cite it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from babel.dates import format_date
from pyoxigraph import Literal, NamedNode
from rdflib.namespace import DCTERMS

from api.answering.edition import Editions
from api.answering.labels import Label, choose, chunks, labels_of
from api.answering.labels import values as values_block
from api.sparql.store import Reader
from api.vocabulary import ATF, ELI, SCHEME

_FACTS: Final = ", ".join(
    f"<{term}>"
    for term in (
        *(DCTERMS.identifier, DCTERMS.source, DCTERMS.language),
        *(ATF.firstLine, ATF.lastLine, ATF.edition, ATF.sha256, ATF.isTranslation, ATF.officialGazette),
        *(ELI.type_document, ELI.is_part_of),
    )
)
MAX_QUOTE_LINES: Final = 60
# The Romanian gazette as the graph writes it: "M.Of. 949/2018-11-09".
_MONITOR: Final = re.compile(r"M\.Of\. ([0-9]+(?: bis)?)/([0-9]{4}-[0-9]{2}-[0-9]{2})( \(republished\))?")
# How a lawyer shortens an act's type before its number, in English and Romanian.
_ACTS: Final = {
    "law": ("Law", "Legea"),
    "government-decision": ("HG", "HG"),
    "emergency-ordinance": ("OUG", "OUG"),
    "joint-order": ("Joint Order", "Ordinul comun"),
}
# What each edition's language is called in a citation.
_LANGUAGES: Final = {"en": ("English", "engleză"), "ro": ("Romanian", "română")}


@dataclass(frozen=True)
class Citation:
    """Where one source stands; ``lines`` where it has lines, ``quote`` where their words are at hand."""

    passage: str | None
    identifier: str | None
    lines: tuple[int, int] | None
    quote: str | None
    cite: Label

    @property
    def excerpt(self) -> str | None:
        """The quote as a reader sees it: lines that begin or end within a sentence are marked as cut."""
        if not self.quote:
            return self.quote
        before = "… " if self.quote[0].islower() else ""
        after = "" if self.quote.rstrip("\"'”’)")[-1:] in {*".!?:;"} else " …"
        return f"{before}{self.quote}{after}"

    def public(self) -> dict[str, Any]:
        """Return the citation as answers carry it; what is not known is left out."""
        found = {
            "passage": self.passage,
            "identifier": self.identifier,
            "lines": self.lines and list(self.lines),
        }
        return {k: v for k, v in {**found, "quote": self.quote, "cite": self.cite}.items() if v is not None}


Facts = dict[str, list[str]]


async def _facts(store: Reader, iris: Iterable[str]) -> dict[str, Facts]:
    """Return what the graph says of each IRI by the properties that a citation is made of."""
    found: dict[str, Facts] = defaultdict(lambda: defaultdict(list))
    for part in chunks(iris):
        pattern = f"{values_block('iri', part)} ?iri ?p ?o FILTER(?p IN ({_FACTS}))"
        for row in (await store.select(f"SELECT ?iri ?p ?o WHERE {{ {pattern} }} ORDER BY ?iri ?p ?o")).rows:
            iri, name, value = row["iri"], row["p"], row["o"]
            if isinstance(iri, NamedNode) and isinstance(name, NamedNode) and isinstance(value, NamedNode | Literal):
                found[iri.value][name.value].append(value.value)
    return found


async def _documents(store: Reader, iris: Iterable[str]) -> dict[str, tuple[str, set[str]]]:
    """Return the policy document that each passage stands in, with the acts that approve the document."""
    found: dict[str, tuple[str, set[str]]] = {}
    for part in chunks(iris):
        where = f"""{values_block("iri", part)} ?iri <{ELI.is_part_of}>* ?document .
            ?document a <{ATF.PolicyDocument}> . OPTIONAL {{ ?act <{ATF.approves}> ?document }}"""
        rows = await store.select(f"SELECT ?iri ?document ?act WHERE {{ {where} }} ORDER BY ?iri ?document ?act")
        for row in rows.rows:
            iri, document, act = row["iri"], row["document"], row.get("act")
            if isinstance(iri, NamedNode) and isinstance(document, NamedNode):
                first, acts = found.setdefault(iri.value, (document.value, set()))
                if isinstance(act, NamedNode) and first == document.value:
                    acts.add(act.value)
    return found


def _first(facts: Facts, name: object) -> str | None:
    return next(iter(facts.get(str(name), [])), None)


def _lines(facts: Facts) -> tuple[int, int] | None:
    first, last = _first(facts, ATF.firstLine), _first(facts, ATF.lastLine)
    return (int(first), int(last or first)) if first else None


def written_date(day: str, lang: str) -> str:
    """Write an ISO date in words: 9 November 2018, 9 noiembrie 2018."""
    return str(format_date(date.fromisoformat(day[:10]), "d MMMM y", locale=lang))


def _gazette(facts: Facts, lang: str) -> str | None:
    """Return the gazette in which an act first stood: M.Of. 949 of 9 November 2018; other forms as they are."""
    texts = sorted(facts.get(str(ATF.officialGazette), []), key=lambda text: ("republished" in text, text))
    parts = _MONITOR.fullmatch(texts[0]) if texts else None
    if not parts:
        return texts[0] if texts else None
    number, day, again = parts.groups()
    try:
        words = f"M.Of. {number} {'din' if lang == 'ro' else 'of'} {written_date(day, lang)}"
    except ValueError:
        return texts[0]
    return words + ((" (republicare)" if lang == "ro" else " (republished)") if again else "")


def _act(facts: Facts, lang: str) -> str | None:
    """Return an act's short name: HG 861/2018."""
    number, kind = _first(facts, DCTERMS.identifier), _first(facts, ELI.type_document)
    shorts = _ACTS.get((kind or "").removeprefix(str(SCHEME)).rsplit("/", 1)[-1])
    return f"{shorts[lang == 'ro']} {number}" if shorts and number else None


async def citations_of(store: Reader, editions: Editions, iris: Iterable[str]) -> dict[str, Citation]:
    """Return the citation of each source: a passage, a statement with own lines, a provision, act or page.

    ``quote`` is filled only where the edition that the passage points into is at hand.
    """
    wanted = {iri for iri in iris if iri.startswith(("http://", "https://"))}
    facts = await _facts(store, wanted)
    # A statement points to its passage, which knows the edition and the document.
    passages = {iri: _passage(iri, facts.get(iri, {})) for iri in wanted}
    facts |= await _facts(store, set(passages.values()) - wanted)
    documents = await _documents(store, passages.values())
    linked = {act for _, acts in documents.values() for act in acts}
    linked |= {part for iri in wanted for part in facts.get(iri, {}).get(str(ELI.is_part_of), [])}
    linked |= {one for iri in passages.values() for one in facts.get(iri, {}).get(str(ATF.edition), [])}
    facts |= await _facts(store, linked - facts.keys())
    # What stands in no document is cited by its own name.
    alone = {iri for iri, passage in passages.items() if passage not in documents}
    labels = await labels_of(store, alone | linked | {document for document, _ in documents.values()})
    made = _Maker(facts, labels, documents, editions)
    return {iri: made.citation(iri, passage) for iri, passage in passages.items()}


def _passage(iri: str, facts: Facts) -> str:
    """Return the passage that a statement points to, else the source itself."""
    if str(ATF.edition) in facts or str(ATF.firstLine) not in facts:
        return iri
    return _first(facts, DCTERMS.source) or iri


def _short(lines: tuple[int, int]) -> bool:
    """Tell whether the words may stand beside an answer; a whole section is read on its own page."""
    return lines[1] - lines[0] < MAX_QUOTE_LINES


@dataclass(frozen=True)
class _Maker:
    facts: dict[str, Facts]
    labels: dict[str, Label]
    # Passage -> its document, and the acts that approve the document.
    documents: dict[str, tuple[str, set[str]]]
    editions: Editions

    def citation(self, iri: str, passage: str) -> Citation:
        own, place = self.facts.get(iri, {}), self.facts.get(passage, {})
        edition = self.facts.get(_first(place, ATF.edition) or "", {})
        lines, identifier = _lines(own) or _lines(place), _first(place, DCTERMS.identifier)
        sha256 = _first(edition, ATF.sha256)
        document, acts = self.documents.get(passage, (None, set()))
        cite = {}
        for lang in ("en", "ro"):
            words = _line_words(lines, edition, lang) if lines else None
            parts = [self._document(document, acts, lang) if document else self._other(iri, lang)]
            if document and passage != document:
                parts += [part for part in (identifier, words) if part]
            cite[lang] = ", ".join(parts)
        return Citation(
            passage=passage if document and passage != document else None,
            identifier=identifier,
            lines=lines,
            quote=self.editions.words(sha256, *lines) if sha256 and lines and _short(lines) else None,
            cite=cite,
        )

    def _document(self, document: str, approving: set[str], lang: str) -> str:
        """Cite a document with its approving act: Strategy … (HG 861/2018, M.Of. 949 of 9 November 2018)."""
        acts = [self.facts.get(act, {}) for act in sorted(approving)]
        act = min(acts, key=lambda facts: _act(facts, lang) or "~", default={})
        approval = ", ".join(part for part in (_act(act, lang), _gazette(act, lang)) if part)
        title = choose(self.labels.get(document), lang, document)[0]
        return f"{title} ({approval})" if approval else title

    def _other(self, iri: str, lang: str) -> str:
        """Cite an act, a provision with its act, or the address of a page."""
        if iri not in self.labels:
            return iri
        facts = self.facts.get(iri, {})
        owner = _first(facts, ELI.is_part_of)
        parts = [choose(self.labels[iri], lang, iri)[0]]
        number = _first(self.facts.get(owner or "", {}), DCTERMS.identifier)
        if owner and owner in self.labels and not (number and number in parts[0]):
            parts.append(choose(self.labels[owner], lang, owner)[0])
        if gazette := _gazette(self.facts.get(owner, {}) if owner else facts, lang):
            parts.append(gazette)
        return ", ".join(parts)


def _line_words(lines: tuple[int, int], edition: Facts, lang: str) -> str:
    """Write the lines and the edition that they count in: lines 1043-1056 of the English translation."""
    one = lines[0] == lines[1]
    span = str(lines[0]) if one else f"{lines[0]}-{lines[1]}"
    code = (_first(edition, DCTERMS.language) or "").rsplit("/", 1)[-1].lower()[:2]
    english, romanian = _LANGUAGES.get(code, ("", ""))
    translated = _first(edition, ATF.isTranslation) in {"true", "1"}
    if lang == "ro":
        kind = f"traducerea în limba {romanian}" if translated else f"ediția în limba {romanian}"
        words = f"{'rândul' if one else 'rândurile'} {span}"
        return f"{words} din {kind}" if romanian else words
    words = f"{'line' if one else 'lines'} {span}"
    kind = f"{english} {'translation' if translated else 'edition'}"
    return f"{words} of the {kind}" if english else words
