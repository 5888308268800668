"""The desk at which a perspective is put together: it asks questions and keeps what they rest on."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from urllib.parse import quote, urlencode

from pyoxigraph import NamedNode

from api.analysis.accounts import Account
from api.answering.answers import Answer, Answerer
from api.answering.answers import Cell as Found
from api.answering.citations import Citation
from api.answering.labels import Label, choose, labels_of, local_name
from api.answering.labels import values as values_block
from api.answering.parameters import short
from api.answering.question import Question
from api.graph.asof import parse_date
from api.perspectives.table import Cell, Column, Control, Part, Row, Table, unique
from api.sparql.store import Reader
from api.vocabulary import BASE, ID, SCHEME
from api.web.options import options_of
from api.web.pages import assertion_kind, cell_text, outside_name, outside_term, page_path, say, word

AS_OF: Final = "as-of"
_SHORT_NAMES: Final = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?iri ?name WHERE { NODES ?iri skos:altLabel ?name FILTER(REGEX(STR(?name), "^[A-ZĂÂÎȘȚ]{2,9}$")) }
ORDER BY ?iri DESC(LANG(?name)) ?name"""
# What the name of a column says where there is one for each language; a page shows only its own.
_LANGUAGE: Final = re.compile(r" \((?:English|Romanian|engleză|română)\)$")
# The findings of a day that a choice takes, or none where they would first have to be computed.
Findings = Callable[[date, Mapping[str, Sequence[str]]], Awaitable[Sequence[Account] | None]]
Rows = Sequence[Mapping[str, Found]]


@dataclass
class Desk:
    """What a perspective needs: the answerer, the values of the address, and the language of the reader."""

    answerer: Answerer
    questions: Mapping[str, Question]
    lang: str
    values: dict[str, str]
    findings: Findings
    answers: list[Answer] = field(default_factory=list)

    @property
    def store(self) -> Reader:
        """The store that answers."""
        return self.answerer.store

    @property
    def as_of(self) -> date:
        """The day asked for, else that of the dataset; raises ``ParameterError``."""
        text = self.values.get(AS_OF)
        return parse_date(text) if text else self.answerer.manifest.as_of

    def say(self, en: str, ro: str) -> str:
        """Return one of two texts, by the language of the reader."""
        return ro if self.lang == "ro" else en

    async def ask(self, name: str, /, **params: str | None) -> Answer:
        """Answer a question; ``as_of`` stands for ``as-of``, and a dated question is asked for the day of the page."""
        question = self.questions[name]
        given = {key.replace("_", "-"): value for key, value in params.items() if value}
        if AS_OF in question.params:
            given.setdefault(AS_OF, self.as_of.isoformat())
        answer = await self.answerer.answer(question, given.items(), self.lang)
        self.answers.append(answer)
        return answer

    def question_link(self, answer: Answer) -> tuple[str, str]:
        """Return the title of a question and the address of its page with the same parameters."""
        given = urlencode({key: short(value) for key, value in answer.params.items()})
        path = f"/{self.lang}/queries/{answer.question.id}"
        return say(answer.question.title, self.lang), f"{path}?{given}" if given else path

    def part(self, found: Found, text: str | None = None) -> Part:
        """Return a value of an answer as a part: an IRI leads to its page, a kind of assertion is a badge."""
        if not isinstance(found.term, NamedNode):
            return Part(text or cell_text(found, self.lang), lang=_other(found.lang, self.lang))
        iri = found.term.value
        if found.lang is None and found.label == local_name(iri) and not iri.startswith(BASE):
            # A term of another vocabulary has its page here, a page of another publisher its own address.
            known = outside_term(iri, self.lang)
            return Part(known, self.page(iri)) if known else Part(outside_name(iri) or found.label, iri)
        kind = assertion_kind(iri)
        if kind:
            return Part(word(f"kind.{kind}", self.lang), page_path(iri, self.lang), kind=kind)
        return Part(self.then(found, text or found.label), self.page(iri), _other(found.lang, self.lang))

    def then(self, found: Found, text: str, names: Mapping[str, str] | None = None) -> str:
        """Return the name of a body, with what it is today where it was renamed, merged or split since."""
        if not found.today:
            return text
        now = ", ".join((names or {}).get(iri, label) for iri, label in found.today)
        return f"{text} ({word('thing.today', self.lang)}: {now})"

    def page(self, iri: str) -> str:
        """Return the address of the page about an IRI."""
        return page_path(iri, self.lang)

    def dossier(self, iri: str) -> str:
        """Return the address of an institution's dossier, of the same day."""
        day = self.values.get(AS_OF)
        return f"/{self.lang}/dossier/{iri.rsplit('/', 1)[-1]}" + (f"?{urlencode({AS_OF: day})}" if day else "")

    def title(self, question: Question, column: str) -> str:
        """Return the name of a column of a question, without the language in which a text of it is."""
        return _LANGUAGE.sub("", say(question.columns[column], self.lang))

    def column(self, question: Question, name: str) -> str:
        """Return the column that a name stands for: ``statement`` is ``statementEn`` or ``statementRo``."""
        return name if name in question.columns else f"{name}{self.lang.capitalize()}"

    def table(
        self,
        answer: Answer,
        columns: Sequence[str],
        *,
        rows: Rows | None = None,
        merge: Sequence[str] = (),
        group: str = "",
        links: Mapping[str, str] | None = None,
        keep: Sequence[str] = (),
        plain: Sequence[str] = (),
    ) -> Table:
        """Return an answer as a table of some of its columns.

        Rows that agree in the columns ``merge`` are one, with the other values under one another. ``group``
        is the column whose values are headings, ``links`` leads the values of a column to another perspective
        (``dossier/{slug}``, ``law?act={short}``). A column without any value is left out, unless it is in ``keep``;
        one in ``plain`` has cells where nothing is to be said.
        """
        found = answer.rows if rows is None else rows
        names = [self.column(answer.question, name) for name in columns]
        keep, plain = ([self.column(answer.question, name) for name in some] for some in (keep, plain))
        merged: dict[tuple[str, ...], list[Mapping[str, Found]]] = {}
        for number, row in enumerate(found):
            key = tuple(row[name].term.value if name in row else "" for name in merge) if merge else (str(number),)
            merged.setdefault(key, []).append(row)
        shown = [name for name in names if name in keep or any(name in row for row in found)]
        made = []
        for several in merged.values():
            cells = [
                unique(self._linked(row[name], (links or {}).get(name)) for row in several if name in row)
                for name in shown
            ]
            # What the text does not say is said, never left blank.
            filled = [
                cell if cell.parts or name in plain else Cell((self.silent(),))
                for name, cell in zip(shown, cells, strict=True)
            ]
            head = several[0].get(group) if group else None
            made.append(Row(tuple(filled), self.part(head) if head else None))
        headings = tuple(
            Column(self.title(answer.question, name), wide=name.startswith(("statement", "reason"))) for name in shown
        )
        heading = self.title(answer.question, group) if group else ""
        return Table(headings, tuple(made), say(answer.question.empty, self.lang), heading)

    def _linked(self, found: Found, pattern: str | None) -> Part:
        part = self.part(found)
        if not pattern or not isinstance(found.term, NamedNode):
            return part
        iri = found.term.value
        path = pattern.format(slug=quote(iri.rsplit("/", 1)[-1]), short=quote(short(iri), safe="/:"))
        return replace(part, href=f"/{self.lang}/{path}")

    def silent(self) -> Part:
        """Return the remark that something is not stated."""
        return Part(word("thing.not_stated", self.lang), mark="silent")

    async def controls(self, name: str, params: Sequence[str]) -> list[Control]:
        """Return the fields of a form for some parameters of a question, with their choices."""
        question = self.questions[name]
        wanted = question.model_copy(update={"params": {p: question.params[p] for p in params if p != AS_OF}})
        options = await options_of(self.store, wanted, self.lang)
        made = []
        for key in params:
            parameter = question.params[key]
            label, value = say(parameter.label, self.lang), self.values.get(key) or ""
            if key == AS_OF:
                made.append(Control(key, label, value or self.as_of.isoformat(), "date"))
            else:
                chosen = value if value or not parameter.default else parameter.default
                made.append(Control(key, label, chosen, "select", options.get(key, []), bool(parameter.default)))
        return made

    async def labels(self, iris: Iterable[str]) -> dict[str, Label]:
        """Return the labels of IRIs."""
        return await labels_of(self.store, set(iris))

    def name(self, labels: Mapping[str, Label], iri: str) -> str:
        """Return the name of an IRI in the language of the reader."""
        return choose(labels.get(iri), self.lang, iri)[0]

    async def short_names(self, iris: Iterable[str]) -> dict[str, str]:
        """Return the acronym of each body that has one, the Romanian one first, since that is the one in use."""
        wanted = sorted(set(iris))
        if not wanted:
            return {}
        rows = (await self.store.select(_SHORT_NAMES.replace("NODES", values_block("iri", wanted)))).rows
        found: dict[str, str] = {}
        for row in rows:
            found.setdefault(row["iri"].value, row["name"].value)
        return found

    def sources(self) -> dict[str, Citation]:
        """Return every place that the answers rest on, once, narrow ones instead of the passages they stand in."""
        return {iri: citation for answer in self.answers for iri, citation in answer.places.items()}

    def documents(self) -> list[str]:
        """Return the documents that the places stand in, as a lawyer cites them: with act and gazette."""
        named = [one for one in self.sources().values() if one.passage and one.identifier]
        return sorted({one.cite[self.lang].split(f", {one.identifier}, ")[0] for one in named if self.lang in one.cite})


def term(row: Mapping[str, Found], name: str) -> str | None:
    """Return the value of a column in a row, an IRI whole, or None."""
    return row[name].term.value if name in row else None


def slug(value: str | None) -> str:
    """Return the last part of an IRI of ours, or of a short name."""
    return (value or "").removeprefix(str(ID)).removeprefix(str(SCHEME)).rsplit("/", 1)[-1]


def _other(language: str | None, lang: str) -> str | None:
    return language if language and language != lang else None
